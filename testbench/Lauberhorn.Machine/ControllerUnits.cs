// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Machines;

/// <summary>What a directory controller unit works on.</summary>
internal enum UnitWork : byte
{
    Read,
    Fetch,
    Eviction,
}

/// <summary>
/// The directory's controller units: a unit works on one request at a time, for the lines of one colour, and a read is in flight until the
/// NIC has answered it. Two slices of 32 units each: bit 0 of the colour names the slice.
/// </summary>
internal sealed class ControllerUnits(Action<UnitWork, LineRecord> start)
{
    private readonly Unit[] units = [.. Enumerable.Range(0, 64).Select(static _ => new Unit())];

    public void Add(UnitWork work, LineRecord line, long now)
    {
        Unit unit = units[line.Colour];
        int at = unit.Waiting.Count;
        if (work == UnitWork.Fetch)
        {
            // A read that the NIC has not seen yet comes after the fetch, or the NIC would see a read of a line under fetch.
            int read = unit.Waiting.FindIndex(entry => entry.Line == line && entry.Work == UnitWork.Read);
            at = read < 0 ? at : read;
        }

        unit.Waiting.Insert(at, (work, line, now));
        if (work == UnitWork.Fetch && unit.IsBusy && unit.Line == line && unit.Work == UnitWork.Read && line.ReadQueued)
        {
            line.ReadQueued = false;
            unit.Waiting.RemoveAt(at);
            unit.Waiting.Insert(0, (UnitWork.Read, line, now));
            unit.Waiting.Insert(0, (work, line, now));
            unit.IsBusy = false;
        }

        Advance(unit, now);
    }

    public void Done(LineRecord line, long now)
    {
        Unit unit = units[line.Colour];
        unit.IsBusy = false;
        Advance(unit, now);
    }

    /// <summary>The longest wait behind a read that the NIC has not answered.</summary>
    public bool FindBlocked(long before, out UnitWork work, out LineRecord waits, out LineRecord stalls, out long since)
    {
        foreach (Unit unit in units)
        {
            if (unit.IsBusy && unit.Work == UnitWork.Read && unit.Waiting.Count > 0 && unit.Waiting[0].Since < before)
            {
                (work, waits, since) = unit.Waiting[0];
                stalls = unit.Line!;
                return true;
            }
        }

        (work, waits, stalls, since) = (default, null!, null!, 0);
        return false;
    }

    public LineRecord? Holder(int colour) => units[colour].IsBusy ? units[colour].Line : null;

    private void Advance(Unit unit, long now)
    {
        if (unit.IsBusy || unit.Waiting.Count == 0)
        {
            return;
        }

        (unit.Work, unit.Line, _) = unit.Waiting[0];
        unit.Waiting.RemoveAt(0);
        unit.IsBusy = true;
        start(unit.Work, unit.Line);
    }

    private sealed class Unit
    {
        public readonly List<(UnitWork Work, LineRecord Line, long Since)> Waiting = [];
        public bool IsBusy;
        public UnitWork Work;
        public LineRecord? Line;
    }
}
