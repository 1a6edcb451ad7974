// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;

namespace Lauberhorn.Node;

/// <summary>
/// Fetches that the CPU has taken and not answered. A stalled load can keep an answer from coming until TRYAGAIN (docs/colours.md): what
/// waits for it inside of the NIC waits for the outside.
/// </summary>
/// <param name="port">The port where fetches go out and returns come in.</param>
internal sealed class OwedReturns(HomePort port)
{
    private readonly Queue<(long Tick, uint Line)> order = new();
    private readonly Dictionary<uint, long> open = [];

    /// <summary>Looks at what passes in the tick to come.</summary>
    /// <param name="tick">The tick.</param>
    public void Observe(long tick)
    {
        if (port.Returns.Passes && port.Returns.Forward.Item.IsAnswer)
        {
            open.Remove(port.Returns.Forward.Item.Line);
        }

        if (port.Fetches.Passes)
        {
            uint line = port.Fetches.Forward.Item.Line;
            open[line] = tick;
            order.Enqueue((tick, line));
        }
    }

    /// <summary>Since when the oldest has been out; null if none is.</summary>
    public long? Oldest()
    {
        while (order.TryPeek(out (long Tick, uint Line) first))
        {
            if (open.TryGetValue(first.Line, out long tick) && tick == first.Tick)
            {
                return tick;
            }

            order.Dequeue();
        }

        return null;
    }
}
