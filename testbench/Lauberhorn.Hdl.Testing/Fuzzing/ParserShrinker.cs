// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Hdl.Testing.Fuzzing;

/// <summary>Makes a failing case small: fewer frames, no pauses, zeros in place of bytes that don't matter.</summary>
internal sealed class ParserShrinker(Func<ParserCase, bool> fails, TimeSpan patience)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    private bool IsOver => Stopwatch.GetElapsedTime(_start) > patience;

    /// <summary>The smallest case found that still fails, within the time there is.</summary>
    public ParserCase Shrink(ParserCase @case)
    {
        @case = DropFrames(@case);
        foreach (var simpler in new Func<ParserCase, ParserCase>[]
        {
            whole => whole with { Gaps = Pace.Steady },
            whole => whole with { Metadata = Pace.Steady },
            whole => whole with { Payload = Pace.Steady },
        })
        {
            @case = Try(simpler(@case)) ?? @case;
        }

        return ClearBytes(DropFrames(@case));
    }

    private ParserCase? Try(ParserCase @case) => !IsOver && fails(@case) ? @case : null;

    // Halves first, then quarters, ... down to single frames.
    private ParserCase DropFrames(ParserCase @case)
    {
        for (var size = (@case.Frames.Count + 1) / 2; size > 0 && !IsOver; size = size == 1 ? 0 : (size + 1) / 2)
        {
            // From the end: what comes after the failure goes at once.
            for (var end = @case.Frames.Count; end > 0 && @case.Frames.Count > 1; end -= size)
            {
                var start = Math.Max(0, end - size);
                var rest = @case.Frames.Take(start).Concat(@case.Frames.Skip(end)).ToList();
                @case = rest.Count > 0 ? Try(@case with { Frames = rest }) ?? @case : @case;
            }
        }

        return @case;
    }

    private ParserCase ClearBytes(ParserCase @case)
    {
        if (@case.Frames.Count > 8)
        {
            return @case;
        }

        for (var i = 0; i < @case.Frames.Count; i++)
        {
            for (var start = 0; start < @case.Frames[i].Bytes.Length && !IsOver; start += 16)
            {
                var frames = @case.Frames.ToArray();
                var bytes = frames[i].Bytes.ToArray();
                bytes.AsSpan(start, Math.Min(16, bytes.Length - start)).Clear();
                frames[i] = new GeneratedFrame(bytes, frames[i].ErrorFlag, frames[i].Recipe);
                @case = Try(@case with { Frames = frames }) ?? @case;
            }
        }

        return @case;
    }
}
