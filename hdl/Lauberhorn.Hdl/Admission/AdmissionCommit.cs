// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Admission;

/// <summary>
/// Writes a message's records, in the tick after the one in which it was admitted: what its reply needs, what belongs to
/// its slot, its place in the table of calls. Until then nothing is held, so that a message that waits for admission keeps no other block
/// from what they need: a slot that is given back writes the same table. The scheduler's first word about the slot comes later than this.
/// Latency 1 tick; one message per tick; no back-pressure.
/// </summary>
[ClockedProcess]
internal sealed class AdmissionCommit(
    AssemblyStep now,
    [InputBus] ICallOutcome outcome,
    [Ports] FreeNumbers free,
    [InputBus] IAdmissionState state,
    [InputBus] IPacketStanding standing,
    [OutputBus] IRamWrite<SlotResources> resourceWrite,
    [OutputBus] ICallInsertion insertion,
    int ageUnitBits) : SimpleProcess
{
    [InputBus] private readonly IAssembly assembly = now.Assembly;
    [InputBus] private readonly IAssemblyPlan plan = now.Plan;
    [InputBus] private readonly IAssemblyAdvance advance = now.Advance;
    [OutputBus] private readonly IRamWrite<PendingCall> pendingWrite = Scope.CreateBus<IRamWrite<PendingCall>>("pendingWrite");
    private readonly int ageUnitBits = ageUnitBits;

    internal IRamWrite<PendingCall> PendingWrite => pendingWrite;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        RoutedFrame frame = assembly.Frame;
        uint bytes = frame.Metadata.PayloadBytes;
        bool isCall = frame.Route == RouteKind.Call;
        bool admits = advance.Ends && (plan.AdmitsCall || plan.AdmitsFrame);
        ushort process = isCall ? frame.Service.Process : (ushort)0;

        pendingWrite.Enable = admits;
        pendingWrite.Address = free.Slots.Item;
        pendingWrite.Item = new PendingCall
        {
            IsCall = isCall,
            Generation = state.Generation,
            ClientAddress = frame.Metadata.SourceAddress,
            ClientPort = frame.Metadata.SourcePort,
            ServerPort = frame.Metadata.DestinationPort,
            Xid = frame.Metadata.Xid,
            Process = process,
            ProcessGeneration = isCall ? frame.Service.ProcessGeneration : (ushort)0,
            ReplyLayout = frame.Service.ReplyLayout,
            ArrivalTime = (uint)(state.Cycle >> ageUnitBits),
        };
        resourceWrite.Enable = admits;
        resourceWrite.Address = free.Slots.Item;
        resourceWrite.Item = new SlotResources
        {
            IsBypass = !isCall,
            Share = plan.Share,
            HasPacketSlot = assembly.NeedsPacket,
            IsSharedPacket = isCall && standing.IsShared,
            PacketSlot = free.Packets.Item,
            AuxLines = (byte)(assembly.IsLong ? (bytes + NicConfig.LineBytes - 1 - ControlLine.InlineBytes) >> 7 : 0),
            Process = process,
        };
        insertion.Enable = advance.Ends && plan.AdmitsCall && outcome.IsIndexed;
        insertion.Place = outcome.Place;
        insertion.Key = CallCompare.Key(frame);
        insertion.Slot = free.Slots.Item;
        insertion.Time = (ushort)(state.Cycle >> ageUnitBits);
    }
}
