// SPDX-License-Identifier: Apache-2.0
using SME.Components;

namespace SME.Tests.Components;

public class FifoDistributedTests
{
    [Fact]
    public void It_is_a_queue_at_any_pace() =>
        StreamBench.Passes_all_items_in_order((input, depth) => new FifoDistributed<uint>(input, depth).Output, 2, 4, 32);

    [Fact]
    public void An_item_shows_in_the_next_tick_and_a_stream_passes_without_a_bubble() =>
        StreamBench.Has_latency_and_no_bubble(1, input => new FifoDistributed<uint>(input, 2).Output);

    [Fact]
    public void As_many_items_fit_as_it_is_deep() =>
        Assert.Equal(16, StreamBench.Capacity(input => new FifoDistributed<uint>(input, 16).Output));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(24)]
    public void A_depth_that_does_not_work_is_refused_with_the_way_out(int depth)
    {
        using Simulation simulation = new();
        ElaborationException exception =
            Assert.Throws<ElaborationException>(() => new FifoDistributed<uint>(Stream.Create<uint>("input"), depth, "requests"));
        Assert.StartsWith("requests: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("; use ", exception.Message, StringComparison.Ordinal);
    }
}
