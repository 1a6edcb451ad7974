// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests.Components;

/// <summary>The example of docs/streams.md.</summary>
public class StreamExampleTests
{
    [ClockedProcess]
    public sealed class Doubler : SimpleProcess
    {
        [InputBus] private readonly IStream<uint> input;
        [OutputBus] private readonly IReady inputReady;
        [InputBus] private readonly IReady outputReady;
        [OutputBus] private readonly IStream<uint> output;

        public Doubler(Stream<uint> input)
        {
            Output = new Stream<uint>("doubled");
            (this.input, inputReady) = (input.Forward, input.Backward);
            (output, outputReady) = (Output.Forward, Output.Backward);
        }

        public Stream<uint> Output { get; }

        protected override void OnTick()
        {
            bool takes = input.Valid && inputReady.Ready;
            bool isFree = !output.Valid || outputReady.Ready;
            output.Valid = takes || !isFree;
            if (takes)
            {
                output.Item = input.Item * 2;
            }

            inputReady.Ready = isFree && !takes;
        }
    }

    [Fact]
    public void The_example_of_the_page_neither_loses_nor_makes_items() =>
        CsCheck.Check.Sample(StreamBench.Cases(0),
            test => StreamBench.Run(test, input => new Doubler(input).Output).Items.SequenceEqual(test.Items.Select(item => item * 2)),
            iter: 200);
}
