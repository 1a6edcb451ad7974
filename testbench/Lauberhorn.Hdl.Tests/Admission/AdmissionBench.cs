// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Tests.Admission;

/// <summary>A message that arrived: where it is, and what the stores held then.</summary>
internal sealed record Message(
    ushort Process, ushort Slot, long Tick, byte[] Line, byte[] Aux, PendingCall Pending, SlotResources Resources);

/// <summary>
/// Admission beside its model: stores of lines, packets and pending calls that are written as the neighbours would, and sets of what is
/// taken. It compares at each event and each arrival. It touches top-level buses only, so it drives RTL just as well.
/// </summary>
internal sealed class AdmissionBench : IDisposable
{
    public const string EntityName = "admission";

    private readonly Stream<RoutedFrame> routed = null!;
    private readonly Stream<PayloadBeat> payload = null!;
    private readonly Stream<SlotRelease> fromScheduler = null!;
    private readonly Stream<SlotRelease> fromReplies = null!;
    private readonly INicSettings settings = null!;
    private readonly ICommand command = null!;
    private readonly Dictionary<ushort, ushort> guarantees = [];
    private readonly Hdl.Admission.Admission admission;
    private readonly Queue<PayloadBeat> beats = new();
    private readonly Queue<AdmissionFrame> inside = new();
    private readonly Queue<AdmissionFrame> admitted = new();
    private readonly Queue<Message> arrived = new();
    private readonly Queue<NicReply> answers = new();
    private readonly Queue<NicReply> expectedAnswers = new();
    private readonly byte[][] lines;
    private readonly byte[][] packets;
    private readonly PendingCall[] pending;
    private readonly SlotResources[] resources;
    private readonly Dictionary<int, AdmissionFrame> used = [];
    private readonly HashSet<int> usedPackets = [];
    private readonly List<(long Tick, AdmissionFrame Frame)> released = [];
    private AdmissionFrame? offered;
    private (Arrival Arrival, long Tick)? taken;
    private bool lineWasWritten;
    private int generation;

    public AdmissionBench(NicConfig config, int ageUnitBits = 16)
    {
        AgeUnitBits = ageUnitBits;
        Config = config;
        Simulation = new Simulation();
        routed = new Stream<RoutedFrame>("routed");
        payload = new Stream<PayloadBeat>("payload");
        fromScheduler = new Stream<SlotRelease>("fromScheduler");
        fromReplies = new Stream<SlotRelease>("fromReplies");
        settings = Scope.CreateBus<INicSettings>("settings");
        command = Scope.CreateBus<ICommand>("command");
        admission = new Hdl.Admission.Admission(config, routed, payload, settings, command, fromScheduler, fromReplies, ageUnitBits);
        SharedPackets = (ushort)(config.PacketSlots - config.BypassPacketSlots);
        Simulation.AddTopLevelInputs(
            settings,
            command,
            routed.Forward,
            payload.Forward,
            fromScheduler.Forward,
            fromReplies.Forward,
            admission.Arrivals.Backward,
            admission.Answers.Backward,
            admission.LineWrites.Backward,
            admission.PacketWrites.Backward);
        Simulation.AddTopLevelOutputs(
            routed.Backward,
            payload.Backward,
            fromScheduler.Backward,
            fromReplies.Backward,
            admission.Arrivals.Forward,
            admission.Answers.Forward,
            admission.LineWrites.Forward,
            admission.PacketWrites.Forward,
            admission.PendingWrite,
            admission.ResourceWrite,
            admission.Events,
            admission.AgeEvents);
        lines = [.. Enumerable.Range(0, config.PendingCalls).Select(_ => new byte[128])];
        packets = [.. Enumerable.Range(0, config.PacketSlots).Select(_ => new byte[128 * config.AuxLines])];
        pending = new PendingCall[config.PendingCalls];
        resources = new SlotResources[config.PendingCalls];
    }

    public NicConfig Config { get; }

    public int AgeUnitBits { get; }

