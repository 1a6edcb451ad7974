// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Mac;
using Lauberhorn.Hdl.Udp;
using SME;

namespace Lauberhorn.Hdl.Tests.Udp;

public class UdpChecksumTests
{
    [Fact]
    public void Only_covered_bytes_are_summed_up() =>
        Gen.Select(Gen.Byte.Array[64], Gen.ULong, Gen.UInt[0, 0x1FFFF]).Array[1, 20].Sample(
            beats =>
            {
                using Simulation simulation = new();
                IFrameBeat beat = Scope.CreateBus<IFrameBeat>("beat");
                IUdpRange range = Scope.CreateBus<IUdpRange>("range");
                IUdpFlags flags = Scope.CreateBus<IUdpFlags>("flags");
                UdpPartialSums parts = new(beat, range);
                UdpSum sum = new(new BeatDelay(beat).Beat, parts.Sums, flags);
                simulation.AddTopLevelInputs(beat, range, flags).AddTopLevelOutputs(sum.Sum);
                uint expected = beats[0].Item3;
                flags.PseudoSum = expected;
                for (int i = 0; i < beats.Length; i++)
                {
                    (byte[] data, ulong covered, _) = beats[i];
                    for (int j = 0; j < 64; j++)
                    {
                        expected += ((covered >> j) & 1) == 0 ? 0u : j % 2 == 0 ? (uint)data[j] << 8 : data[j];
                    }

                    beat.Valid = true;
                    beat.Index = (byte)i;
                    beat.Data = Bits<W512>.FromBytes(data);
                    range.Covered = covered;
                    simulation.Tick();
                }

                beat.Valid = false;
                simulation.Tick(4);
                Assert.Equal(expected, sum.Sum.Sum);
            },
            iter: 300);
}
