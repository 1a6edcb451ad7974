// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>What waits for ever is found, what waits for the outside is not.</summary>
public class StandstillTests
{
    private const long Limit = 100;

    /// <summary>Takes an item when its neighbour has room, and passes it on; half of a ring that can fill.</summary>
    [ClockedProcess]
    public sealed class RingHalf : SimpleProcess
    {
        [InputBus] private readonly IStream<uint> outside;
        [InputBus] private readonly IStream<uint> ring;
        [InputBus] private readonly IReady nextReady;
        [OutputBus] private readonly IReady outsideReady;
        [OutputBus] private readonly IReady ringReady;
        [OutputBus] private readonly IStream<uint> next;

        /// <summary>Creates the half.</summary>
        /// <param name="outside">Items that enter the ring here; they go first.</param>
        /// <param name="ring">Items of the other half; those that have gone far enough leave the ring.</param>
        /// <param name="next">To the other half.</param>
        public RingHalf(Stream<uint> outside, Stream<uint> ring, Stream<uint> next)
        {
            (this.outside, outsideReady) = (outside.Forward, outside.Backward);
            (this.ring, ringReady) = (ring.Forward, ring.Backward);
            (this.next, nextReady) = (next.Forward, next.Backward);
        }

        /// <inheritdoc/>
        protected override void OnTick()
        {
            bool isFree = !next.Valid || nextReady.Ready;
            bool takesOutside = outside.Valid && outsideReady.Ready;
            bool takesRing = ring.Valid && ringReady.Ready;

            // One that has gone three halves leaves; any other needs the place behind it.
            bool goesOn = takesRing && ring.Item < 3;
            next.Valid = !isFree || takesOutside || goesOn;
            if (takesOutside)
            {
                next.Item = outside.Item;
            }
            else if (goesOn)
            {
                next.Item = ring.Item + 1;
            }

            bool isFreeNext = isFree && !takesOutside && !goesOn;
            outsideReady.Ready = isFreeNext && outside.Valid && !takesOutside;
            ringReady.Ready = isFreeNext && !outside.Valid && !takesOutside;
        }
    }

    /// <summary>
    /// Hands out numbers as long as it has any, and takes them back; like an allocator whose table is held for the number that is valid
    /// until somebody takes it: nothing comes back meanwhile.
    /// </summary>
    [ClockedProcess]
    public sealed class Holder : SimpleProcess
    {
        [InputBus] private readonly IStream<uint> releases;
        [InputBus] private readonly IReady arrivalsReady;
        [OutputBus] private readonly IReady releasesReady;
        [OutputBus] private readonly IStream<uint> arrivals;
        private readonly bool holds;
        private uint number;

        /// <summary>Creates the process.</summary>
        /// <param name="arrivals">Numbers that are handed out.</param>
        /// <param name="releases">Numbers that come back.</param>
        /// <param name="holds">Whether nothing is taken back while a number is valid, as it must not be.</param>
        public Holder(Stream<uint> arrivals, Stream<uint> releases, bool holds)
        {
            this.holds = holds;
            (this.releases, releasesReady) = (releases.Forward, releases.Backward);
            (this.arrivals, arrivalsReady) = (arrivals.Forward, arrivals.Backward);
        }

        /// <inheritdoc/>
        protected override void OnTick()
        {
            if (!arrivals.Valid || arrivalsReady.Ready)
            {
                number++;
                arrivals.Item = number;
            }

            arrivals.Valid = true;
            releasesReady.Ready = !holds;
        }
    }

