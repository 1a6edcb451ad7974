// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Testing.Endpoint;

/// <summary>A line that was left, with all its bytes.</summary>
/// <param name="Left">What the reply stage takes.</param>
/// <param name="Bytes">The line: what came with it, and the rest from the store.</param>
/// <param name="Tick">The tick in which it was first valid.</param>
public sealed record TakenLine(LeftLine Left, byte[] Bytes, long Tick);

/// <summary>
/// The endpoints and the scheduler, or a stand-in for it, on a test bench, with the CPU's side and the reply stage's as queues and
/// callbacks. Each line that is left is taken like the reply stage does it: its store is read in the tick in which it is taken.
/// </summary>
public sealed class EndpointBench : IDisposable
{
    /// <summary>Name of the top-level entity.</summary>
    public const string EntityName = "endpoint_bench";

    private readonly Stream<Arrival> arrivals;
    private readonly Stream<CoreNotice> cores;
    private readonly Stream<SlotRelease> ends;
    private readonly Queue<SlotRelease> endQueue = new();
    private readonly Stream<Dispatch> dispatches;
    private readonly Stream<LineWrite> lineWrites;
    private readonly Stream<PacketWrite> packetWrites;
    private readonly Stream<SendDone> sendDone;
    private readonly Stream<PacketRead> packetReads;
    private readonly IRamWrite<SlotResources> resourceWrite;
    private readonly IRamRead replyLineRead;
    private readonly IRamRead transmitRead;
    private readonly ICommand command;
    private readonly INicSettings settings;
    private readonly Scheduler? scheduler;
    private readonly Queue<Arrival> arrivalQueue = new();
    private readonly Queue<CoreNotice> coreQueue = new();
    private readonly Queue<LineWrite> lineQueue = new();
    private readonly Queue<PacketWrite> packetQueue = new();
    private readonly Queue<(ushort Slot, SlotResources Resources)> resourceQueue = new();
    private readonly Queue<SendDone> sendQueue = new();
    private readonly Queue<PacketRead> packetReadQueue = new();
    private readonly Queue<(CommandCode Code, uint Index, Bits<W512> Data)> commands = new();
    private (LeftLine Left, long Tick)? reading;
    private long leftSince = -1;
    private int linesAhead;
    private bool noticeWaits;
    private bool dispatchWaits;

