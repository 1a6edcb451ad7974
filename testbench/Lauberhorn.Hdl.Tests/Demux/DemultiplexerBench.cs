// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;

namespace Lauberhorn.Hdl.Tests.Demux;

/// <summary>A command for one of the demultiplexer's tables.</summary>
internal sealed record TableCommand(CommandCode Code, int Index)
{
    public Service Service { get; init; }

    public ServiceKeyEntry Key { get; init; }

    public ProgramEntry Program { get; init; }

    /// <summary>As the data registers have it, written down once more from the comments of the fields' places.</summary>
    public Bits<W512> Data => Code switch
    {
        CommandCode.SetService => default(Bits<W512>)
            .WithSlice(0, (Bits<W16>)Service.Process)
            .WithSlice(16, (Bits<W8>)(ulong)Service.Flags)
            .WithSlice(24, (Bits<W8>)Service.LengthWord)
            .WithSlice(32, (Bits<W16>)Service.MinimumBytes)
            .WithSlice(48, (Bits<W16>)Service.LengthLimit)
            .WithSlice(64, (Bits<W64>)Service.CodePointer)
            .WithSlice(128, (Bits<W64>)Service.DataPointer)
            .WithSlice(192, Service.ArgumentLayout)
            .WithSlice(256, Service.ReplyLayout),
        CommandCode.SetServiceKey => default(Bits<W512>)
            .WithSlice(0, (Bits<W16>)Key.Key.Port)
            .WithBit(16, Key.IsValid)
            .WithSlice(32, (Bits<W16>)Key.ServiceNumber)
            .WithSlice(64, (Bits<W32>)Key.Key.Program)
            .WithSlice(96, (Bits<W32>)Key.Key.Version)
            .WithSlice(128, (Bits<W32>)Key.Key.Procedure),
        _ => default(Bits<W512>)
            .WithSlice(0, (Bits<W16>)Program.Port)
            .WithBit(16, Program.IsValid)
            .WithSlice(64, (Bits<W32>)Program.Program)
            .WithSlice(128, (Bits<W32>)Program.LowestVersion)
            .WithSlice(160, (Bits<W32>)Program.HighestVersion),
    };
}

/// <summary>
/// The demultiplexer beside its model. Frames and commands are made when their tick comes, so that they can depend on the tables as they
/// are then. It only touches top-level buses, so it drives RTL just as well.
/// </summary>
internal sealed class DemultiplexerBench : IDisposable
{
    public const string EntityName = "demultiplexer";

    private readonly Stream<FrameMetadata> metadata;
    private readonly ICommand command;
    private readonly Demultiplexer demultiplexer;
    private TableCommand? current;
    private long offeredSince = -1;

    public DemultiplexerBench(NicConfig config)
    {
        Simulation = new Simulation();
        metadata = new Stream<FrameMetadata>("metadata");
        command = Scope.CreateBus<ICommand>("command");
        demultiplexer = new Demultiplexer(config, metadata, command);
        Simulation.AddTopLevelInputs(metadata.Forward, command, demultiplexer.Routed.Backward);
        Simulation.AddTopLevelOutputs(metadata.Backward, demultiplexer.Routed.Forward, demultiplexer.Sighting);
        Model = new DemultiplexerModel(config);
    }

    public Simulation Simulation { get; }

    public DemultiplexerModel Model { get; }

    /// <summary>Asked when the last frame was accepted: the next; null for none.</summary>
    public Func<FrameMetadata?> NextFrame { get; set; } = static () => null;

    /// <summary>Asked in each tick: the next command; null for none.</summary>
    public Func<TableCommand?> NextCommand { get; set; } = static () => null;

    /// <summary>Asked in each tick: whether a frame is accepted from the output.</summary>
    public Func<bool> Pace { get; set; } = static () => true;

    /// <summary>What came out, the tick in which it was valid first, and the tick in which it could be.</summary>
    public List<(RoutedFrame Frame, long Tick, long Earliest)> Received { get; } = [];

    public long Taken { get; private set; }

    public void Dispose() => Simulation.Dispose();

    /// <summary>Ticks; fails as soon as something differs.</summary>
    public void Run(int ticks)
    {
        _ = Simulation.Network;
        bool wasCall = false;
        FrameMetadata before = default;
        for (int i = 0; i < ticks; i++)
        {
            // What the buses have now is this tick's.
            long tick = Simulation.Ticks;
            IStream<FrameMetadata> input = metadata.Forward;
            IStream<RoutedFrame> output = demultiplexer.Routed.Forward;
            bool takes = input.Valid && metadata.Backward.Ready;
            Model.Tick(tick, takes ? input.Item : null, current);
            Taken += takes ? 1 : 0;
            Assert.Equal(wasCall, demultiplexer.Sighting.Valid);
            if (wasCall)
            {
                Assert.Equal((before.SourceAddress, before.SourceMac), (demultiplexer.Sighting.Address, demultiplexer.Sighting.MacAddress));
            }

            before = input.Item;
            wasCall = takes && before.Kind is (FrameKind.RpcCall or FrameKind.RpcVersionMismatch);
            offeredSince = output.Valid && offeredSince < 0 ? tick : offeredSince;
            if (output.Valid && demultiplexer.Routed.Backward.Ready)
            {
                (RoutedFrame expected, long earliest) = Model.Expected.Dequeue();
                RoutedFrame got = output.Item;
                Assert.Equal(expected, got.Route == RouteKind.Call ? got : got with { Service = default, ServiceNumber = 0 });
                Received.Add((expected, offeredSince, earliest));
                offeredSince = -1;
            }

            // And this is the next one's.
            if (!input.Valid || takes)
            {
                FrameMetadata? next = NextFrame();
                input.Valid = next is not null;
                input.Item = next ?? default;
            }

            current = NextCommand();
            command.Valid = current is not null;
            command.Code = current?.Code ?? CommandCode.SetServiceKey;
            command.Index = (uint)(current?.Index ?? 0);
            command.Data = current?.Data ?? Bits<W512>.AllOnes;
            demultiplexer.Routed.Backward.Ready = Pace();
            Simulation.Tick();
        }
    }
}
