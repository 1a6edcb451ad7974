// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver.Placement;
using SME;

namespace Lauberhorn.Driver;

/// <summary>
/// The NIC as the operating system sees it: who it is, its settings, its tables, its endpoints. Everything is done one command at a time; methods may be called from
/// several places at once.
/// </summary>
public sealed partial class Nic
{
    private readonly IRegisterAccess registers;
    private readonly Func<int, EndpointAddresses> addresses;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<ushort, int> packetGuarantees = new();
    private readonly Gate gate = new();
    private readonly int longestWait;

    private Nic(
        IRegisterAccess registers, Func<int, EndpointAddresses> addresses, NicCapabilities capabilities, int longestWait, AddressPlanner? planner)
    {
        this.registers = registers;
        this.addresses = addresses;
        this.longestWait = longestWait;
        Capabilities = capabilities;
        Directory = new ServiceDirectory(this);
        Endpoints = new EndpointPool(
            capabilities, planner is null ? null : endpoint => planner.FindConflict([endpoint]), planner is null ? null : planner.FindTwoLineConflict);
    }

    /// <summary>How much of everything it has.</summary>
    public NicCapabilities Capabilities { get; }

    /// <summary>What the host's cores may do unasked.</summary>
    public HostTraits Host { get; private init; } = HostTraits.Any;

    internal ServiceDirectory Directory { get; }

    internal EndpointPool Endpoints { get; }

    /// <summary>Checks that the registers are those of a NIC that this driver knows, and reads what it has.</summary>
    /// <param name="registers">The registers.</param>
    /// <param name="addresses">Where the lines of an endpoint are.</param>
    /// <param name="longestWait">How many times a command's status is read before it counts as hanging.</param>
    /// <param name="planner">
    /// What knows which loads hold up what on this machine: endpoints whose stalled loads would hold up lines that must go on are not
    /// handed out. Null if no stalled load holds up anything.
    /// </param>
    /// <param name="host">What the host's cores may do unasked; null for anything.</param>
    /// <exception cref="NicException">They are not.</exception>
    public static async Task<Nic> OpenAsync(
        IRegisterAccess registers,
        Func<int, EndpointAddresses> addresses,
        int longestWait = 100_000,
        AddressPlanner? planner = null,
        HostTraits? host = null)
    {
        ArgumentNullException.ThrowIfNull(registers);
        ArgumentNullException.ThrowIfNull(addresses);
        ulong magic = await registers.ReadAsync(RegisterMap.Magic);
        if (magic != RegisterMap.MagicValue)
        {
            throw new NicException(
                $"there is no Lauberhorn NIC: its first register reads 0x{magic:X16}, not 0x{RegisterMap.MagicValue:X16}; check the address of the register block, and that the FPGA is programmed");
        }

        ulong version = await registers.ReadAsync(RegisterMap.Version);
        if (version != RegisterMap.VersionValue)
        {
            throw new NicException(
                $"the NIC's registers have layout {version}, this driver knows {RegisterMap.VersionValue}; {(version > RegisterMap.VersionValue ? "take a newer driver" : "program the FPGA with a newer NIC")}");
        }

        NicCapabilities capabilities = new()
        {
            Cores = (int)await registers.ReadAsync(RegisterMap.Cores),
            Processes = (int)await registers.ReadAsync(RegisterMap.Processes),
            Services = (int)await registers.ReadAsync(RegisterMap.Services),
            Programs = (int)await registers.ReadAsync(RegisterMap.Programs),
            Endpoints = (int)await registers.ReadAsync(RegisterMap.Endpoints),
            PendingCalls = (int)await registers.ReadAsync(RegisterMap.PendingCalls),
            AuxLines = (int)await registers.ReadAsync(RegisterMap.AuxLines),
            PacketSlots = (int)await registers.ReadAsync(RegisterMap.PacketSlots),
            TransmitPacketSlots = (int)await registers.ReadAsync(RegisterMap.TransmitPacketSlots),
            Neighbours = (int)await registers.ReadAsync(RegisterMap.Neighbours),
            ClockMegahertz = (int)await registers.ReadAsync(RegisterMap.ClockMegahertz),
            BypassPacketSlots = (int)await registers.ReadAsync(RegisterMap.BypassPacketSlots),
            ProgressColourBits = (int)await registers.ReadAsync(RegisterMap.ProgressColourBits),
        };
        return new Nic(registers, addresses, capabilities, longestWait, planner) { Host = host ?? HostTraits.Any };
    }

