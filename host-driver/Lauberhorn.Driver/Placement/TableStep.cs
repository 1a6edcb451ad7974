// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver.Placement;

/// <summary>
/// One step of a change of the NIC's tables. Steps are executed in their order, each when the one before has completed; after each of them
/// every call finds what it shall find.
/// </summary>
public readonly record struct TableStep
{
    /// <summary>
    /// The command; or <see cref="CommandCode.None"/>: wait until the frames in the look-up have left it, docs/demux.md says for how long.
    /// Reading any register takes longer.
    /// </summary>
    public CommandCode Code { get; init; }

    /// <summary>The command's index: a service's number, or a place.</summary>
    public int Index { get; init; }

    /// <summary>For <see cref="CommandCode.SetService"/>: the service.</summary>
    public Service Service { get; init; }

    /// <summary>For <see cref="CommandCode.SetServiceKey"/>: the entry.</summary>
    public ServiceKeyEntry Key { get; init; }

    /// <summary>For <see cref="CommandCode.SetProgram"/>: the entry.</summary>
    public ProgramEntry Program { get; init; }

    /// <summary>The command's data.</summary>
    /// <exception cref="InvalidOperationException">The step is no change of a table.</exception>
    public ulong[] Data => Code switch
    {
        CommandCode.SetService => CommandEncoding.Of(Service),
        CommandCode.SetServiceKey => CommandEncoding.Of(Key),
        CommandCode.SetProgram => CommandEncoding.Of(Program),
        _ => throw new InvalidOperationException($"{Code} is no step of a table's change"),
    };
}

/// <summary>A table of the NIC's has no room for another entry.</summary>
/// <param name="message">Which, how large it is, and what to do.</param>
public sealed class TableFullException(string message) : Exception(message);
