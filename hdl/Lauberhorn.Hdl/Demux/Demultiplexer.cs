// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Demux;

/// <summary>
/// Finds the service of each call and decides where each frame goes, see docs/demux.md. Latency: a frame is valid at the output 4 ticks
/// after it was valid at the input. Accepts a frame per tick, but none in the tick after a call: calls have two beats at least. Frames keep
/// their order. The output may stall for ever; the look-ups themselves never stall, so what a command writes applies to all frames accepted
/// in the tick after it or later, whatever is stalled behind.
/// </summary>
public sealed class Demultiplexer
{
    /// <summary>
    /// After so many ticks, no frame that was looked up before a command is still being looked up. Two are enough; the rest is reserve.
    /// </summary>
    public const int DrainTicks = 8;

    /// <summary>Tables of at least so many words are made of UltraRAM, which has 4,096 of them.</summary>
    private const int UltraWords = 4096;

    /// <summary>Frames in the look-up or queued behind it: the memory of look-up tables holds 32 anyway.</summary>
    private const int Depth = 16;

    /// <summary>Creates the demultiplexer in a scope of its own.</summary>
    /// <param name="config">The NIC's parameters: services and programs.</param>
    /// <param name="metadata">The frames.</param>
    /// <param name="command">The commands, of which <see cref="CommandCode.SetService"/>, <see cref="CommandCode.SetServiceKey"/> and
    /// <see cref="CommandCode.SetProgram"/> are carried out.</param>
    /// <param name="name">Name of the scope.</param>
    /// <exception cref="ElaborationException">There are no services or programs, or too many.</exception>
    public Demultiplexer(NicConfig config, Stream<FrameMetadata> metadata, ICommand command, string name = "demultiplexer")
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(metadata);
        using Scope scope = Scope.Open(name);
        ServiceTableShape keys = ServiceTableShape.For(config.Services, $"{scope.Path}, services");
        ServiceTableShape programs = ServiceTableShape.For(config.Programs, $"{scope.Path}, programs");
        int services = (int)BitOperations.RoundUpToPowerOf2((uint)config.Services);
        Routed = new Stream<RoutedFrame>("routed");

        // What a frame waits in: its metadata from the beginning on, the outcome when it is there. Whoever has a place in the first has one
        // in the second.
        Stream<FrameMetadata> kept = new("kept");
        Stream<Outcome> outcomes = new("outcomes");
        Stream<FrameMetadata> waiting = new FifoDistributed<FrameMetadata>(kept, Depth, "waiting").Output;
        Stream<Outcome> decided = new FifoDistributed<Outcome>(outcomes, Depth, "decided").Output;

        // Tick 0: addresses. Tick 1: the entries are there.
        ILookUp lookUp = Scope.CreateBus<ILookUp>("lookUp");
        _ = new LookUpReady(metadata, kept, lookUp) { Name = "ready" };
        _ = new LookUpKeep(metadata, kept, lookUp) { Name = "keep" };
        LookUpAddress address = new(metadata, lookUp, keys, programs) { Name = "address" };
        _ = new LookUpStart(metadata, address.Hashes, lookUp) { Name = "start" };
        Sighting = new Sighter(metadata) { Name = "sighter" }.Sighting;
        LookUpDelay delay = new(lookUp) { Name = "delay" };

        // Tick 1: compare. Tick 2: read the service; compare the second look-up. Tick 3: decide.
        IKeyMatch match = new KeyCompare(lookUp, Key(0, 0), Key(0, 1), Key(1, 0), Key(1, 1)) { Name = "keyCompare" }.Match;
        ServiceSelect select = new(match, services) { Name = "select" };
        IFoundService found = new FoundDelay(select.Found) { Name = "found" }.Output;
        SimpleDualPortRam<Service> serviceRam = new(new ServiceWrite(command, services) { Name = "serviceWrite" }.Write, select.Read,
            services, Style(services))
        {
            Name = "services",
        };
        IFoundProgram program = new ProgramCompare(lookUp, Program(0, 0), Program(0, 1), Program(1, 0),
            Program(1, 1))
        { Name = "programCompare" }.Found;
        IVersionMatch version = new VersionCompare(program, delay.Stage2) { Name = "versionCompare" }.Match;
        _ = new RouteDecision(delay.Stage3, found, serviceRam.Data, match, version, outcomes) { Name = "decision" };
        _ = new RouteJoin(waiting, decided, Routed) { Name = "join" };
        _ = new RouteJoinReady(waiting, decided, Routed) { Name = "joinReady" };

        IRamData<ServiceKeyEntry> Key(int table, int way)
        {
            IRamWrite<ServiceKeyEntry> write = new ServiceKeyWrite(command, table, way, keys) { Name = $"keyWrite{table}{way}" }.Write;
            return new SimpleDualPortRam<ServiceKeyEntry>(write, table == 0 ? address.Key0 : address.Key1, keys.Buckets,
                Style(keys.Buckets))
            { Name = $"keys{table}{way}" }.Data;
        }

        IRamData<ProgramEntry> Program(int table, int way)
        {
            IRamWrite<ProgramEntry> write = new ProgramWrite(command, table, way, programs) { Name = $"programWrite{table}{way}" }.Write;
            return new SimpleDualPortRam<ProgramEntry>(write, table == 0 ? address.Program0 : address.Program1, programs.Buckets,
                Style(programs.Buckets))
            {
                Name = $"programs{table}{way}",
            }.Data;
        }

        static RamStyle Style(int words) => words >= UltraWords ? RamStyle.Ultra : RamStyle.Block;
    }

    /// <summary>Output: an item for each frame, in their order.</summary>
    public Stream<RoutedFrame> Routed { get; }

    /// <summary>Output: the caller's addresses, in the tick after its call was accepted.</summary>
    public ISighting Sighting { get; }
}
