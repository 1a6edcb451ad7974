// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Udp;
using SME;

namespace Lauberhorn.Hdl.Tests.Udp;

public class UdpChecksumTests
{
    [Fact]
    public void Beats_are_summed_up_over_the_frame() =>
        Gen.Select(Gen.OneOf(Gen.Byte.Array[64], Gen.Const(Enumerable.Repeat((byte)0xFF, 64).ToArray())), Gen.UInt[0, 0x1FFFF]).Array[1,
            20].Sample(
            beats =>
            {
                using Simulation simulation = new();
                IFrameBeat beat = Scope.CreateBus<IFrameBeat>("beat");
                IUdpRange range = Scope.CreateBus<IUdpRange>("range");
                IUdpFlags flags = Scope.CreateBus<IUdpFlags>("flags");
                UdpPartialSums parts = new(range);
                UdpSum sum = new(new BeatDelay(beat).Beat, parts.Sums, flags);
                simulation.AddTopLevelInputs(beat, range, flags).AddTopLevelOutputs(sum.Sum);
                uint expected = beats[0].Item2;
                flags.PseudoSum = expected;
                for (int i = 0; i < beats.Length; i++)
                {
                    byte[] data = beats[i].Item1;
                    for (int j = 0; j < 64; j++)
                    {
                        expected += j % 2 == 0 ? (uint)data[j] << 8 : data[j];
                    }

                    beat.Valid = true;
                    beat.Index = (byte)i;
                    range.Covered = Bits<W512>.FromBytes(data);
                    simulation.Tick();
                }

                beat.Valid = false;
                simulation.Tick(4);
                Assert.Equal(expected, sum.Sum.Sum);
            },
            iter: 300);
}
