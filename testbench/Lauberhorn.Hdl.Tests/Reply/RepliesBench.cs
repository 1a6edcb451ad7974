// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Tests.Reply;

/// <summary>A frame that must come out.</summary>
/// <param name="Class">What it is.</param>
/// <param name="Address">Its destination.</param>
/// <param name="IsKnown">Whether the destination's MAC address is known.</param>
/// <param name="Bytes">The frame.</param>
internal sealed record ExpectedFrame(FrameClass Class, uint Address, bool IsKnown, byte[] Bytes);

/// <summary>
/// The reply stage beside its model: stores of lines and packets that are overwritten as soon as they are given back, and all that must
/// come out, in order. It touches top-level buses only, so it drives RTL just as well.
/// </summary>
internal sealed partial class RepliesBench : IDisposable
{
    public const string EntityName = "replies";
    public const ulong OwnMac = 0x0200_1122_3344;
    public const uint OwnAddress = 0x0A00_0001;

    private readonly Stream<LeftLine> left = null!;
    private readonly Stream<NicReply> answers = null!;
    private readonly Stream<PacketRead> reads = null!;
    private readonly Stream<PacketLine> auxLines = null!;
    private readonly IRamWrite<PendingCall> pendingWrite = null!;
    private readonly ISighting sighting = null!;
    private readonly ICommand command = null!;
    private readonly INicSettings settings = null!;
    private readonly IRamRead lineRead = null!;
    private readonly IRamData<Bits<W1024>> line = null!;
    private readonly IRamRead transmitRead = null!;
    private readonly IRamData<Bits<W1024>> transmitLine = null!;
    private readonly Replies replies;

    private readonly Bits<W1024>[] lines;
    private readonly Bits<W1024>[] transmitLines;
    private readonly byte[][] packets;
    private readonly Queue<PacketLine> readLines = new();
    private readonly Dictionary<byte, int> errors = [];
    private ReplyItem? prepared;
    private ReplyItem? offered;
    private NicReply offeredAnswer;
    private ushort identification;

    public RepliesBench(NicConfig config)
    {
        Config = config;
        Simulation = new Simulation();
        left = new Stream<LeftLine>("left");
        answers = new Stream<NicReply>("answers");
        reads = new Stream<PacketRead>("reads");
        auxLines = new Stream<PacketLine>("auxLines");
        pendingWrite = Scope.CreateBus<IRamWrite<PendingCall>>("pendingWrite");
        sighting = Scope.CreateBus<ISighting>("sighting");
        command = Scope.CreateBus<ICommand>("command");
        settings = Scope.CreateBus<INicSettings>("settings");
        lineRead = Scope.CreateBus<IRamRead>("lineRead");
        line = Scope.CreateBus<IRamData<Bits<W1024>>>("line");
        transmitRead = Scope.CreateBus<IRamRead>("transmitRead");
        transmitLine = Scope.CreateBus<IRamData<Bits<W1024>>>("transmitLine");
        replies = new Replies(
            config,
            left,
            answers,
            pendingWrite,
            sighting,
            new OsControl(command, settings),
            new StoreReads(lineRead, transmitRead, reads),
            new StoreLines(line, transmitLine, auxLines));
        Simulation.AddTopLevelInputs(
            left.Forward,
            answers.Forward,
            pendingWrite,
            sighting,
            command,
            settings,
            line,
            transmitLine,
            reads.Backward,
            auxLines.Forward,
            replies.Frames.Backward,
            replies.Releases.Backward,
            replies.SendDone.Backward,
            replies.MissedFrames.Backward,
            replies.MissedPayload.Backward);
        Simulation.AddTopLevelOutputs(
            left.Backward,
            answers.Backward,
            lineRead,
            transmitRead,
            reads.Forward,
            auxLines.Backward,
            replies.Frames.Forward,
            replies.Releases.Forward,
            replies.SendDone.Forward,
            replies.MissedFrames.Forward,
            replies.MissedPayload.Forward);
        Simulation.AddTopLevelOutputs([.. replies.Events]);
        lines = new Bits<W1024>[config.PendingCalls];
        transmitLines = new Bits<W1024>[config.Endpoints];
        packets = [.. Enumerable.Range(0, config.PacketSlots + config.TransmitPacketSlots)
            .Select(_ => new byte[128 * Math.Max(1, config.AuxLines)])];
        FreeSlots = [.. Enumerable.Range(0, config.PendingCalls)];
        FreeEndpoints = [.. Enumerable.Range(0, config.Endpoints)];
        FreePackets = [.. Enumerable.Range(0, packets.Length)];
    }

