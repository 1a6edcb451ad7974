// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Top;
using Lauberhorn.Model;
using Lauberhorn.Tool.Output;
using SME;

namespace Lauberhorn.Tool.Demo;

/// <summary>
/// Follows one addition through a machine whose hardware is C#: when each stage of the NIC first offers what it made of the call, and what
/// the core's loop does in between. No other frame may come meanwhile. Cycles are counted from the call's first beat at the MAC.
/// </summary>
public sealed class CallPath
{
    /// <summary>The procedure that is followed: two words in, one out, in both of the demo's services.</summary>
    public const uint Procedure = 1;

    private const string Client = "client";
    private const string Card = "NIC";
    private const string Caches = "link, caches";
    private const string Core = "core";
    private readonly DemoMachine machine;
    private readonly Node.Node node;
    private readonly LineMap map;
    private readonly int endpoint;
    private readonly Stage[] stages;
    private readonly List<SequenceEvent> events = [];
    private readonly byte[] delivered = new byte[LineMessage.LineBytes];
    private readonly byte[] returned = new byte[LineMessage.LineBytes];
    private int at = -1;
    private long firstTick;
    private long loadTick;
    private (int Left, int Right) arguments;
    private LoopEvent step;

    /// <summary>Watches a machine; nothing is followed yet.</summary>
    /// <param name="machine">The machine; its hardware is C#, because wires inside the RTL cannot be seen.</param>
    public CallPath(DemoMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        this.machine = machine;
        node = machine.Node;
        endpoint = machine.Endpoint;
        map = new LineMap(node.Nic.Config.ProgressColourBits);
        stages = Stages(node.Nic);
        node.OnTick = tick => Advance(tick, stage => stage.IsThere?.Invoke() ?? false);
        machine.OnLoop = (tick, what) =>
        {
            step = what;
            Advance(tick, stage => stage.Step == what.Step);
        };
    }

    /// <summary>The events of the call, in order.</summary>
    public IReadOnlyList<SequenceEvent> Events => events;

    /// <summary>Whether the call was followed to its reply.</summary>
    public bool IsWhole => at == stages.Length;

    /// <summary>The control line as the core finds it, 128 bytes.</summary>
    public ReadOnlyMemory<byte> Delivered => delivered;

    /// <summary>The control line as it comes home with the results, 128 bytes.</summary>
    public ReadOnlyMemory<byte> Returned => returned;

    /// <summary>Whether a frame is a call that can be followed.</summary>
    /// <param name="frame">The frame.</param>
    public static bool CanFollow(byte[] frame) => ReferenceDecoder.Decode(frame, false, ReceiveSettings.Captures) is
    {
        IsCall: true,
        Rpc.Procedure: Procedure
    };

