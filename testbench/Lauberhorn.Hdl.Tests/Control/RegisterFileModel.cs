// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Schedule;
using SME;

namespace Lauberhorn.Hdl.Tests.Control;

/// <summary>
/// What software sees of the registers, written from docs/control.md: no ticks but for commands, which the test lets end.
/// </summary>
internal sealed class RegisterFileModel(NicConfig config)
{
    private readonly Dictionary<uint, ulong> values = Places(config).ToDictionary(place => place.Offset, place => place.Register.Reset);
    private readonly Dictionary<uint, Register> places = Places(config).ToDictionary(place => place.Offset, place => place.Register);

    public CommandStatus Status { get; set; }

    public uint Ended { get; set; }

    public ulong Refused { get; private set; }

    /// <summary>The notices that the scheduler must get, in order.</summary>
    public List<CoreNotice> Notices { get; } = [];

    public Bits<W512> Data
    {
        get
        {
            Bits<W512> data = default;
            for (uint i = 0; i < 8; i++)
            {
                data = data.WithSlice((int)(64 * i), (Bits<W64>)values[RegisterMap.CommandData + (8 * i)]);
            }

            return data;
        }
    }

    public static IEnumerable<(uint Offset, Register Register)> Places(NicConfig config) =>
        from register in RegisterMap.For(config)
        from i in Enumerable.Range(0, register.Count)
        select ((uint)(register.Offset + (8 * i)), register);

    public (ulong? Data, AxiResponse Response) Read(uint address) => address switch
    {
        _ when !values.ContainsKey(address) || places[address].Access == RegisterAccess.WriteOnly => (0, AxiResponse.SlaveError),
        RegisterMap.CommandStatus => ((ulong)Status | ((ulong)Ended << 32), AxiResponse.Okay),
        RegisterMap.Cycles or (>= RegisterMap.EventCounters and < RegisterMap.Size) => (null, AxiResponse.Okay),
        _ => (values[address], AxiResponse.Okay),
    };

    /// <summary>Does a write access, with its effect on commands and settings.</summary>
    /// <returns>The response, and whether a block gets the write.</returns>
    public (AxiResponse Response, bool IsTold) Write(uint address, ulong data, byte strobes)
    {
        if (!places.TryGetValue(address, out Register? register) || register.Access == RegisterAccess.ReadOnly || strobes != 0xFF)
        {
            return (AxiResponse.SlaveError, false);
        }

        if (register.Offset == RegisterMap.CoreState)
        {
            return (Store((ushort)((address - RegisterMap.CoreState) / 8), data) ? AxiResponse.Okay : AxiResponse.SlaveError, false);
        }

        if (address == RegisterMap.Command)
        {
            if (Status == CommandStatus.Busy)
            {
                Refused++;
                return (AxiResponse.SlaveError, false);
            }

            values[address] = data & register.Mask;
            Status = Judge((byte)data, (uint)(data >> 32));
            if (Status != CommandStatus.Busy)
            {
                Ended++;
                Refused++;
            }

            return (AxiResponse.Okay, Status == CommandStatus.Busy);
        }

        values[address] = data & register.Mask;
        if (address == RegisterMap.TryAgainCycles)
        {
            values[address] = Math.Clamp(values[address], RegisterMap.TryAgainLeast(config), 1u << 30);
        }

        return (AxiResponse.Okay, false);
    }

    public void End(CommandStatus status)
    {
        Status = status;
        Ended++;
        Refused += status == CommandStatus.Done ? 0u : 1;
    }

    private bool Store(ushort core, ulong data)
    {
        (ushort process, ushort endpoint) = ((ushort)data, (ushort)(data >> 16));
        (bool hasProcess, bool hasEndpoint, bool mayPreempt) = ((data >> 32) % 2 == 1, (data >> 33) % 2 == 1, (data >> 34) % 2 == 1);
        if ((hasProcess && process >= config.Processes) || (hasEndpoint && (!hasProcess || endpoint >= config.Endpoints)))
        {
            return false;
        }

        CoreState state = new()
        {
            HasProcess = hasProcess,
            Process = hasProcess ? process : (ushort)0,
            HasEndpoint = hasEndpoint,
            Endpoint = hasEndpoint ? endpoint : (ushort)0,
            MayPreempt = mayPreempt,
        };
        Notices.Add(new CoreNotice(core, state));
        return true;
    }

    private CommandStatus Judge(byte code, uint index)
    {
        Service service = CommandData.Service(Data);
        ServiceKeyEntry key = CommandData.ServiceKey(Data);
        ProgramEntry program = CommandData.Program(Data);
        EndpointBinding binding = CommandData.Endpoint(Data);
        ProcessPolicy policy = CommandData.ProcessPolicy(Data);
        int slot = binding.TransmitPacketSlot - config.PacketSlots;
        (long limit, bool isGood)? rule = (CommandCode)code switch
        {
            CommandCode.SetService => (config.Services, service.Process < config.Processes && (int)service.Flags <= 31
                && (service.LengthWord <= 23 || service.LengthWord == 31)),
            CommandCode.SetServiceKey => (ServiceTableShape.For(config.Services, "model").Places,
                !(key.IsValid && key.ServiceNumber >= config.Services)),
            CommandCode.SetProgram => (ServiceTableShape.For(config.Programs, "model").Places,
                !(program.IsValid && program.LowestVersion > program.HighestVersion)),
            CommandCode.SetPort => (65_536, true),
            CommandCode.SetNeighbour => (uint.MaxValue, true),
            CommandCode.BindEndpoint => (config.Endpoints, binding.Process < config.Processes
                && !(binding.IsKernel && (index >= config.Cores || binding.Process != 0))
                && (!binding.HasTransmitPacketSlot || (slot >= 0 && slot < config.TransmitPacketSlots))),
            CommandCode.ReleaseEndpoint or CommandCode.RetireEndpoint => (config.Endpoints, true),
            CommandCode.FlushProcess => (config.Processes, true),
            CommandCode.SetProcess => (config.Processes, IsGood(policy)),
            _ => null,
        };
        return rule switch
        {
            null => CommandStatus.UnknownCommand,
            _ when index >= rule.Value.limit => CommandStatus.IndexOutOfRange,
            _ => rule.Value.isGood ? CommandStatus.Busy : CommandStatus.BadValue,
        };
    }

    private bool IsGood(ProcessPolicy policy) => policy switch
    {
        { UsesKernelEndpoints: true, Weight: 0 } => false,
        _ when Math.Max(policy.LeastCores, policy.MostCores) > config.Cores => false,
        { MostCores: > 0 } when policy.LeastCores > policy.MostCores => false,
        { MostQueued: > 0 } when policy.GuaranteedQueue > policy.MostQueued => false,
        _ => policy.GuaranteedQueue <= config.PendingCalls && policy.GuaranteedPackets <= config.PacketSlots - config.BypassPacketSlots,
    };
}
