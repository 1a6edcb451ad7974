// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>
/// All registers of the NIC. Hardware, kernel header, driver and documentation have them from here: after a change, run <c>tools/lauberhorn
/// registers</c>.
/// </summary>
public static class RegisterMap
{
    /// <summary>Bytes from the first register to the end of the last that there can be; a power of two.</summary>
    public const int Size = 0x1000;

    /// <summary>Registers that there can be.</summary>
    public const int Places = Size / 8;

    /// <summary>What <see cref="Magic"/> reads: "LAUBRHRN", the first letter in the lowest byte.</summary>
    public const ulong MagicValue = 0x4E52_4852_4255_414C;

    /// <summary>What <see cref="Version"/> reads. It goes up when software for the version before would not work any longer.</summary>
    public const ulong VersionValue = 1;

    /// <summary>Offset of the first register.</summary>
    public const int Magic = 0x000;

    /// <summary>Offset of the version.</summary>
    public const int Version = 0x008;

    /// <summary>Offset of the first capability.</summary>
    public const int Capabilities = 0x010;

    /// <summary>Offset of the capability: cores, each with a kernel endpoint: endpoints 0 to this minus 1.</summary>
    public const int Cores = 0x010;

    /// <summary>Offset of the capability: processes, with the kernel, which is process 0.</summary>
    public const int Processes = 0x018;

    /// <summary>Offset of the capability: services.</summary>
    public const int Services = 0x020;

    /// <summary>Offset of the capability: rPC programs.</summary>
    public const int Programs = 0x028;

    /// <summary>Offset of the capability: endpoints.</summary>
    public const int Endpoints = 0x030;

    /// <summary>Offset of the capability: slots: calls and frames that can be queued or in flight at a time.</summary>
    public const int PendingCalls = 0x038;

    /// <summary>Offset of the capability: aux lines of an endpoint in each direction.</summary>
    public const int AuxLines = 0x040;

    /// <summary>Offset of the capability: packet slots of received messages.</summary>
    public const int PacketSlots = 0x048;

    /// <summary>Offset of the capability: packet slots of endpoints that send; their numbers begin behind PacketSlots.</summary>
    public const int TransmitPacketSlots = 0x050;

    /// <summary>Offset of the capability: neighbours.</summary>
    public const int Neighbours = 0x058;

    /// <summary>Offset of the capability: the clock's frequency in MHz.</summary>
    public const int ClockMegahertz = 0x060;

    /// <summary>Offset of the capability: bytes in a cache line.</summary>
    public const int LineBytes = 0x068;

    /// <summary>Offset of the capability: number of colours of lines that never stall, as a power of two.</summary>
    public const int ProgressColourBits = 0x070;

    /// <summary>Offset of the capability: buckets in each of the two service tables; a bucket has two places.</summary>
    public const int ServiceBuckets = 0x078;

    /// <summary>Offset of the capability: buckets in each of the two program tables; a bucket has two places.</summary>
    public const int ProgramBuckets = 0x080;

    /// <summary>Offset of the capability: bytes from a line to the next in the host's address space.</summary>
    public const int LineStride = 0x088;

    /// <summary>
    /// Offset of the capability: what the host's cache does to a line's address before the NIC counts lines: 0 nothing, 1 as ThunderX-1.
    /// </summary>
    public const int AddressHash = 0x090;

    /// <summary>Offset of the capability: of the slots, those that are for frames for the kernel only.</summary>
    public const int BypassSlots = 0x098;

    /// <summary>
    /// Offset of the capability: of the packet slots of received messages, those that are for frames for the kernel only.
    /// </summary>
    public const int BypassPacketSlots = 0x0A0;

    /// <summary>Offset behind the last place for a capability.</summary>
    public const int CapabilitiesEnd = 0x100;

    /// <summary>Offset of the setting of this name.</summary>
    public const int MacAddress = 0x100;

    /// <summary>Offset of the setting of this name.</summary>
    public const int IpAddress = 0x108;

    /// <summary>Offset of the setting of this name.</summary>
    public const int Promiscuous = 0x110;

    /// <summary>Offset of the setting of this name.</summary>
    public const int TryAgainCycles = 0x118;

