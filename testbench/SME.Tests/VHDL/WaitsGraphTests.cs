// SPDX-License-Identifier: Apache-2.0
using SME.Components;
using SME.VHDL;

namespace SME.Tests.VHDL;

/// <summary>What waits for what is found in designs of which it is known.</summary>
public class WaitsGraphTests
{
    /// <summary>Takes from both when both are there: a join.</summary>
    public sealed class Both : SimpleProcess
    {
        [InputBus] private readonly IStream<uint> left;
        [InputBus] private readonly IStream<uint> right;
        [InputBus] private readonly IReady sumReady;
        [OutputBus] private readonly IReady leftReady;
        [OutputBus] private readonly IReady rightReady;
        [OutputBus] private readonly IStream<uint> sum;

        /// <summary>Creates the join.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        /// <param name="sum">Their sums.</param>
        public Both(Stream<uint> left, Stream<uint> right, Stream<uint> sum)
        {
            (this.left, leftReady) = (left.Forward, left.Backward);
            (this.right, rightReady) = (right.Forward, right.Backward);
            (this.sum, sumReady) = (sum.Forward, sum.Backward);
        }

        /// <inheritdoc/>
        protected override void OnTick()
        {
            bool takes = left.Valid && right.Valid && sumReady.Ready;
            sum.Valid = left.Valid && right.Valid;
            sum.Item = left.Item + right.Item;
            leftReady.Ready = takes;
            rightReady.Ready = takes;
        }
    }

    /// <summary>Takes from one or from the other, the first going first.</summary>
    public sealed class Either : SimpleProcess
    {
        [InputBus] private readonly IStream<uint> first;
        [InputBus] private readonly IStream<uint> second;
        [InputBus] private readonly IReady outputReady;
        [OutputBus] private readonly IReady firstReady;
        [OutputBus] private readonly IReady secondReady;
        [OutputBus] private readonly IStream<uint> output;

        /// <summary>Creates the choice.</summary>
        /// <param name="first">One.</param>
        /// <param name="second">The other.</param>
        /// <param name="output">What was taken.</param>
        public Either(Stream<uint> first, Stream<uint> second, Stream<uint> output)
        {
            (this.first, firstReady) = (first.Forward, first.Backward);
            (this.second, secondReady) = (second.Forward, second.Backward);
            (this.output, outputReady) = (output.Forward, output.Backward);
        }

        /// <inheritdoc/>
        protected override void OnTick()
        {
            output.Valid = first.Valid || second.Valid;
            output.Item = second.Item;
            firstReady.Ready = outputReady.Ready;
            secondReady.Ready = outputReady.Ready;
            if (first.Valid)
            {
                output.Item = first.Item;
                secondReady.Ready = false;
            }
        }
    }

    /// <summary>Hands out numbers and takes them back, while none is valid if it holds its table for that one.</summary>
    public sealed class Allocator : SimpleProcess
    {
        [InputBus] private readonly IStream<uint> requests;
        [InputBus] private readonly IReady arrivalsReady;
        [InputBus] private readonly IStream<uint> releases;
        [OutputBus] private readonly IReady requestsReady;
        [OutputBus] private readonly IStream<uint> arrivals;
        [OutputBus] private readonly IReady releasesReady;
        private readonly bool holds;

        /// <summary>Creates the process.</summary>
        /// <param name="requests">What asks for a number.</param>
        /// <param name="arrivals">Numbers that are handed out.</param>
        /// <param name="releases">Numbers that come back.</param>
        /// <param name="holds">Whether the table is held while a number is valid.</param>
        public Allocator(Stream<uint> requests, Stream<uint> arrivals, Stream<uint> releases, bool holds)
        {
            (this.requests, requestsReady) = (requests.Forward, requests.Backward);
            (this.arrivals, arrivalsReady) = (arrivals.Forward, arrivals.Backward);
            (this.releases, releasesReady) = (releases.Forward, releases.Backward);
            this.holds = holds;
        }

        /// <inheritdoc/>
        protected override void OnTick()
        {
            arrivals.Valid = requests.Valid;
            arrivals.Item = requests.Item;
            requestsReady.Ready = arrivalsReady.Ready;
            releasesReady.Ready = releases.Valid && (!holds || !requests.Valid || arrivalsReady.Ready);
        }
    }

    /// <summary>Takes arrivals and gives them back; none while one that it gives back is not taken.</summary>
    [ClockedProcess]
    public sealed class Returner : SimpleProcess
    {
        [InputBus] private readonly IStream<uint> arrivals;
        [InputBus] private readonly IReady releasesReady;
        [OutputBus] private readonly IReady arrivalsReady;
        [OutputBus] private readonly IStream<uint> releases;

        /// <summary>Creates the process.</summary>
        /// <param name="arrivals">Numbers that come.</param>
        /// <param name="releases">Numbers that are given back.</param>
        public Returner(Stream<uint> arrivals, Stream<uint> releases)
        {
            (this.arrivals, arrivalsReady) = (arrivals.Forward, arrivals.Backward);
            (this.releases, releasesReady) = (releases.Forward, releases.Backward);
        }

        /// <inheritdoc/>
        protected override void OnTick()
        {
            bool takes = arrivals.Valid && arrivalsReady.Ready;
            bool isFree = !releases.Valid || releasesReady.Ready;
            releases.Valid = takes || !isFree;
            if (takes)
            {
                releases.Item = arrivals.Item;
            }

            arrivalsReady.Ready = isFree && !takes;
        }
    }

