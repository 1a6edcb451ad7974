// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Tool.Front;
using SME;
using SME.Components;
using SME.Testing.Cosimulation;
using SME.VHDL;

namespace Lauberhorn.Tool.Designs;

/// <summary>A part of the NIC that can be generated and measured by itself.</summary>
/// <param name="Name">As typed after <c>--block</c>.</param>
/// <param name="Entity">The top-level entity.</param>
/// <param name="Build">Makes the part the whole of a simulation.</param>
public sealed record DesignPart(string Name, string Entity, Action<Simulation, NicConfig> Build)
{
    /// <summary>The part's VHDL.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <exception cref="VhdlException">The hardware uses something that has no VHDL.</exception>
    public VhdlDesign Generate(NicConfig config)
    {
        using Simulation simulation = new();
        Build(simulation, config);
        return VhdlGenerator.Generate(simulation, Entity);
    }
}

/// <summary>The hardware that can be generated and measured.</summary>
public static class DesignList
{
    /// <summary>The parts, in the order in which a packet meets them.</summary>
    public static IReadOnlyList<DesignPart> Parts { get; } =
    [
        new("parser", Hdl.Top.ReceivePath.EntityName, static (simulation, config) => Hdl.Top.ReceivePath.Build(simulation, config)),
        new("demux", "demultiplexer", BuildDemultiplexer),
        new("admission", "admission_part", BuildAdmission),
        new("scheduler", "scheduler", BuildScheduler),
        new("statistics", "statistics_part", BuildStatistics),
        new("endpoint", "endpoint_part", BuildEndpoints),
        new("reply", "reply_part", BuildReplies),
        new("control", RegisterFile.EntityName, BuildRegisterFile),
    ];

    /// <summary>All parts together.</summary>
    public static DesignPart Nic { get; } = new("nic", Hdl.Top.Nic.EntityName,
        static (simulation, config) => Hdl.Top.Nic.Build(simulation, config));

    /// <summary>A preset.</summary>
    /// <param name="name">As typed after <c>--preset</c>.</param>
    /// <exception cref="ToolException">There is none of that name.</exception>
    public static NicConfig Config(string name) =>
        NicConfig.Presets.FirstOrDefault(preset => preset.Name == name)
        ?? throw new ToolException($"no preset '{name}'; {Nearest.Hint(name, VerbTable.NamesOf(Names.Presets))}");

    /// <summary>A preset with changed parameters.</summary>
    /// <param name="name">As typed after <c>--preset</c>.</param>
    /// <param name="changes">As typed after <c>--set</c>: parameters and values, with commas between; null for none.</param>
    /// <exception cref="ToolException">There is no such preset or parameter, or the values do not fit together.</exception>
    public static NicConfig Config(string name, string? changes)
    {
        NicConfig preset = Config(name);
        if (changes is null)
        {
            return preset;
        }

        // A copy, whose parameters can only be set from outside by reflection.
        NicConfig config = preset with { Name = $"{name} with {changes.Replace(",", ", ", StringComparison.Ordinal)}" };
        foreach (string[] change in changes.Split(',').Select(change => change.Split('=', 2)))
        {
            PropertyInfo? parameter = VerbTable.Parameters.FirstOrDefault(parameter => parameter.Name == change[0]);
            if (parameter is null)
            {
                string hint = Nearest.Hint(change[0], [.. VerbTable.Parameters.Select(one => one.Name)]);
                throw new ToolException($"no parameter '{change[0]}'; {hint}");
            }

            string text = change.ElementAtOrDefault(1) ?? string.Empty;
            object? value = parameter.PropertyType.IsEnum
                ? Enum.GetNames(parameter.PropertyType).Contains(text) ? Enum.Parse(parameter.PropertyType, text) : null
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
            parameter.SetValue(config,
                value ?? throw new ToolException($"{parameter.Name} cannot be '{text}'; docs/configuration.md says what it can be"));
        }

        try
        {
            config.Validate();
            return config;
        }
        catch (ElaborationException problem)
        {
            throw new ToolException(problem.Message, problem);
        }
    }

    /// <summary>What is called so: a part, or the whole.</summary>
    /// <param name="name">As typed after <c>--block</c>.</param>
    /// <exception cref="ToolException">There is none of that name.</exception>
    public static DesignPart Find(string name) =>
        Parts.Append(Nic).FirstOrDefault(part => part.Name == name)
        ?? throw new ToolException($"no block '{name}'; {Nearest.Hint(name, VerbTable.NamesOf(Names.Blocks))}");

    /// <summary>A design's files, as the co-simulation takes them.</summary>
    /// <param name="design">The design.</param>
    public static RtlFile[] Files(VhdlDesign design) => [.. design.Files.Select(file => new RtlFile(file.Name, file.Text))];

    private static void BuildDemultiplexer(Simulation simulation, NicConfig config)
    {
        Stream<FrameMetadata> metadata = new("metadata");
        ICommand command = Scope.CreateBus<ICommand>("command");
        Demultiplexer demultiplexer = new(config, metadata, command, "blocks");
        simulation.AddTopLevelInputs(metadata.Forward, command, demultiplexer.Routed.Backward);
        simulation.AddTopLevelOutputs(metadata.Backward, demultiplexer.Routed.Forward, demultiplexer.Sighting);
    }