    /// <summary>The age limit, in units of 2 to the power of <see cref="AgeUnitBits"/> ticks; 0 for none.</summary>
    public ushort AgeLimit { get; set; }

    /// <summary><see cref="INicSettings.SharedPackets"/>.</summary>
    public ushort SharedPackets { get; set; }

    /// <summary>Calls that left the table of calls because of their age.</summary>
    public int Overdue { get; private set; }

    public Simulation Simulation { get; }

    // After so many ticks the scanner has read every slot.
    private int LookTicks => (Hdl.Admission.AgeScan.MostTicks + 6) * (Config.PendingCalls + 1);

    public Hdl.Admission.Admission Admission => admission;

    /// <summary>
    /// So many ticks after a release nobody may be told any more that there is no room; before, either is right.
    /// </summary>
    public int Settle { get; set; } = 6;

    /// <summary>Asked when the last frame was accepted: the next; null for none.</summary>
    public Func<AdmissionFrame?> NextFrame { get; set; } = static () => null;

    /// <summary>Asked in each tick: whether a beat of payload is offered.</summary>
    public Func<bool> PayloadPace { get; set; } = static () => true;

    /// <summary>Asked in each tick and for each output: whether it is taken.</summary>
    public Func<bool> Pace { get; set; } = static () => true;

    /// <summary>
    /// Asked in each tick for each release stream that is free: whether to release one of the messages that have arrived.
    /// </summary>
    public Func<bool> ReleasePace { get; set; } = static () => false;

    /// <summary>Chooses one of so many messages to release.</summary>
    public Func<int, int> ReleaseChoice { get; set; } = static _ => 0;

    /// <summary>Messages that have arrived and are not released.</summary>
    public List<Message> Held { get; } = [];

    /// <summary>All messages, and the tick in which each was first valid.</summary>
    public List<Message> Messages { get; } = [];

    /// <summary>Ticks in which a line was first valid.</summary>
    public List<long> LineTicks { get; } = [];

    /// <summary>Ticks in which frames were taken.</summary>
    public List<long> FrameTicks { get; } = [];

    /// <summary>Ticks in which the last beat of a frame's payload was accepted.</summary>
    public List<long> PayloadTicks { get; } = [];

    public Dictionary<NicEvent, int> Events { get; } = [];

    /// <summary>Whether returned slots were valid in the tick before, and none was taken.</summary>
    public bool IsReleaseHeld { get; private set; }

    public bool IsIdle => inside.Count == 0 && offered is null && beats.Count == 0 && !payload.Forward.Valid && taken is null
        && arrived.Count == 0 && admitted.Count == 0;

    public void Dispose() => Simulation.Dispose();

    /// <summary>Ticks; fails as soon as something differs.</summary>
    public void Run(int ticks)
    {
        _ = Simulation.Network;
        for (int i = 0; i < ticks; i++)
        {
            long tick = Simulation.Ticks;
            Observe(tick);
            Drive();
            Simulation.Tick();
        }
    }

    /// <summary>Guarantees packet slots to a process.</summary>
    public void Guarantee(ushort process, ushort packets)
    {
        guarantees[process] = packets;
        command.Valid = true;
        command.Code = CommandCode.SetProcess;
        command.Index = process;
        command.Data = Bits<W512>.Zero.WithSlice(CommandPlaces.ProcessPolicyGuaranteedPackets, (Bits<W16>)packets);
        Run(1);
        command.Valid = false;
    }

    /// <summary>What the model says is used; to be compared with what is free.</summary>
    public (int CallSlots, int FrameSlots, int CallPackets, int FramePackets) Used() => (
        used.Values.Count(frame => frame.IsCall),
        used.Values.Count(frame => !frame.IsCall),
        used.Values.Count(frame => frame.IsCall && frame.NeedsPacket),
        used.Values.Count(frame => !frame.IsCall && frame.NeedsPacket));

