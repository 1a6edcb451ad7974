// SPDX-License-Identifier: Apache-2.0
using SME.Components;

namespace SME.Tests.Components;

public class SkidBufferTests
{
    [Fact]
    public void It_is_a_queue_at_any_pace() =>
        StreamBench.Passes_all_items_in_order((input, _) => new SkidBuffer<uint>(input).Output, 0);

    [Fact]
    public void An_item_shows_in_the_next_tick_and_a_stream_passes_without_a_bubble() =>
        StreamBench.Has_latency_and_no_bubble(1, input => new SkidBuffer<uint>(input).Output);

    [Fact]
    public void Two_items_fit() =>
        Assert.Equal(2, StreamBench.Capacity(input => new SkidBuffer<uint>(input).Output));
}
