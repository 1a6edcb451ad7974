// SPDX-License-Identifier: Apache-2.0
using SME.Components;

namespace SME.Tests.Components;

/// <summary>The waveforms on the components' pages.</summary>
public class WaveformTests
{
    [Fact]
    public void FifoDistributed_does_what_its_page_shows() =>
        Show("FifoDistributed.md", input => new FifoDistributed<uint>(input, 4) is var fifo ? (fifo.Output, () => fifo.State.Count)
            : default);

    [Fact]
    public void FifoFallThrough_does_what_its_page_shows() =>
        Show("FifoFallThrough.md", input => new FifoFallThrough<uint>(input, 4) is var fifo ? (fifo.Output, () => fifo.State.Count)
            : default);

    [Fact]
    public void FifoBlockRam_does_what_its_page_shows() =>
        Show("FifoBlockRam.md", input => new FifoBlockRam<uint>(input, 4) is var fifo ? (fifo.Output, () => fifo.State.Count) : default);

    [Fact]
    public void SkidBuffer_does_what_its_page_shows() => Show("SkidBuffer.md", input => (new SkidBuffer<uint>(input).Output, null));

    [Fact]
    public void PipelineRegister_does_what_its_page_shows() =>
        Show("PipelineRegister.md", input => (new PipelineRegister<uint>(input).Output, null));

    [Fact]
    public void AsynchronousFifo_does_what_its_page_shows()
    {
        using Simulation simulation = new();
        ClockDomain writing = new("writing", 2);
        ClockDomain reading = new("reading", 3, 1);
        Stream<uint> input;
        StreamSource<uint> source;
        using (Scope.Open("writer", writing))
        {
            input = Stream.Create<uint>("input");
            source = new StreamSource<uint>(input);
        }

        AsynchronousFifo<uint> fifo = new(input, writing, reading, 4);
        using (Scope.Open("reader", reading))
        {
            _ = new StreamSink<uint>(fifo.Output);
        }

        simulation.Tick(12);
        source.Items.Enqueue(1);
        source.Items.Enqueue(2);
        Waveform waveform = new();
        waveform.Add("writing edge", () => writing.HasEdge(simulation.Ticks)).Add("reading edge", () => reading.HasEdge(simulation.Ticks));
        waveform.Add(input).Add(fifo.Output).Run(simulation, 24);
        waveform.AssertShownIn("AsynchronousFifo.md");
    }

    [Fact]
    public void FifoFrame_does_what_its_page_shows()
    {
        using Simulation simulation = new();
        IFrameWrite<uint> write = Scope.CreateBus<IFrameWrite<uint>>("write");
        simulation.AddTopLevelInputs(write);
        FifoFrame<uint> fifo = new(write, 4);
        _ = new StreamSink<uint>(fifo.Output);
        Waveform waveform = new();
        waveform.Add("write.Write", () => write.Write).Add("write.Item", () => write.Write ? write.Item : null);
        waveform.Add("write.Commit", () => write.Commit).Add("write.Rollback", () => write.Rollback);
        waveform.Add("Frame.HasRoom", () => fifo.Frame.HasRoom).Add("Frame.IsLost", () => fifo.Frame.IsLost)
            .Add("Frame.Free", () => fifo.Frame.Free).Add(fifo.Output);
        simulation.Tick(2);
        (uint Item, bool Commit, bool Rollback)?[] steps =
        [
            (1, false, false), (2, true, false), (3, false, false), (4, false, true), (5, false, false), (6, false, false),
            (7, false, false), (8, false, false), (9, false, false), (10, true, false), (11, true, false), null, null, null,
        ];
        foreach ((uint Item, bool Commit, bool Rollback)? step in steps)
        {
            (write.Write, write.Item, write.Commit, write.Rollback) = (step is not null, step?.Item ?? 0, step?.Commit ?? false,
                step?.Rollback ?? false);
            waveform.Run(simulation, 1);
        }

        waveform.AssertShownIn("FifoFrame.md");
    }

    [Fact]
    public void SimpleDualPortRam_does_what_its_page_shows()
    {
        using Simulation simulation = new();
        IRamWrite<uint> write = Scope.CreateBus<IRamWrite<uint>>("write");
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        simulation.AddTopLevelInputs(write, read);
        SimpleDualPortRam<uint> ram = new(write, read, 16);
        simulation.AddTopLevelOutputs(ram.Data);
        Waveform waveform = new();
        waveform.Add("write.Enable", () => write.Enable).Add("write.Address", () => write.Address).Add("write.Item", () => write.Item);
        waveform.Add("read.Enable", () => read.Enable).Add("read.Address", () => read.Address).Add("Data.Item", () => ram.Data.Item);
        (bool, uint, uint, bool, uint)[] steps = [(true, 5, 70, false, 0), (true, 5, 71, true, 5), (false, 0, 0, true, 5),
            (false, 0, 0, false, 9), (false, 0, 0, true, 9), (false, 0, 0, false, 0)];
        foreach ((bool, uint, uint, bool, uint) step in steps)
        {
            (write.Enable, write.Address, write.Item, read.Enable, read.Address) = step;
            waveform.Run(simulation, 1);
        }

        waveform.Run(simulation, 2);
        waveform.AssertShownIn("SimpleDualPortRam.md");
    }

    [Fact]
    public void RoundRobinArbiter_does_what_its_page_shows()
    {
        using Simulation simulation = new();
        IRequests<W4> requests = Scope.CreateBus<IRequests<W4>>("requests");
        IReady accept = Scope.CreateBus<IReady>("accept");
        simulation.AddTopLevelInputs(requests, accept);
        RoundRobinArbiter<W4> arbiter = new(requests, accept);
        simulation.AddTopLevelOutputs(arbiter.Grant);
        Waveform waveform = new();
        waveform.Add("requests.Requests", () => Binary((ulong)requests.Requests)).Add("accept.Ready", () => accept.Ready);
        waveform.Add("Grant.Valid", () => arbiter.Grant.Valid).Add("Grant.Grant", () => Binary((ulong)arbiter.Grant.Grant))
            .Add("Grant.Index", () => arbiter.Grant.Index);
        foreach ((uint asked, bool accepted) in ((uint, bool)[])[(0, true), (0b1011, true), (0b1011, true), (0b1011, false), (0b1011, true),
            (0b1011, true), (0b0100, true), (0, true)])
        {
            (requests.Requests, accept.Ready) = ((Bits<W4>)asked, accepted);
            waveform.Run(simulation, 1);
        }

        waveform.AssertShownIn("RoundRobinArbiter.md");
    }

    private static string Binary(ulong value) => value.ToString("b4", System.Globalization.CultureInfo.InvariantCulture);

    private static void Show(string page, Func<Stream<uint>, (Stream<uint> Output, Func<uint>? Count)> build)
    {
        using Simulation simulation = new();
        Stream<uint> input = Stream.Create<uint>("input");
        StreamSource<uint> source = new(input);
        (Stream<uint> output, Func<uint>? count) = build(input);
        int tick = -5;
        _ = new StreamSink<uint>(output, () => ++tick is < 4 or > 8);
        simulation.Tick(4);
        foreach (uint item in Enumerable.Range(1, 10))
        {
            source.Items.Enqueue(item);
        }

        Waveform waveform = new();
        waveform.Add(input).Add(output, "Output");
        if (count is not null)
        {
            waveform.Add("State.Count", () => count());
        }

        waveform.Run(simulation, 18);
        waveform.AssertShownIn(page);
    }
}
