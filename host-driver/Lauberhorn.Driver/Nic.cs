// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver.Placement;
using SME;

namespace Lauberhorn.Driver;

/// <summary>
/// The NIC as the operating system sees it: its addresses, settings, its tables, its endpoints. Everything is done one command at a time;
/// methods may be called from several places at once.
/// </summary>
public sealed partial class Nic
{
    private readonly IRegisterAccess registers;
    private readonly Func<int, EndpointAddresses> addresses;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<ushort, int> packetGuarantees = new();
    private readonly Gate gate = new();
    private readonly int longestWait;

    private Nic(
        IRegisterAccess registers, Func<int, EndpointAddresses> addresses, NicCapabilities capabilities, int longestWait,
        AddressPlanner? planner)
    {
        this.registers = registers;
        this.addresses = addresses;
        this.longestWait = longestWait;
        Capabilities = capabilities;
        Directory = new ServiceDirectory(this);
        Endpoints = new EndpointPool(
            capabilities, planner is null ? null : endpoint => planner.FindConflict([endpoint]),
            planner is null ? null : planner.FindTwoLineConflict);
    }

    /// <summary>The sizes that the NIC was built with.</summary>
    public NicCapabilities Capabilities { get; }

    /// <summary>The loads that the host's cores may issue without a program's request.</summary>
    public HostTraits Host { get; private init; } = HostTraits.Any;

    internal ServiceDirectory Directory { get; }

    internal EndpointPool Endpoints { get; }

