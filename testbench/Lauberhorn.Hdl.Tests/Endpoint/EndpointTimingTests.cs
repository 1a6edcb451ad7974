// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Hdl.Testing.Endpoint;

namespace Lauberhorn.Hdl.Tests.Endpoint;

public class EndpointTimingTests
{
    [Theory]
    [InlineData(100u)]
    [InlineData(131u)]
    [InlineData(5000u)]
    public void TryAgain_is_on_offer_to_the_tick(uint cycles)
    {
        using EndpointBench bench = new(NicConfig.Tiny) { TryAgainCycles = cycles };
        Assert.Equal(CommandStatus.Done, bench.Bind(1, 2, 77));
        List<(HomeData Data, long Tick)> data = [];
        bench.Home.OnData = (item, tick) => data.Add((item, tick));
        bench.Home.OnFetch = (fetch, _) => bench.Home.Return(new HomeReturn(fetch.Line, true, default, default));
        for (int i = 0; i < 3; i++)
        {
            bench.Home.Read(new HomeRead(bench.Line(LineKind.ReceiveControl, 1, i & 1), 5, HomeReadKind.Shared));
            bench.RunUntil(() => data.Count > i, (int)cycles + 100);
            Assert.Equal(bench.Home.LastReadTick + cycles, data[i].Tick);
            byte[] bytes = new byte[128];
            data[i].Data.Data.CopyTo(bytes);
            Assert.Equal((byte)MessageKind.TryAgain, bytes[0]);
            Assert.All(bytes[1..], value => Assert.Equal(0, value));
        }

        Assert.Equal(3, bench.Count(NicEvent.TryAgain));
    }

    [Fact]
    public void Answers_notices_fetches_and_left_lines_keep_their_budgets()
    {
        using EndpointBench bench = new(NicConfig.Tiny);
        Assert.Equal(CommandStatus.Done, bench.Bind(1, 2, 0x1234));
        List<long> data = [];
        List<long> fetches = [];
        List<TakenLine> left = [];
        HomeData last = default;
        bench.Home.OnData = (item, tick) => { data.Add(tick); last = item; };
        bench.Home.OnFetch = (fetch, tick) =>
        {
            fetches.Add(tick);
            bench.Home.Return(new HomeReturn(fetch.Line, true, default, default));
        };
        bench.OnLeft = left.Add;
        bench.Home.Read(new HomeRead(bench.Line(LineKind.ReceiveControl, 1, 0), 5, HomeReadKind.Exclusive));
        bench.Run(20);
        Assert.Equal(bench.Home.LastReadTick + 3, bench.Notices[^1].Tick);
        bench.Arrive(2, 3, Message(9));
        bench.Run(20);
        Assert.Equal(bench.Dispatches[^1].Tick + 2, data[^1]);
        byte[] expected = Message(9);
        (expected[4], expected[5]) = (0x34, 0x12);
        Assert.Equal(expected, Bytes(last));
        bench.Home.Read(new HomeRead(bench.Line(LineKind.ReceiveControl, 1, 1), 5, HomeReadKind.Exclusive));
        bench.Run(20);
        Assert.Equal(bench.Home.LastReadTick + 2, fetches[^1]);
        Assert.Equal(bench.Home.LastReturnTick + 2, left[^1].Tick);
        Assert.Equal(bench.Home.LastReturnTick + 2, bench.Notices[^1].Tick);
        Assert.Equal(3, left[^1].Left.Slot);
        Assert.Equal(Message(9), left[^1].Bytes);
    }

    [Fact]
    public void An_rpc_takes_two_ticks()
    {
        NicConfig config = NicConfig.Tiny with { Endpoints = 32, PendingCalls = 64, Cores = 2 };
        using EndpointBench bench = new(config);
        List<IdealCore> cores = [];
        for (ushort i = 0; i < 32; i++)
        {
            Assert.Equal(CommandStatus.Done, bench.Bind(i, 1, i));
            cores.Add(new IdealCore(bench.Home, bench.Map, i, i));
        }

        bench.Home.OnData = (item, tick) => Assert.Single(cores, core => core.OnData(item, tick));
        bench.Home.OnFetch = (fetch, _) => Assert.Single(cores, core => core.OnFetch(fetch));
        bench.OnTick = tick => cores.ForEach(core => core.Step(tick));
        bench.LeftPace = () => true;
        int done = 0;
        bench.OnLeft = line =>
        {
            done++;
            bench.Arrive(1, line.Left.Slot, Message(1));
        };
        cores.ForEach(core => core.Start());
        for (ushort slot = 0; slot < 64; slot++)
        {
            bench.Arrive(1, slot, Message(1));
        }

        bench.Run(400);
        int before = done;
        bench.Run(2000);
        Assert.InRange(done - before, 990, 1001);
    }

    private static byte[] Message(byte seed)
    {
        byte[] line = new byte[128];
        for (int i = 0; i < 128; i++)
        {
            line[i] = (byte)((i * 7) + seed);
        }

        line[0] = (byte)MessageKind.Request;
        return line;
    }

    private static byte[] Bytes(HomeData data)
    {
        byte[] bytes = new byte[128];
        data.Data.CopyTo(bytes);
        return bytes;
    }
}
