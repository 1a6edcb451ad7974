// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Testing;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// All that can be seen of a run from outside, in order, so that two runs can be compared: each frame with its ticks, each thing that the
/// OS did, the counters at the end.
/// </summary>
internal sealed class SoakTrace
{
    private const ulong Prime = 0x0000_0100_0000_01B3;
    private readonly List<(long Tick, string What, ulong Sum)> entries = [];

    /// <summary>Number of entries.</summary>
    public int Count => entries.Count;

    /// <summary>A sum over everything; equal runs have equal ones.</summary>
    public ulong Sum { get; private set; } = 0xCBF2_9CE4_8422_2325;

    /// <summary>Takes note of a frame that the NIC sent.</summary>
    /// <param name="frame">The frame.</param>
    public void Frame(SentByNic frame) => Add(frame.LastTick, "frame", SumOf(frame.Bytes) ^ (ulong)frame.FirstTick);

    /// <summary>Takes note of something that happened.</summary>
    /// <param name="tick">When.</param>
    /// <param name="what">What.</param>
    /// <param name="value">More about it.</param>
    public void Note(long tick, string what, long value = 0) => Add(tick, what, (ulong)value);

    /// <summary>Takes note of the counters.</summary>
    /// <param name="tick">When.</param>
    /// <param name="counters">The counters.</param>
    public void Counters(long tick, IReadOnlyDictionary<string, ulong> counters)
    {
        foreach ((string name, ulong value) in counters)
        {
            Add(tick, name, value);
        }
    }

    /// <summary>The first difference between two runs, for people; null if there is none.</summary>
    /// <param name="other">The other run.</param>
    public string? Difference(SoakTrace other)
    {
        for (int i = 0; i < Math.Min(Count, other.Count); i++)
        {
            if (entries[i] != other.entries[i])
            {
                return $"entry {i} of {Count} and {other.Count}: {entries[i]} and {other.entries[i]}";
            }
        }

        return Count == other.Count ? null : $"{Count} and {other.Count} entries, the first {Math.Min(Count, other.Count)} alike";
    }

    private static ulong SumOf(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0xCBF2_9CE4_8422_2325;
        foreach (byte value in bytes)
        {
            sum = (sum ^ value) * Prime;
        }

        return sum;
    }

    private void Add(long tick, string what, ulong value)
    {
        entries.Add((tick, what, value));
        foreach (char letter in what)
        {
            Sum = (Sum ^ letter) * Prime;
        }

        Sum = (((Sum ^ (ulong)tick) * Prime) ^ value) * Prime;
    }
}