    /// <summary>Checks that the registers are those of a NIC that this driver knows, and reads the NIC's sizes.</summary>
    /// <param name="registers">The registers.</param>
    /// <param name="addresses">Where the lines of an endpoint are.</param>
    /// <param name="longestWait">Reads of a command's status after which the command counts as hanging.</param>
    /// <param name="planner">
    /// The planner, which knows which loads block which lines on this machine: endpoints whose stalled loads would block lines that must
    /// make progress are not handed out. Null if no stalled load blocks another line.
    /// </param>
    /// <param name="host">The loads that the host's cores may issue without a program's request; null for any.</param>
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
                $"there is no Lauberhorn NIC: its first register reads 0x{magic:X16}, not 0x{RegisterMap.MagicValue:X16}; check the "
                    + $"address of the register block, and that the FPGA is programmed");
        }

        ulong version = await registers.ReadAsync(RegisterMap.Version);
        if (version != RegisterMap.VersionValue)
        {
            throw new NicException(
                $"the NIC's registers have layout {version}, this driver knows {RegisterMap.VersionValue}; "
                    + $"{(version > RegisterMap.VersionValue ? "take a newer driver" : "program the FPGA with a newer NIC")}");
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

    /// <summary>Sets the NIC's addresses.</summary>
    /// <param name="macAddress">MAC address, 48 bits, the byte sent first on top.</param>
    /// <param name="ipAddress">IPv4 address, the byte sent first on top.</param>
    /// <param name="isPromiscuous">Whether frames to any MAC address are accepted.</param>
    public async Task SetAddressesAsync(ulong macAddress, uint ipAddress, bool isPromiscuous = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(macAddress, 0xFFFF_FFFF_FFFFul);
        await SetAsync((RegisterMap.MacAddress, macAddress), (RegisterMap.IpAddress, ipAddress),
            (RegisterMap.Promiscuous, isPromiscuous ? 1ul : 0));
    }

    /// <summary>Sets after how many cycles a stalled load is answered with TRYAGAIN.</summary>
    /// <param name="cycles">Cycles of the NIC's clock.</param>
    public Task SetTryAgainAsync(uint cycles) => SetAsync((RegisterMap.TryAgainCycles, cycles));

    /// <summary>
    /// Sets whether a load of a user endpoint of which the OS names no core that uses it (<see cref="SetCoreStateAsync"/>) is answered with
    /// TRYAGAIN at once. An OS that stores each core's state sets it: then a process can block a colour only by the endpoint that its core
    /// uses.
    /// </summary>
    /// <param name="areTurnedAway">True to answer such loads at once, false to let them stall.</param>
    public Task SetStrayLoadsAsync(bool areTurnedAway) => SetAsync((RegisterMap.StrayLoads, areTurnedAway ? 1ul : 0));

    /// <summary>Sets the age at which pending calls expire.</summary>
    /// <param name="limit">In units of 2^16 cycles; 0 for never.</param>
    public Task SetCallAgeLimitAsync(ushort limit) => SetAsync((RegisterMap.CallAgeLimit, limit));

    /// <summary>Limits the RPC errors that the NIC sends; answers to the NULL procedure do not count.</summary>
    /// <param name="limit">The most that are sent from a UDP port in a period; 0 for no limit.</param>
    /// <param name="period">The period in cycles.</param>
    public Task SetErrorReplyLimitAsync(
        ushort limit, uint period) => SetAsync((RegisterMap.ErrorReplyLimit, limit), (RegisterMap.ErrorReplyPeriod, period));

    /// <summary>Sets whether neighbours are learned from received frames.</summary>
    /// <param name="learns">True to learn, false to use only <see cref="SetNeighbourAsync"/>.</param>
    public Task SetLearningAsync(bool learns) => SetAsync((RegisterMap.LearnsNeighbours, learns ? 1ul : 0));

    /// <summary>Sets the quantum: for how long a process keeps a busy core before it may be preempted.</summary>
    /// <param name="units">The quantum, in units of 256 cycles.</param>
    public Task SetQuantumAsync(ushort units) => SetAsync((RegisterMap.Quantum, units));

    /// <summary>
    /// Sets how many messages in a row a kernel endpoint gets of the process that its core ran last, if it is in the backlog, before
    /// round-robin order applies again. Switches between address spaces become fewer, and a process in the backlog may wait for as many
    /// times longer.
    /// </summary>
    /// <param name="messages">The number of messages; 0 for round-robin order only.</param>
    public Task SetLocalMessagesAsync(byte messages) => SetAsync((RegisterMap.LocalMessages, messages));

    /// <summary>
    /// Sets for how long a preempted core counts as about to come to the kernel: one that has not come by then makes room
    /// for another, and is interrupted again while a core is wanted
    /// (counter <c>CoreLate</c>).
    /// </summary>
    /// <param name="units">The time, in units of 256 cycles; 0 is as 1, more than 32,767 as 32,767.</param>
    public Task SetComingLimitAsync(ushort units) => SetAsync((RegisterMap.ComingLimit, units));

    /// <summary>
    /// Sets how long a process's oldest message waits before the process goes before its round-robin turn, has a core preempted for it even
    /// if it is said to have one, and may have one more than
    /// <see cref="ProcessPolicy.MostCores"/> (counter <c>LateDispatched</c>).
    /// </summary>
    /// <param name="units">The time, in units of 256 cycles; 0 is as 1, more than 32,767 as 32,767.</param>
    public Task SetWaitLimitAsync(ushort units) => SetAsync((RegisterMap.WaitLimit, units));

    /// <summary>Sets how many messages all processes together may have queued beyond their guarantees.</summary>
    /// <param name="messages">Messages. With all guarantees and one for each endpoint they should be no more than
    /// <see cref="NicCapabilities.PendingCalls"/>, or guarantees do not hold.</param>
    public Task SetSharedQueueAsync(ushort messages) => SetAsync((RegisterMap.SharedQueue, messages));

    /// <summary>
    /// Sets how the kernel's own messages are scheduled, the frames that the fast path does not know: as those of a process with number 0.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <exception cref="NicException">The NIC refused it.</exception>
    public Task SetKernelPolicyAsync(ProcessPolicy policy) => SetPolicyAsync(0, policy);

    /// <summary>Stores what runs on a core; to be called at each context switch.</summary>
    /// <param name="core">The core.</param>
    /// <param name="state">What runs there.</param>
    /// <exception cref="NicException">There is no such process or endpoint, or it has an endpoint without a process; nothing has
    /// changed.</exception>
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
                $"the NIC refused the state of core {core} ({state}): it has processes 0 to {Capabilities.Processes - 1} and endpoints 0 "
                    + $"to {Capabilities.Endpoints - 1}, and what has an endpoint has a process",
                refused);
        }
    }

    /// <summary>Tells the NIC the MAC address of an IPv4 address.</summary>
    /// <param name="address">The IPv4 address.</param>
    /// <param name="macAddress">Its MAC address; null to remove it.</param>
    public Task SetNeighbourAsync(uint address, ulong? macAddress) => CommandAsync(
        CommandCode.SetNeighbour,
        0,
        CommandEncoding.Of(new NeighbourEntry
        {
            Address = address,
            IsValid = macAddress is not null,
            MacAddress = (Bits<W48>)(macAddress ?? 0)
        }));

    /// <summary>
    /// Binds an endpoint to the kernel. Either only frames that the fast path does not know come there, or messages of all processes whose
    /// policy says <see cref="ProcessPolicy.UsesKernelEndpoints"/>; those frames too, if <see cref="SetKernelPolicyAsync"/> says so.
    /// </summary>
    /// <param name="core">The core; its kernel endpoint has the same number.</param>
    /// <param name="sendsLongFrames">Whether it may send frames longer than a control line; for this it gets one of the few packet
    /// slots.</param>
    /// <param name="writesBack">Whether the loop writes its lines back itself; see <see cref="NicProcess.BindEndpointAsync"/>. Null for the
    /// host's default.</param>
    /// <param name="takesProcesses">Whether messages of processes come there. While there is such an endpoint, no process is given an
    /// endpoint with a core's number.</param>
    /// <exception cref="NicException">It is bound, or the NIC refused it.</exception>
    public Task<BoundEndpoint> BindKernelEndpointAsync(
        int core, bool sendsLongFrames = true, bool? writesBack = null, bool takesProcesses = false)
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
                "an endpoint with two control lines needs cores that load no line that no program asked for (no prefetch, no speculation), "
                    + "and this host does not promise "
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

    /// <summary>Releases an endpoint. A stalled load of its loop is answered with TRYAGAIN; a call in its line is dropped.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public async Task ReleaseEndpointAsync(BoundEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        await CommandAsync(CommandCode.ReleaseEndpoint, (uint)endpoint.Number);
        Endpoints.Return(endpoint.Number);
    }

    /// <summary>
    /// Returns the thread that is stalled at an endpoint to the kernel: its loop ends with <see cref="LoopEnd.Retired"/>.
    /// </summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>Whether its load was answered with RETIRE; otherwise no load was stalled, or a message was delivered before: ask
    /// again.</returns>
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

    /// <summary>Writes a command and waits for its completion.</summary>
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

    /// <summary>Executes the steps of a table's change, in order.</summary>
    internal async Task RunAsync(IEnumerable<TableStep> steps)
    {
        foreach (TableStep step in steps)
        {
            if (step.Code == CommandCode.None)
            {
                // A pause that is shorter than any register's read.
                await ReadAsync(RegisterMap.Version);
            }
            else
            {
                await CommandAsync(step.Code, (uint)step.Index, step.Data);
            }
        }
    }

    // The shared part is what the guarantees leave: it shrinks before a guarantee grows, and grows after one has shrunk.
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

    internal async Task<BoundEndpoint> BindAsync(
        int number, ushort process, ushort transmitPort, bool sendsLong, bool maySendFrames, int? receiveLine = null, bool isKernel = false)
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
