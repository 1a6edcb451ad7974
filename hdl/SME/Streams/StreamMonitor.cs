// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace SME;

/// <summary>
/// Checks the sender's side of the stream contract: an item that was offered and not taken is offered again, unchanged, in
/// the next tick. (That valid does not wait for ready needs no check here: through logic it would be a combinational cycle,
/// which is found at elaboration.)
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class StreamMonitor<T> : Monitor
    where T : struct
{
    [InputBus] private readonly IStream<T> forward;
    [InputBus] private readonly IReady backward;
    private bool waits;
    private T offered;

    internal StreamMonitor(Stream<T> stream)
    {
        Name = stream.Name + "Monitor";
        forward = stream.Forward;
        backward = stream.Backward;
    }

    /// <summary>Items that have passed.</summary>
    public long Passed { get; private set; }

    /// <inheritdoc/>
    protected override void Check()
    {
        bool valid = forward.Valid;
        if (waits)
        {
            if (!valid)
            {
                Fail($"the stream withdrew an item that was not taken; it was {Text(offered)}, now nothing is valid (it is {Text(forward.Item)})");
            }

            if (!HardwareValue<T>.AreEqual(offered, forward.Item))
            {
                Fail($"the stream changed an item that was not taken; it was {Text(offered)}, now it is {Text(forward.Item)}");
            }
        }

        waits = false;
        if (valid)
        {
            if (backward.Ready)
            {
                Passed++;
            }
            else
            {
                waits = true;
                offered = forward.Item;
            }
        }
    }

    private static string Text(T item) => System.Convert.ToString(item, CultureInfo.InvariantCulture) ?? string.Empty;
}
