// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Receive.Ethernet;
using Lauberhorn.Hdl.Receive.Ip;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Rpc;
using Lauberhorn.Hdl.Receive.Udp;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Top;

/// <summary>
/// The receive path from the MAC to decoded RPC calls, see docs/receive-path.md. Accepts a beat per tick, whatever the frames' lengths,
/// without back-pressure. A frame's metadata are valid 5 ticks after its last beat. Both outputs may stall for
/// ever; a frame that finds no room meanwhile is dropped whole and counted.
/// </summary>
public sealed class ReceivePath
{
    /// <summary>Name of the top-level entity.</summary>
    public const string EntityName = "receive_path";

    /// <summary>Creates the receive path in the current scope, between buses of its surroundings.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="mac">What the MAC delivers.</param>
    /// <param name="configuration">Addresses.</param>
    /// <param name="command">The commands, of which <see cref="CommandCode.SetPort"/> is for the receive path.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public ReceivePath(NicConfig config, IMacReceive mac, IReceiveConfiguration configuration, ICommand command)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
        Mac = mac;
        Configuration = configuration;
        Command = command;
        Metadata = new Stream<FrameMetadata>("metadata");
        Payload = new Stream<PayloadBeat>("payload");

        // The beats' delay line: stage 1 is the first register behind the MAC.
        IFrameBeat stage1 = new MacReceive(mac, "stage1").Beat;
        IFrameBeat stage2 = new BeatDelay(stage1) { Name = "stage2" }.Beat;
        IFrameBeat stage3 = new BeatDelay(stage2) { Name = "stage3" }.Beat;

        // From stage 1 to stage 3: the checks' results.
        HeaderExtractor<W112> ethernet = new(stage1, 0, "ethernetHeader");
        HeaderExtractor<W160> ip = new(stage1, WireFormat.Ipv4Begin, "ipHeader");
        HeaderExtractor<W64> udp = new(stage1, WireFormat.UdpBegin, "udpHeader");
        HeaderExtractor<W256> rpc = new(stage1, WireFormat.RpcBegin, "rpcHeader");
        FrameCheck frameCheck = new(stage2, config.LargestFrameBytes) { Name = "frameCheck" };
        EthernetCheck ethernetCheck = new(ethernet.Held, configuration) { Name = "ethernetCheck" };
        Ipv4Check ipCheck = new(stage2, ip.Held, configuration) { Name = "ipCheck" };
        Ipv4Sum ipSum = new(new Ipv4PartialSums(stage1) { Name = "ipPartialSums" }.Sums) { Name = "ipSum" };
        UdpRange udpRange = new(stage1) { Name = "udpRange" };
        UdpCheck udpCheck = new(ip.Held, udp.Held) { Name = "udpCheck" };
        PortTable ports = new(udp.Held, configuration, command);
        UdpPartialSums udpPartialSums = new(udpRange.Range) { Name = "udpPartialSums" };
        RpcCheck rpcCheck = new(rpc.Held) { Name = "rpcCheck" };
        RpcVerifierPosition verifierPosition = new(rpc.Now) { Name = "verifierPosition" };
        WordSizeCheck wordSizes = new(stage1) { Name = "wordSizes" };
        RpcVerifier verifier = new(stage2, wordSizes.Sizes, verifierPosition.Position, udpRange.Range) { Name = "verifier" };
        AuthSysPosition authSysPosition = new(stage1) { Name = "authSysPosition" };
        AuthSysCheck authSys = new(stage2, wordSizes.Sizes, authSysPosition.Position) { Name = "authSys" };

