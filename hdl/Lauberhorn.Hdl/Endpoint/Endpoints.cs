// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>
/// All endpoints: one engine whose state is in memory, the stores of lines, the timer, and the path of lines that come home; see
/// docs/endpoint.md. Throughput: one event per tick, two for an RPC; one line home per tick. Latency, if nothing else is in flight: 2
/// ticks from a dispatch to the valid answer, 2 from a control line's return to a valid <see cref="Left"/>, 2 from a read of the other line
/// to the valid notice and fetch. Back-pressure: dispatches stall only with the CPU's ready for answers, returns with the reply stage's
/// ready for lines.
/// </summary>
public sealed class Endpoints
{
    /// <summary>Entries of each FIFO behind the engine.</summary>
    internal const int QueueDepth = 16;

    /// <summary>Entries for TRYAGAINs that are not due yet.</summary>
    internal const int DueDepth = 64;

    /// <summary>Creates the endpoints in a scope of their own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="home">The home agent's port.</param>
    /// <param name="sources">Other blocks' inputs about endpoints.</param>
    /// <param name="writes">Admission's writes of messages.</param>
    /// <param name="reads">The reply stage's reads.</param>
    /// <param name="statistics">The statistics, which the CPU reads as lines.</param>
    /// <param name="control">
    /// The OS's commands, and settings; <see cref="INicSettings.TryAgainCycles"/> and <see cref="INicSettings.StrayLoads"/> are used here.
    /// </param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public Endpoints(
        NicConfig config,
        HomePort home,
        EndpointSources sources,
        MessageWrites writes,
        StoreReads reads,
        StatisticsPort statistics,
        OsControl control)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(writes);
        ArgumentNullException.ThrowIfNull(reads);
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(control);
        config.Validate();
        using Scope scope = Scope.Open("endpoints");
        EndpointShape shape = new(config, scope.Path);
        IEndpointTime time = new EndpointClock { Name = "clock" }.Time;
        IEndpointRoom room = Scope.CreateBus<IEndpointRoom>("room");
        IEndpointEvent held = Scope.CreateBus<IEndpointEvent>("held");

        // Intake.
        Stream<TimeUp> timeUpsIn = new("timeUpsIn");
        FifoDistributed<TimeUp> timeUps = new(timeUpsIn, QueueDepth, "timeUps");
        Stream<Drained> drained = new("drained");
        Stream<Drained> recalled = new("recalled");
        IStream<FetchJob> recalls = Scope.CreateBus<IStream<FetchJob>>("recalls");
        Stream<EndpointCommand> requests = new("requests");
        Stream<ushort> leavesIn = new("leavesIn");
        FifoDistributed<ushort> leaves = new(leavesIn, shape.LeaveDepth, "leaves");
        EndpointRequests asked = new(
            timeUps.Output, sources.Dispatches, drained, recalled, sources.SendDone, leaves.Output, requests, home.Reads);
        EndpointIntake intake = new(asked, room, time, shape) { Name = "intake" };
        _ = new EndpointEventRegister(intake.Chosen, held) { Name = "eventRegister" };

        // Decision.
        IRamWrite<EndpointState> stateWrite = Scope.CreateBus<IRamWrite<EndpointState>>("stateWrite");
        IRamWrite<LineBits> homeWrite = Scope.CreateBus<IRamWrite<LineBits>>("homeWrite");
        IEndpointInUse inUse = Scope.CreateBus<IEndpointInUse>("inUseNow");
        Stream<FetchJob> engineJobsIn = new("engineJobsIn");
        FifoBlockRam<FetchJob> engineJobs = new(engineJobsIn, 2 * shape.EndpointDepth, "engineJobs");
        Stream<EndpointNotice> engineNoticesIn = new("engineNoticesIn");
        FifoDistributed<EndpointNotice> engineNotices = new(engineNoticesIn, QueueDepth, "engineNotices");
        Stream<EndpointNotice> noticesIn = new("noticesIn");
        FifoDistributed<EndpointNotice> notices = new(noticesIn, QueueDepth, "notices");
        Stream<HomeFetch> fetchesIn = new("fetchesIn");
        FifoDistributed<HomeFetch> fetches = new(fetchesIn, QueueDepth, "fetches");
        IStream<HomeFetch> controlFetches = Scope.CreateBus<IStream<HomeFetch>>("controlFetches");
        Stream<DueAnswer> tryAgainsIn = new("tryAgainsIn");
        FifoDistributed<DueAnswer> tryAgains = new(tryAgainsIn, DueDepth, "tryAgains");
        Stream<HomeData> answersIn = new("answersIn");
        FifoFallThrough<HomeData> answers = new(answersIn, QueueDepth, "answers");
        _ = new EndpointRoom(engineNotices.State, answers.State, fetches.State, tryAgains.State, room) { Name = "roomCheck" };
        ForwardingRam<EndpointState> states = new(stateWrite, intake.StateRead, shape.EndpointDepth, "states");
        ForwardingRam<LineBits> homes = new(homeWrite, intake.StateRead, shape.EndpointDepth, "homeOfEngine");
        IRamData<SlotResources> resources =
            new SimpleDualPortRam<SlotResources>(writes.ResourceWrite, intake.ResourceRead, shape.SlotDepth) { Name = "resources" }.Data;
        EndpointDecision decision = new(
            held,
            new EndpointKnowledge(states.Data, homes.Data, resources, inUse, control.Settings),
            new EndpointOutlets(engineNoticesIn.Forward, controlFetches, tryAgainsIn.Forward, engineJobsIn.Forward, recalls),
            stateWrite,
            statistics.StatisticsRead,
            shape)
        {
            Name = "decision",
        };
        EndpointsInUse.Create(sources.CoreNotices, decision.Decided, held, intake.StateRead, shape, inUse, leaves, leavesIn.Forward);
        IRamAddress waiterRead = Scope.CreateBus<IRamAddress>("waiterRead");
        IRamWrite<ColourWaiter> waiterWrite = new ColourWaiterWrite(decision.Decided, shape) { Name = "waiterWriting" }.Write;
        IRamData<ColourWaiter> waiter = new DistributedRam<ColourWaiter>(waiterWrite, waiterRead, 1 << LineMap.ColourBits).Data;
        EndpointCommands commands = new(control.Command, decision.Decided, waiter, waiterRead, requests, shape) { Name = "commands" };

        // Lines that come home.
        Stream<LeftLine> leftIn = new("leftIn");
        FifoDistributed<LeftLine> left = new(leftIn, QueueDepth, "left");
        IStream<FetchJob> jobsNow = Scope.CreateBus<IStream<FetchJob>>("jobsNow");
        Stream<FetchJob> jobsIn = new("jobsIn");
        FifoBlockRam<FetchJob> jobs = new(jobsIn, 2 * shape.EndpointDepth, "jobs");
        IFetchAnswer fetchAnswer = Scope.CreateBus<IFetchAnswer>("fetchAnswer");
        ReturnIntake returnIntake = new(home.Returns, intake.Chosen, left.State, notices.State, shape) { Name = "returnIntake" };
        IStream<LeftLine> leftNow = Scope.CreateBus<IStream<LeftLine>>("leftNow");
        IStream<EndpointNotice> noticesNow = Scope.CreateBus<IStream<EndpointNotice>>("noticesNow");
        ForwardingRam<LineUse> uses = new(decision.UseWrite, returnIntake.UseRead, 4 * shape.EndpointDepth, "uses");
        ForwardingRam<AuxUse> auxUses = new(decision.AuxWrite, returnIntake.AuxRead, 2 * shape.EndpointDepth, "auxUses");
        ReturnDecision returns = new(
            new ReturnRegister(returnIntake.Step) { Name = "returnRegister" }.Step,
            uses.Data,
            auxUses.Data,
            new ForwardingRam<LineBits>(homeWrite, returnIntake.HomeRead, shape.EndpointDepth, "homeOfReturns").Data,
            homeWrite,
            fetchAnswer,
            new ReturnOutlets(jobsNow, leftNow, noticesNow),
            shape)
        {
            Name = "returns",
        };
        Stream<HomeFetch> auxFetches = new("auxFetches");
        Stream<HomeFetch> recallFetches = new("recallFetches");
        Stream<LeftLine> leftLater = new("leftLater");
        _ = new PushJoin<FetchJob>(jobsNow, jobs.State, jobsIn, engineJobs.Output) { Name = "jobJoin" };
        _ = new LineFetcher(jobs.Output, fetchAnswer, auxFetches, drained, leftLater, shape) { Name = "lineFetcher" };
        _ = new ControlFetcher(recalls, fetchAnswer, recallFetches, recalled, shape) { Name = "controlFetcher" };
        _ = new PushJoin<LeftLine>(leftNow, left.State, leftIn, leftLater) { Name = "leftJoin" };

        // The return path's notices have priority: a Withdraw must not come before the Waiting that it takes back.
        _ = new PushJoin<EndpointNotice>(noticesNow, notices.State, noticesIn, engineNotices.Output) { Name = "noticeJoin" };
        _ = new PushJoin<HomeFetch>(controlFetches, fetches.State, fetchesIn, auxFetches, recallFetches) { Name = "fetchJoin" };

        // Stores.
        Stream<PacketLine> packetLinesIn = new("packetLinesIn");
        FifoDistributed<PacketLine> packetLines = new(packetLinesIn, QueueDepth, "packetLines");
        RamStyle slotStyle = shape.SlotDepth > 1024 ? RamStyle.Ultra : RamStyle.Block;
        LineStoreWrite lineWrite = new(returns.Merge, writes.LineWrites, shape) { Name = "lineStoreWrite" };
        PacketBufferPorts packetPorts = new(decision.Decided, returns.Merge, writes.PacketWrites, reads.PacketReads, packetLines.State,
            shape)
        { Name = "packetPorts" };
        TransmitStoreWrite transmitWrite = new(decision.Decided, returns.Merge) { Name = "transmitWrite" };
        SimpleDualPortByteRam<W1024, W128> lines = new(lineWrite.Write, decision.LineRead, shape.SlotDepth, slotStyle) { Name = "lines" };
        SimpleDualPortByteRam<W1024, W128> replyLines = new(lineWrite.Write, reads.ReplyLineRead, shape.SlotDepth,
            slotStyle)
        { Name = "replyLines" };
        int packetDepth = shape.PacketDepth * shape.AuxDepth;
        SimpleDualPortByteRam<W1024, W128> packets = new(
            packetPorts.Write, packetPorts.Read, packetDepth, packetDepth > 1024 ? RamStyle.Ultra : RamStyle.Block)
        {
            Name = "packets",
        };
        SimpleDualPortByteRam<W1024, W128> transmits = new(transmitWrite.Write, decision.TransmitRead,
            shape.EndpointDepth)
        { Name = "transmits" };
        SimpleDualPortByteRam<W1024, W128> replyTransmits = new(transmitWrite.Write, reads.TransmitRead,
            shape.EndpointDepth)
        { Name = "replyTransmits" };
        IStoreReads under = new StoreReadRegister(decision.Decided, reads.PacketReads) { Name = "storeReads" }.Under;
        _ = new LineReader(under, lines.Data, packets.Data, transmits.Data, statistics.StatisticsLine, answersIn.Forward,
            packetLinesIn.Forward)
        { Name = "lineReader" };

        // Answers.
        IAnswerTurn turn = Scope.CreateBus<IAnswerTurn>("turn");
        _ = new AnswerJoin(answers.Output.Forward, tryAgains.Output.Forward, turn, time, home.Data.Forward) { Name = "answerJoin" };
        _ = new AnswerReady(answers.Output, tryAgains.Output, turn, time, home.Data.Backward) { Name = "answerReady" };
        _ = new AnswerTurn(answers.Output.Forward, tryAgains.Output.Forward, time, home.Data.Backward, turn) { Name = "answerTurn" };
        _ = new StreamBridge<HomeFetch>(fetches.Output, home.Fetches) { Name = "fetchOut" };
        _ = new ReadyBridge(home.Fetches.Backward, fetches.Output.Backward) { Name = "fetchOutReady" };

        // Time.
        StallTimer timer = new(time, control.Settings, decision.WaitWrite, shape) { Name = "timer" };
        IRamRead wheelRead = new WheelRead(time, timer.WheelSize) { Name = "wheelRead" }.Read;
        _ = new WheelCheck(
            time,
            new SimpleDualPortRam<WheelEntry>(timer.WheelWrite, wheelRead, timer.WheelSize) { Name = "wheel" }.Data,
            timeUps.State,
            timeUpsIn.Forward)
        {
            Name = "wheelCheck",
        };

        Notices = notices.Output;
        Left = left.Output;
        ReplyLine = replyLines.Data;
        TransmitLine = replyTransmits.Data;
        PacketLines = packetLines.Output;
        CommandAnswer = commands.Answer;
        Events = new EndpointEvents(decision.Decided, returns.Merge) { Name = "events" }.Events;
        Monitor = new EndpointMonitor(home) { Name = "monitor" };
        Memories = new EndpointMemories(states.Contents, homes.Contents, uses.Contents, auxUses.Contents);
    }

    /// <summary>Output: notices to the scheduler.</summary>
    public Stream<EndpointNotice> Notices { get; }

    /// <summary>Output: control lines that were left and are home.</summary>
    public Stream<LeftLine> Left { get; }

    /// <summary>A slot's line, a tick after the reply stage's read.</summary>
    public IRamData<Bits<W1024>> ReplyLine { get; }

    /// <summary>An endpoint's transmit line, a tick after the reply stage's read.</summary>
    public IRamData<Bits<W1024>> TransmitLine { get; }

    /// <summary>Output: the aux lines that the reply stage asked for.</summary>
    public Stream<PacketLine> PacketLines { get; }

    /// <summary>The answer to <see cref="CommandCode.BindEndpoint"/> and <see cref="CommandCode.ReleaseEndpoint"/>.</summary>
    public ICommandAnswer CommandAnswer { get; }

    /// <summary>
    /// <see cref="NicEvent.Delivered"/>, <see cref="NicEvent.TryAgain"/>, <see cref="NicEvent.BadRead"/>, <see cref="NicEvent.BadWrite"/>.
    /// </summary>
    public IEvents Events { get; }

    /// <summary>Checks the protocol at the home port.</summary>
    public EndpointMonitor Monitor { get; }

    /// <summary>The state of all endpoints, for tests.</summary>
    public EndpointMemories Memories { get; }
}

/// <summary>Other blocks' inputs about endpoints.</summary>
/// <param name="Dispatches">What the scheduler says.</param>
/// <param name="SendDone">Lines to be sent that were read out of the stores.</param>
/// <param name="CoreNotices">The OS's stores to the cores' states, as the scheduler gets them.</param>
public sealed record EndpointSources(Stream<Dispatch> Dispatches, Stream<SendDone> SendDone, Stream<CoreNotice> CoreNotices);

/// <summary>The state of all endpoints, for tests: what the memories of the C# simulation hold.</summary>
/// <param name="States">The engine's, a word for each endpoint.</param>
/// <param name="Home">The return path's, a word for each endpoint.</param>
/// <param name="Uses">The engine's writes for the return path about control lines, 4 words for each endpoint.</param>
/// <param name="AuxUses">The same of aux lines, 2 words for each endpoint: receive, transmit.</param>
public sealed record EndpointMemories(
    IReadOnlyList<EndpointState> States, IReadOnlyList<LineBits> Home, IReadOnlyList<LineUse> Uses, IReadOnlyList<AuxUse> AuxUses);
