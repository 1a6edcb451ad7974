// SPDX-License-Identifier: Apache-2.0
using SME.Components;

namespace SME.Tests.Components;

public class PipelineRegisterTests
{
    [Fact]
    public void It_is_a_queue_at_any_pace() =>
        StreamBench.Passes_all_items_in_order(Chain, 1, 2, 5);

    [Fact]
    public void An_item_shows_in_the_next_tick_and_a_stream_passes_without_a_bubble() =>
        StreamBench.Has_latency_and_no_bubble(1, input => new PipelineRegister<uint>(input).Output);

    [Fact]
    public void A_chain_holds_one_item_a_stage() =>
        Assert.Equal(5, StreamBench.Capacity(input => Chain(input, 5)));

    private static Stream<uint> Chain(Stream<uint> input, int length)
    {
        for (int i = 0; i < length; i++)
        {
            input = new PipelineRegister<uint>(input).Output;
        }

        return input;
    }
}
