// SPDX-License-Identifier: Apache-2.0
using SME.Components;

namespace SME.Tests.Components;

public class FifoBlockRamTests
{
    [Fact]
    public void It_is_a_queue_at_any_pace() =>
        StreamBench.Passes_all_items_in_order((input, depth) => new FifoBlockRam<uint>(input, depth).Output, 2, 4, 32);

    [Fact]
    public void An_item_shows_two_ticks_later_and_a_stream_passes_without_a_bubble() =>
        StreamBench.Has_latency_and_no_bubble(2, input => new FifoBlockRam<uint>(input, 4).Output);

    [Fact]
    public void One_item_more_fits_than_it_is_deep() =>
        Assert.Equal(17, StreamBench.Capacity(input => new FifoBlockRam<uint>(input, 16).Output));
}