    public NicConfig Config { get; }

    public Simulation Simulation { get; }

    /// <summary>As the register; 0 for no limit. All errors of a run are in one period.</summary>
    public int ErrorLimit { get; set; }

    /// <summary>As the register.</summary>
    public ushort AgeLimit { get; set; }

    /// <summary>As the register; to be set before anything comes.</summary>
    public ushort Mtu { get; set; } = ushort.MaxValue;

    public List<int> FreeSlots { get; }

    public List<int> FreeEndpoints { get; }

    public List<int> FreePackets { get; }

    /// <summary>MAC addresses that are known, and whether the OS has set them.</summary>
    public Dictionary<uint, (ulong Mac, bool IsFixed)> Neighbours { get; } = [];

    /// <summary>Asked in each tick in which one may come: the next line; null for none.</summary>
    public Func<ReplyItem?> NextLine { get; set; } = static () => null;

    /// <summary>Asked in each tick in which one may come: the next answer; null for none.</summary>
    public Func<NicReply?> NextAnswer { get; set; } = static () => null;

    /// <summary>Asked in each tick: whether the MAC takes a beat.</summary>
    public Func<bool> MacPace { get; set; } = static () => true;

    /// <summary>Asked in each tick and for each of the other outputs, and for aux lines: whether it is taken, or comes.</summary>
    public Func<bool> Pace { get; set; } = static () => true;

    /// <summary>Asked in each tick: whether frames are taken whose neighbour is not known.</summary>
    public Func<bool> MissedPace { get; set; } = static () => true;

    public Dictionary<NicEvent, int> Events { get; } = [];

    /// <summary>Ticks in which a line or an answer was first valid.</summary>
    public List<long> OfferTicks { get; } = [];

    /// <summary>Ticks in which a frame's first beat was first valid.</summary>
    public List<long> FrameTicks { get; } = [];

    /// <summary>Frames at the MAC.</summary>
    public List<byte[]> Frames { get; } = [];

    public bool IsIdle => offered is null && prepared is null && !answers.Forward.Valid && expectedEvents.Count == 0
        && missedPayloads.Count == 0
        && macFrames.Count == 0 && expectedFrames.Count == 0 && missedFrames.Count == 0 && expectedReleases.Count == 0
        && expectedDone.Count == 0;

    public void Dispose() => Simulation.Dispose();

    /// <summary>Whether nothing is in flight to that address.</summary>
    public bool IsQuiet(uint address) =>
        prepared?.Address != address && offered?.Address != address && !(answers.Forward.Valid && offeredAnswer.ClientAddress == address)
        && expectedFrames.All(frame => frame.Address != address) && macFrames.All(frame => frame.Address != address);

    /// <summary>Sets or forgets a neighbour as the OS does; counts in 10 ticks at the latest.</summary>
    public void SetNeighbour(uint address, ulong? mac)
    {
        nextCommand = (address, mac);
        if (mac is ulong known)
        {
            Neighbours[address] = (known, true);
        }
        else
        {
            Neighbours.Remove(address);
        }
    }

    /// <summary>A frame of a neighbour came; it is learned in 10 ticks at the latest.</summary>
    public void See(uint address, ulong mac)
    {
        nextSighting = (address, mac);
        if (!Neighbours.TryGetValue(address, out (ulong Mac, bool IsFixed) known) || !known.IsFixed)
        {
            Neighbours[address] = (mac, false);
        }
    }

    /// <summary>Ticks; fails as soon as something differs.</summary>
    public void Run(int ticks)
    {
        _ = Simulation.Network;
        for (int i = 0; i < ticks; i++)
        {
            Observe();
            Drive();
            Simulation.Tick();
        }
    }

    /// <summary>Takes no more, and takes all that comes, until there is nothing in flight.</summary>
    public void Drain()
    {
        NextLine = static () => null;
        NextAnswer = static () => null;
        MacPace = Pace = MissedPace = static () => true;
        for (int i = 0; i < 200 && !IsIdle; i++)
        {
            Run(10);
        }

        Run(20);
        Assert.True(IsIdle, "something did not come out");
        Assert.Equal(Config.PendingCalls, FreeSlots.Count);
        Assert.Equal(Config.Endpoints, FreeEndpoints.Count);
        Assert.Equal(packets.Length, FreePackets.Count);
    }

