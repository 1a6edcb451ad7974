// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Ethernet;
using Lauberhorn.Hdl.Top;
using SME;

namespace Lauberhorn.Hdl.Tests.Ethernet;

public class EthernetCheckTests
{
    [Theory]
    [InlineData("020000000001", 0x0800, false, false, false)]
    [InlineData("ffffffffffff", 0x0806, false, false, true)]
    [InlineData("020000000002", 0x0800, false, true, false)]
    [InlineData("820000000001", 0x86DD, false, true, true)]
    [InlineData("020000000002", 0x0008, true, false, true)]
    public void Own_broadcast_and_promiscuous_frames_are_ours(string destination, int etherType, bool promiscuous, bool isOtherDestination, bool isOtherEtherType)
    {
        using Simulation simulation = new();
        IHeader<W112> header = Scope.CreateBus<IHeader<W112>>("header");
        IReceiveConfiguration configuration = Scope.CreateBus<IReceiveConfiguration>("configuration");
        IEthernetFlags flags = new EthernetCheck(header, configuration).Flags;
        simulation.AddTopLevelInputs(header, configuration).AddTopLevelOutputs(flags);
        header.Bytes = Bits<W112>.FromBytes([.. Convert.FromHexString(destination), 1, 2, 3, 4, 5, 6, (byte)(etherType >> 8), (byte)etherType]);
        configuration.MacAddress = (Bits<W48>)0x0200_0000_0001UL;
        configuration.Promiscuous = promiscuous;
        simulation.Tick(2);
        Assert.Equal(isOtherDestination, flags.IsOtherDestination);
        Assert.Equal(isOtherEtherType, flags.IsOtherEtherType);
    }
}