    [Fact]
    public void A_fifo_waits_for_its_output_through_its_count()
    {
        using Simulation simulation = new();
        Stream<uint> input = Input(simulation, "input");
        Stream<uint> output = new FifoDistributed<uint>(input, 4, "fifo").Output;
        Output(simulation, output);
        StreamWait wait = Assert.Single(WaitsGraph.Of(simulation.Network).Waits);
        Assert.Equal((input.Monitor, output.Monitor, WaitKind.Taken, false), (wait.From, wait.To, wait.Kind, wait.IsAlways));
        Assert.NotEmpty(wait.Registers);
        Assert.True(output.Monitor.IsTakenOutside);
    }

    [Fact]
    public void A_join_waits_for_its_output_always_and_each_side_for_an_offer_of_the_other()
    {
        using Simulation simulation = new();
        Stream<uint> left = Input(simulation, "left");
        Stream<uint> right = Input(simulation, "right");
        Stream<uint> sum = new("sum");
        _ = new Both(left, right, sum);
        Output(simulation, sum);
        Assert.Equal(
            [
                "left waits for sum, to be taken, always, in the same tick",
                "left waits for right, to be offered, always, in the same tick",
                "right waits for sum, to be taken, always, in the same tick",
                "right waits for left, to be offered, always, in the same tick",
            ],
            Lines(WaitsGraph.Of(simulation.Network)));
    }

    [Fact]
    public void What_goes_second_waits_for_what_goes_first()
    {
        using Simulation simulation = new();
        Stream<uint> first = Input(simulation, "first");
        Stream<uint> second = Input(simulation, "second");
        Stream<uint> output = new("output");
        _ = new Either(first, second, output);
        Output(simulation, output);
        Assert.Equal(
            [
                "first waits for output, to be taken, always, in the same tick",
                "second waits for output, to be taken, always, in the same tick",
                "second waits for first, which goes first, always, in the same tick",
            ],
            Lines(WaitsGraph.Of(simulation.Network)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_resource_that_is_held_while_waiting_makes_a_cycle(bool holds)
    {
        using Simulation simulation = new();
        Stream<uint> requests = Input(simulation, "requests");
        Stream<uint> arrivals = new("arrivals");
        Stream<uint> releases = new("releases");
        _ = new Allocator(requests, arrivals, releases, holds);
        _ = new Returner(arrivals, releases);
        WaitsGraph graph = WaitsGraph.Of(simulation.Network);
        WaitArgument argument = new(graph.Streams, graph.Waits, []);
        Assert.Equal(!holds, argument.Holds);
        string[] cycles = [.. argument.Cycles.Select(cycle => string.Join(", ", cycle.Select(stream => stream.StreamPath)))];
        Assert.Equal(holds ? ["requests, arrivals, releases"] : [], cycles);
        if (!holds)
        {
            Assert.All(argument.Counted, wait => Assert.True(argument.Ranks[wait.From] > argument.Ranks[wait.To]));
        }
    }

    [Fact]
    public void Words_end_a_cycle_only_for_the_registers_of_which_they_speak_and_words_about_nothing_are_wrong()
    {
        using Simulation simulation = new();
        Stream<uint> requests = Input(simulation, "requests");
        Stream<uint> arrivals = new("arrivals");
        Stream<uint> releases = new("releases");
        _ = new Allocator(requests, arrivals, releases, true);
        _ = new Returner(arrivals, releases);
        WaitsGraph graph = WaitsGraph.Of(simulation.Network);
        StreamWait wait = graph.Waits.Single(wait => wait.From == arrivals.Monitor);
        WaitReason reason = new(["arrivals"], ["releases"], null, WaitReasonUse.Ends, "because") { Through = wait.Registers };
        Assert.True(new WaitArgument(graph.Streams, graph.Waits, [reason]).Holds);
        WaitArgument other = new(graph.Streams, graph.Waits, [reason with { Through = ["other.register"] }]);
        Assert.Single(other.Cycles);
        Assert.Single(other.Stale);
        WaitArgument wrong = new(graph.Streams, graph.Waits, [reason, reason with { From = ["requests"], To = ["releases"] }]);
        Assert.False(wrong.Holds);
        Assert.Contains("requests waits for none of releases", Assert.Single(wrong.Stale), StringComparison.Ordinal);
    }

    [Fact]
    public void The_graph_is_the_same_when_the_simulation_has_run()
    {
        using Simulation simulation = new();
        Stream<uint> requests = new("requests");
        Stream<uint> arrivals = new("arrivals");
        Stream<uint> releases = new("releases");
        _ = new Allocator(requests, arrivals, releases, true);
        _ = new Returner(arrivals, releases);
        _ = new StreamSource<uint>(requests, [1, 2, 3]);
        string[] before = Lines(WaitsGraph.Of(simulation.Network));
        simulation.Tick(100);
        Assert.Equal(before, Lines(WaitsGraph.Of(simulation.Network)));
    }

    private static Stream<uint> Input(Simulation simulation, string name)
    {
        Stream<uint> stream = new(name);
        simulation.AddTopLevelInputs(stream.Forward).AddTopLevelOutputs(stream.Backward);
        return stream;
    }

    private static void Output(Simulation simulation, Stream<uint> stream) =>
        simulation.AddTopLevelOutputs(stream.Forward).AddTopLevelInputs(stream.Backward);

    private static string[] Lines(WaitsGraph graph) =>
        [.. graph.Waits.Select(wait => $"{wait.From.StreamPath} waits for {wait.To.StreamPath}, {WaitArgument.Describe(wait)}")];
}
