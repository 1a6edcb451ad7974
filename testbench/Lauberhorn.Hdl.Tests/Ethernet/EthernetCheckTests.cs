// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Ethernet;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Tests.Ethernet;

public class EthernetCheckTests
{
    private const ulong Own = 0x0200_0000_0001;

    [Theory]
    [InlineData("020000000001", 0x0800, false, false, false)]
    [InlineData("ffffffffffff", 0x0806, false, false, true)]
    [InlineData("020000000002", 0x0800, false, true, false)]
    [InlineData("820000000001", 0x86DD, false, true, true)]
    [InlineData("020000000002", 0x0008, true, false, true)]
    public void Own_broadcast_and_promiscuous_frames_are_ours(
        string destination, int etherType, bool promiscuous, bool isOtherDestination, bool isOtherEtherType)
    {
        using Check check = new();
        check.Configuration.Promiscuous = promiscuous;
        IEthernetFlags flags = check.Of(destination, "020000000003", etherType);
        Assert.Equal(isOtherDestination ? DropReason.OtherDestinationMac : DropReason.None, flags.Drop);
        Assert.Equal(isOtherEtherType, flags.IsOtherEtherType);
    }

    [Theory]
    [InlineData("020000000003", false)]
    [InlineData("000000000001", false)]
    [InlineData("020000000001", true)]
    [InlineData("000000000000", true)]
    [InlineData("ffffffffffff", true)]
    [InlineData("01005e000001", true)]
    [InlineData("030000000003", true)]
    public void Sources_that_cannot_be_are_seen(string source, bool isBad)
    {
        using Check check = new();
        Assert.Equal(isBad ? DropReason.BadSourceMac : DropReason.None, check.Of("020000000001", source, 0x0800).Drop);
    }

    [Fact]
    public void Each_bit_of_the_filter_takes_the_groups_of_one_hash()
    {
        using Check check = new();

        // The first byte's lowest bit says that it is a group, and is bit 0 of the hash; the last byte's bits are 40 to 47, so bits 4, 5,
        // 0, 1, 2, 3.
        (string Group, int Hash)[] groups =
        [
            ("010000000000", 1), ("010000000001", 1 ^ 16), ("010000000003", 1 ^ 48), ("010000000004", 0),
            ("410000000000", 0), ("810000000000", 3), ("01005e0000fb", HashOf(0x0100_5E00_00FB)),
        ];
        foreach ((string group, int hash) in groups)
        {
            for (int bit = 0; bit < 64; bit++)
            {
                check.Configuration.MulticastFilter = 1ul << bit;
                IEthernetFlags flags = check.Of(group, "020000000003", 0x86DD);
                Assert.Equal((group, bit, bit != hash), (group, bit, flags.Drop == DropReason.OtherDestinationMac));
                Assert.True(flags.IsToGroup);
            }
        }

        check.Configuration.MulticastFilter = 0;
        check.Configuration.AllMulticast = true;
        Assert.Equal(DropReason.None, check.Of("333300000001", "020000000003", 0x86DD).Drop);
        Assert.Equal(DropReason.OtherDestinationMac, check.Of("020000000002", "020000000003", 0x86DD).Drop);
    }

    private static int HashOf(ulong address)
    {
        int hash = 0;
        for (int n = 0; n < 48; n++)
        {
            hash ^= (int)((address >> (40 - (n / 8 * 8) + (n % 8))) & 1) << (n % 6);
        }

        return hash;
    }

    private sealed class Check : IDisposable
    {
        private readonly Simulation simulation = new();
        private readonly IHeader<W112> header;
        private readonly IEthernetFlags flags;

        public Check()
        {
            header = Scope.CreateBus<IHeader<W112>>("header");
            Configuration = Scope.CreateBus<IReceiveConfiguration>("configuration");
            flags = new EthernetCheck(header, Configuration).Flags;
            simulation.AddTopLevelInputs(header, Configuration).AddTopLevelOutputs(flags);
            _ = simulation.Network;
            Configuration.MacAddress = (Bits<W48>)Own;
        }

        public IReceiveConfiguration Configuration { get; }

        public IEthernetFlags Of(string destination, string source, int etherType)
        {
            header.Bytes = Bits<W112>.FromBytes(
                [.. Convert.FromHexString(destination), .. Convert.FromHexString(source), (byte)(etherType >> 8), (byte)etherType]);
            simulation.Tick(2);
            return flags;
        }

        public void Dispose() => simulation.Dispose();
    }
}