    private static void BuildScheduler(Simulation simulation, NicConfig config)
    {
        Stream<Arrival> arrivals = new("arrivals");
        Stream<EndpointNotice> notices = new("notices");
        ICommand command = Scope.CreateBus<ICommand>("command");
        INicSettings settings = Scope.CreateBus<INicSettings>("settings");
        Stream<CoreNotice> cores = new("cores");
        Stream<LoadChange> changes = new("changes");
        Scheduler scheduler = new(config, arrivals, notices, cores, changes, new OsControl(command, settings));
        simulation.AddTopLevelInputs(arrivals.Forward, notices.Forward, cores.Forward, changes.Forward, command, settings);
        simulation.AddTopLevelInputs(scheduler.Dispatches.Backward, scheduler.Releases.Backward, scheduler.Interrupts.Backward);
        simulation.AddTopLevelOutputs(arrivals.Backward, notices.Backward, cores.Backward, changes.Backward, scheduler.Dispatches.Forward);
        simulation.AddTopLevelOutputs(scheduler.Releases.Forward, scheduler.Interrupts.Forward, scheduler.CommandAnswer, scheduler.Events);
    }

    private static void BuildStatistics(Simulation simulation, NicConfig config)
    {
        IScheduleStep step = Scope.CreateBus<IScheduleStep>("step");
        IScheduleDecision decision = Scope.CreateBus<IScheduleDecision>("decision");
        ISchedulePace pace = Scope.CreateBus<ISchedulePace>("pace");
        IScannedCore scanned = Scope.CreateBus<IScannedCore>("scanned");
        IRamWrite<ProcessPolicy> policyWrite = Scope.CreateBus<IRamWrite<ProcessPolicy>>("policyWrite");
        Stream<LoadChange> changes = new("changes");
        Stream<SlotRelease> ends = new("ends");
        IStatisticsRead reads = Scope.CreateBus<IStatisticsRead>("reads");
        IRamData<Bits<W1024>> line = Scope.CreateBus<IRamData<Bits<W1024>>>("line");
        SchedulerTap tap = new(step, decision, pace, scanned, policyWrite);
        _ = new LoadStatistics(config, tap, changes, ends, new StatisticsPort(reads, line));
        simulation.AddTopLevelInputs(step, decision, pace, scanned, policyWrite, changes.Backward, ends.Forward, ends.Backward, reads);
        simulation.AddTopLevelOutputs(changes.Forward, line);
    }

    private static void BuildAdmission(Simulation simulation, NicConfig config)
    {
        Stream<RoutedFrame> routed = new("routed");
        Stream<PayloadBeat> payload = new("payload");
        INicSettings settings = Scope.CreateBus<INicSettings>("settings");
        ICommand command = Scope.CreateBus<ICommand>("command");
        Stream<SlotRelease> fromScheduler = new("fromScheduler");
        Stream<SlotRelease> fromReplies = new("fromReplies");
        Hdl.Admission.Admission admission = new(config, routed, payload, settings, command, fromScheduler, fromReplies);
        simulation.AddTopLevelInputs(routed.Forward, payload.Forward, settings, command, fromScheduler.Forward, fromReplies.Forward);
        simulation.AddTopLevelInputs(admission.Arrivals.Backward, admission.Answers.Backward, admission.LineWrites.Backward,
            admission.PacketWrites.Backward);
        simulation.AddTopLevelOutputs(routed.Backward, payload.Backward, fromScheduler.Backward, fromReplies.Backward,
            admission.Arrivals.Forward, admission.Answers.Forward);
        simulation.AddTopLevelOutputs(
            admission.LineWrites.Forward,
            admission.PacketWrites.Forward,
            admission.PendingWrite,
            admission.ResourceWrite,
            admission.Events,
            admission.AgeEvents);
    }

