// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Admission;

/// <summary>
/// The packet slots left to the process of the call that was accepted last; from the second tick after that on. Registers.
/// </summary>
public interface IPacketStanding : IBus
{
    /// <summary>Whether its process may have another packet slot.</summary>
    bool MayTake { get; set; }

    /// <summary>Whether that would be one of those that processes share.</summary>
    bool IsShared { get; set; }
}

/// <summary>
/// Whether a process may have another packet slot: as long as it has fewer than it is guaranteed it takes one of these, and otherwise one
/// of those that processes share, of which there are <see cref="INicSettings.SharedPackets"/>. Each packet slot remembers which it was, so
/// nothing is ever counted twice. How many of its guarantee a process has is how often it took one, less how often it gave one back: two
/// memories, each with one writer. One call per tick; what is taken takes effect in the next tick, what is given back two ticks later; no
/// back-pressure.
/// </summary>
public sealed class PacketGuarantee
{
    internal PacketGuarantee(
        NicConfig config,
        IAssembly assembly,
        IRamWrite<SlotResources> commit,
        ISlotReturn returned,
        ICallSweep sweep,
        ICommand command,
        INicSettings settings)
    {
        using Scope scope = Scope.Open("packetGuarantee");
        int depth = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(config.Processes, 2));
        GuaranteePorts ports = new(assembly, commit, returned, command, config.Processes) { Name = "ports" };
        IRamWrite<ushort> takenWrite = Scope.CreateBus<IRamWrite<ushort>>("takenWrite");
        IRamWrite<ushort> givenWrite = Scope.CreateBus<IRamWrite<ushort>>("givenWrite");
        DistributedRam<ushort> guaranteed = new(ports.GuaranteedWrite, ports.Asked, depth);
        DistributedRam<ushort> taken = new(takenWrite, ports.Asked, depth);
        DistributedRam<ushort> given = new(givenWrite, ports.Asked, depth);
        DistributedRam<ushort> takenThen = new(takenWrite, ports.Taking, depth);
        DistributedRam<ushort> givenThen = new(givenWrite, ports.Giving, depth);
        _ = new GuaranteeCounts(commit, returned, sweep, takenThen.Data, givenThen.Data, takenWrite, givenWrite, depth) { Name = "counts" };
        Standing = new GuaranteeCheck(
            assembly, commit, returned, sweep, settings, guaranteed.Data, taken.Data, given.Data)
        {
            Name = "check",
        }.Standing;
    }

    /// <summary>Output: the packet slots left to the call's process.</summary>
    public IPacketStanding Standing { get; }
}

/// <summary>Where the memories are read and the guarantees written. Combinational.</summary>
public sealed class GuaranteePorts(
    [InputBus] IAssembly assembly,
    [InputBus] IRamWrite<SlotResources> commit,
    [InputBus] ISlotReturn returned,
    [InputBus] ICommand command,
    int processes) : SimpleProcess
{
    [OutputBus] private readonly IRamAddress asked = Scope.CreateBus<IRamAddress>("asked");
    [OutputBus] private readonly IRamAddress taking = Scope.CreateBus<IRamAddress>("taking");
    [OutputBus] private readonly IRamAddress giving = Scope.CreateBus<IRamAddress>("giving");
    [OutputBus] private readonly IRamWrite<ushort> guaranteedWrite = Scope.CreateBus<IRamWrite<ushort>>("guaranteedWrite");
    private readonly uint processes = (uint)processes;

    internal IRamAddress Asked => asked;

    internal IRamAddress Taking => taking;

    internal IRamAddress Giving => giving;

    internal IRamWrite<ushort> GuaranteedWrite => guaranteedWrite;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        asked.Address = assembly.Frame.Service.Process;
        taking.Address = commit.Item.Process;
        giving.Address = returned.Resources.Process;
        guaranteedWrite.Enable = command.Valid && command.Code == CommandCode.SetProcess && command.Index < processes;
        guaranteedWrite.Address = command.Index;
        guaranteedWrite.Item = CommandData.ProcessPolicy(command.Data).GuaranteedPackets;
    }
}

/// <summary>Counts what processes take and give back of their guarantees. Combinational; one of each per tick.</summary>
public sealed class GuaranteeCounts(
    [InputBus] IRamWrite<SlotResources> commit,
    [InputBus] ISlotReturn returned,
    [InputBus] ICallSweep sweep,
    [InputBus] IRamData<ushort> taken,
    [InputBus] IRamData<ushort> given,
    [OutputBus] IRamWrite<ushort> takenWrite,
    [OutputBus] IRamWrite<ushort> givenWrite,
    int depth) : SimpleProcess
{
    private readonly uint mask = (uint)depth - 1;

    /// <summary>Whether a packet slot counts towards its process's guarantee.</summary>
    /// <param name="resources">What belongs to its slot.</param>
    [Hardware]
    internal static bool IsGuaranteed(SlotResources resources) =>
        resources.HasPacketSlot && !resources.IsBypass && !resources.IsSharedPacket;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // Nothing counts towards guarantees until the memories are emptied after a reset.
        takenWrite.Enable = sweep.Enable || (commit.Enable && IsGuaranteed(commit.Item));
        takenWrite.Address = sweep.Enable ? sweep.Address & mask : commit.Item.Process;
        takenWrite.Item = (ushort)(sweep.Enable ? 0 : taken.Item + 1);
        givenWrite.Enable = sweep.Enable || (returned.Enable && IsGuaranteed(returned.Resources));
        givenWrite.Address = sweep.Enable ? sweep.Address & mask : returned.Resources.Process;
        givenWrite.Item = (ushort)(sweep.Enable ? 0 : given.Item + 1);
    }
}

/// <summary>
/// Computes the packet slots left to the process of the call that was accepted in the tick before, and counts the shared ones. Latency 1
/// tick.
/// </summary>
[ClockedProcess]
public sealed class GuaranteeCheck(
    [InputBus] IAssembly assembly,
    [InputBus] IRamWrite<SlotResources> commit,
    [InputBus] ISlotReturn returned,
    [InputBus] ICallSweep sweep,
    [InputBus] INicSettings settings,
    [InputBus] IRamData<ushort> guaranteed,
    [InputBus] IRamData<ushort> taken,
    [InputBus] IRamData<ushort> given) : SimpleProcess
{
    [OutputBus] private readonly IPacketStanding standing = Scope.CreateBus<IPacketStanding>("standing");
    private ushort shared;

    internal IPacketStanding Standing => standing;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // What the call before has taken is being written in this tick.
        SlotResources before = commit.Item;
        bool isSame = commit.Enable && GuaranteeCounts.IsGuaranteed(before) && before.Process == assembly.Frame.Service.Process;
        bool takesShared = commit.Enable && before.HasPacketSlot && !before.IsBypass && before.IsSharedPacket;
        SlotResources back = returned.Resources;
        bool givesShared = returned.Enable && back.HasPacketSlot && !back.IsBypass && back.IsSharedPacket;
        ushort has = (ushort)(taken.Item - given.Item + (isSame ? 1 : 0));
        bool isGuaranteed = sweep.IsDone && has < guaranteed.Item;
        ushort then = (ushort)(shared + (takesShared ? 1 : 0));
        if (assembly.IsFirst)
        {
            standing.MayTake = isGuaranteed || then < settings.SharedPackets;
            standing.IsShared = !isGuaranteed;
        }

        shared = (ushort)(then - (givesShared ? 1 : 0));
    }
}
