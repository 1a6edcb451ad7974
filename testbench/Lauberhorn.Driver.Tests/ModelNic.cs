// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Driver.Tests;

/// <summary>Registers with a NIC behind them that keeps tables and finds services in them, as plain C#.</summary>
internal sealed class ModelNic : IRegisterAccess
{
    private readonly Dictionary<uint, ulong> registers = [];
    private readonly Dictionary<uint, Service> services = [];
    private readonly Dictionary<uint, ServiceKeyEntry> keys = [];
    private readonly Dictionary<uint, ProgramEntry> programs = [];

    public ModelNic(int services = 64)
    {
        registers[RegisterMap.Magic] = RegisterMap.MagicValue;
        registers[RegisterMap.Version] = RegisterMap.VersionValue;
        registers[RegisterMap.ProgressColourBits] = 4;
        ulong[] numbers = [2, 4, (ulong)services, 4, 8, 16, 32, 8, 1, 4, 250];
        for (int i = 0; i < numbers.Length; i++)
        {
            registers[RegisterMap.Capabilities + (8 * (uint)i)] = numbers[i];
        }
    }

    public Dictionary<uint, EndpointBinding> Endpoints { get; } = [];

    public Dictionary<uint, ProcessPolicy> Policies { get; } = [];

    public HashSet<uint> Ports { get; } = [];

    public List<CommandCode> Commands { get; } = [];

    public int BusyReads { get; set; }

    public CommandStatus Answer { get; set; } = CommandStatus.Done;

    public ulong this[uint offset]
    {
        get => registers.GetValueOrDefault(offset);
        set => registers[offset] = value;
    }

    public Service? Find(ServiceKey key)
    {
        ServiceKeyEntry[] found = [.. keys.Values.Where(entry => entry.IsValid && entry.Key == key)];
        Assert.True(found.Length <= 1 || found.Select(entry => entry.ServiceNumber).Distinct().Count() == 1);
        return found.Length == 0 ? null : services[found[0].ServiceNumber];
    }

    public ushort? NumberOf(ServiceKey key) =>
        keys.Values.Where(entry => entry.IsValid && entry.Key == key).Select(entry => (ushort?)entry.ServiceNumber).FirstOrDefault();

    public ProgramEntry? FindProgram(ushort port, uint program) =>
        programs.Values.Where(entry => entry.IsValid && entry.Port == port && entry.Program == program)
            .Select(entry => (ProgramEntry?)entry).FirstOrDefault();

    public async ValueTask<ulong> ReadAsync(uint offset)
    {
        await Task.Yield();
        return offset == RegisterMap.CommandStatus && BusyReads-- > 0 ? (ulong)CommandStatus.Busy : registers.GetValueOrDefault(offset);
    }

    public async ValueTask WriteAsync(uint offset, ulong value)
    {
        await Task.Yield();
        if (offset >= RegisterMap.CoreState && CoreStateWord.Unpack(value) is var state
            && ((state.HasProcess && state.Process >= 4) || (state.HasEndpoint && !state.HasProcess)))
        {
            throw new NicException($"the NIC refuses the access to register 0x{offset:X}: SlaveError");
        }

        registers[offset] = value;
        if (offset == RegisterMap.Command)
        {
            registers[RegisterMap.CommandStatus] = (ulong)Answer;
            Commands.Add((CommandCode)(byte)value);
            if (Answer == CommandStatus.Done)
            {
                Execute((CommandCode)(byte)value, (uint)(value >> RegisterMap.CommandIndexBit));
            }
        }
    }

    public Bits<W512> Data()
    {
        Bits<W512> data = default;
        for (int i = 7; i >= 0; i--)
        {
            data = (data << 64) | (Bits<W512>)registers.GetValueOrDefault(RegisterMap.CommandData + (8 * (uint)i));
        }

        return data;
    }

    private void Execute(CommandCode code, uint index)
    {
        switch (code)
        {
            case CommandCode.SetService:
                services[index] = CommandData.Service(Data());
                break;
            case CommandCode.SetServiceKey:
                keys[index] = CommandData.ServiceKey(Data());
                break;
            case CommandCode.SetProgram:
                programs[index] = CommandData.Program(Data());
                break;
            case CommandCode.SetPort when Data()[0]:
                Ports.Add(index);
                break;
            case CommandCode.SetPort:
                Ports.Remove(index);
                break;
            case CommandCode.BindEndpoint:
                Endpoints.Add(index, CommandData.Endpoint(Data()));
                break;
            case CommandCode.ReleaseEndpoint:
                Assert.True(Endpoints.Remove(index));
                break;
            case CommandCode.SetProcess:
                Policies[index] = CommandData.ProcessPolicy(Data());
                break;
            default:
                break;
        }
    }
}