    private static void BuildReplies(Simulation simulation, NicConfig config)
    {
        Stream<LeftLine> left = new("left");
        Stream<NicReply> answers = new("answers");
        IRamWrite<PendingCall> pendingWrite = Scope.CreateBus<IRamWrite<PendingCall>>("pendingWrite");
        ISighting sighting = Scope.CreateBus<ISighting>("sighting");
        ICommand command = Scope.CreateBus<ICommand>("command");
        INicSettings settings = Scope.CreateBus<INicSettings>("settings");
        IRamRead replyLineRead = Scope.CreateBus<IRamRead>("replyLineRead");
        IRamData<Bits<W1024>> replyLine = Scope.CreateBus<IRamData<Bits<W1024>>>("replyLine");
        IRamRead transmitRead = Scope.CreateBus<IRamRead>("transmitRead");
        IRamData<Bits<W1024>> transmitLine = Scope.CreateBus<IRamData<Bits<W1024>>>("transmitLine");
        Stream<PacketRead> packetReads = new("packetReads");
        Stream<PacketLine> packetLines = new("packetLines");
        Replies replies = new(
            config,
            left,
            answers,
            pendingWrite,
            sighting,
            new OsControl(command, settings),
            new StoreReads(replyLineRead, transmitRead, packetReads),
            new StoreLines(replyLine, transmitLine, packetLines));
        simulation.AddTopLevelInputs(left.Forward, answers.Forward, pendingWrite, sighting, command, settings, replyLine, transmitLine);
        simulation.AddTopLevelInputs(packetReads.Backward, packetLines.Forward, replies.Frames.Backward, replies.Releases.Backward,
            replies.SendDone.Backward);
        simulation.AddTopLevelInputs(replies.MissedFrames.Backward, replies.MissedPayload.Backward);
        simulation.AddTopLevelOutputs(left.Backward, answers.Backward, replyLineRead, transmitRead, packetReads.Forward,
            packetLines.Backward);
        simulation.AddTopLevelOutputs(replies.Frames.Forward, replies.Releases.Forward, replies.SendDone.Forward,
            replies.MissedFrames.Forward, replies.MissedPayload.Forward);
        simulation.AddTopLevelOutputs([.. replies.Events]);
    }

    private static void BuildRegisterFile(Simulation simulation, NicConfig config)
    {
        // As many blocks as the NIC has behind it: five with events, two that answer commands.
        AxiLitePort axi = new();
        IReceiveCounters counters = Scope.CreateBus<IReceiveCounters>("receiveCounters");
        IEvents[] events = [.. Enumerable.Range(0, 5).Select(static i => Scope.CreateBus<IEvents>($"events{i}"))];
        ICommandAnswer[] answers = [.. Enumerable.Range(0, 2).Select(static i => Scope.CreateBus<ICommandAnswer>($"answer{i}"))];
        ISlotCount slots = Scope.CreateBus<ISlotCount>("slots");
        RegisterFile file = new(config, axi, counters, slots, events, answers);
        axi.AddTopLevel(simulation);
        simulation.AddTopLevelInputs([counters, slots, .. events, .. answers, file.CoreNotices.Backward]);
        simulation.AddTopLevelOutputs(file.Command, file.Settings, file.Receive, file.CoreNotices.Forward);
    }

    private static void BuildEndpoints(Simulation simulation, NicConfig config)
    {
        HomePort home = new();
        Stream<Dispatch> dispatches = new("dispatches");
        Stream<LineWrite> lineWrites = new("lineWrites");
        Stream<PacketWrite> packetWrites = new("packetWrites");
        Stream<SendDone> sendDone = new("sendDone");
        Stream<PacketRead> packetReads = new("packetReads");
        IRamWrite<SlotResources> resourceWrite = Scope.CreateBus<IRamWrite<SlotResources>>("resourceWrite");
        IRamRead replyLineRead = Scope.CreateBus<IRamRead>("replyLineRead");
        IRamRead transmitRead = Scope.CreateBus<IRamRead>("transmitRead");
        ICommand command = Scope.CreateBus<ICommand>("command");
        INicSettings settings = Scope.CreateBus<INicSettings>("settings");
        IStatisticsRead statisticsRead = Scope.CreateBus<IStatisticsRead>("statisticsRead");
        IRamData<Bits<W1024>> statisticsLine = Scope.CreateBus<IRamData<Bits<W1024>>>("statisticsLine");
        Stream<CoreNotice> coreNotices = new("coreNotices");
        Endpoints endpoints = new(
            config,
            home,
            new EndpointSources(dispatches, sendDone, coreNotices),
            new MessageWrites(lineWrites, packetWrites, resourceWrite),
            new StoreReads(replyLineRead, transmitRead, packetReads),
            new StatisticsPort(statisticsRead, statisticsLine),
            new OsControl(command, settings));
        simulation.AddTopLevelInputs(statisticsLine, coreNotices.Forward, coreNotices.Backward);
        simulation.AddTopLevelOutputs(statisticsRead);
        simulation.AddTopLevelInputs(home.Reads.Forward, home.Returns.Forward, home.Data.Backward, home.Fetches.Backward);
        simulation.AddTopLevelInputs(dispatches.Forward, lineWrites.Forward, packetWrites.Forward, resourceWrite, sendDone.Forward,
            replyLineRead);
        simulation.AddTopLevelInputs(transmitRead, packetReads.Forward, command, settings, endpoints.Notices.Backward,
            endpoints.Left.Backward, endpoints.PacketLines.Backward);
        simulation.AddTopLevelOutputs(home.Reads.Backward, home.Returns.Backward, home.Data.Forward, home.Fetches.Forward);
        simulation.AddTopLevelOutputs(dispatches.Backward, lineWrites.Backward, packetWrites.Backward, sendDone.Backward,
            packetReads.Backward);
        simulation.AddTopLevelOutputs(
            endpoints.Notices.Forward, endpoints.Left.Forward, endpoints.ReplyLine, endpoints.TransmitLine, endpoints.PacketLines.Forward,
            endpoints.CommandAnswer, endpoints.Events);
    }
}
