// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Testing.Endpoint;

namespace Lauberhorn.Hdl.Tests.Endpoint;

/// <summary>
/// Loads that nobody's program waits for: at endpoints that no core is said to use, or uses no more; and such as stand in the way of a
/// release.
/// </summary>
public class StrayLoadTests
{
    private const int Core = 1;
    private const int Owned = 4;
    private static readonly NicConfig Config = NicConfig.Tiny with { Name = "strays", Cores = 4, Endpoints = 16 };
    private readonly Dictionary<ushort, byte[]> answers = [];
    private ushort lastTag;

    /// <summary>Ways in which a core leaves an endpoint.</summary>
    public enum Way
    {
        /// <summary>The OS says that it uses none.</summary>
        None,

        /// <summary>The OS says that it uses another.</summary>
        Other,

        /// <summary>The core loads its kernel endpoint.</summary>
        Kernel,
    }

    [Theory]
    [InlineData(Way.None, true)]
    [InlineData(Way.Other, true)]
    [InlineData(Way.Kernel, true)]
    [InlineData(Way.None, false)]
    [InlineData(Way.Other, false)]
    [InlineData(Way.Kernel, false)]
    public void A_load_that_waits_is_turned_away_when_its_core_goes(Way way, bool areTurnedAway)
    {
        using EndpointBench bench = Bench(areTurnedAway);
        ushort tag = Ask(bench, Owned);
        bench.Run(100);
        Assert.DoesNotContain(tag, answers);
        Go(bench, way);
        bench.Run(60);
        Assert.Equal(areTurnedAway, answers.ContainsKey(tag));
        if (!areTurnedAway)
        {
            return;
        }

        Assert.Equal(Empty(TryAgainReason.NotRunning), answers[tag]);

        // It receives no message any more; the core that comes next, and that the OS names, does.
        bench.Arrive(1, 6, Message(9));
        bench.Run(60);
        Use(bench, Owned);
        ushort next = Ask(bench, Owned);
        bench.RunUntil(() => answers.ContainsKey(next), 60);
        Assert.Equal(Message(9)[32..], answers[next][32..]);
        Assert.Equal(0, bench.Count(NicEvent.BadRead));
    }

    // Lines that were read ahead come home first: meanwhile it is as little a load that takes messages as after it.
    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void A_load_of_an_endpoint_that_nobody_uses_takes_no_message_while_lines_come_home(int before)
    {
        using EndpointBench bench = Bench(true);
        bench.Home.Read(new HomeRead(bench.Line(LineKind.ReceiveAux, Owned + 1, 0), ++lastTag, HomeReadKind.Shared));
        bench.Run(60);
        bench.Arrive(2, 6, Message(9));
        bench.Run(before);
        ushort tag = Ask(bench, Owned + 1);
        bench.RunUntil(() => answers.ContainsKey(tag), 200);
        Assert.Equal(Empty(TryAgainReason.NotRunning), answers[tag]);
        bench.Switch(Core, new CoreState { HasProcess = true, Process = 2, HasEndpoint = true, Endpoint = Owned + 1 });
        bench.Run(12);
        ushort next = Ask(bench, Owned + 1);
        bench.RunUntil(() => answers.ContainsKey(next), 100);
        Assert.Equal(Message(9)[32..], answers[next][32..]);
    }

    [Fact]
    public void A_kernel_endpoint_gives_way_when_its_core_begins_to_use_another()
    {
        using EndpointBench bench = Bench(true);
        ushort tag = Ask(bench, Core);
        bench.Run(100);
        Assert.DoesNotContain(tag, answers);
        Use(bench, Owned);
        bench.RunUntil(() => answers.ContainsKey(tag), 60);
        Assert.Equal(Empty(TryAgainReason.TimeUp), answers[tag]);
    }

    [Fact]
    public void What_a_core_says_again_of_an_endpoint_turns_nobody_away()
    {
        using EndpointBench bench = Bench(true);
        ushort tag = Ask(bench, Owned);
        bench.Run(100);
        Use(bench, Owned);

        // A core that has used it before is of no account.
        bench.Switch(2, new CoreState { HasProcess = true, Process = 1, HasEndpoint = true, Endpoint = Owned });
        bench.Run(10);
        Use(bench, Owned);
        bench.Switch(2, default);
        bench.Run(200);
        Assert.DoesNotContain(tag, answers);
        bench.Arrive(1, 6, Message(9));
        bench.RunUntil(() => answers.ContainsKey(tag), 60);
        Assert.Equal(Message(9)[32..], answers[tag][32..]);
    }

    // The message comes a little before or after the core's going: it is given to this load or the next, and never lost.
    [Theory]
    [InlineData(Way.None)]
    [InlineData(Way.Other)]
    [InlineData(Way.Kernel)]
    public void A_load_whose_core_goes_has_one_answer_whenever_a_message_comes(Way way)
    {
        for (int shift = -16; shift <= 16; shift++)
        {
            using EndpointBench bench = Bench(true);
            answers.Clear();
            ushort tag = Ask(bench, Owned);
            bench.Run(100);
            if (shift < 0)
            {
                bench.Arrive(1, 6, Message(9));
                bench.Run(-shift);
                Go(bench, way);
            }
            else
            {
                Go(bench, way);
                bench.Run(shift);
                bench.Arrive(1, 6, Message(9));
            }

            bench.Run(100);
            Assert.True(answers.ContainsKey(tag), $"{way}, shift {shift}");
            if (answers[tag][0] != (byte)MessageKind.TryAgain)
            {
                Assert.Equal(Message(9)[32..], answers[tag][32..]);
                continue;
            }

            Use(bench, Owned);
            ushort next = Ask(bench, Owned);
            bench.RunUntil(() => answers.ContainsKey(next), 100);
            Assert.Equal(Message(9)[32..], answers[next][32..]);
        }
    }

