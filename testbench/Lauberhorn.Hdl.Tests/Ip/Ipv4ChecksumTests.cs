// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Common;

namespace Lauberhorn.Hdl.Tests.Ip;

public class Ipv4ChecksumTests
{
    [Fact]
    public void A_sum_is_right_if_it_is_all_ones_with_its_carries_folded_in()
    {
        Gen.UInt[1, (1U << 29) - 1].Sample(sum => Assert.Equal(Fold(sum) == 0xFFFF, InternetChecksum.IsRight(sum)), iter: 100_000);

        // The multiples of 65,535 are the right ones, and there are few of them.
        for (uint sum = 65_535; sum < 1U << 29; sum += 65_535)
        {
            Assert.True(InternetChecksum.IsRight(sum));
        }
    }

    private static uint Fold(uint sum) => sum > 0xFFFF ? Fold((sum & 0xFFFF) + (sum >> 16)) : sum;
}