        // From stage 3 to stage 4: decisions.
        UdpSum udpSum = new(stage3, udpPartialSums.Sums, udpCheck.Flags) { Name = "udpSum" };
        HeaderFindings headers = new(frameCheck.Flags, ethernetCheck.Flags, ipCheck.Flags, ipSum.Sum);
        MessageFindings message = new(udpCheck.Flags, ports.Flags, rpcCheck.Flags, authSys.Body, verifier.Verifier);
        MetadataGate gate = new(stage3, headers, message) { Name = "metadataGate" };
        IFrameBeat stage4 = new InlineCut(stage3, gate.Call, verifier.Verifier) { Name = "stage4" }.Beat;
        FrameDecision decision = new(stage3, headers, message) { Name = "decision" };
        IFrameWrite<StoredBeat> write = Scope.CreateBus<IFrameWrite<StoredBeat>>("write");
        FifoFrame<StoredBeat> buffer = new(write, config.FrameBufferBeats, "frameBuffer");
        Stream<FrameMetadata> metadataIn = new("metadataIn");
        FifoDistributed<FrameMetadata> metadataFifo = new(metadataIn, config.MetadataDepth, "metadataFifo");
        Stream<PayloadCut> cutIn = new("cutIn");
        FifoDistributed<PayloadCut> cutFifo = new(cutIn, config.MetadataDepth, "cutFifo");
        BufferRoom room = new(stage3, buffer.Frame, metadataFifo.State, cutFifo.State, config.MetadataDepth) { Name = "room" };

        // In stage 4: the verdict. The headers are cut out a second time, which takes fewer registers than to delay them.
        IFrameVerdict verdict = new FrameVerdict(stage4, decision.Decision, udpSum.Sum, room.Room) { Name = "verdict" }.Verdict;
        MetadataParts parts = new(
            new HeaderExtractor<W112>(stage3, 0, "ethernetFields").Held,
            new HeaderExtractor<W160>(stage3, WireFormat.Ipv4Begin, "ipFields", gate.Ip).Held,
            new HeaderExtractor<W64>(stage3, WireFormat.UdpBegin, "udpFields", gate.Udp).Held,
            new HeaderExtractor<W256>(stage3, WireFormat.RpcBegin, "rpcFields", gate.Rpc).Held);
        _ = new MetadataWrite(stage4, verdict, decision.Decision, parts, metadataIn) { Name = "metadataWrite" };
        _ = new MetadataRead(metadataFifo.Output, Metadata) { Name = "metadataRead" };
        _ = new FrameStore(stage4, verdict, decision.Decision, room.Room, write, cutIn, config.LargestFrameBytes) { Name = "store" };
        Counters = new ReceiveCounters(verdict, decision.Decision) { Name = "receiveCounters" }.Counters;
        _ = new PayloadAligner(buffer.Output, cutFifo.Output, Payload);
    }

    /// <summary>The NIC's parameters.</summary>
    public NicConfig Config { get; }

    /// <summary>Input: what the MAC delivers.</summary>
    public IMacReceive Mac { get; }

    /// <summary>Input: addresses.</summary>
    public IReceiveConfiguration Configuration { get; }

    /// <summary>Input: commands.</summary>
    public ICommand Command { get; }

    /// <summary>Output: an item for each frame that passes, in the order of the frames.</summary>
    public Stream<FrameMetadata> Metadata { get; }

    /// <summary>
    /// Output: the payloads, in the order of the metadata; nothing for a frame with no bytes of payload. It comes later than the
    /// metadata and does not wait for them to be accepted.
    /// </summary>
    public Stream<PayloadBeat> Payload { get; }

    /// <summary>Output: numbers of frames by end.</summary>
    public IReceiveCounters Counters { get; }

    /// <summary>Makes the receive path the whole of a simulation: its buses are the top level's ports.</summary>
    /// <param name="simulation">The simulation, just opened.</param>
    /// <param name="config">The NIC's parameters.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public static ReceivePath Build(Simulation simulation, NicConfig config)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        ReceivePath path = new(
            config,
            Scope.CreateBus<IMacReceive>("mac"),
            Scope.CreateBus<IReceiveConfiguration>("configuration"),
            Scope.CreateBus<ICommand>("command"));
        simulation.AddTopLevelInputs(path.Mac, path.Configuration, path.Command, path.Metadata.Backward, path.Payload.Backward);
        simulation.AddTopLevelOutputs(path.Metadata.Forward, path.Payload.Forward, path.Counters);
        return path;
    }
}
