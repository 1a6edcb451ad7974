// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Admission;

public class CallTableTests
{
    /// <summary>
    /// So small a table that it fills up. Each call that is looked up is put in, at once or some ticks later, if it is not there and there
    /// is a place; the next look-up may be in the tick of the insertion.
    /// </summary>
    [Fact]
    public void A_call_is_known_from_its_insertion_to_its_removal_and_a_place_is_given_once() => Gen.ULong.Sample(
        seed =>
        {
            using Simulation simulation = new();
            SeededRandom random = new(seed);
            Stream<RoutedFrame> routed = new("routed");
            routed.Monitor.IsEnabled = false;
            IAssembly assembly = Scope.CreateBus<IAssembly>("assembly");
            ICallInsertion insertion = Scope.CreateBus<ICallInsertion>("insertion");
            ICallRemoval removal = Scope.CreateBus<ICallRemoval>("removal");
            ICallSweep sweep = Scope.CreateBus<ICallSweep>("sweep");
            ICallOutcome outcome = new CallTable(2, routed.Forward, assembly, insertion, removal, sweep).Outcome;
            simulation.AddTopLevelInputs(routed.Forward, assembly, insertion, removal);
            simulation.AddTopLevelOutputs(outcome);
            Dictionary<CallKey, ushort> inside = [];
            CallKey? removed = null;
            int full = 0;
            int known = 0;
            Tick(8);
            RoutedFrame frame = Frame();
            Offer(frame);
            Tick(1);
            for (int i = 0; i < 300; i++)
            {
                // The frame is accepted; its words are read in this tick, and what was inserted before or in it counts.
                assembly.IsFirst = true;
                assembly.Frame = frame;
                Tick(1);
                assembly.IsFirst = false;
                Remove();
                RoutedFrame next = Frame();
                Offer(next);
                Tick(1);
                removal.Enable = false;
                CallKey key = new(frame.Metadata.SourceAddress, 0, frame.Metadata.Xid, 0);
                Assert.True(outcome.IsIndexed);
                if (outcome.IsKnown)
                {
                    known++;
                    Assert.True(inside.ContainsKey(key) || removed == key);
                }
                else
                {
                    Assert.DoesNotContain(key, inside.Keys);
                    Assert.True(outcome.HasPlace || inside.Count + (removed is null ? 0 : 1) >= 8);
                    full += outcome.HasPlace ? 0 : 1;
                    if (outcome.HasPlace)
                    {
                        Assert.DoesNotContain(outcome.Place, inside.Values);
                        inside.Add(key, outcome.Place);
                        insertion.Enable = true;
                        insertion.Key = key;
                        insertion.Place = outcome.Place;
                    }
                }

                Tick(1);
                insertion.Enable = false;
                frame = next;
                removed = null;
            }

            Assert.True(known > 10);
            Assert.True(full > 0);

            void Remove()
            {
                if (inside.Count > 0 && random.OneIn(4))
                {
                    removed = inside.Keys.ElementAt(random.Between(0, inside.Count - 1));
                    removal.Enable = true;
                    removal.Place = inside[removed.Value];
                    inside.Remove(removed.Value);
                }
            }

            RoutedFrame Frame() => new()
            {
                Route = RouteKind.Call,
                Metadata = new FrameMetadata { SourceAddress = (uint)random.Between(0, 3) << 29, Xid = (uint)random.Between(0, 7) },
            };

            void Offer(RoutedFrame item)
            {
                routed.Forward.Valid = true;
                routed.Forward.Item = item;
            }

            void Tick(int ticks) => simulation.Tick(ticks);
        },
        iter: 50);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(16384)]
    public void Odd_sizes_are_refused(int buckets)
    {
        using Simulation simulation = new();
        Stream<RoutedFrame> routed = new("routed");
        ElaborationException exception = Assert.Throws<ElaborationException>(() => new CallTable(
            buckets,
            routed.Forward,
            Scope.CreateBus<IAssembly>(),
            Scope.CreateBus<ICallInsertion>(),
            Scope.CreateBus<ICallRemoval>(),
            Scope.CreateBus<ICallSweep>()));
        Assert.Contains($"callTable: {buckets} buckets", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequential_calls_spread_over_the_buckets()
    {
        foreach (int table in new[] { 0, 1 })
        {
            int[] counts = new int[1024];
            for (uint i = 0; i < 4096; i++)
            {
                counts[CallHash.Of(new CallKey(0x0a000001 + (i & 15), 1000, 0x5000_0000 + (i >> 4), 7), table, 10)]++;
            }

            // Random ones would have 4 each on average, and 16 hardly ever.
            Assert.InRange(counts.Max(), 4, 16);
        }
    }
}
