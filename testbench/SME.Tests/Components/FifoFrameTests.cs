// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using SME.Components;

namespace SME.Tests.Components;

public class FifoFrameTests
{
    private enum End
    {
        Commit,
        Rollback,
        Both,
        CommitLater,
        RollbackLater,
    }

    /// <summary>A frame: how many items, how it ends, after how many idle ticks.</summary>
    private sealed record Frame(int Length, End End, int Gap);

    private sealed record Case(Frame[] Frames, int Depth, int SinkPace, int Seed);

    private static readonly Gen<Case> Cases = Gen.Select(
        Gen.Select(Gen.Int[0, 12], Gen.Enum<End>(), Gen.Int[0, 3], (length, end, gap) => new Frame(length, end, gap)).Array[1, 60],
        Gen.OneOf(2, 8, 16),
        Gen.Int[0, 8],
        Gen.Int,
        (frames, depth, pace, seed) => new Case(frames, depth, pace, seed));

    [Fact]
    public void What_comes_out_is_every_committed_frame_whole_and_nothing_else() => Cases.Sample(Check, iter: 500);

    [Fact]
    public void A_frame_shows_two_ticks_after_its_commit()
    {
        using Simulation simulation = new();
        IFrameWrite<uint> write = Scope.CreateBus<IFrameWrite<uint>>("write");
        simulation.AddTopLevelInputs(write);
        FifoFrame<uint> fifo = new(write, 8);
        StreamSink<uint> sink = new(fifo.Output);
        simulation.Tick(3);
        (write.Write, write.Item) = (true, 1);
        simulation.Tick();
        (write.Item, write.Commit) = (2, true);
        simulation.Tick();
        (write.Write, write.Commit) = (false, false);
        long committed = simulation.Ticks;
        simulation.Tick(10);
        Assert.Equal([1, 2], sink.Items);
        Assert.Equal([committed + 2, committed + 3], sink.Ticks);
    }

    private static void Check(Case test)
    {
        using Simulation simulation = new();
        Random random = new(test.Seed);
        IFrameWrite<uint> write = Scope.CreateBus<IFrameWrite<uint>>("write");
        simulation.AddTopLevelInputs(write);
        FifoFrame<uint> fifo = new(write, test.Depth);
        StreamSink<uint> sink = new(fifo.Output, () => random.Next(8) < test.SinkPace);
        simulation.Tick();
        List<uint> expected = [];
        uint number = 0;
        foreach (Frame frame in test.Frames)
        {
            List<uint> items = [];
            bool isLost = false;
            for (int i = 0; i < frame.Length; i++)
            {
                bool isLast = i == frame.Length - 1;
                End? end = isLast && frame.End < End.CommitLater ? frame.End : null;
                Drive(item: number, end, items, ref isLost);
                number++;
            }

            if (frame.Length == 0 || frame.End >= End.CommitLater)
            {
                Drive(item: null, frame.End, items, ref isLost);
            }

            for (int i = 0; i < frame.Gap; i++)
            {
                Drive(item: null, null, items, ref isLost);
            }
        }

        (write.Write, write.Commit, write.Rollback) = (false, false, false);
        simulation.Tick(2);
        Assert.Equal(expected.Take(sink.Items.Count), sink.Items);
        Assert.Equal(expected.Count - sink.Items.Count, (int)fifo.State.Count);

        // What is driven shows after the tick, beside what the FIFO then says of its room, and takes effect in the next.
        void Drive(uint? item, End? end, List<uint> items, ref bool isLost)
        {
            (write.Write, write.Commit, write.Rollback) = (false, false, false);
            if (item is uint value)
            {
                (write.Write, write.Item) = (true, value);
                items.Add(value);
            }

            write.Commit = end is End.Commit or End.CommitLater or End.Both;
            write.Rollback = end is End.Rollback or End.RollbackLater or End.Both;
            simulation.Tick();
            isLost |= item is not null && !fifo.Frame.HasRoom;
            if (end is not null)
            {
                if (!isLost && end is (End.Commit or End.CommitLater))
                {
                    expected.AddRange(items);
                }

                items.Clear();
                isLost = false;
            }
        }
    }
}
