// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Lauberhorn.Machines;

/// <content>The checkers: of every line's values and writers, and of how long things take.</content>
public sealed partial class CoherentMachine
{
    internal void CheckLoad(CacheLine copy, int offset, int length)
    {
        if (!copy.Data.AsSpan(offset, length).SequenceEqual(copy.Line.Truth.AsSpan(offset, length)))
        {
            throw Broken(copy.Line, $"core {copy.Core.Number} reads a stale value");
        }
    }

    internal void CheckStore(CacheLine copy, int offset, ReadOnlySpan<byte> bytes)
    {
        LineRecord line = copy.Line;
        if (line.Copies.Count != 1 || line.State != CacheState.Exclusive)
        {
            throw Broken(line, $"core {copy.Core.Number} writes, but there are {line.Copies.Count} copies, and the shared cache's state is "
                + $"{line.State}");
        }

        line.Note(Cycle, LineEvent.Stored, copy.Core.Number);
        bytes.CopyTo(line.Truth.AsSpan(offset));
    }

    private void CheckReturn(LineRecord line)
    {
        if (!line.Data.AsSpan().SequenceEqual(line.Truth))
        {
            throw Broken(line, "what goes home is not what was written");
        }
    }

    private void CheckTimes()
    {
        if (Parameters.BlockedLimit > 0
            && units.FindBlocked(Cycle - Parameters.BlockedLimit, out UnitWork work, out LineRecord waits, out LineRecord stalls,
                out long since))
        {
            throw new ColourDeadlockException(
                $"cycle {Cycle}: the {work} of line 0x{waits.Number:X} has waited {Cycle - since} cycles for a unit of the directory. "
                    + $"Colour {waits.Colour} is blocked by the load of line "
                + $"0x{stalls.Number:X} by core {stalls.Request.Core.Number}, which the NIC has left unanswered for {Cycle - stalls.Since} "
                    + $"cycles; {About()}\nline 0x{waits.Number:X}:{waits.History()}\n"
                + $"line 0x{stalls.Number:X}:{stalls.History()}");
        }

        if (Parameters.FillLimit <= 0)
        {
            return;
        }

        foreach (LineRecord line in pending)
        {
            if (Cycle - line.Since <= Parameters.FillLimit)
            {
                continue;
            }

            LineRecord? holder = units.Holder(line.Colour);
            string why = line.ReadShown ? "the NIC has not answered its read"
                : holder is not null && holder != line
                    ? $"its colour is blocked by the load of line 0x{holder.Number:X} by core {holder.Request.Core.Number}"
                : line.Locked ? "the NIC is fetching the line"
                : "its read has not reached the NIC";
            throw new BusErrorException(
                $"cycle {Cycle}: bus error on core {line.Request.Core.Number}: line 0x{line.Number:X}, colour {line.Colour}, was not "
                    + $"filled for {Cycle - line.Since} cycles; {why}; {About()}{line.History()}");
        }
    }

    /// <summary>A text: which cores wait for which lines, and what for.</summary>
    public string DescribeWaits() => string.Join("; ", pending.Select(line =>
    {
        LineRecord? holder = units.Holder(line.Colour);
        string why = line.ReadShown ? "the NIC's answer"
            : holder is not null && holder != line ? $"its colour, which line 0x{holder.Number:X} has"
            : line.Locked ? "a fetch"
            : "its way";
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"core {line.Request.Core.Number}, line 0x{line.Number:X}, since {line.Since}: {why}");
    }));

    private ProtocolException Broken(LineRecord line, string what) =>
        new($"cycle {Cycle}, line 0x{line.Number:X}, colour {line.Colour}: {what}; {About()}{line.History()}");

    private string About() => $"machine '{Parameters.Name}', seed {Seed}";

    private string StalledCores()
    {
        StringBuilder text = new();
        foreach (LineRecord line in pending)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"; core {line.Request.Core.Number} waits for line 0x{line.Number:X} since cycle {line.Since}");
        }

        return text.ToString();
    }
}