    /// <summary>Creates the bench in a simulation of its own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="standIn">What is in the scheduler's place; null for the scheduler.</param>
    public EndpointBench(NicConfig config, StandInScheduler? standIn = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        StandIn = standIn;
        Simulation = new Simulation();
        Map = new LineMap(config.ProgressColourBits);
        Port = new HomePort();
        Home = new HomeWire(Port);
        arrivals = new Stream<Arrival>("arrivals");
        Stream<EndpointNotice> notices = new("notices");
        cores = new Stream<CoreNotice>("cores");
        lineWrites = new Stream<LineWrite>("lineWrites");
        packetWrites = new Stream<PacketWrite>("packetWrites");
        sendDone = new Stream<SendDone>("sendDone");
        packetReads = new Stream<PacketRead>("packetReads");
        resourceWrite = Scope.CreateBus<IRamWrite<SlotResources>>("resourceWrite");
        replyLineRead = Scope.CreateBus<IRamRead>("replyLineRead");
        transmitRead = Scope.CreateBus<IRamRead>("transmitRead");
        IStatisticsRead statisticsRead = Scope.CreateBus<IStatisticsRead>("statisticsRead");
        IRamData<Bits<W1024>> statisticsLine = Scope.CreateBus<IRamData<Bits<W1024>>>("statisticsLine");
        ends = new Stream<SlotRelease>("ends");
        Stream<LoadChange> changes = new("changes");
        command = Scope.CreateBus<ICommand>("command");
        settings = Scope.CreateBus<INicSettings>("settings");
        OsControl control = new(command, settings);
        StatisticsPort statistics = new(statisticsRead, statisticsLine);
        scheduler = standIn is null ? new Scheduler(config, arrivals, notices, cores, changes, control) : null;
        dispatches = scheduler?.Dispatches ?? new Stream<Dispatch>("dispatches");
        Endpoints = new Hdl.Endpoint.Endpoints(
            config,
            Port,
            new EndpointSources(dispatches, sendDone, cores),
            new MessageWrites(lineWrites, packetWrites, resourceWrite),
            new StoreReads(replyLineRead, transmitRead, packetReads),
            statistics,
            control);
        Simulation.AddTopLevelInputs(
            Port.Reads.Forward,
            Port.Returns.Forward,
            Port.Data.Backward,
            Port.Fetches.Backward,
            lineWrites.Forward,
            packetWrites.Forward,
            sendDone.Forward,
            packetReads.Forward,
            resourceWrite,
            replyLineRead,
            transmitRead,
            command,
            settings,
            Endpoints.Left.Backward,
            Endpoints.PacketLines.Backward);
        Simulation.AddTopLevelOutputs(
            Port.Reads.Backward,
            Port.Returns.Backward,
            Port.Data.Forward,
            Port.Fetches.Forward,
            lineWrites.Backward,
            packetWrites.Backward,
            sendDone.Backward,
            packetReads.Backward,
            Endpoints.Left.Forward,
            Endpoints.PacketLines.Forward,
            Endpoints.ReplyLine,
            Endpoints.TransmitLine,
            Endpoints.CommandAnswer,
            Endpoints.Events);
        if (scheduler is null)
        {
            Simulation.AddTopLevelInputs(dispatches.Forward, Endpoints.Notices.Backward, statisticsLine, cores.Forward, cores.Backward);
            Simulation.AddTopLevelOutputs(dispatches.Backward, Endpoints.Notices.Forward, statisticsRead);
            return;
        }

        _ = new StreamBridge<EndpointNotice>(Endpoints.Notices, notices) { Name = "noticeBridge" };
        _ = new ReadyBridge(notices.Backward, Endpoints.Notices.Backward) { Name = "noticeReadyBridge" };
        _ = new LoadStatistics(config, scheduler.Tap, changes, ends, statistics);
        Simulation.AddTopLevelInputs(ends.Forward, ends.Backward);
        Simulation.AddTopLevelInputs(arrivals.Forward, cores.Forward, scheduler.Interrupts.Backward, scheduler.Releases.Backward);
        Simulation.AddTopLevelOutputs(
            arrivals.Backward, cores.Backward, scheduler.Interrupts.Forward, scheduler.Releases.Forward, scheduler.CommandAnswer,
            scheduler.Events);
    }

    /// <summary>The simulation.</summary>
    public Simulation Simulation { get; }

    /// <summary>Whether somebody else drives the home port, before each tick; then <see cref="Home"/> does nothing.</summary>
    public bool IsHomeDriven { get; set; }

    /// <summary>Where the lines are.</summary>
    public LineMap Map { get; }

    /// <summary>The NIC's home port.</summary>
    public HomePort Port { get; }

    /// <summary>The CPU's side.</summary>
    public HomeWire Home { get; }

    /// <summary>What is in the scheduler's place, if the scheduler is not there.</summary>
    public StandInScheduler? StandIn { get; }

    /// <summary>The endpoints.</summary>
    public Hdl.Endpoint.Endpoints Endpoints { get; }

    /// <summary>Ticks so far.</summary>
    public long Ticks => Simulation.Ticks;

    /// <summary><see cref="INicSettings.TryAgainCycles"/>.</summary>
    public uint TryAgainCycles { get; set; } = 1_000_000;

    /// <summary><see cref="INicSettings.StrayLoads"/>.</summary>
    public bool StrayLoads { get; set; }

    /// <summary>Asked in each tick: whether the reply stage takes a line in the next.</summary>
    public Func<bool> LeftPace { get; set; } = static () => true;

    /// <summary>Called with each line that was left.</summary>
    public Action<TakenLine> OnLeft { get; set; } = static _ => { };

    /// <summary>Called before each tick.</summary>
    public Action<long> OnTick { get; set; } = static _ => { };

    /// <summary>Answers to commands.</summary>
    public List<CommandStatus> Answers { get; } = [];

    /// <summary>Aux lines that the reply stage asked for.</summary>
    public List<byte[]> PacketLines { get; } = [];

    /// <summary>Notices, and the ticks in which they were first valid.</summary>
    public List<(EndpointNotice Notice, long Tick)> Notices { get; } = [];

    /// <summary>Dispatches, and the ticks in which they were first valid.</summary>
    public List<(Dispatch Dispatch, long Tick)> Dispatches { get; } = [];