    /// <summary>Offset of the setting of this name.</summary>
    public const int CallAgeLimit = 0x120;

    /// <summary>Offset of the setting of this name.</summary>
    public const int ErrorReplyLimit = 0x128;

    /// <summary>Offset of the setting of this name.</summary>
    public const int ErrorReplyPeriod = 0x130;

    /// <summary>Offset of the setting of this name.</summary>
    public const int LearnsNeighbours = 0x138;

    /// <summary>Offset of the setting of this name.</summary>
    public const int AnyPort = 0x140;

    /// <summary>Offset of the setting of this name.</summary>
    public const int SharedQueue = 0x148;

    /// <summary>Offset of the setting of this name.</summary>
    public const int Quantum = 0x150;

    /// <summary>Reset value of <see cref="Quantum"/>: 41 µs at 250 MHz.</summary>
    public const int QuantumDefault = 40;

    /// <summary>Offset of the setting of this name.</summary>
    public const int LocalMessages = 0x158;

    /// <summary>Reset value of <see cref="LocalMessages"/>.</summary>
    public const int LocalMessagesDefault = 7;

    /// <summary>Offset of the setting of this name.</summary>
    public const int StrayLoads = 0x160;

    /// <summary>Offset of the setting of this name.</summary>
    public const int ComingLimit = 0x1C0;

    /// <summary>Reset value of <see cref="ComingLimit"/>: 1.02 ms at 250 MHz.</summary>
    public const int ComingLimitDefault = 1000;

    /// <summary>Offset of the setting of this name.</summary>
    public const int WaitLimit = 0x1C8;

    /// <summary>Reset value of <see cref="WaitLimit"/>: 1.02 ms at 250 MHz.</summary>
    public const int WaitLimitDefault = 1000;

    /// <summary>Offset of the setting of this name.</summary>
    public const int SharedPackets = 0x1E0;

    /// <summary>Offset of the setting of this name.</summary>
    public const int SubnetMask = 0x180;

    /// <summary>Offset of the setting of this name.</summary>
    public const int MulticastFilter = 0x188;

    /// <summary>Offset of the setting of this name.</summary>
    public const int AllMulticast = 0x190;

    /// <summary>Offset of the setting of this name.</summary>
    public const int Mtu = 0x198;

    /// <summary>Reset value of <see cref="Mtu"/>, in bytes: Ethernet's own.</summary>
    public const int MtuDefault = 1500;

    /// <summary>Offset of the first of eight data registers.</summary>
    public const int CommandData = 0x200;

    /// <summary>Number of data registers of a command.</summary>
    public const int CommandDataRegisters = 8;

    /// <summary>Offset of the command register.</summary>
    public const int Command = 0x240;

    /// <summary>In the command register: the lowest bit of the index.</summary>
    public const int CommandIndexBit = 32;

    /// <summary>Offset of the status register.</summary>
    public const int CommandStatus = 0x248;

    /// <summary>Offset of the cycle counter.</summary>
    public const int Cycles = 0x300;

    /// <summary>Offset of the scratch register.</summary>
    public const int Scratch = 0x308;

    /// <summary>Offset of the number of slots in use.</summary>
    public const int SlotsTaken = 0x310;

    /// <summary>Offset of the counter of <see cref="NicEvent"/> 0.</summary>
    public const int EventCounters = 0x400;

    /// <summary>Number of places for counters of <see cref="NicEvent"/>.</summary>
    public const int EventPlaces = 64;

    /// <summary>Offset of the counter of <see cref="DropReason"/> 0.</summary>
    public const int DropCounters = 0x800;

    /// <summary>Offset of the counter of <see cref="FrameKind"/> 0.</summary>
    public const int KindCounters = 0xA00;

    /// <summary>Offset of the state of core 0.</summary>
    public const int CoreState = 0xC00;

    /// <summary>Number of places for states of cores.</summary>
    public const int CorePlaces = 64;

