// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Observe;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>
/// Takes the OS's commands that are about endpoints, checks them, and asks the engine, of a release again every few ticks until
/// all is home. One command at a time; a command takes 4 ticks if the engine is idle, a release as long as the CPU takes.
/// </summary>
[ClockedProcess]
public sealed class EndpointCommands : SimpleProcess
{
    private const byte Pause = 8;

    [InputBus] private readonly ICommand command;
    [InputBus] private readonly IEndpointActions decided;
    [InputBus] private readonly IReady requestsReady;
    [OutputBus] private readonly IStream<EndpointCommand> requests;
    [OutputBus] private readonly ICommandAnswer answer = Scope.CreateBus<ICommandAnswer>("answer");
    private readonly uint endpoints;
    private readonly uint cores;
    private readonly uint firstSlot;
    private readonly uint slotsEnd;
    private bool isBusy;
    private byte pause;

    internal EndpointCommands(ICommand command, IEndpointActions decided, Stream<EndpointCommand> requests, EndpointShape shape)
    {
        this.command = command;
        this.decided = decided;
        (this.requests, requestsReady) = (requests.Forward, requests.Backward);
        endpoints = (uint)shape.Endpoints;
        cores = (uint)shape.Cores;
        firstSlot = (uint)shape.PacketSlots;
        slotsEnd = (uint)(shape.PacketSlots + shape.TransmitPacketSlots);
    }

    internal ICommandAnswer Answer => answer;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        EndpointBinding binding = CommandData.Endpoint(command.Data);
        bool isBind = command.Code == CommandCode.BindEndpoint;
        bool isMine = command.Valid && (isBind || command.Code is CommandCode.ReleaseEndpoint or CommandCode.RetireEndpoint) && !isBusy;
        bool isOut = command.Index >= endpoints;
        bool isWrongSlot = binding.HasTransmitPacketSlot && (binding.TransmitPacketSlot < firstSlot || binding.TransmitPacketSlot >= slotsEnd);
        bool isWrong = isBind && (isWrongSlot || (binding.IsKernel && (command.Index >= cores || binding.Process != 0)));
        bool begins = isMine && !isOut && !isWrong;
        bool passes = requests.Valid && requestsReady.Ready;
        bool ends = isBusy && decided.Ends;

        answer.Valid = ends || (isMine && !begins);
        answer.Status = ends ? decided.Status : isOut ? CommandStatus.IndexOutOfRange : CommandStatus.BadValue;
        if (begins)
        {
            requests.Item = new EndpointCommand(command.Code, (ushort)command.Index, binding);
        }

        bool asksAgain = isBusy && !ends && !requests.Valid && pause == 1;
        requests.Valid = begins || asksAgain || (requests.Valid && !passes);
        pause = passes ? Pause : pause == 0 ? (byte)0 : (byte)(pause - 1);
        isBusy = begins || (isBusy && !ends);
    }
}

/// <summary>The endpoints' events. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class EndpointEvents : SimpleProcess
{
    [InputBus] private readonly IEndpointActions decided;
    [InputBus] private readonly IReturnMerge merge;
    [OutputBus] private readonly IEvents events = Scope.CreateBus<IEvents>("events");

    internal EndpointEvents(IEndpointActions decided, IReturnMerge merge)
    {
        this.decided = decided;
        this.merge = merge;
    }

    internal IEvents Events => events;

    /// <inheritdoc/>
    protected override void OnTick() => events.Flags = decided.Events | (merge.IsBad ? 1ul << (int)NicEvent.BadWrite : 0);
}