    private void Drive()
    {
        settings.MacAddress = (Bits<W48>)OwnMac;
        settings.IpAddress = OwnAddress;
        settings.LearnsNeighbours = true;
        settings.ErrorReplyLimit = (ushort)ErrorLimit;
        settings.ErrorReplyPeriod = uint.MaxValue;
        settings.CallAgeLimit = AgeLimit;
        settings.Mtu = Mtu;
        DriveNeighbours();
        if (lineRead.Enable)
        {
            line.Item = lines[lineRead.Address % lines.Length];
        }

        if (transmitRead.Enable)
        {
            transmitLine.Item = transmitLines[transmitRead.Address % transmitLines.Length];
        }

        pendingWrite.Enable = false;
        if (offered is null)
        {
            offered = prepared;
            prepared = null;
            left.Forward.Valid = offered is not null;
            left.Forward.Item = offered?.Left
                ?? new LeftLine { Data = Bits<W1024>.AllOnes, Mask = Bits<W128>.AllOnes, Slot = ushort.MaxValue };
            if (offered is not null)
            {
                OfferTicks.Add(Simulation.Ticks + 1);
            }
        }

        if (prepared is null && NextLine() is ReplyItem item)
        {
            prepared = item;
            Store(item);
        }

        if (!answers.Forward.Valid || answers.Backward.Ready)
        {
            NicReply? answer = NextAnswer();
            answers.Forward.Valid = answer.HasValue;
            answers.Forward.Item = offeredAnswer = answer ?? default;
            if (answer.HasValue)
            {
                OfferTicks.Add(Simulation.Ticks + 1);
            }
        }

        if (!auxLines.Forward.Valid || auxLines.Backward.Ready)
        {
            bool comes = readLines.Count > 0 && Pace();
            auxLines.Forward.Valid = comes;
            auxLines.Forward.Item = comes ? readLines.Dequeue() : new PacketLine(Bits<W1024>.AllOnes);
        }

        reads.Backward.Ready = readLines.Count < 4 && Pace();
        replies.Frames.Backward.Ready = MacPace();
        replies.Releases.Backward.Ready = Pace();
        replies.SendDone.Backward.Ready = Pace();
        replies.MissedFrames.Backward.Ready = MissedPace();
        replies.MissedPayload.Backward.Ready = MissedPace();
    }

    /// <summary>Puts a line where its endpoint would have put it; what comes with the fetch is stale there.</summary>
    private void Store(ReplyItem item)
    {
        LeftLine told = item.Left;
        byte[] stored = [.. item.Line];
        for (int i = 0; i < stored.Length; i++)
        {
            stored[i] = told.Mask[i] ? (byte)~stored[i] : stored[i];
        }

        if (told.IsTransmit)
        {
            Assert.True(FreeEndpoints.Remove(told.Endpoint));
            transmitLines[told.Endpoint] = Bits<W1024>.FromBytes(stored);
        }
        else
        {
            Assert.True(FreeSlots.Remove(told.Slot));
            lines[told.Slot] = Bits<W1024>.FromBytes(stored);
            pendingWrite.Enable = true;
            pendingWrite.Address = told.Slot;
            pendingWrite.Item = item.Pending;
        }

        if (told.AuxLines > 0)
        {
            Assert.True(FreePackets.Remove(told.PacketSlot));
            item.Aux.CopyTo(packets[told.PacketSlot], 0);
        }
    }

    private (uint Address, ulong? Mac)? nextCommand;
    private (uint Address, ulong Mac)? nextSighting;

    private void DriveNeighbours()
    {
        command.Valid = nextCommand.HasValue;
        command.Code = CommandCode.SetNeighbour;
        if (nextCommand is (uint address, ulong or null) set)
        {
            command.Data = (Bits<W512>)((UInt128)(set.Mac ?? 0) << CommandPlaces.NeighbourMacAddress
                | (set.Mac.HasValue ? 1ul << CommandPlaces.NeighbourIsValid : 0) | address);
        }

        sighting.Valid = nextSighting.HasValue;
        sighting.Address = nextSighting?.Address ?? 0;
        sighting.MacAddress = (Bits<W48>)(nextSighting?.Mac ?? 0);
        nextCommand = null;
        nextSighting = null;
    }
}