    /// <summary>The registers of a NIC.</summary>
    /// <param name="config">Its parameters; they only decide what capabilities read and what settings are after a reset.</param>
    public static IReadOnlyList<Register> For(NicConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return
        [
            new("Magic", Magic, RegisterAccess.ReadOnly, MagicValue,
                "Says that this is the NIC: \"LAUBRHRN\", the first letter in the lowest byte",
                new RegisterField("Magic", 0, 64, "The letters")),
            new("Version", Version, RegisterAccess.ReadOnly, VersionValue,
                "Version of this table; goes up when software for the version before would not work any longer",
                new RegisterField("Version", 0, 32, "The version")),
            .. CapabilitiesOf(config),
            Setting("MacAddress", MacAddress, 48, 0, "The NIC's own MAC address; the first byte on the wire is the most significant"),
            Setting("IpAddress", IpAddress, 32, 0, "The NIC's own IPv4 address; the first byte on the wire is the most significant"),
            Setting("Promiscuous", Promiscuous, 1, 0, "Whether frames to any MAC address are taken"),
            Setting(
                "TryAgainCycles",
                TryAgainCycles,
                32,
                TryAgainDefault(config),
                "Cycles from a load's arrival to its TRYAGAIN. Reads what applies: the number of endpoints, rounded up to a power of two, "
                    + "and 64 "
                    + "at least, 2^30 at most") with { ResetFrom = "TryAgainMilliseconds * ClockMegahertz * 1000" },
            Setting("CallAgeLimit", CallAgeLimit, 16, 0, "Age at which a pending call expires, in units of 2^16 cycles; 0 for never"),
            Setting("ErrorReplyLimit", ErrorReplyLimit, 16, 0,
                "RPC errors that the NIC sends from a UDP port in a period, at most; 0 for no limit"),
            Setting("ErrorReplyPeriod", ErrorReplyPeriod, 32, 0, "That period, in cycles; 0 counts as 1"),
            Setting("LearnsNeighbours", LearnsNeighbours, 1, 0, "Whether neighbours are learned from received frames"),
            Setting("AnyPort", AnyPort, 1, 0, "Whether every UDP port is the NIC's, whatever SetPort says"),
            Setting("SharedQueue", SharedQueue, 16, SharedQueueDefault(config),
                "Messages that all processes together may have queued beyond their "
                    + "guarantees") with { ResetFrom = nameof(NicConfig.PendingCalls) },
            Setting("Quantum", Quantum, 16, QuantumDefault,
                "For how long a process keeps a busy core before it may be preempted, in units of 256 cycles"),
            Setting("LocalMessages", LocalMessages, 8, LocalMessagesDefault,
                "How many messages in a row a kernel endpoint gets of the process that its core ran last, before round-robin order applies "
                    + "again"),
            Setting("StrayLoads", StrayLoads, 1, 0,
                "Whether a load of a user endpoint that no core uses, as the OS has said, is answered with TRYAGAIN at once"),
            Setting("ComingLimit", ComingLimit, 16, ComingLimitDefault,
                "How long a preempted core counts as about to come, times 256 cycles; 1 to 32,767 count"),
            Setting("WaitLimit", WaitLimit, 16, WaitLimitDefault,
                "How long a process waits before it goes before round-robin order, times 256 cycles; 1 to 32,767 count"),
            Setting(
                "SharedPackets",
                SharedPackets,
                16,
                (ulong)(config.PacketSlots - config.BypassPacketSlots),
                "Packet slots that calls of all processes together may occupy beyond their guarantees") with
            {
                ResetFrom = "PacketSlots - BypassPacketSlots",
            },
            Setting(
                "SubnetMask",
                SubnetMask,
                32,
                0,
                "The subnet's mask, which gives its broadcast address, ones from the top; 0 if it is not known"),
            Setting(
                "MulticastFilter",
                MulticastFilter,
                64,
                0,
                "Which group MAC addresses are accepted: "
                + "bit n for those whose eight groups of six bits, lowest bit of each byte first, XORed are n"),
            Setting("AllMulticast", AllMulticast, 1, 0, "Whether all group MAC addresses are accepted"),
            Setting("Mtu", Mtu, 16, MtuDefault, "The most bytes of an IPv4 datagram that the NIC sends by itself or for a process"),
            Setting("CommandData", CommandData, 64, 0, "Data of the next command") with { Count = CommandDataRegisters },
            new(
                "Command",
                Command,
                RegisterAccess.ReadWrite,
                0,
                "A write starts a command, if none is in progress; otherwise it is answered with SLVERR. Reads the last command",
                new RegisterField("Code", 0, 8, "Which command"),
                new RegisterField("Index", CommandIndexBit, 32, "Of what: a place in the command's table")),
            new(
                "CommandStatus",
                CommandStatus,
                RegisterAccess.ReadOnly,
                0,
                "How the last command ended",
                new RegisterField("Status", 0, 8, "A value of CommandStatus"),
                new RegisterField("Number", 32, 32, "Commands that have ended since the reset, modulo 2^32")),
            new("Cycles", Cycles, RegisterAccess.ReadOnly, 0, "Cycles of the NIC's clock since the reset",
                new RegisterField("Cycles", 0, 64, "Their number")),
            new(
                "SlotsTaken",
                SlotsTaken,
                RegisterAccess.ReadOnly,
                0,
                "Messages in slots: queued, delivered to a process or the kernel, or with a reply in progress",
                new RegisterField("Count", 0, 16, "Their number")),
            Setting("Scratch", Scratch, 64, 0, "No effect; for tests of the way to the registers"),
            Counters("EventCounters", EventCounters, 64, typeof(NicEvent), Enum.GetValues<NicEvent>().Length,
                "Events since the reset. A read is exact but for the last 70 cycles"),
            Counters("DropCounters", DropCounters, 32, typeof(DropReason), Enum.GetValues<DropReason>().Length,
                "Frames that the receive path dropped since the reset, by reason, modulo 2^32"),
            Counters("KindCounters", KindCounters, 32, typeof(FrameKind), Enum.GetValues<FrameKind>().Length,
                "Frames that passed the receive path since the reset, by kind, modulo 2^32"),
            new(
                "CoreState",
                CoreState,
                RegisterAccess.WriteOnly,
                0,
                "A write stores what runs on core n; it is answered with SLVERR, and changes nothing, if there is no such process or "
                    + "endpoint, or if it has an endpoint without a process",
                new RegisterField("Process", CoreStatePlaces.Process, 16, "The process"),
                new RegisterField("Endpoint", CoreStatePlaces.Endpoint, 16, "The endpoint that its thread uses"),
                new RegisterField("HasProcess", CoreStatePlaces.HasProcess, 1,
                    "Whether a process of the NIC's runs there; otherwise the kernel does, or something that has no services"),
                new RegisterField("HasEndpoint", CoreStatePlaces.HasEndpoint, 1, "Whether its thread uses an endpoint"),
                new RegisterField("MayPreempt", CoreStatePlaces.MayPreempt, 1,
                    "Whether the core may be preempted while it is busy in a handler"))
            {
                Count = config.Cores,
                CountFrom = nameof(NicConfig.Cores),
            },
        ];
    }

