// SPDX-License-Identifier: Apache-2.0
using SME.Components;

namespace SME.Tests.Components;

public class ReplacedHardwareTests
{
    /// <summary>Takes everything, gives nothing: seen from inside it is no FIFO, seen from outside it breaks no rule.</summary>
    private sealed class Sponge(Stream<uint> input, Stream<uint> output) : IHardwareReplacement
    {
        public IReadOnlyCollection<BusStorage> Outputs { get; } = [(BusStorage)input.Backward, (BusStorage)output.Forward];

        public void Tick(long tick)
        {
            input.Backward.Ready = true;
            foreach (BusStorage bus in Outputs)
            {
                bus.Commit();
            }
        }
    }

    [Fact]
    public void Monitors_of_replaced_hardware_are_silent_and_those_of_the_top_level_go_on()
    {
        using Simulation simulation = new();
        Stream<uint> input = Stream.Create<uint>("input");
        FifoBlockRam<uint> fifo = new(input, 16);
        simulation.AddTopLevelInputs(input.Forward, fifo.Output.Backward).AddTopLevelOutputs(input.Backward, fifo.Output.Forward);
        simulation.Network.ReplaceHardware(new Sponge(input, fifo.Output));
        input.Forward.Valid = true;
        simulation.Tick(100);
        Assert.Equal(99, input.Monitor.Passed);
    }

    [Fact]
    public void A_stream_that_nobody_receives_is_refused()
    {
        using Simulation simulation = new();
        Stream<uint> input = Stream.Create<uint>("input");
        _ = new FifoBlockRam<uint>(input, 16);
        simulation.AddTopLevelInputs(input.Forward).AddTopLevelOutputs(input.Backward);
        Assert.Contains("fifo.output", Assert.Throws<ElaborationException>(() => simulation.Network).Message, StringComparison.Ordinal);
    }
}
