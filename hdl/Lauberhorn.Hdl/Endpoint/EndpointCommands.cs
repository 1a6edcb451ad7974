// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>The endpoint whose load was the last to stall on a colour.</summary>
/// <param name="IsKnown">Whether there was one.</param>
/// <param name="Endpoint">The endpoint.</param>
public readonly record struct ColourWaiter(bool IsKnown, ushort Endpoint);

/// <summary>Records which endpoint's load is stalled on which colour. Combinational; one load per tick.</summary>
internal sealed class ColourWaiterWrite([InputBus] IEndpointActions decided, EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IRamWrite<ColourWaiter> write = Scope.CreateBus<IRamWrite<ColourWaiter>>("waiterWrite");
    private readonly LineMap map = shape.Map;

    internal IRamWrite<ColourWaiter> Write => write;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        byte index = (decided.Lines & 2) != 0 ? (byte)1 : (byte)0;
        write.Enable = decided.Stalls;
        write.Address = map.Number(new EndpointLine(LineKind.ReceiveControl, decided.Endpoint, index)) & ((1u << LineMap.ColourBits) - 1);
        write.Item = new ColourWaiter(true, decided.Endpoint);
    }
}

/// <summary>
/// Executes the OS's commands about endpoints: checks them, and repeats the event to the engine every few ticks until the engine reports
/// the command's completion: of a bind or a release when all lines are home. A stalled load blocks its colour, for fetches too
/// (docs/colours.md): so while control lines are out, after each repetition the load that is stalled on the colour of one of them is
/// answered with TRYAGAIN. One command at a time. A bind takes some 20 ticks if nothing is out and the engine is idle; lines that are out
/// take as long as the CPU takes to give them up, all those of a group at once.
/// </summary>
[ClockedProcess]
internal sealed class EndpointCommands(
    [InputBus] ICommand command,
    [InputBus] IEndpointActions decided,
    [InputBus] IRamData<ColourWaiter> waiter,
    [OutputBus] IRamAddress waiterRead,
    [OutputBus] Stream<EndpointCommand> requests,
    EndpointShape shape) : SimpleProcess
{
    /// <summary>How often a bind is repeated at least: each time another part of the endpoint's state is cleared.</summary>
    public const int BindSteps = 4;

    private const byte Pause = 8;
    private const byte ShortPause = 3;
    private const byte Found = 2;

    [OutputBus] private readonly ICommandAnswer answer = Scope.CreateBus<ICommandAnswer>("answer");
    private readonly LineMap map = shape.Map;
    private readonly uint endpoints = (uint)shape.Endpoints;
    private readonly uint cores = (uint)shape.Cores;
    private readonly uint firstSlot = (uint)shape.PacketSlots;
    private readonly uint slotsEnd = (uint)(shape.PacketSlots + shape.TransmitPacketSlots);
    private bool isBusy;
    private byte pause;
    private EndpointCommand asked;
    private byte lines;
    private byte place;

    internal ICommandAnswer Answer => answer;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        EndpointBinding binding = CommandData.Endpoint(command.Data);
        bool isBind = command.Code == CommandCode.BindEndpoint;
        bool isMine = command.Valid && (isBind || command.Code is CommandCode.ReleaseEndpoint or CommandCode.RetireEndpoint) && !isBusy;
        bool isOut = command.Index >= endpoints;
        bool isWrongSlot = binding.HasTransmitPacketSlot
            && (binding.TransmitPacketSlot < firstSlot || binding.TransmitPacketSlot >= slotsEnd);
        bool isWrong = isBind && (isWrongSlot || (binding.IsKernel && (command.Index >= cores || binding.Process != 0)));
        bool begins = isMine && !isOut && !isWrong;
        bool passes = requests.Valid && requests.Ready;
        bool ends = isBusy && decided.Ends;

        answer.Valid = ends || (isMine && !begins);
        answer.Status = ends ? decided.Status : isOut ? CommandStatus.IndexOutOfRange : CommandStatus.BadValue;
        if (decided.Asks)
        {
            lines = decided.Lines;
        }

        waiterRead.Address = map.Number(new EndpointLine((place & 2) != 0 ? LineKind.TransmitControl : LineKind.ReceiveControl,
            asked.Endpoint, (byte)(place & 1)))
            & ((1u << LineMap.ColourBits) - 1);
        bool isFound = pause == Found && waiter.Item.IsKnown && ((lines >> place) & 1) != 0;
        bool givesWay = isBusy && !ends && !requests.Valid && isFound;
        bool asksAgain = isBusy && !ends && !requests.Valid && pause == 1;
        if (begins)
        {
            EndpointEventKind kind = isBind ? EndpointEventKind.Bind
                : command.Code == CommandCode.RetireEndpoint ? EndpointEventKind.Retire
                : EndpointEventKind.Release;
            asked = new EndpointCommand(kind, (ushort)command.Index, 0, binding);
            requests.Item = new EndpointCommand(kind, (ushort)command.Index, 0, binding);
            lines = 0;
        }
        else if (asksAgain)
        {
            byte step = (byte)((asked.Step + 1) & (BindSteps - 1));
            requests.Item = asked with { Step = step };
            asked = asked with { Step = step };
            place = (byte)((place + 1) & 3);
        }
        else if (givesWay)
        {
            requests.Item = new EndpointCommand(EndpointEventKind.GiveWay, waiter.Item.Endpoint, 0, default);
        }

        bool isGivingWay = requests.Valid && requests.Item.Kind == EndpointEventKind.GiveWay;
        bool isQuick = asked.Kind == EndpointEventKind.Bind && lines == 0;
        requests.Valid = begins || asksAgain || givesWay || (requests.Valid && !passes);
        pause = passes ? isGivingWay ? (byte)1 : isQuick ? ShortPause : Pause : pause == 0 || givesWay ? (byte)0 : (byte)(pause - 1);
        isBusy = begins || (isBusy && !ends);
    }
}

/// <summary>The endpoints' events. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class EndpointEvents([InputBus] IEndpointActions decided, [InputBus] IReturnMerge merge) : SimpleProcess
{
    [OutputBus] private readonly IEvents events = Scope.CreateBus<IEvents>("events");

    internal IEvents Events => events;

    /// <inheritdoc/>
    protected override void OnTick() => events.Flags = decided.Events | (merge.IsBad ? 1ul << (int)NicEvent.BadWrite : 0);
}