    private void Observe(long tick)
    {
        Overdue += admission.AgeEvents.Flags == 1ul << (int)NicEvent.CallOverdue ? 1 : 0;
        if (BitOperations.PopCount(admission.Events.Flags) is int happened && happened > 0)
        {
            Assert.Equal(1, happened);
            End((NicEvent)BitOperations.TrailingZeroCount(admission.Events.Flags));
        }

        if (routed.Forward.Valid && routed.Backward.Ready)
        {
            offered!.Taken = tick;
            FrameTicks.Add(tick);
            inside.Enqueue(offered);
            offered = null;
        }

        if (payload.Forward.Valid && payload.Backward.Ready && payload.Forward.Item.Last)
        {
            PayloadTicks.Add(tick);
        }

        if (admission.PendingWrite.Enable)
        {
            AssertFree((int)admission.PendingWrite.Address);
            pending[admission.PendingWrite.Address] = admission.PendingWrite.Item;
        }

        if (admission.ResourceWrite.Enable)
        {
            AssertFree((int)admission.ResourceWrite.Address);
            resources[admission.ResourceWrite.Address] = admission.ResourceWrite.Item;
        }

        // What belongs to a call is written in the tick after its arrival was accepted.
        if (taken is (Arrival arrival, long at))
        {
            Arrive(arrival, at);
            taken = null;
        }

        if (admission.Arrivals.Forward.Valid && admission.Arrivals.Backward.Ready)
        {
            taken = (admission.Arrivals.Forward.Item, tick);
        }

        if (admission.Answers.Forward.Valid && admission.Answers.Backward.Ready)
        {
            answers.Enqueue(admission.Answers.Forward.Item);
        }

        Store(tick);
        bool isOffered = fromScheduler.Forward.Valid || fromReplies.Forward.Valid;
        IsReleaseHeld = isOffered
            && !(fromScheduler.Forward.Valid && fromScheduler.Backward.Ready)
            && !(fromReplies.Forward.Valid && fromReplies.Backward.Ready);
        foreach (Stream<SlotRelease> stream in new[] { fromScheduler, fromReplies })
        {
            if (stream.Forward.Valid && stream.Backward.Ready)
            {
                int slot = stream.Forward.Item.Slot;
                released.Add((tick, used[slot]));
                used.Remove(slot);
                if (resources[slot].HasPacketSlot)
                {
                    Assert.True(usedPackets.Remove(resources[slot].PacketSlot));
                }
            }
        }

        while (arrived.Count > 0 && admitted.Count > 0)
        {
            Check(admitted.Dequeue(), arrived.Dequeue());
        }

        while (answers.Count > 0 && expectedAnswers.Count > 0)
        {
            Assert.Equal(expectedAnswers.Dequeue(), answers.Dequeue());
        }

        released.RemoveAll(item => item.Tick < tick - 1000);
    }

    private void Store(long tick)
    {
        IStream<LineWrite> line = admission.LineWrites.Forward;
        if (line.Valid && !lineWasWritten)
        {
            LineTicks.Add(tick);
        }

        lineWasWritten = line.Valid && !admission.LineWrites.Backward.Ready;
        if (line.Valid && admission.LineWrites.Backward.Ready)
        {
            AssertFree(line.Item.Slot);
            Assert.Equal(Bits<W128>.AllOnes, line.Item.Mask);
            line.Item.Data.CopyTo(lines[line.Item.Slot]);
        }

        IStream<PacketWrite> half = admission.PacketWrites.Forward;
        if (half.Valid && admission.PacketWrites.Backward.Ready)
        {
            Assert.DoesNotContain(half.Item.PacketSlot, usedPackets);
            half.Item.Data.CopyTo(packets[half.Item.PacketSlot].AsSpan(64 * half.Item.Half));
        }
    }