    /// <summary>How often each event happened.</summary>
    public long[] Counts { get; } = new long[64];

    /// <summary>How often an event happened.</summary>
    /// <param name="what">The event.</param>
    public long Count(NicEvent what) => Counts[(int)what];

    /// <summary>The number of a line.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="index">Which.</param>
    public uint Line(LineKind kind, int endpoint, int index) => Map.Number(new EndpointLine(kind, (ushort)endpoint, (byte)index));

    /// <summary>Brings a message.</summary>
    /// <param name="process">For whom.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="line">Its control line.</param>
    /// <param name="aux">Its aux lines' bytes, a multiple of 64.</param>
    /// <param name="packetSlot">Its packet slot, if it has one.</param>
    /// <param name="service">The service that it is a call of, if it is.</param>
    public void Arrive(ushort process, ushort slot, byte[] line, byte[]? aux = null, ushort? packetSlot = null, ushort? service = null)
    {
        aux ??= [];
        resourceQueue.Enqueue((slot, new SlotResources
        {
            HasPacketSlot = packetSlot is not null,
            PacketSlot = packetSlot ?? 0,
            AuxLines = (byte)((aux.Length + 127) / 128),
            Process = process,
        }));
        for (int half = 0; half < (aux.Length + 127) / 128 * 2; half++)
        {
            byte[] bytes = new byte[64];
            aux.AsSpan(Math.Min(half * 64, aux.Length), Math.Min(64, Math.Max(0, aux.Length - (half * 64)))).CopyTo(bytes);
            packetQueue.Enqueue(new PacketWrite(packetSlot!.Value, (byte)half, Bits<W512>.FromBytes(bytes)));
        }

        lineQueue.Enqueue(new LineWrite(slot, Bits<W128>.AllOnes, Bits<W1024>.FromBytes(line)));
        arrivalQueue.Enqueue(new Arrival(process, slot, service is not null, service ?? 0));
    }

    /// <summary>Gives a command.</summary>
    /// <param name="code">Which.</param>
    /// <param name="index">Of which endpoint.</param>
    /// <param name="data">The data registers.</param>
    public void Command(CommandCode code, uint index, Bits<W512> data = default) => commands.Enqueue((code, index, data));

    /// <summary>Binds an endpoint and waits until that is done.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="process">To whom.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="transmitPacketSlot">Its packet slot for transmit aux lines, if any.</param>
    /// <param name="isKernel">Whether it is a kernel endpoint.</param>
    /// <param name="writesBack">Whether software writes its lines back itself.</param>
    /// <param name="receiveLine">If so: its receive control line.</param>
    /// <param name="most">After so many ticks it fails.</param>
    public CommandStatus Bind(
        int endpoint,
        int process,
        int generation,
        int? transmitPacketSlot = null,
        bool isKernel = false,
        bool writesBack = false,
        int receiveLine = 0,
        int most = 100)
    {
        int before = Answers.Count;
        byte[] data = new byte[64];
        BitConverter.TryWriteBytes(data.AsSpan(0), (ushort)process);
        BitConverter.TryWriteBytes(data.AsSpan(2), (ushort)generation);
        BitConverter.TryWriteBytes(data.AsSpan(4), (ushort)(1000 + endpoint));
        data[6] = (byte)(1 | (transmitPacketSlot is null ? 0 : 2) | (writesBack ? 4 : 0) | (receiveLine << 3) | (isKernel ? 16 : 0));
        BitConverter.TryWriteBytes(data.AsSpan(8), (ushort)(transmitPacketSlot ?? 0));
        Command(CommandCode.BindEndpoint, (uint)endpoint, Bits<W512>.FromBytes(data));
        RunUntil(() => Answers.Count > before, most);
        return Answers[^1];
    }

    /// <summary>Sets a process's policy and waits until it counts.</summary>
    /// <param name="process">The process.</param>
    /// <param name="policy">The policy.</param>
    public CommandStatus SetPolicy(int process, ProcessPolicy policy)
    {
        int before = Answers.Count;
        Command(CommandCode.SetProcess, (uint)process, Schedule.SchedulerBench.Data(policy));
        RunUntil(() => Answers.Count > before, 1000);
        return Answers[^1];
    }

