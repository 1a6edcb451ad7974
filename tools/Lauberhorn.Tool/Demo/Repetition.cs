// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Testing;

namespace Lauberhorn.Tool.Demo;

/// <summary>
/// Does what has happened to one machine once more to another: the same frames in the same ticks. The machine that is run anew has the
/// NIC's C# in place of its RTL, where every wire inside can be watched.
/// </summary>
public static class Repetition
{
    /// <summary>Runs the second machine with the first one's frames.</summary>
    /// <param name="machine">A machine that has just been started as the first was.</param>
    /// <param name="frames">What passed at the first.</param>
    /// <param name="before">Called with each frame to the NIC, before it is there to be taken.</param>
    /// <returns>The first difference, in words; null if the NIC sent the same frames in the same ticks.</returns>
    public static string? Run(DemoMachine machine, IReadOnlyList<PassedFrame> frames, Action<PassedFrame> before)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(before);
        Queue<PassedFrame> incoming = new(frames.Where(frame => frame.IsToNic));
        Queue<PassedFrame> expected = new(frames.Where(frame => !frame.IsToNic));
        long end = frames.Count == 0 ? 0 : frames.Max(frame => frame.LastTick) + 1;
        while (machine.Node.Ticks <= end)
        {
            while (incoming.TryPeek(out PassedFrame? next) && next.Tick <= machine.Node.Ticks)
            {
                before(next);
                machine.Node.Wire.Send(incoming.Dequeue().Bytes);
            }

            machine.Node.Tick();
            while (machine.Node.Wire.Received.TryDequeue(out SentByNic? sent))
            {
                if (!expected.TryDequeue(out PassedFrame? wanted))
                {
                    return $"cycle {sent.FirstTick}: the C# sends {sent.Bytes.Length} bytes more";
                }

                if (wanted.Tick != sent.FirstTick || wanted.LastTick != sent.LastTick || !wanted.Bytes.SequenceEqual(sent.Bytes))
                {
                    return $"the RTL sends {wanted.Bytes.Length} bytes in cycles {wanted.Tick} to {wanted.LastTick}, the C# "
                        + $"{sent.Bytes.Length} in {sent.FirstTick} to {sent.LastTick}";
                }
            }
        }

        return expected.Count > 0 ? $"the RTL sends {expected.Count} frames more than the C#" : null;
    }
}
