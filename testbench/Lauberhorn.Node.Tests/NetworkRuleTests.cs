// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Tests;

/// <summary>What a host must not do with frames (RFC 1122), and what it must take, from the wire to a service and to the kernel.</summary>
public class NetworkRuleTests
{
    private const ulong AllNodes = 0x3333_0000_0001;
    private const ulong Mdns = 0x0100_5E00_00FB;

    [Fact]
    public async Task Frames_to_groups_reach_the_kernel_if_it_wants_them()
    {
        using BypassBench bench = new(NicConfig.Tiny);
        Offer(bench, AllNodes);
        Offer(bench, Mdns);
        Assert.Empty(bench.Kernel.Frames);

        await bench.Nic.SetGroupsAsync([AllNodes, Mdns]);
        byte[] first = Offer(bench, AllNodes);
        byte[] second = Offer(bench, Mdns);
        Assert.Equal(
            [Convert.ToHexString(first), Convert.ToHexString(second)],
            bench.Kernel.Frames.Select(frame => Convert.ToHexString(frame.Bytes)));

        // Another bit of the filter.
        Offer(bench, AllNodes ^ 2);
        Assert.Equal(2, bench.Kernel.Frames.Count);
        await bench.Nic.SetGroupsAsync([], true);
        Offer(bench, AllNodes ^ 2);
        Assert.Equal(3, bench.Kernel.Frames.Count);
        Assert.Equal(3ul, bench.Counters()["Dropped.OtherDestinationMac"]);
    }

    [Fact]
    public async Task Groups_subnets_and_MTUs_that_cannot_be_are_refused()
    {
        using BypassBench bench = new(NicConfig.Tiny);
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => bench.Nic.SetGroupsAsync([0x024C_4800_0001]));
        Assert.Contains("024c48000001", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bench.Nic.SetSubnetAsync(33));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bench.Nic.SetMtuAsync(67));
    }

    [Fact]
    public async Task Calls_from_addresses_that_cannot_be_are_not_answered_and_nothing_is_learned_of_them()
    {
        using BypassBench bench = new(NicConfig.Tiny);
        await bench.Nic.SetSubnetAsync(24);
        bench.ServeEcho(1);
        const ulong Client = BypassBench.ClientMac;
        (string Reason, ulong To, ulong From, uint Address)[] bad =
        [
            ("BadSourceMac", BypassBench.Ours.MacAddress, 0x0100_5E00_0001, BypassBench.ClientAddress),
            ("BadSourceMac", BypassBench.Ours.MacAddress, 0, BypassBench.ClientAddress),
            ("BadSourceMac", BypassBench.Ours.MacAddress, BypassBench.Ours.MacAddress, BypassBench.ClientAddress),
            ("BadSourceAddress", BypassBench.Ours.MacAddress, Client, 0x0A4D_00FF),
            ("BadSourceAddress", BypassBench.Ours.MacAddress, Client, BypassBench.Ours.Ipv4Address),
            ("UnicastInGroupFrame", 0xFFFF_FFFF_FFFF, Client, BypassBench.ClientAddress),
        ];
        foreach ((_, ulong to, ulong from, uint address) in bad)
        {
            byte[] call = BypassBench.EchoCall(1, 8);
            FrameBuilder frame = new FrameBuilder().WithMac(to, from).WithAddresses(address, BypassBench.Ours.Ipv4Address);
            bench.Node.Wire.Send(frame.WithPorts(1000, BypassBench.EchoPort).WithUdpPayload(call[42..]).Build());
        }

        bench.Run(3000);
        Assert.Empty(bench.Node.Wire.Received);
        IReadOnlyDictionary<string, ulong> counters = bench.Counters();
        Assert.All(bad.GroupBy(one => one.Reason), reason => Assert.Equal((ulong)reason.Count(), counters[$"Dropped.{reason.Key}"]));
        Assert.Equal(0ul, counters[nameof(NicEvent.NeighbourMiss)]);

        // And a good one is, at the first time that the client is seen.
        bench.Node.Wire.Send(BypassBench.EchoCall(2, 8));
        Assert.Equal(BypassBench.EchoCall(2, 8)[6..12], bench.Next()[..6]);
    }

    [Fact]
    public async Task A_reply_that_the_network_does_not_carry_becomes_an_error()
    {
        using BypassBench bench = new(NicConfig.Tiny with { AuxLines = 8 });
        await bench.Nic.SetMtuAsync(300);
        bench.ServeEcho(1);

        // 20 bytes of IPv4, 8 of UDP, 24 of RPC, 4 of the length.
        bench.Node.Wire.Send(BypassBench.EchoCall(1, 244));
        Assert.Equal(14 + 300, bench.Next().Length);
        bench.Node.Wire.Send(BypassBench.EchoCall(2, 248));
        byte[] answer = bench.Next();
        Assert.Equal([66, 5], [answer.Length, answer[65]]);
        IReadOnlyDictionary<string, ulong> counters = bench.Counters();
        Assert.Equal((1ul, 2ul), (counters[nameof(NicEvent.ReplyOverMtu)], counters[nameof(NicEvent.ReplySent)]));
    }

    private static byte[] Offer(BypassBench bench, ulong group)
    {
        byte[] frame = new FrameBuilder().WithMac(group, BypassBench.ClientMac).WithEtherType(0x86DD, new byte[46]).Build();
        bench.Node.Wire.Send(frame);
        bench.Run(2000);
        return frame;
    }
}