    private void Drive()
    {
        settings.CallAgeLimit = AgeLimit;
        settings.SharedPackets = SharedPackets;
        if (!routed.Forward.Valid || routed.Backward.Ready)
        {
            offered = NextFrame();
            routed.Forward.Valid = offered is not null;
            routed.Forward.Item = offered?.Routed ?? default;
            foreach (PayloadBeat beat in offered?.Beats() ?? [])
            {
                beats.Enqueue(beat);
            }
        }

        if (!payload.Forward.Valid || payload.Backward.Ready)
        {
            bool offers = beats.Count > 0 && PayloadPace();
            payload.Forward.Valid = offers;
            payload.Forward.Item = offers ? beats.Dequeue() : new PayloadBeat(Bits<W512>.AllOnes, 64, false);
        }

        foreach (Stream<SlotRelease> stream in new[] { fromScheduler, fromReplies })
        {
            if (!stream.Forward.Valid || stream.Backward.Ready)
            {
                bool releases = Held.Count > 0 && ReleasePace();
                stream.Forward.Valid = releases;
                if (releases)
                {
                    int choice = ReleaseChoice(Held.Count);
                    stream.Forward.Item = new SlotRelease(Held[choice].Slot);
                    Held.RemoveAt(choice);
                }
            }
        }

        admission.Arrivals.Backward.Ready = Pace();
        admission.Answers.Backward.Ready = Pace();
        admission.LineWrites.Backward.Ready = Pace();
        admission.PacketWrites.Backward.Ready = Pace();
    }

    private void AssertFree(int slot) => Assert.False(used.ContainsKey(slot) || arrived.Any(message => message.Slot == slot),
        $"slot {slot} is written while it is in use");

    /// <summary>A frame has ended: was that right?</summary>
    private void End(NicEvent happened)
    {
        AdmissionFrame frame = inside.Dequeue();
        Events[happened] = Events.GetValueOrDefault(happened) + 1;
        Assert.Contains(happened, Allowed(frame));
        if (frame.Answer(happened) is NicReply answer)
        {
            expectedAnswers.Enqueue(answer);
        }

        if (happened is NicEvent.CallAdmitted or NicEvent.FrameAdmitted)
        {
            admitted.Enqueue(frame);
        }
    }

    /// <summary>How a frame may end. Where a slot was given back while it was being checked, there are two right answers.</summary>
    private IEnumerable<NicEvent> Allowed(AdmissionFrame frame)
    {
        if (frame.Routed.Route == RouteKind.Answer)
        {
            return [frame.Routed.Answer == NicReplyKind.Null ? NicEvent.NullCall : NicEvent.ErrorReply];
        }

        if (frame.Payload.Length > 96 + (128 * Config.AuxLines))
        {
            return [frame.IsCall ? NicEvent.CallTooLong : NicEvent.FrameDroppedTooLong];
        }

        if (frame.IsGarbage)
        {
            return [NicEvent.GarbageArguments];
        }

        // Messages whose arrival is matched with its event only after this are used too.
        List<AdmissionFrame> taken = [.. used.Values, .. admitted];
        List<AdmissionFrame> unsettled = [.. released.Where(item => item.Tick >= frame.Taken - Settle).Select(item => item.Frame)];
        List<NicEvent> allowed = [];
        bool IsSame(AdmissionFrame other) => other.IsCall && other.Key == frame.Key && !IsOver(other, frame.Taken - LookTicks);
        if (frame.IsCall && unsettled.Concat(taken).Any(IsSame))
        {
            allowed.Add(NicEvent.Retransmission);
        }

        if (frame.IsCall && taken.Any(other => other.IsCall && other.Key == frame.Key && !IsOver(other, frame.Taken + 4)))
        {
            return allowed;
        }

        bool Lacks(bool isPacket, bool counts) => Limits(frame, isPacket).Any(limit =>
            taken.Count(other => limit.Counts(other) && (!isPacket || other.NeedsPacket))
            + (counts ? unsettled.Count(other => limit.Counts(other) && (!isPacket || other.NeedsPacket)) : 0) >= limit.Most);
        if (!Lacks(false, false) && (!frame.NeedsPacket || !Lacks(true, false)))
        {
            allowed.Add(frame.IsCall ? NicEvent.CallAdmitted : NicEvent.FrameAdmitted);
        }

        if (Lacks(false, true))
        {
            allowed.Add(frame.IsCall ? NicEvent.CallDroppedNoSlot : NicEvent.FrameDroppedNoSlot);
        }

        if (frame.NeedsPacket && (Lacks(true, true) || LacksGuarantee(frame, taken.Concat(unsettled))))
        {
            allowed.Add(frame.IsCall ? NicEvent.CallDroppedNoPacketSlot : NicEvent.FrameDroppedNoSlot);
        }

        return allowed;
    }

