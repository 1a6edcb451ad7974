// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace SME.Tests.Components;

public class StreamMonitorTests
{
    [InlineArray(3)]
    public struct Three
    {
        private byte element;
    }

    public record struct Item(ushort Number, Three Bytes, Bits<W96> Wide);

    [Fact]
    public void An_item_that_waits_unchanged_and_then_passes_is_fine()
    {
        Bench bench = new();
        bench.Offer(valid: true, Make(1), ready: false);
        bench.Offer(valid: true, Make(1), ready: false);
        bench.Offer(valid: true, Make(1), ready: true);
        bench.Offer(valid: false, Make(2), ready: true);
        bench.Offer(valid: true, Make(3), ready: true);
        bench.Offer(valid: true, Make(4), ready: true);
        bench.Offer(valid: false, Make(4), ready: false);
        Assert.Equal(3, bench.Stream.Monitor.Passed);
    }

    [Fact]
    public void Withdrawing_an_item_ends_the_simulation_with_path_tick_and_item()
    {
        Bench bench = new();
        bench.Offer(valid: true, Make(1), ready: false);
        bench.Offer(valid: false, Make(1), ready: true);
        ContractException exception = Assert.Throws<ContractException>(() => bench.Offer(valid: false, Make(1), ready: true));
        Assert.StartsWith("part.requestsMonitor, tick 3: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Number = 1", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Changing_any_part_of_an_item_ends_the_simulation_with_both_values(int part)
    {
        Bench bench = new();
        Item changed = Make(1);
        switch (part)
        {
            case 0: changed.Number = 77; break;
            case 1: changed.Bytes = Make(2).Bytes; break;
            default: changed.Wide = changed.Wide.WithBit(95, true); break;
        }

        bench.Offer(valid: true, Make(1), ready: false);
        bench.Offer(valid: true, changed, ready: true);
        ContractException exception = Assert.Throws<ContractException>(() => bench.Offer(valid: false, changed, ready: true));
        Assert.Contains(Make(1).ToString(), exception.Message, StringComparison.Ordinal);
        Assert.Contains(changed.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_monitor_that_is_off_says_nothing()
    {
        Bench bench = new();
        bench.Stream.Monitor.IsEnabled = false;
        bench.Offer(valid: true, Make(1), ready: false);
        bench.Offer(valid: false, Make(2), ready: false);
        bench.Offer(valid: false, Make(2), ready: false);
    }

    private static Item Make(byte number)
    {
        Three bytes = default;
        bytes[2] = number;
        return new Item(number, bytes, (Bits<W96>)number);
    }

    private sealed class Bench
    {
        private readonly Simulation simulation = new();

        public Bench()
        {
            using (Scope.Open("part"))
            {
                Stream = SME.Stream.Create<Item>("requests");
            }

            simulation.AddTopLevelInputs(Stream.Forward, Stream.Backward);
            simulation.Tick();
            simulation.Dispose();
        }

        public Stream<Item> Stream { get; }

        public void Offer(bool valid, Item item, bool ready)
        {
            (Stream.Forward.Valid, Stream.Forward.Item, Stream.Backward.Ready) = (valid, item, ready);
            simulation.Tick();
        }
    }
}
