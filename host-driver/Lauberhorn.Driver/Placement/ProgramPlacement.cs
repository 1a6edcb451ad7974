// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver.Placement;

/// <summary>
/// Keeps track of the NIC's program table and computes the commands that change it, so that while they are executed each call finds the
/// versions that it found before, or the new ones. Not safe for several threads.
/// </summary>
public sealed class ProgramPlacement
{
    private readonly PlaceMap<(ushort Port, uint Program)> map;
    private readonly Dictionary<(ushort Port, uint Program), ProgramEntry> entries = [];
    private readonly int most;

    /// <summary>Starts with an empty table.</summary>
    /// <param name="programs">Capacity of the NIC's table.</param>
    public ProgramPlacement(int programs)
    {
        ServiceTableShape shape = ServiceTableShape.For(programs, nameof(ProgramPlacement));
        most = programs;
        map = new PlaceMap<(ushort Port, uint Program)>(shape,
            (key, table) => TableHash.OfProgram(key.Port, key.Program, table, shape.BucketBits));
    }

    /// <summary>Number of programs in the table.</summary>
    public int Count => map.Count;

    /// <summary>Adds a program, or changes its versions.</summary>
    /// <param name="port">UDP port.</param>
    /// <param name="program">The program.</param>
    /// <param name="lowest">The lowest version that is served.</param>
    /// <param name="highest">The highest version that is served.</param>
    /// <returns>The steps that the NIC must execute; none if it is so already.</returns>
    /// <exception cref="ArgumentException">The lowest version is over the highest.</exception>
    /// <exception cref="TableFullException">There is no room; nothing has changed.</exception>
    public IReadOnlyList<TableStep> Set(ushort port, uint program, uint lowest, uint highest)
    {
        if (lowest > highest)
        {
            throw new ArgumentException($"versions {lowest} to {highest} of program {program}: the lowest is over the highest",
                nameof(lowest));
        }

        (ushort Port, uint Program) key = (port, program);
        ProgramEntry entry = new() { IsValid = true, Port = port, Program = program, LowestVersion = lowest, HighestVersion = highest };
        if (map.TryFind(key, out int place))
        {
            bool isSame = entries[key] == entry;
            entries[key] = entry;
            return isSame ? [] : [Write(place, entry)];
        }

        if (map.Count == most)
        {
            throw new TableFullException($"the NIC's program table is full: it has room for {most} programs; remove one, or build the NIC "
                + $"with more (NicConfig.Programs)");
        }

        if (!map.TryAdd(key, out IReadOnlyList<((ushort Port, uint Program) Key, int Place)>? writes))
        {
            throw new TableFullException(
                $"the NIC's program table has no place for program {program} at port {port}, although it holds only {map.Count} of {most}: "
                    + $"too many share its buckets; remove one of them");
        }

        entries.Add(key, entry);
        return [.. writes.Select(write => Write(write.Place, entries[write.Key]))];
    }

    /// <summary>Removes a program.</summary>
    /// <param name="port">UDP port.</param>
    /// <param name="program">The program.</param>
    /// <returns>The steps that the NIC must execute.</returns>
    /// <exception cref="KeyNotFoundException">It is not in the table.</exception>
    public IReadOnlyList<TableStep> Remove(ushort port, uint program)
    {
        if (!map.TryRemove((port, program), out int place))
        {
            throw new KeyNotFoundException($"program {program} at port {port} is not registered");
        }

        entries.Remove((port, program), out ProgramEntry entry);
        return [Write(place, entry with { IsValid = false })];
    }

    private static TableStep Write(
        int place, ProgramEntry entry) => new() { Code = CommandCode.SetProgram, Index = place, Program = entry };
}