    /// <summary>Says what runs on a core.</summary>
    /// <param name="core">The core.</param>
    /// <param name="state">What.</param>
    public void Switch(int core, CoreState state) => coreQueue.Enqueue(new CoreNotice((ushort)core, state));

    /// <summary>Says that a message is done with.</summary>
    /// <param name="slot">Its slot.</param>
    public void End(ushort slot) => endQueue.Enqueue(new SlotRelease(slot));

    /// <summary>Says that a line to be sent was read out.</summary>
    /// <param name="endpoint">Its endpoint.</param>
    public void SendDone(ushort endpoint) => sendQueue.Enqueue(new SendDone(endpoint));

    /// <summary>Asks for an aux line like the reply stage.</summary>
    /// <param name="read">Which.</param>
    public void ReadPacket(PacketRead read) => packetReadQueue.Enqueue(read);

    /// <summary>Cores that were interrupted, and the ticks in which their interrupts passed.</summary>
    public List<(ushort Core, long Tick)> Interrupts { get; } = [];

    /// <summary>Messages that the scheduler has taken, and when.</summary>
    public List<(Arrival Arrival, long Tick)> Arrivals { get; } = [];

    /// <summary>One tick.</summary>
    public void Tick()
    {
        _ = Simulation.Network;
        long tick = Ticks;
        OnTick(tick);
        TakeLines(tick);
        if (!IsHomeDriven)
        {
            Home.Take(tick);
        }

        Watch(tick);
        if (!IsHomeDriven)
        {
            Home.Drive(tick + 1);
        }

        Drive();
        Simulation.Tick();
    }