    /// <summary>Cycles to TRYAGAIN after a reset.</summary>
    /// <param name="config">The NIC's parameters.</param>
    public static uint TryAgainDefault(NicConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return (uint)(config.TryAgainMilliseconds * config.ClockMegahertz * 1000);
    }

    /// <summary>
    /// The fewest cycles to TRYAGAIN that can be set: the timer looks at an endpoint per cycle.
    /// </summary>
    /// <param name="config">The NIC's parameters.</param>
    public static uint TryAgainLeast(NicConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return TryAgainLeast((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(config.Endpoints, 2)));
    }

    /// <summary>The fewest cycles to TRYAGAIN that can be set.</summary>
    /// <param name="endpointDepth">Endpoints, rounded up to a power of two.</param>
    public static uint TryAgainLeast(int endpointDepth) => (uint)endpointDepth + 64;

    /// <summary>Messages beyond all guarantees after a reset: as many as there are slots.</summary>
    /// <param name="config">The NIC's parameters.</param>
    public static ushort SharedQueueDefault(NicConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return (ushort)Math.Min(config.PendingCalls, ushort.MaxValue);
    }

    private static IEnumerable<Register> CapabilitiesOf(NicConfig config)
    {
        ServiceTableShape services = ServiceTableShape.For(config.Services, nameof(NicConfig.Services));
        ServiceTableShape programs = ServiceTableShape.For(config.Programs, nameof(NicConfig.Programs));
        (int Offset, string Name, int Value, string Meaning, string From)[] capabilities =
        [
            (Cores, nameof(Cores), config.Cores, "Cores, each with a kernel endpoint: endpoints 0 to this minus 1",
                nameof(NicConfig.Cores)),
            (Processes, nameof(Processes), config.Processes, "Processes, with the kernel, which is process 0", nameof(NicConfig.Processes)),
            (Services, nameof(Services), config.Services, "Services", nameof(NicConfig.Services)),
            (Programs, nameof(Programs), config.Programs, "RPC programs", nameof(NicConfig.Programs)),
            (Endpoints, nameof(Endpoints), config.Endpoints, "Endpoints", nameof(NicConfig.Endpoints)),
            (PendingCalls, nameof(PendingCalls), config.PendingCalls, "Slots: calls and frames that can be queued or in flight at a time",
                nameof(NicConfig.PendingCalls)),
            (AuxLines, nameof(AuxLines), config.AuxLines, "Aux lines of an endpoint in each direction", nameof(NicConfig.AuxLines)),
            (PacketSlots, nameof(PacketSlots), config.PacketSlots, "Packet slots of received messages", nameof(NicConfig.PacketSlots)),
            (TransmitPacketSlots, nameof(TransmitPacketSlots), config.TransmitPacketSlots,
                "Packet slots of endpoints that send; their numbers begin behind PacketSlots", nameof(NicConfig.TransmitPacketSlots)),
            (Neighbours, nameof(Neighbours), config.Neighbours, "Neighbours", nameof(NicConfig.Neighbours)),
            (ClockMegahertz, nameof(ClockMegahertz), config.ClockMegahertz, "The clock's frequency in MHz",
                nameof(NicConfig.ClockMegahertz)),
            (LineBytes, nameof(LineBytes), NicConfig.LineBytes, "Bytes in a cache line", nameof(NicConfig.LineBytes)),
            (ProgressColourBits, nameof(ProgressColourBits), config.ProgressColourBits,
                "Number of colours of lines that never stall, as a power of two", nameof(NicConfig.ProgressColourBits)),
            (ServiceBuckets, nameof(ServiceBuckets), services.Buckets, "Buckets in each of the two service tables; a bucket has two places",
                nameof(NicConfig.Services)),
            (ProgramBuckets, nameof(ProgramBuckets), programs.Buckets, "Buckets in each of the two program tables; a bucket has two places",
                nameof(NicConfig.Programs)),
            (LineStride, nameof(LineStride), config.LineStride, "Bytes from a line to the next in the host's address space",
                nameof(NicConfig.LineStride)),
            (AddressHash, nameof(AddressHash), (int)config.AddressHash,
                "What the host's cache does to a line's address before the NIC counts lines: 0 nothing, 1 as ThunderX-1",
                nameof(NicConfig.AddressHash)),
            (BypassSlots, nameof(BypassSlots), config.BypassSlots, "Of the slots, those that are for frames for the kernel only",
                nameof(NicConfig.BypassSlots)),
            (BypassPacketSlots, nameof(BypassPacketSlots),
                config.BypassPacketSlots,
                "Of the packet slots of received messages, those that are for frames for the kernel only",
                nameof(NicConfig.BypassPacketSlots)),
        ];
        return capabilities.Select(capability => new Register(
            capability.Name,
            capability.Offset,
            RegisterAccess.ReadOnly,
            (ulong)capability.Value,
            capability.Meaning,
            new RegisterField(capability.Name, 0, 32, "The number"))
        {
            ResetFrom = capability.From,
        });
    }

    private static Register Setting(string name, int offset, int width, ulong reset, string meaning) =>
        new(name, offset, RegisterAccess.ReadWrite, reset, meaning, new RegisterField(name, 0, width, "The value"));

    private static Register Counters(string name, int offset, int width, Type numbering, int count, string meaning) =>
        new(name, offset, RegisterAccess.ReadOnly, 0, meaning, new RegisterField("Count", 0, width, "The count"))
        {
            Count = count,
            Numbering = numbering
        };
}