    /// <summary>Sets what the NIC answers to.</summary>
    /// <param name="macAddress">MAC address, 48 bits, the byte sent first on top.</param>
    /// <param name="ipAddress">IPv4 address, the byte sent first on top.</param>
    /// <param name="isPromiscuous">Whether frames to any MAC address are taken.</param>
    public async Task SetAddressesAsync(ulong macAddress, uint ipAddress, bool isPromiscuous = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(macAddress, 0xFFFF_FFFF_FFFFul);
        await SetAsync((RegisterMap.MacAddress, macAddress), (RegisterMap.IpAddress, ipAddress), (RegisterMap.Promiscuous, isPromiscuous ? 1ul : 0));
    }

    /// <summary>Sets after how many cycles a stalled load is answered with TRYAGAIN.</summary>
    /// <param name="cycles">Cycles of the NIC's clock.</param>
    public Task SetTryAgainAsync(uint cycles) => SetAsync((RegisterMap.TryAgainCycles, cycles));

    /// <summary>
    /// Sets whether a load of a user endpoint that no core is said to use (<see cref="SetCoreStateAsync"/>) is answered with TRYAGAIN at once. An OS that says what runs on each core sets it:
    /// then no process can keep a colour busy but by the endpoint that its core is said to use.
    /// </summary>
    /// <param name="areTurnedAway">Whether.</param>
    public Task SetStrayLoadsAsync(bool areTurnedAway) => SetAsync((RegisterMap.StrayLoads, areTurnedAway ? 1ul : 0));

    /// <summary>Sets at which age calls are forgotten.</summary>
    /// <param name="limit">In units of 2^16 cycles; 0 for never.</param>
    public Task SetCallAgeLimitAsync(ushort limit) => SetAsync((RegisterMap.CallAgeLimit, limit));

    /// <summary>Limits the NIC's own answers but those of the NULL procedure.</summary>
    /// <param name="limit">How many a UDP port may give in a period; 0 for no limit.</param>
    /// <param name="period">The period in cycles.</param>
    public Task SetErrorReplyLimitAsync(ushort limit, uint period) => SetAsync((RegisterMap.ErrorReplyLimit, limit), (RegisterMap.ErrorReplyPeriod, period));

    /// <summary>Sets whether neighbours are learned from received frames.</summary>
    /// <param name="learns">Whether.</param>
    public Task SetLearningAsync(bool learns) => SetAsync((RegisterMap.LearnsNeighbours, learns ? 1ul : 0));

    /// <summary>Says for how long a process has a core that is busy before others may ask for it.</summary>
    /// <param name="units">That, in units of 256 cycles.</param>
    public Task SetQuantumAsync(ushort units) => SetAsync((RegisterMap.Quantum, units));

    /// <summary>
    /// Sets how many messages in a row a kernel endpoint gets of the process that its core ran last, if it is in the backlog, before another's turn counts. Switches between address spaces
    /// become fewer, and a process in the backlog may wait for as many times longer.
    /// </summary>
    /// <param name="messages">How many; 0 for turns only.</param>
    public Task SetLocalMessagesAsync(byte messages) => SetAsync((RegisterMap.LocalMessages, messages));

    /// <summary>
    /// Sets for how long the NIC reckons with a core that it took from its process: one that has not come to the kernel by then makes room
    /// for another, and is asked again while a core is wanted
    /// (counter <c>CoreLate</c>).
    /// </summary>
    /// <param name="units">That, in units of 256 cycles; 0 is as 1, more than 32,767 as 32,767.</param>
    public Task SetComingLimitAsync(ushort units) => SetAsync((RegisterMap.ComingLimit, units));

    /// <summary>
    /// Sets how long a process's first message is first before the process goes before its turn, has a core taken for it even if it is said
    /// to have one, and may have one more than
    /// <see cref="ProcessPolicy.MostCores"/> (counter <c>LateDispatched</c>).
    /// </summary>
    /// <param name="units">That, in units of 256 cycles; 0 is as 1, more than 32,767 as 32,767.</param>
    public Task SetWaitLimitAsync(ushort units) => SetAsync((RegisterMap.WaitLimit, units));

    /// <summary>Sets how many messages all processes together may have queued beyond what each is guaranteed.</summary>
    /// <param name="messages">Messages. With all guarantees and one for each endpoint they should be no more than <see cref="NicCapabilities.PendingCalls"/>, or guarantees do not hold.</param>
    public Task SetSharedQueueAsync(ushort messages) => SetAsync((RegisterMap.SharedQueue, messages));

    /// <summary>Says how the kernel's own messages are scheduled, the frames that the fast path does not know: as those of a process with number 0.</summary>
    /// <param name="policy">How.</param>
    /// <exception cref="NicException">The NIC refused it.</exception>
    public Task SetKernelPolicyAsync(ProcessPolicy policy) => SetPolicyAsync(0, policy);

