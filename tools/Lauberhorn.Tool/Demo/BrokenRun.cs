// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Tool.Demo;

/// <summary>A broken frame, and what the NIC's registers say of it.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="IsCounted">Whether the counter of the reason that was meant went up by one.</param>
public sealed record BrokenResult(BrokenFrame Frame, bool IsCounted);

/// <summary>Sends a machine frames that are broken in each way there is, and reads the counters.</summary>
public static class BrokenRun
{
    // As long as the longest frame takes through the receive path.
    private const int Ticks = 400;

    /// <summary>Sends them, one behind the other.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="call">A call, which is then broken.</param>
    public static IReadOnlyList<BrokenResult> Of(DemoMachine machine, byte[] call)
    {
        ArgumentNullException.ThrowIfNull(machine);
        IReadOnlyDictionary<string, ulong> before = machine.Driver.ReadCountersAsync().GetAwaiter().GetResult();
        IReadOnlyList<BrokenFrame> frames = BrokenFrames.Of(call);
        foreach (BrokenFrame frame in frames)
        {
            machine.Node.Wire.Send(frame.Bytes, frame.Error);
        }

        machine.Node.RunUntil(() => machine.Node.Wire.Waiting == 0);
        long end = machine.Node.Ticks + Ticks;
        machine.Node.RunUntil(() => machine.Node.Ticks >= end);
        IReadOnlyDictionary<string, ulong> after = machine.Driver.ReadCountersAsync().GetAwaiter().GetResult();
        return [.. frames.Select(frame => new BrokenResult(frame, after[Counter(frame)] == before[Counter(frame)] + 1))];
    }

    private static string Counter(BrokenFrame frame) => $"Dropped.{frame.Expected}";
}
