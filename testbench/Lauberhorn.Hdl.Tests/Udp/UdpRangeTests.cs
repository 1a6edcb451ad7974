// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Udp;
using SME;

namespace Lauberhorn.Hdl.Tests.Udp;

public class UdpRangeTests
{
    [Fact]
    public void It_covers_addresses_and_datagram_and_nothing_behind()
    {
        using Simulation simulation = new();
        IFrameBeat beat = Scope.CreateBus<IFrameBeat>("beat");
        IUdpRange range = new UdpRange(beat).Range;
        simulation.AddTopLevelInputs(beat).AddTopLevelOutputs(range);
        beat.Valid = true;
        foreach (int length in Enumerable.Range(0, 300).Concat(Enumerable.Range(9500, 100)).Append(65_535))
        {
            Bits<W512> first = Bits<W512>.AllOnes.WithByte(38, (byte)(length >> 8)).WithByte(39, (byte)length);
            foreach (int index in Enumerable.Range(0, 6).Concat(Enumerable.Range(148, 4)))
            {
                beat.Index = (byte)index;
                beat.Data = index == 0 ? first : Bits<W512>.AllOnes;
                simulation.Tick(2);
                Bits<W512> expected = default;
                for (int i = 0; i < 64; i++)
                {
                    int place = (64 * index) + i;
                    expected = expected.WithByte(i, place >= 26 && place < 34 + length ? beat.Data.GetByte(i) : (byte)0);
                }

                Assert.Equal(expected, range.Covered);
                Assert.Equal((uint)(34 + length), range.End);
            }
        }
    }
}