    /// <summary>Says what runs on a core; to be called at each context switch.</summary>
    /// <param name="core">The core.</param>
    /// <param name="state">What runs there.</param>
    /// <exception cref="NicException">There is no such process or endpoint, or it has an endpoint without a process; nothing has changed.</exception>
    public async Task SetCoreStateAsync(int core, CoreState state)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(core);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(core, Capabilities.Cores);
        try
        {
            await SetAsync((RegisterMap.CoreState + (8 * (uint)core), CoreStateWord.Pack(state)));
        }
        catch (NicException refused)
        {
            throw new NicException(
                $"the NIC refused the state of core {core} ({state}): it has processes 0 to {Capabilities.Processes - 1} and endpoints 0 to {Capabilities.Endpoints - 1}, and what has an endpoint has a process",
                refused);
        }
    }

    /// <summary>Tells the NIC the MAC address of an IPv4 address.</summary>
    /// <param name="address">The IPv4 address.</param>
    /// <param name="macAddress">Its MAC address; null to forget it.</param>
    public Task SetNeighbourAsync(uint address, ulong? macAddress) => CommandAsync(
        CommandCode.SetNeighbour,
        0,
        CommandEncoding.Of(new NeighbourEntry { Address = address, IsValid = macAddress is not null, MacAddress = (Bits<W48>)(macAddress ?? 0) }));

    /// <summary>
    /// Gives an endpoint to the kernel. Either only frames that the fast path does not know come there, or messages of all processes whose policy says
    /// <see cref="ProcessPolicy.UsesKernelEndpoints"/>; those frames too, if <see cref="SetKernelPolicyAsync"/> says so.
    /// </summary>
    /// <param name="core">The core; its kernel endpoint has the same number.</param>
    /// <param name="sendsLongFrames">Whether it may send frames longer than a control line; for this it gets one of the few packet slots.</param>
    /// <param name="writesBack">Whether the loop writes its lines back itself; see <see cref="NicProcess.BindEndpointAsync"/>. Null for what suits the host.</param>
    /// <param name="takesProcesses">Whether messages of processes come there. While there is such an endpoint, no process is given an endpoint with a core's number.</param>
    /// <exception cref="NicException">It is bound, or the NIC refused it.</exception>
    public Task<BoundEndpoint> BindKernelEndpointAsync(int core, bool sendsLongFrames = true, bool? writesBack = null, bool takesProcesses = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(core);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(core, Capabilities.Cores);
        return BindAsync(core, 0, 0, sendsLongFrames, true, WritesBack(writesBack) ? 0 : null, takesProcesses);
    }

    // Where cores load what no program asked for, a load of the other control line would say "done" before it is so.
    internal bool WritesBack(bool? wanted)
    {
        if (wanted == false && !Host.LoadsOnDemandOnly)
        {
            throw new NicException(
                "an endpoint with two control lines needs cores that load no line that no program asked for (no prefetch, no speculation), and this host does not promise "
                + "that; bind it with writesBack, or, if it is so, open the NIC with HostTraits.OnDemand");
        }

        return wanted ?? !Host.LoadsOnDemandOnly;
    }

    /// <summary>Makes a process known, with the lowest free number.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="NicException">There are as many as the NIC has room for.</exception>
    public NicProcess CreateProcess(string name)
    {
        (ushort number, ushort generation) = Endpoints.TakeProcess();
        return new(this, number, generation, name);
    }

    /// <summary>Takes an endpoint from its process. Its loop gets a TRYAGAIN if it waits; a call in its line is forgotten.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public async Task ReleaseEndpointAsync(BoundEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        await CommandAsync(CommandCode.ReleaseEndpoint, (uint)endpoint.Number);
        Endpoints.Return(endpoint.Number);
    }

    /// <summary>Sends the thread that waits at an endpoint back to the kernel: its loop ends with <see cref="LoopEnd.Retired"/>.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>Whether it was told so; otherwise no load waits, or a message came before: the loop comes by again.</returns>
    public async Task<bool> RetireAsync(BoundEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        try
        {
            await CommandAsync(CommandCode.RetireEndpoint, (uint)endpoint.Number);
            return true;
        }
        catch (NicException refused) when (refused.Status == CommandStatus.WrongState)
        {
            return false;
        }
    }

    /// <summary>Reads all counters.</summary>
    /// <returns>The counters by their names.</returns>
    public async Task<IReadOnlyDictionary<string, ulong>> ReadCountersAsync()
    {
        Dictionary<string, ulong> counters = [];
        foreach (NicEvent what in Enum.GetValues<NicEvent>())
        {
            counters[what.ToString()] = await ReadAsync(RegisterMap.EventCounters + (8u * (uint)what));
        }

        foreach (DropReason reason in Enum.GetValues<DropReason>().Where(reason => reason != DropReason.None))
        {
            counters[$"Dropped.{reason}"] = await ReadAsync(RegisterMap.DropCounters + (8u * (uint)reason));
        }

        foreach (FrameKind kind in Enum.GetValues<FrameKind>())
        {
            counters[$"Received.{kind}"] = await ReadAsync(RegisterMap.KindCounters + (8u * (uint)kind));
        }

        return counters;
    }

    /// <summary>Gives a command and waits for its end.</summary>
    /// <param name="code">The command.</param>
    /// <param name="index">Its index.</param>
    /// <param name="data">Its data, at most eight registers; those not given are 0.</param>
    /// <exception cref="NicException">The NIC refused it, or hangs.</exception>
    public async Task CommandAsync(CommandCode code, uint index, params ulong[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        await gate.EnterAsync().ConfigureAwait(false);
        try
        {
            for (uint i = 0; i < RegisterMap.CommandDataRegisters; i++)
            {
                await registers.WriteAsync(RegisterMap.CommandData + (8 * i), i < data.Length ? data[i] : 0);
            }

            await registers.WriteAsync(RegisterMap.Command, (ulong)code | ((ulong)index << RegisterMap.CommandIndexBit));
            CommandStatus status = CommandStatus.Busy;
            for (int i = 0; i < longestWait && status == CommandStatus.Busy; i++)
            {
                status = (CommandStatus)(byte)await registers.ReadAsync(RegisterMap.CommandStatus);
            }

            if (status != CommandStatus.Done)
            {
                throw new NicException(code, index, status);
            }
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Carries out steps of a table's change, in order.</summary>
    internal async Task RunAsync(IEnumerable<TableStep> steps)
    {
        foreach (TableStep step in steps)
        {
            if (step.Code == CommandCode.None)
            {
                // A pause that any register's reading outlasts.
                await ReadAsync(RegisterMap.Version);
            }
            else
            {
                await CommandAsync(step.Code, (uint)step.Index, step.Data);
            }
        }
    }

    // What processes share is what guarantees leave: it shrinks before a guarantee grows, and grows after one has shrunk.
    internal async Task SetPolicyAsync(ushort process, ProcessPolicy policy)
    {
        int before = packetGuarantees.Values.Sum();
        int then = before - packetGuarantees.GetValueOrDefault(process) + policy.GuaranteedPackets;
        int all = Capabilities.PacketSlots - Capabilities.BypassPacketSlots;
        if (then > all)
        {
            throw new NicException(
                $"process {process} cannot be guaranteed {policy.GuaranteedPackets} packet slots: with those of others that makes {then}, "
                    + $"and calls have {all}");
        }

        if (then > before)
        {
            await SetAsync((RegisterMap.SharedPackets, (ulong)(all - then)));
        }

        try
        {
            await CommandAsync(CommandCode.SetProcess, process, CommandEncoding.Of(policy));
            packetGuarantees[process] = policy.GuaranteedPackets;
        }
        catch (NicException) when (then > before)
        {
            await SetAsync((RegisterMap.SharedPackets, (ulong)(all - before)));
            throw;
        }

        if (then < before)
        {
            await SetAsync((RegisterMap.SharedPackets, (ulong)(all - then)));
        }
    }

    internal async Task<BoundEndpoint> BindAsync(int number, ushort process, ushort transmitPort, bool sendsLong, bool maySendFrames, int? receiveLine = null, bool isKernel = false)
    {
        (ushort generation, int? packetSlot) = Endpoints.Take(
            number, process, sendsLong, receiveLine, isKernel, sends: maySendFrames || transmitPort != 0);
        EndpointBinding binding = new()
        {
            Process = process,
            Generation = generation,
            TransmitPort = transmitPort,
            MaySendFrames = maySendFrames,
            HasTransmitPacketSlot = packetSlot is not null,
            TransmitPacketSlot = (ushort)(packetSlot ?? 0),
            WritesBack = receiveLine is not null,
            ReceiveLine = receiveLine == 1,
            IsKernel = isKernel,
        };
        try
        {
            await CommandAsync(CommandCode.BindEndpoint, (uint)number, CommandEncoding.Of(binding));
        }
        catch
        {
            Endpoints.Return(number);
            throw;
        }

        return new BoundEndpoint(number, process, generation, addresses(number), packetSlot is not null, receiveLine);
    }

    private async Task SetAsync(params (uint Offset, ulong Value)[] values)
    {
        await gate.EnterAsync().ConfigureAwait(false);
        try
        {
            foreach ((uint offset, ulong value) in values)
            {
                await registers.WriteAsync(offset, value);
            }
        }
        finally
        {
            gate.Leave();
        }
    }

    private async Task<ulong> ReadAsync(uint offset)
    {
        await gate.EnterAsync().ConfigureAwait(false);
        try
        {
            return await registers.ReadAsync(offset);
        }
        finally
        {
            gate.Leave();
        }
    }
}
