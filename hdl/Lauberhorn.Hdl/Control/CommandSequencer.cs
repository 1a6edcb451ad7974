// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;

namespace Lauberhorn.Hdl.Control;

/// <summary>
/// Executes the OS's commands, one at a time: checks it, broadcasts it to all blocks for one tick, and waits for its completion. Data
/// registers are those of <see cref="ICommand.Data"/>. A command is broadcast 2 ticks after the write access. A table's write completes
/// <see cref="WriteTicks"/> ticks later; those that <see cref="CommandCodes.IsAnswered"/> names complete when a block says so. A command
/// while one is in progress is refused, and does not disturb it. Answers of the registers are there 2 ticks after the request.
/// </summary>
[ClockedProcess]
public sealed class CommandSequencer(
    NicConfig config,
    [InputBus] IRegisterRequest request,
    IReadOnlyList<ICommandAnswer> blocks,
    [OutputBus] ICommand command) : SimpleProcess
{
    /// <summary>Ticks after which every block has executed a write of a table, so that it applies to all that is accepted later.</summary>
    public const int WriteTicks = 8;

    [InputBus] private readonly ICommandAnswer[] blocks = [.. blocks];
    [OutputBus] private readonly IRegisterAnswer answer = Scope.CreateBus<IRegisterAnswer>("commandAnswer");
    [OutputBus] private readonly IEvents events = Scope.CreateBus<IEvents>("commandEvents");
    private readonly uint services = (uint)config.Services;
    private readonly uint servicePlaces = (uint)ServiceTableShape.For(config.Services, nameof(NicConfig.Services)).Places;
    private readonly uint programPlaces = (uint)ServiceTableShape.For(config.Programs, nameof(NicConfig.Programs)).Places;
    private readonly uint endpoints = (uint)config.Endpoints;
    private readonly uint processes = (uint)config.Processes;
    private readonly uint cores = (uint)config.Cores;
    private readonly uint pendingCalls = (uint)config.PendingCalls;
    private readonly uint packetSlots = (uint)config.PacketSlots;
    private readonly uint allPacketSlots = (uint)(config.PacketSlots + config.TransmitPacketSlots);
    private readonly uint callPackets = (uint)(config.PacketSlots - config.BypassPacketSlots);
    private bool isGiven;
    private bool isUnderWay;
    private byte ticksLeft;
    private bool isRefused;
    private CommandStatus status;
    private uint number;
    private ulong data;
    private ulong state;

    internal IRegisterAnswer Answer => answer;

    internal IEvents Events => events;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        events.Flags = 0;
        command.Valid = false;
        answer.IsRefused = isRefused;
        answer.Data = data | state;
        Read();
        if (isGiven)
        {
            isGiven = false;
            CommandStatus verdict = Verdict();
            status = verdict;
            if (verdict == CommandStatus.Busy)
            {
                command.Valid = true;
                isUnderWay = true;
                ticksLeft = WriteTicks;
            }
            else
            {
                Refuse();
                number++;
            }
        }
        else if (isUnderWay)
        {
            Wait();
        }

        if (request.Valid)
        {
            isRefused = false;
            if (request.IsWrite)
            {
                Write();
            }
        }
    }

    private void Read()
    {
        data = 0;
        for (int i = 0; i < RegisterMap.CommandDataRegisters; i++)
        {
            data |= request.Register == (RegisterMap.CommandData / 8) + i ? (ulong)command.Data.Slice<W64>(64 * i) : 0;
        }

        state = request.Register switch
        {
            RegisterMap.Command / 8 => (ulong)command.Code | ((ulong)command.Index << RegisterMap.CommandIndexBit),
            RegisterMap.CommandStatus / 8 => (ulong)status | ((ulong)number << 32),
            _ => 0,
        };
    }

    private void Write()
    {
        Bits<W512> registers = command.Data;
        for (int i = 0; i < RegisterMap.CommandDataRegisters; i++)
        {
            if (request.Register == (RegisterMap.CommandData / 8) + i)
            {
                registers = registers.WithSlice(64 * i, (Bits<W64>)request.Data);
            }
        }

        command.Data = registers;
        if (request.Register == RegisterMap.Command / 8)
        {
            // The access before is answered before this one begins, so no command can be waiting for its check.
            if (isUnderWay)
            {
                isRefused = true;
                Refuse();
            }
            else
            {
                isGiven = true;
                status = CommandStatus.Busy;
                command.Code = (CommandCode)(byte)request.Data;
                command.Index = (uint)(request.Data >> RegisterMap.CommandIndexBit);
            }
        }
    }

    private void Wait()
    {
        bool isAnswered = CommandCodes.IsAnswered(command.Code);
        foreach (ICommandAnswer block in blocks)
        {
            if (block.Valid && isAnswered)
            {
                isUnderWay = false;
                number++;
                status = block.Status;
                if (block.Status != CommandStatus.Done)
                {
                    Refuse();
                }
            }
        }

        ticksLeft--;
        if (ticksLeft == 0 && !isAnswered)
        {
            isUnderWay = false;
            number++;
            status = CommandStatus.Done;
        }
    }

    private void Refuse() => events.Flags = 1ul << (int)NicEvent.CommandRefused;

    /// <summary>Returns <see cref="CommandStatus.Busy"/> if nothing is wrong with the command.</summary>
    private CommandStatus Verdict()
    {
        Service service = CommandData.Service(command.Data);
        ServiceKeyEntry key = CommandData.ServiceKey(command.Data);
        ProgramEntry program = CommandData.Program(command.Data);
        EndpointBinding binding = CommandData.Endpoint(command.Data);
        ProcessPolicy policy = CommandData.ProcessPolicy(command.Data);
        uint rows;
        bool isGood = true;
        switch (command.Code)
        {
            case CommandCode.SetService:
                rows = services;
                isGood = service.Process < processes && (byte)service.Flags < 32 && service.LengthWord is < 24 or 31;
                break;
            case CommandCode.SetServiceKey:
                rows = servicePlaces;
                isGood = !key.IsValid || key.ServiceNumber < services;
                break;
            case CommandCode.SetProgram:
                rows = programPlaces;
                isGood = !program.IsValid || program.LowestVersion <= program.HighestVersion;
                break;
            case CommandCode.SetPort:
                rows = 65_536;
                break;
            case CommandCode.SetNeighbour:
                rows = uint.MaxValue;
                break;
            case CommandCode.BindEndpoint:
                rows = endpoints;
                isGood = binding.Process < processes
                    && (!binding.IsKernel || (command.Index < cores && binding.Process == 0))
                    && (!binding.HasTransmitPacketSlot
                        || (binding.TransmitPacketSlot >= packetSlots && binding.TransmitPacketSlot < allPacketSlots));
                break;
            case CommandCode.ReleaseEndpoint:
            case CommandCode.RetireEndpoint:
                rows = endpoints;
                break;
            case CommandCode.FlushProcess:
                rows = processes;
                break;
            case CommandCode.SetProcess:
                rows = processes;
                isGood = (policy.Weight != 0 || !policy.UsesKernelEndpoints)
                    && policy.LeastCores <= cores
                    && policy.MostCores <= cores
                    && (policy.MostCores == 0 || policy.LeastCores <= policy.MostCores)
                    && (policy.MostQueued == 0 || policy.GuaranteedQueue <= policy.MostQueued)
                    && policy.GuaranteedQueue <= pendingCalls
                    && policy.GuaranteedPackets <= callPackets;
                break;
            default:
                return CommandStatus.UnknownCommand;
        }

        if (command.Index >= rows)
        {
            return CommandStatus.IndexOutOfRange;
        }

        return isGood ? CommandStatus.Busy : CommandStatus.BadValue;
    }
}
