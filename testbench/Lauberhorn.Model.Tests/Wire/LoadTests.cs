// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Wire;

namespace Lauberhorn.Model.Tests.Wire;

public class LoadTests
{
    private static LoadProfile Profile(ulong seed) => new()
    {
        Targets = [.. Enumerable.Range(0, 8)
            .Select(i => new LoadTarget((ushort)(2000 + i), 7, 1, (uint)i + 1,
                i % 2 == 0 ? LoadTarget.Opaque(0, 300) : LoadTarget.Bytes(4, 96)))],
        NicMacAddress = ReceiveSettings.Captures.MacAddress,
        NicAddress = ReceiveSettings.Captures.Ipv4Address,
        Clients = 5,
        Skew = 1,
        AuthSysPart = 0.5,
        RetransmittedPart = 0.1,
        Seed = seed,
    };

    [Fact]
    public void Every_frame_of_a_load_is_a_call_that_the_reference_takes() =>
        Gen.ULong.Sample(
            seed =>
            {
                foreach ((long _, LoadCall call) in new OpenLoad(Profile(seed), 20).Calls(100))
                {
                    DecodedFrame decoded = ReferenceDecoder.Decode(call.Frame, false, ReceiveSettings.Captures);
                    Assert.Equal(FrameKind.RpcCall, decoded.Kind);
                }
            },
            iter: 20);

    [Fact]
    public void Every_client_has_addresses_of_its_own_and_none_the_NIC_s()
    {
        LoadProfile profile = Profile(1);
        CallMaker calls = new(profile);
        EthernetHeader[] ethernet = [.. Decoded().Select(frame => frame.Ethernet!)];
        Assert.Equal(profile.Clients, ethernet.Select(header => header.Source).Append(profile.NicMacAddress).Distinct().Count() - 1);
        Assert.Equal(profile.Clients, Decoded().Select(frame => frame.Ipv4!.Source).Append(profile.NicAddress).Distinct().Count() - 1);

        IEnumerable<DecodedFrame> Decoded() => Enumerable.Range(0, profile.Clients)
            .Select(client => ReferenceDecoder.Decode(calls.Next(client).Frame, false, ReceiveSettings.Captures));
    }

    [Fact]
    public void An_open_load_is_the_same_for_the_same_seed_and_in_order_of_time()
    {
        var load = new OpenLoad(Profile(3), 50);
        (long Cycle, LoadCall Call)[] first = [.. load.Calls(2000)];
        (long Cycle, LoadCall Call)[] second = [.. load.Calls(2000)];
        Assert.Equal(first.Select(one => Convert.ToHexString(one.Call.Frame)), second.Select(one => Convert.ToHexString(one.Call.Frame)));
        Assert.Equal(first.Select(one => one.Cycle).Order(), first.Select(one => one.Cycle));

        (long Cycle, LoadCall Call)[] fresh = [.. first.Where(one => !one.Call.IsAgain)];
        Assert.Equal(2000, fresh.Length);
        Assert.Equal(2000, fresh.Select(one => one.Call.Xid).Distinct().Count());
        Assert.InRange(fresh[^1].Cycle / 2000.0, 45, 55);
        Assert.InRange(first.Length - fresh.Length, 150, 250);
        Assert.All(first.Where(one => one.Call.IsAgain),
            again => Assert.Contains(fresh, one => one.Call.Frame.AsSpan().SequenceEqual(again.Call.Frame)));
    }

    [Fact]
    public void A_skewed_load_follows_Zipf_s_law()
    {
        double[] counts = [.. new OpenLoad(Profile(5), 1).Calls(20000).Where(one => !one.Call.IsAgain).CountBy(one => one.Call.Target)
            .OrderBy(pair => pair.Key).Select(pair => (double)pair.Value)];
        double sum = Enumerable.Range(1, 8).Sum(place => 1.0 / place);
        for (int i = 0; i < 8; i++)
        {
            Assert.InRange(counts[i], 20000 / sum / (i + 1) * 0.9, 20000 / sum / (i + 1) * 1.1);
        }
    }

    [Fact]
    public void A_closed_load_has_one_call_per_client_under_way_and_sends_again_what_is_lost()
    {
        var load = new ClosedLoad(Profile(7) with { RetransmitAfter = 500 }, 300, pause: 10);
        var random = new SeededRandom(9);
        List<(long Due, byte[] Frame)> underWay = [];
        for (; !load.IsDone && load.Now < 200_000; load.Now++)
        {
            while (load.TryReceive(out byte[] frame))
            {
                if (!random.OneIn(10))
                {
                    underWay.Add((load.Now + random.Between(20, 80), frame));
                }
            }

            Assert.True(underWay.Count <= 5);
            foreach ((long Due, byte[] Frame) one in underWay.Where(one => one.Due <= load.Now).ToArray())
            {
                underWay.Remove(one);
                load.Send(Reply(one.Frame));
            }
        }

        Assert.True(load.IsDone);
        Assert.Equal(300, load.Answers.Count);
        Assert.All(load.Answers, answer => Assert.True(answer.IsSuccess));
        Assert.InRange(load.Again, 10, 60);
        Assert.Equal(0, load.Strays);
    }

    [Fact]
    public void A_profile_that_makes_no_sense_says_what_would()
    {
        Assert.Contains("AuthSysPart: 2",
            Assert.Throws<ArgumentException>(() => new CallMaker(Profile(1) with { AuthSysPart = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("Targets", Assert.Throws<ArgumentException>(() => new CallMaker(Profile(1) with { Targets = [] })).Message,
            StringComparison.Ordinal);
    }

    private static byte[] Reply(byte[] call)
    {
        DecodedFrame decoded = ReferenceDecoder.Decode(call, false, ReceiveSettings.Captures);
        byte[] xid = call[42..46];
        Assert.Equal(FrameKind.RpcCall, decoded.Kind);
        return new FrameBuilder().WithUdpPayload([.. xid, 0, 0, 0, 1, .. new byte[16]]).Build();
    }
}