    /// <summary>
    /// Where a stalled load blocks its colour the fetch of a line of that colour comes home only when the load has its answer: so a release
    /// ends such loads, as often as it takes, and whenever it began.
    /// </summary>
    [Fact]
    public void A_release_ends_loads_that_stand_before_its_fetches()
    {
        NicConfig config = Config with { Endpoints = 128 };
        for (int phase = 0; phase < 16; phase++)
        {
            answers.Clear();
            using EndpointBench bench = new(config);
            (int first, int second) = OfOneColour(bench, config);
            Attach(bench);
            for (int before = 0; before < phase; before++)
            {
                bench.Bind(10, 1, 7);
                bench.Command(CommandCode.ReleaseEndpoint, 10);
                bench.Run(40 + before);
            }

            bench.Bind(first, 1, 7);
            bench.Bind(second, 2, 7, writesBack: true);
            ushort message = Ask(bench, first);
            bench.Arrive(1, 6, Message(9));
            bench.RunUntil(() => answers.ContainsKey(message), 100);
            ushort waits = Ask(bench, second);
            bench.Run(100);
            HomeFetch? fetched = null;
            bench.Home.OnFetch = (fetch, _) => fetched = fetch;
            int released = bench.Answers.Count;
            bench.Command(CommandCode.ReleaseEndpoint, (uint)first);
            bench.RunUntil(() => fetched is not null, 100);

            // In the directory the fetch waits behind the load, and the core loads again at once.
            for (int again = 0; again < 3; again++)
            {
                bench.RunUntil(() => answers.ContainsKey(waits), 200);
                waits = Ask(bench, second);
            }

            bench.Home.OnFetch = (fetch, _) => bench.Home.Return(new HomeReturn(fetch.Line, true, default, default));
            bench.Home.Return(new HomeReturn(fetched!.Value.Line, true, default, default));
            bench.RunUntil(() => bench.Answers.Count > released, 200);
            Assert.Equal(CommandStatus.Done, bench.Answers[^1]);
        }
    }

    private static (int First, int Second) OfOneColour(EndpointBench bench, NicConfig config)
    {
        for (int first = config.Cores; first < config.Endpoints; first++)
        {
            for (int second = first + 1; second < config.Endpoints; second++)
            {
                if (Colour(first) == Colour(second) && first != 10 && second != 10)
                {
                    return (first, second);
                }
            }
        }

        throw new InvalidOperationException("no two endpoints' lines have one colour");

        uint Colour(int endpoint) => bench.Line(LineKind.ReceiveControl, endpoint, 0) & ((1u << LineMap.ColourBits) - 1);
    }

    private static void Use(EndpointBench bench, int endpoint)
    {
        bench.Switch(Core, new CoreState { HasProcess = true, Process = 1, HasEndpoint = true, Endpoint = (ushort)endpoint });
        bench.Run(12);
    }

    private void Go(EndpointBench bench, Way way)
    {
        switch (way)
        {
            case Way.None:
                bench.Switch(Core, default);
                break;
            case Way.Other:
                bench.Switch(Core, new CoreState { HasProcess = true, Process = 2, HasEndpoint = true, Endpoint = Owned + 1 });
                break;
            default:
                Ask(bench, Core);
                break;
        }
    }

    private EndpointBench Bench(bool areTurnedAway)
    {
        EndpointBench bench = new(Config) { StrayLoads = areTurnedAway };
        Attach(bench);
        bench.Bind(Core, 0, 7, isKernel: true, writesBack: true);
        bench.Bind(Owned, 1, 7, writesBack: true);
        bench.Bind(Owned + 1, 2, 7, writesBack: true);
        Use(bench, Owned);
        return bench;
    }

    private void Attach(EndpointBench bench)
    {
        bench.Home.OnData = (item, _) =>
        {
            byte[] bytes = new byte[128];
            item.Data.CopyTo(bytes);
            answers.Add(item.Tag, bytes);
        };
        bench.Home.OnFetch = (fetch, _) => bench.Home.Return(new HomeReturn(fetch.Line, true, default, default));
    }

    private ushort Ask(EndpointBench bench, int endpoint)
    {
        lastTag++;
        bench.Home.Read(new HomeRead(bench.Line(LineKind.ReceiveControl, endpoint, 0), lastTag, HomeReadKind.Shared));
        return lastTag;
    }

    private static byte[] Empty(TryAgainReason reason)
    {
        byte[] line = new byte[128];
        line[ControlLine.Kind] = (byte)MessageKind.TryAgain;
        line[ControlLine.Flags] = (byte)reason;
        return line;
    }

    private static byte[] Message(byte seed)
    {
        byte[] line = new byte[128];
        for (int i = 0; i < 128; i++)
        {
            line[i] = (byte)((i * 7) + seed);
        }

        return line;
    }
}