    /// <summary>Follows the next call that reaches the NIC, if none was followed yet.</summary>
    /// <param name="frame">Its frame.</param>
    public void Follow(byte[] frame)
    {
        if (at < 0 && CanFollow(frame))
        {
            byte[] bytes = ReferenceDecoder.Decode(frame, false, ReceiveSettings.Captures).Payload;
            arguments = (BinaryPrimitives.ReadInt32BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4)));
            at = 0;
            loadTick = machine.LoadTick;
        }
    }

    /// <summary>The path as a diagram.</summary>
    public SequenceDiagram Draw()
    {
        SequenceDiagram diagram = new($"ADD({arguments.Left}, {arguments.Right}), cycle by cycle", Client, Card, Caches,
            Core)
        { Megahertz = node.Nic.Config.ClockMegahertz };
        foreach (SequenceEvent one in events)
        {
            diagram.Add(one);
        }

        if (IsWhole)
        {
            diagram.Add(new SequenceSpan(Core, loadTick - firstTick, Cycle(LoopStep.Answered), "stalled"));
            diagram.Add(new SequenceSpan(Core, Cycle(LoopStep.Load), events[^1].Cycle, "stalled again"));
        }

        return diagram;
    }

    /// <summary>The cycle of a step of the core's loop.</summary>
    /// <param name="step">The step, one of those that a stage waits for.</param>
    public long Cycle(LoopStep step) => events[Array.FindIndex(stages, stage => stage.Step == step)].Cycle;

    private void Advance(long tick, Func<Stage, bool> isThere)
    {
        // Each stage after the one before it: what is valid earlier is of something else.
        while (at >= 0 && at < stages.Length && isThere(stages[at]))
        {
            firstTick = at == 0 ? tick : firstTick;
            events.Add(new SequenceEvent(tick - firstTick, stages[at].From, stages[at].To, stages[at].Describe()));
            at++;
        }
    }

    private bool IsOurs(uint number) => map.Line(number) is { Kind: LineKind.ReceiveControl } one && one.Endpoint == endpoint;

    private Stage[] Stages(Hdl.Top.Nic nic)
    {
        FastPath path = nic.FastPath;
        HomePort home = nic.Home;
        return
        [
            new(() => nic.Mac.Valid, null, Client, Card, () => $"call: ADD({arguments.Left}, {arguments.Right})"),
            new(() => path.ReceivePath.Metadata.Forward.Valid, null, Card, Card,
                () => $"decoded: xid {path.ReceivePath.Metadata.Forward.Item.Xid:x8}"),
            new(() => path.Demux.Routed.Forward.Valid, null, Card, Card,
                () => $"found: process {path.Demux.Routed.Forward.Item.Service.Process}"),
            new(() => path.Admission.Arrivals.Forward.Valid, null, Card, Card,
                () => $"line written: slot {path.Admission.Arrivals.Forward.Item.Slot}"),
            new(() => path.Scheduler.Dispatches.Forward.Valid, null, Card, Card,
                () => $"goes to endpoint {path.Scheduler.Dispatches.Forward.Item.Endpoint}"),
            new(() => home.Data.Forward.Valid && (byte)home.Data.Forward.Item.Data.Slice<W8>(0) == (byte)MessageKind.Request, null, Card,
                Caches, () =>
            {
                home.Data.Forward.Item.Data.CopyTo(delivered);
                return $"data: {Text(delivered)}";
            }),
            new(null, LoopStep.Answered, Caches, Core, () => $"line {step.Line}: the load returns"),
            new(null, LoopStep.Returned, Core, Core, () => $"Add({arguments.Left}, {arguments.Right}) is called"),
            new(null, LoopStep.Stored, Core, Core, () => $"results stored in line {step.Line}"),
            new(null, LoopStep.Load, Core, Caches, () => $"load of line {step.Line}"),
            new(() => home.Reads.Forward.Valid && IsOurs(home.Reads.Forward.Item.Line), null, Caches, Card,
                () => $"read of line {map.Line(home.Reads.Forward.Item.Line).Index}"),
            new(() => home.Fetches.Forward.Valid && IsOurs(home.Fetches.Forward.Item.Line), null, Card, Caches,
                () => $"fetch of line {map.Line(home.Fetches.Forward.Item.Line).Index}"),
            new(() => home.Returns.Forward.Valid && IsOurs(home.Returns.Forward.Item.Line), null, Caches, Card, () =>
            {
                home.Returns.Forward.Item.Data.CopyTo(returned);
                return $"line {map.Line(home.Returns.Forward.Item.Line).Index}: {Text(returned)}";
            }),
            new(() => path.Endpoints.Left.Forward.Valid && path.Endpoints.Left.Forward.Item.Endpoint == endpoint, null, Card, Card,
                () => $"to the reply stage: slot {path.Endpoints.Left.Forward.Item.Slot}"),
            new(() => nic.Frames.Forward.Valid, null, Card, Client, () => $"reply: {Result()}"),
        ];
    }

    private string Text(byte[] bytes)
    {
        LineMessage message = new(bytes);
        return message.Kind == MessageKind.Reply
            ? $"Reply {Result()}"
            : $"{message.Kind} "
                + string.Join(", ", Enumerable.Range(0, message.Length / 4)
                    .Select(i => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(LineMessage.Arguments + (4 * i)))));
    }

    private int Result() => BinaryPrimitives.ReadInt32LittleEndian(returned.AsSpan(LineMessage.Arguments));

    /// <summary>A stage of the call's way, and how its arrival is recognised.</summary>
    /// <param name="IsThere">Whether it is there, asked in each tick; null for a step of the loop.</param>
    /// <param name="Step">The loop's step; null for a stream of the NIC.</param>
    /// <param name="From">Where it comes from.</param>
    /// <param name="To">Where it goes.</param>
    /// <param name="Describe">It in words, asked in its tick.</param>
    private sealed record Stage(Func<bool>? IsThere, LoopStep? Step, string From, string To, Func<string> Describe);
}
