// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Demux;

/// <summary>
/// Compares the four entries where a program may be with the program that is called, and selects its versions. Latency 1 tick; one per
/// tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class ProgramCompare(
    [InputBus] ILookUp lookUp,
    [InputBus] IRamData<ProgramEntry> entry00,
    [InputBus] IRamData<ProgramEntry> entry01,
    [InputBus] IRamData<ProgramEntry> entry10,
    [InputBus] IRamData<ProgramEntry> entry11) : SimpleProcess
{
    [OutputBus] private readonly IFoundProgram found = Scope.CreateBus<IFoundProgram>("found");

    internal IFoundProgram Found => found;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool is00 = IsSought(entry00.Item);
        bool is01 = IsSought(entry01.Item);
        bool is10 = IsSought(entry10.Item);
        bool is11 = IsSought(entry11.Item);

        // An entry that moves, or whose versions change, may be in two places for a while: one of them is selected, not a mix of both.
        found.IsFound = is00 || is01 || is10 || is11;
        found.Lowest = is00 ? entry00.Item.LowestVersion
            : is01 ? entry01.Item.LowestVersion : is10 ? entry10.Item.LowestVersion : entry11.Item.LowestVersion;
        found.Highest = is00 ? entry00.Item.HighestVersion
            : is01 ? entry01.Item.HighestVersion : is10 ? entry10.Item.HighestVersion : entry11.Item.HighestVersion;
    }

    private bool IsSought(ProgramEntry entry) => entry.IsValid && entry.Port == lookUp.Sought.Port
        && entry.Program == lookUp.Sought.Program;
}

/// <summary>Compares the program's versions with the one that is called. Latency 1 tick; one per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class VersionCompare([InputBus] IFoundProgram program, [InputBus] ILookUpStage stage) : SimpleProcess
{
    [OutputBus] private readonly IVersionMatch match = Scope.CreateBus<IVersionMatch>("match");

    internal IVersionMatch Match => match;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        match.IsFound = program.IsFound;
        match.HasVersion = stage.Version >= program.Lowest && stage.Version <= program.Highest;
        match.Lowest = program.Lowest;
        match.Highest = program.Highest;
    }
}