    /// <summary>Some ticks.</summary>
    /// <param name="count">How many.</param>
    public void Run(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Tick();
        }
    }

    /// <summary>Ticks until something is so.</summary>
    /// <param name="isDone">What.</param>
    /// <param name="most">After so many ticks it fails.</param>
    public void RunUntil(Func<bool> isDone, int most)
    {
        ArgumentNullException.ThrowIfNull(isDone);
        for (int i = 0; !isDone(); i++)
        {
            if (i == most)
            {
                throw new InvalidOperationException($"nothing came of it in {most} ticks");
            }

            Tick();
        }
    }

    /// <summary>Ends the simulation.</summary>
    public void Dispose() => Simulation.Dispose();

    private void TakeLines(long tick)
    {
        if (reading is (LeftLine left, long since))
        {
            byte[] bytes = new byte[128];
            byte[] own = new byte[128];
            (left.IsTransmit ? Endpoints.TransmitLine.Item : Endpoints.ReplyLine.Item).CopyTo(bytes);
            left.Data.CopyTo(own);
            for (int i = 0; i < 128; i++)
            {
                bytes[i] = left.Mask[i] ? own[i] : bytes[i];
            }

            reading = null;
            OnLeft(new TakenLine(left, bytes, since));
        }

        replyLineRead.Enable = false;
        transmitRead.Enable = false;
        if (Endpoints.Left.Forward.Valid)
        {
            leftSince = leftSince < 0 ? tick : leftSince;
        }
    }

    private void Watch(long tick)
    {
        if (Endpoints.Notices.Forward.Valid && !noticeWaits)
        {
            Notices.Add((Endpoints.Notices.Forward.Item, tick));
        }

        noticeWaits = Endpoints.Notices.Forward.Valid && !Endpoints.Notices.Backward.Ready;
        if (dispatches.Forward.Valid && !dispatchWaits)
        {
            Dispatches.Add((dispatches.Forward.Item, tick));
        }

        dispatchWaits = dispatches.Forward.Valid && !dispatches.Backward.Ready;
        if (Endpoints.CommandAnswer.Valid)
        {
            Answers.Add(Endpoints.CommandAnswer.Status);
        }

        if (scheduler is { CommandAnswer.Valid: true })
        {
            Answers.Add(scheduler.CommandAnswer.Status);
        }

        if (scheduler is { Interrupts.Passes: true })
        {
            Interrupts.Add((scheduler.Interrupts.Forward.Item.Core, tick));
        }

        if (scheduler is not null && arrivals.Passes)
        {
            Arrivals.Add((arrivals.Forward.Item, tick));
        }

        if (Endpoints.PacketLines.Forward.Valid && Endpoints.PacketLines.Backward.Ready)
        {
            byte[] bytes = new byte[128];
            Endpoints.PacketLines.Forward.Item.Data.CopyTo(bytes);
            PacketLines.Add(bytes);
        }

        ulong flags = Endpoints.Events.Flags;
        for (int i = 0; i < 64; i++)
        {
            Counts[i] += (long)((flags >> i) & 1);
        }
    }

    private void Drive()
    {
        settings.TryAgainCycles = TryAgainCycles;
        settings.StrayLoads = StrayLoads;
        settings.ComingLimit = RegisterMap.ComingLimitDefault;
        settings.WaitLimit = RegisterMap.WaitLimitDefault;
        settings.SharedQueue = ushort.MaxValue;
        Endpoints.PacketLines.Backward.Ready = true;

        // The line that is valid is accepted in the tick to come if it is not accepted in this one: its address is put on the port ahead of
        // the taking.
        bool takes = Endpoints.Left.Forward.Valid && !Endpoints.Left.Backward.Ready && LeftPace();
        if (Endpoints.Left.Forward.Valid && Endpoints.Left.Backward.Ready)
        {
            reading = (Endpoints.Left.Forward.Item, leftSince);
            leftSince = -1;
        }

        Endpoints.Left.Backward.Ready = takes;
        if (takes)
        {
            (replyLineRead.Enable, replyLineRead.Address) = (true, Endpoints.Left.Forward.Item.Slot);
            (transmitRead.Enable, transmitRead.Address) = (true, Endpoints.Left.Forward.Item.Endpoint);
        }

        (command.Valid, command.Code, command.Index,
            command.Data) = commands.TryDequeue(out (CommandCode Code, uint Index, Bits<W512> Data) next)
            ? (true, next.Code, next.Index, next.Data)
            : (false, CommandCode.None, 0u, default);
        (resourceWrite.Enable, resourceWrite.Address,
            resourceWrite.Item) = resourceQueue.TryDequeue(out (ushort Slot, SlotResources Resources) resource)
            ? (true, (uint)resource.Slot, resource.Resources)
            : (false, 0u, default(SlotResources));
        Offer(packetWrites, packetQueue, true);
        bool packetsDone = packetQueue.Count == 0 && !packetWrites.Forward.Valid;
        Offer(lineWrites, lineQueue, true);

        if (lineWrites.Passes)
        {
            linesAhead++;
        }

        if (scheduler is not null)
        {
            Drive(scheduler, packetsDone);
        }

        if (StandIn is not null)
        {
            Drive(StandIn, packetsDone);
        }

        Offer(sendDone, sendQueue, true);
        Offer(packetReads, packetReadQueue, true);
    }

    // An arrival comes after its line was accepted, and one has already been taken for each arrival before it.
    private void Drive(Scheduler with, bool packetsDone)
    {
        with.Releases.Backward.Ready = true;
        with.Interrupts.Backward.Ready = true;
        ends.Backward.Ready = true;
        Offer(ends, endQueue, true);
        Offer(cores, coreQueue, true);
        if (arrivals.Passes)
        {
            linesAhead--;
        }

        Offer(arrivals, arrivalQueue, packetsDone && linesAhead > 0);
    }

    private void Drive(StandInScheduler with, bool packetsDone)
    {
        cores.Backward.Ready = true;
        Offer(cores, coreQueue, true);
        if (packetsDone && linesAhead > 0 && arrivalQueue.TryDequeue(out Arrival arrival))
        {
            linesAhead--;
            with.Arrive(arrival);
        }

        if (Endpoints.Notices.Passes)
        {
            with.Notice(Endpoints.Notices.Forward.Item);
        }

        Endpoints.Notices.Backward.Ready = with.NoticePace();
        if (!dispatches.Forward.Valid || dispatches.Backward.Ready)
        {
            Dispatch next = default;
            dispatches.Forward.Valid = with.DispatchPace() && with.TryTake(out next);
            dispatches.Forward.Item = next;
        }
    }

    private static void Offer<T>(Stream<T> stream, Queue<T> queue, bool mayOffer)
        where T : struct
    {
        if (stream.Forward.Valid && !stream.Backward.Ready)
        {
            return;
        }

        bool offers = mayOffer && queue.Count > 0;
        stream.Forward.Valid = offers;
        stream.Forward.Item = offers ? queue.Dequeue() : default;
    }
}