    /// <summary>Takes arrivals and gives every one back; takes none while one that it gives back is not taken.</summary>
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

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void A_ring_that_fills_up_is_found(long compileAfter)
    {
        using Simulation simulation = new() { CompileAfter = compileAfter };
        simulation.Standstill.Limit = Limit;
        StreamSource<uint>[] sources = Ring(2);
        sources[0].Items.Enqueue(0);
        simulation.Tick(50);
        Assert.True(sources[0].IsDone);

        // One at each side at the same time: each half holds one, and waits for the other to have room.
        sources[0].Items.Enqueue(0);
        sources[1].Items.Enqueue(0);
        ContractException failure = Assert.Throws<ContractException>(() => simulation.Tick(1_000));
        Assert.InRange(failure.Tick, 50 + Limit, 70 + Limit);
        string expected = "valid for 101 ticks and not accepted, while everything outside took and gave";
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("there: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("back: valid to", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_that_is_held_while_its_holder_waits_is_found()
    {
        using Simulation simulation = new();
        simulation.Standstill.Limit = Limit;
        HolderAndReturner(true);
        ContractException failure = Assert.Throws<ContractException>(() => simulation.Tick(1_000));
        Assert.Contains("releases: valid to Holder", failure.Message, StringComparison.Ordinal);
        Assert.Contains("arrivals: valid to Returner", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_without_holding_it_goes_on()
    {
        using Simulation simulation = new();
        simulation.Standstill.Limit = Limit;
        Stream<uint> releases = HolderAndReturner(false);
        simulation.Tick(10_000);
        Assert.InRange(releases.Monitor.Passed, 3_000, 10_000);
        Assert.InRange(releases.Monitor.LongestWait, 0, 10);
    }

    [Fact]
    public void What_waits_for_the_outside_is_no_failure_and_what_waits_longer_than_it_is()
    {
        using Simulation simulation = new();
        simulation.Standstill.Limit = Limit;
        Stream<uint> arrivals = new("arrivals");
        Stream<uint> releases = new("releases");
        _ = new Returner(arrivals, releases);
        bool takes = false;
        StreamSource<uint> source = new(arrivals, [1, 2, 3]);
        _ = new StreamSink<uint>(releases, () => takes);
        simulation.Tick(50 * Limit);
        Assert.True(arrivals.Monitor.Waits);
        Assert.InRange(simulation.Standstill.HeldUp, 49 * Limit, 50 * Limit);
        takes = true;
        simulation.Tick(50);
        Assert.True(source.IsDone);
        Assert.InRange(arrivals.Monitor.LongestWait, 1, 10);
        Assert.Same(arrivals.Monitor, simulation.Standstill.Longest);
    }

    [Fact]
    public void What_the_bench_calls_held_up_does_not_count()
    {
        using Simulation simulation = new();
        simulation.Standstill.Limit = Limit;
        HolderAndReturner(true);
        for (int i = 0; i < 10_000; i++)
        {
            simulation.Standstill.HoldUp();
            simulation.Standstill.HoldUp();
            simulation.Tick();
        }

        Assert.Equal(10_000, simulation.Standstill.HeldUp);
        Assert.Throws<ContractException>(() => simulation.Tick(2 * Limit));
    }

    [Fact]
    public void The_message_follows_what_each_stream_waits_for()
    {
        using Simulation simulation = new();
        simulation.Standstill.Limit = Limit;
        Stream<uint> releases = HolderAndReturner(true);
        Stream<uint> idle = new("idle");
        simulation.AddTopLevelInputs(idle.Forward, idle.Backward);
        simulation.Standstill.WaitsFor = stream => stream == releases.Monitor
            ? simulation.Standstill.Streams.Where(other => other.StreamPath == "arrivals").Select(other => (other, "the table is held"))
            : [];
        ContractException failure = Assert.Throws<ContractException>(() => simulation.Tick(1_000));
        Assert.DoesNotContain("idle", failure.Message, StringComparison.Ordinal);
        if (failure.MonitorPath == "releasesMonitor")
        {
            string expected = "releases waits for arrivals (the table is held): valid to Returner for";
            Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        }
    }

    private static StreamSource<uint>[] Ring(int halves)
    {
        Stream<uint> there = new("there");
        Stream<uint> back = new("back");
        Stream<uint>[] outside = [.. Enumerable.Range(0, halves).Select(i => new Stream<uint>($"outside{i}"))];
        _ = new RingHalf(outside[0], back, there);
        _ = new RingHalf(outside[1], there, back);
        return [.. outside.Select(stream => new StreamSource<uint>(stream))];
    }

    private static Stream<uint> HolderAndReturner(bool holds)
    {
        Stream<uint> arrivals = new("arrivals");
        Stream<uint> releases = new("releases");
        _ = new Holder(arrivals, releases, holds);
        _ = new Returner(arrivals, releases);
        return releases;
    }
}
