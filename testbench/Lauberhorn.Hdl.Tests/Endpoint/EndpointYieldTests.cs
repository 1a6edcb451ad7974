// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Testing.Endpoint;
using SME;

namespace Lauberhorn.Hdl.Tests.Endpoint;

/// <summary>
/// A load that is made to yield while something else happens to its endpoint, a tick sooner or later each time, with notices that are as
/// slow as the test wants.
/// </summary>
public class EndpointYieldTests
{
    /// <summary>Ticks from a valid dispatch to the valid answer.</summary>
    private const int AnswerTicks = 2;

    private const int Cycles = 100;
    private readonly List<(ushort Tag, byte[] Bytes, long Tick)> answers = [];
    private readonly List<TakenLine> left = [];
    private readonly StandInScheduler scheduler = new();
    private readonly EndpointBench bench;
    private ushort lastTag;
    private int line;
    private int ownYields;
    private bool writesBack;
    private long noticesFrom;

    public EndpointYieldTests()
    {
        bench = new EndpointBench(NicConfig.Tiny, scheduler) { TryAgainCycles = Cycles };
        bench.Home.OnData = (item, tick) =>
        {
            byte[] bytes = new byte[128];
            item.Data.CopyTo(bytes);
            answers.Add((item.Tag, bytes, tick));
        };
        bench.Home.OnFetch = (fetch, _) => bench.Home.Return(new HomeReturn(fetch.Line, true, default, default));
        bench.OnLeft = left.Add;
        scheduler.NoticePace = () => bench.Ticks >= noticesFrom;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_yield_is_answered_at_once_and_reads_the_same_until_the_line_is_left(bool isOneLine)
    {
        Bind(isOneLine);
        for (int i = 0; i < 3; i++)
        {
            ushort tag = Stall();
            Assert.True(scheduler.Yield(1));
            bench.RunUntil(() => answers.Count > 0, 20);
            Assert.Equal(bench.Dispatches[^1].Tick + AnswerTicks, answers[0].Tick);
            CheckEnd(tag, MessageKind.TryAgain, TryAgainReason.Yield);
            for (int again = 0; again < 2 && !writesBack; again++)
            {
                tag = Ask(line);
                bench.RunUntil(() => answers.Count > 0, 20);
                CheckEnd(tag, MessageKind.TryAgain, TryAgainReason.Yield);
            }

            Turn();
        }

        CheckDelivery();
        Assert.Equal((3 + ownYields, 0), (bench.Count(NicEvent.TryAgain), bench.Count(NicEvent.BadRead) + bench.Count(NicEvent.BadWrite)));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 7)]
    [InlineData(true, 0)]
    [InlineData(true, 7)]
    public void Around_a_time_out_the_load_is_answered_once(bool isOneLine, int noticeTicks)
    {
        Bind(isOneLine);
        int yields = 0;
        for (int at = Cycles - 36; at < Cycles + 6; at++)
        {
            ushort tag = Stall();
            long read = bench.Home.LastReadTick;
            noticesFrom = read + Cycles - StallTimer.Lead + noticeTicks;
            RunTo(read + at);
            bool hasYielded = scheduler.Yield(1);
            bench.RunUntil(() => answers.Count > 0, 200);
            long earliest = hasYielded ? bench.Dispatches[^1].Tick + AnswerTicks : read + Cycles;

            // The timer's event goes first if both come in one tick.
            Assert.InRange(answers[0].Tick, earliest, hasYielded ? earliest + 1 : earliest);
            CheckEnd(tag, MessageKind.TryAgain, hasYielded ? TryAgainReason.Yield : TryAgainReason.TimeUp);
            yields += hasYielded ? 1 : 0;
            RunTo(noticesFrom);
            Turn();
            CheckDelivery();
        }

        Assert.InRange(yields, 10, 40);
        Assert.Equal((42 + ownYields, 0), (bench.Count(NicEvent.TryAgain), bench.Count(NicEvent.BadRead) + bench.Count(NicEvent.BadWrite)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_withdraw_that_comes_late_does_not_end_the_next_wait(bool isOneLine)
    {
        // The scheduler yields while the time is up, the core loads again at once, and all that is told comes late.
        Bind(isOneLine);
        for (int late = 0; late < 60; late++)
        {
            ushort tag = Stall();
            long read = bench.Home.LastReadTick;
            noticesFrom = read + Cycles - StallTimer.Lead + late;
            RunTo(read + Cycles - StallTimer.Lead + 2);
            Assert.True(scheduler.Yield(1));
            bench.RunUntil(() => answers.Count > 0, 50);
            CheckEnd(tag, MessageKind.TryAgain, TryAgainReason.Yield);
            Turn();
            tag = Ask(line);
            bench.RunUntil(() => answers.Count > 0, 400);
            Assert.Equal(bench.Home.LastReadTick + Cycles, answers[0].Tick);
            CheckEnd(tag, MessageKind.TryAgain, TryAgainReason.TimeUp);
            Turn();
            CheckDelivery();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Around_a_message_the_load_gets_the_one_or_the_other(bool isOneLine)
    {
        Bind(isOneLine);
        int yields = 0;
        for (int at = -6; at < 12; at++)
        {
            ushort tag = Stall();
            long begin = bench.Ticks + 20;
            bool isMessage = false;
            bool hasYielded = false;
            for (long tick = bench.Ticks; tick < begin + 20; tick++)
            {
                if (tick == begin)
                {
                    bench.Arrive(2, 3, Message(9));
                }

                hasYielded |= tick == begin + at && scheduler.Yield(1);
                bench.Tick();
            }

            isMessage = !hasYielded;
            yields += hasYielded ? 1 : 0;
            CheckEnd(tag, isMessage ? MessageKind.Request : MessageKind.TryAgain, isMessage ? TryAgainReason.TimeUp : TryAgainReason.Yield);
            if (hasYielded)
            {
                Turn();
                tag = Ask(line);
                bench.RunUntil(() => answers.Count > 0, 30);
                CheckEnd(tag, MessageKind.Request, TryAgainReason.TimeUp);
            }

            Leave();
            CheckDelivery();
        }

        Assert.InRange(yields, 3, 15);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 5)]
    [InlineData(true, 0)]
    [InlineData(true, 5)]
    public void Around_a_release_the_load_is_answered_once_and_the_release_ends(bool isOneLine, int noticeTicks)
    {
        int yields = 0;
        for (int at = -12; at < 24; at++)
        {
            Bind(isOneLine);
            ushort tag = Stall();
            long begin = bench.Ticks + 20;
            RunTo(begin + Math.Min(at, 0));
            noticesFrom = begin + noticeTicks;
            bool isEarly = at < 0 && scheduler.Yield(1);
            RunTo(begin);
            bench.Command(CommandCode.ReleaseEndpoint, 1);
            int before = bench.Answers.Count;
            RunTo(begin + at);
            bool isLate = at >= 0 && scheduler.Yield(1);
            yields += isEarly || isLate ? 1 : 0;
            bench.RunUntil(() => bench.Answers.Count > before, 200);
            Assert.Equal(CommandStatus.Done, bench.Answers[^1]);
            bench.Run(20);
            Assert.Equal((byte)MessageKind.TryAgain, answers[0].Bytes[0]);
            CheckEnd(tag, MessageKind.TryAgain, (TryAgainReason)answers[0].Bytes[ControlLine.Flags]);
            Assert.Empty(scheduler.Waiting);
        }

        Assert.InRange(yields, 12, 34);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 5)]
    [InlineData(true, 0)]
    [InlineData(true, 5)]
    public void Around_a_retire_the_load_is_answered_once_and_the_command_knows_how(bool isOneLine, int noticeTicks)
    {
        Bind(isOneLine);
        Dictionary<CommandStatus, int> seen = new() { [CommandStatus.Done] = 0, [CommandStatus.WrongState] = 0 };
        bool hasYieldedToRetire = false;
        for (int at = -12; at < 24; at++)
        {
            ushort tag = Stall();
            long begin = bench.Ticks + 20;
            RunTo(begin + Math.Min(at, 0));
            noticesFrom = begin + noticeTicks;
            bool hasYielded = at < 0 && scheduler.Yield(1);
            RunTo(begin);
            int before = bench.Answers.Count;
            bench.Command(CommandCode.RetireEndpoint, 1);
            RunTo(begin + at);
            hasYielded |= at >= 0 && scheduler.Yield(1);
            bench.RunUntil(() => bench.Answers.Count > before, 200);
            bench.Run(20);
            CommandStatus status = bench.Answers[^1];
            seen[status]++;
            hasYieldedToRetire |= hasYielded && status == CommandStatus.Done;
            CheckEnd(tag, status == CommandStatus.Done ? MessageKind.Retire : MessageKind.TryAgain,
                status == CommandStatus.Done ? TryAgainReason.TimeUp : TryAgainReason.Yield);
            Turn();
            CheckDelivery();
        }

        Assert.All(seen.Values, count => Assert.InRange(count, 6, 30));
        Assert.True(hasYieldedToRetire);
        Assert.Equal((seen[CommandStatus.Done], seen[CommandStatus.WrongState] + ownYields),
            ((int)bench.Count(NicEvent.Retired), (int)bench.Count(NicEvent.TryAgain)));
    }

    [Fact]
    public void A_release_asked_for_while_the_line_left_is_on_its_way_home_ends_at_once_with_a_yield()
    {
        // The release has not asked the scheduler yet, so the wait has no time: however old what was there before is, the answer comes at
        // once.
        for (int age = 0; age < 300; age += 60)
        {
            Bind(false);
            CheckDelivery(leaves: false);
            List<HomeFetch> fetched = [];
            bench.Home.OnFetch = (fetch, _) => fetched.Add(fetch);
            ushort tag = Ask(line);
            bench.TryAgainCycles = 100_000;
            bench.Run(age);
            int before = bench.Answers.Count;
            bench.Command(CommandCode.ReleaseEndpoint, 1);
            bench.Run(5);
            Assert.Empty(answers);
            bench.Home.Return(new HomeReturn(Assert.Single(fetched).Line, true, default, default));
            bench.RunUntil(() => scheduler.Waiting.Count > 0 || answers.Count > 0, 20);
            scheduler.Yield(1);
            bench.Home.OnFetch = (fetch, _) => bench.Home.Return(new HomeReturn(fetch.Line, true, default, default));
            bench.RunUntil(() => answers.Count > 0, 12);
            CheckEnd(tag, MessageKind.TryAgain, TryAgainReason.TimeUp);
            bench.RunUntil(() => bench.Answers.Count > before, 100);
            Assert.Equal(CommandStatus.Done, bench.Answers[^1]);
            bench.TryAgainCycles = Cycles;
        }
    }

    private void Bind(bool isOneLine)
    {
        writesBack = isOneLine;
        line = 0;
        Assert.Equal(CommandStatus.Done, bench.Bind(1, 2, 0, writesBack: isOneLine));
    }

    // A load that stalls, of which the scheduler has heard.
    private ushort Stall()
    {
        ushort tag = Ask(line);
        bench.RunUntil(() => scheduler.Waiting.Count == 1, 60);
        return tag;
    }

    private ushort Ask(int index)
    {
        lastTag++;
        bench.Home.Read(new HomeRead(bench.Line(LineKind.ReceiveControl, 1, index), lastTag, HomeReadKind.Exclusive));
        return lastTag;
    }

    private void Turn() => line = writesBack ? line : 1 - line;

    private void RunTo(long tick)
    {
        while (bench.Ticks < tick)
        {
            bench.Tick();
        }
    }

    // There is one answer, and that is it.
    private void CheckEnd(ushort tag, MessageKind kind, TryAgainReason reason)
    {
        (ushort Tag, byte[] Bytes, long) answer = Assert.Single(answers);
        answers.Clear();
        Assert.Equal(tag, answer.Tag);
        byte[] expected = kind == MessageKind.Request ? Message(9) : new byte[128];
        (expected[ControlLine.Kind], expected[ControlLine.Flags]) = ((byte)kind,
            kind == MessageKind.Request ? expected[ControlLine.Flags] : (byte)reason);
        Assert.Equal(expected, answer.Bytes);
    }

    // The endpoint works as ever.
    private void CheckDelivery(bool leaves = true)
    {
        ushort tag = Stall();
        bench.Arrive(2, 3, Message(9));
        bench.RunUntil(() => answers.Count > 0, 50);
        CheckEnd(tag, MessageKind.Request, TryAgainReason.TimeUp);
        if (leaves)
        {
            Leave();
        }
        else
        {
            Turn();
        }
    }

    private void Leave()
    {
        left.Clear();
        if (writesBack)
        {
            bench.Home.Return(new HomeReturn(bench.Line(LineKind.ReceiveControl, 1, 0), false, Bits<W128>.Zero.WithBit(0, true),
                Bits<W1024>.Zero.WithByte(0, (byte)MessageKind.Reply)));
            bench.Run(10);
        }
        else
        {
            Turn();
            ushort tag = Stall();
            scheduler.Yield(1);
            ownYields++;
            bench.RunUntil(() => answers.Count > 0, 20);
            CheckEnd(tag, MessageKind.TryAgain, TryAgainReason.Yield);
            Turn();
        }

        Assert.Equal(3, Assert.Single(left).Left.Slot);
    }

    private static byte[] Message(byte seed)
    {
        byte[] line = new byte[128];
        for (int i = 0; i < 128; i++)
        {
            line[i] = (byte)((i * 7) + seed);
        }

        line[ControlLine.Kind] = (byte)MessageKind.Request;
        (line[ControlLine.Generation], line[ControlLine.Generation + 1]) = (0, 0);
        return line;
    }
}