    /// <summary>
    /// Whether a process has as many packet slots as it is guaranteed, so that another is one of those that processes share.
    /// </summary>
    private bool LacksGuarantee(AdmissionFrame frame, IEnumerable<AdmissionFrame> taken) => frame.IsCall
        && SharedPackets < Config.PacketSlots - Config.BypassPacketSlots
        && taken.Count(other => other.IsCall && other.NeedsPacket && other.Routed.Service.Process == frame.Routed.Service.Process)
            >= guarantees.GetValueOrDefault(frame.Routed.Service.Process);

    /// <summary>The shares that a frame needs a slot or packet slot of: who else counts, and how many there are.</summary>
    private IEnumerable<(Func<AdmissionFrame, bool> Counts, int Most)> Limits(AdmissionFrame frame, bool isPacket)
    {
        int bypass = isPacket ? Config.BypassPacketSlots : Config.BypassSlots;
        if (frame.IsCall)
        {
            yield return (static other => other.IsCall, (isPacket ? Config.PacketSlots : Config.PendingCalls) - bypass);
            yield break;
        }

        yield return (static other => !other.IsCall, bypass);
        if (!isPacket && !frame.FindsNeighbour)
        {
            int kept = bypass switch { 1 => 0, < 5 => 1, < 24 => 2, _ => bypass / 8 };
            yield return (static other => !other.IsCall && !other.FindsNeighbour, bypass - kept);
        }

        if (frame.IsMissed)
        {
            yield return (static other => other.IsMissed, bypass == 1 ? 0 : bypass - Math.Max(1, bypass / 4));
        }
    }

    /// <summary>Whether a call is over the age limit at a tick.</summary>
    private bool IsOver(AdmissionFrame call, long tick) =>
        AgeLimit != 0 && (tick >> AgeUnitBits) - (call.Arrived >> AgeUnitBits) > AgeLimit;

    private void Arrive(Arrival arrival, long tick)
    {
        AssertFree(arrival.Slot);
        SlotResources of = resources[arrival.Slot];
        byte[] aux = of.HasPacketSlot ? packets[of.PacketSlot][..(128 * of.AuxLines)] : [];
        Message message = new(arrival.Process, arrival.Slot, tick, [.. lines[arrival.Slot]], aux, pending[arrival.Slot], of);
        arrived.Enqueue(message);
        Messages.Add(message);
        if (of.HasPacketSlot)
        {
            Assert.True(usedPackets.Add(of.PacketSlot), $"packet slot {of.PacketSlot} is given out twice");
        }
    }

    private void Check(AdmissionFrame frame, Message message)
    {
        ushort now = (ushort)generation++;
        Assert.Equal(frame.IsCall ? frame.Routed.Service.Process : 0, message.Process);
        Assert.Equal(frame.Line(message.Slot, now), message.Line);
        Assert.Equal(frame.Aux(), message.Aux);
        Assert.Equal(frame.Pending(now, message.Pending.ArrivalTime), message.Pending);
        Assert.InRange(message.Pending.ArrivalTime, frame.Taken >> AgeUnitBits, message.Tick >> AgeUnitBits);
        Assert.Equal(!frame.IsCall, message.Resources.IsBypass);
        Assert.Equal(frame.NeedsPacket, message.Resources.HasPacketSlot);
        Assert.Equal(frame.Aux().Length / 128, message.Resources.AuxLines);
        frame.Arrived = message.Tick;
        used.Add(message.Slot, frame);
        Held.Add(message);
    }
}
