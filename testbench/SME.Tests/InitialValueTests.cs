// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>The value of a signal at reset.</summary>
public class InitialValueTests
{
    public enum Mode : byte
    {
        Idle,
        Busy = 200,
    }

    public interface IAll : IBus
    {
        [InitialValue]
        bool Plain { get; set; }

        [InitialValue(true)]
        bool Flag { get; set; }

        [InitialValue(-3)]
        short Small { get; set; }

        [InitialValue(ulong.MaxValue)]
        UInt128 Large { get; set; }

        [InitialValue('x')]
        char Letter { get; set; }

        [InitialValue(Mode.Busy)]
        Mode Mode { get; set; }

        [InitialValue(9)]
        Bits<W4> Four { get; set; }

        [InitialValue("1_0000_0000_0000_0000")]
        Bits<W72> Long { get; set; }
    }

    public interface ITooLarge : IBus
    {
        [InitialValue(256)]
        byte Value { get; set; }
    }

    public interface ITooWide : IBus
    {
        [InitialValue(16)]
        Bits<W4> Value { get; set; }
    }

    public interface INegative : IBus
    {
        [InitialValue(-1)]
        uint Value { get; set; }
    }

    public interface IWrongKind : IBus
    {
        [InitialValue(1)]
        bool Value { get; set; }
    }

    [Fact]
    public void Constants_reach_every_type()
    {
        using Simulation simulation = new();
        IAll all = Scope.CreateBus<IAll>();
        Assert.False(all.Plain);
        Assert.True(all.Flag);
        Assert.Equal(-3, all.Small);
        Assert.Equal(ulong.MaxValue, all.Large);
        Assert.Equal('x', all.Letter);
        Assert.Equal(Mode.Busy, all.Mode);
        Assert.Equal((Bits<W4>)9UL, all.Four);
        Assert.Equal((Bits<W72>)((UInt128)1 << 64), all.Long);
    }

    [Fact]
    public void A_constant_that_does_not_fit_is_named()
    {
        using Simulation simulation = new();
        Check<ITooLarge>("ITooLarge.Value: the initial value 256 does not fit: it is out of the range of Byte");
        Check<ITooWide>("ITooWide.Value: the initial value 16 does not fit: it is out of the range of Bits<W4>");
        Check<INegative>("INegative.Value: the initial value -1 does not fit: it is out of the range of UInt32");
        Check<IWrongKind>("IWrongKind.Value: the initial value 1 does not fit: use true or false");

        static void Check<TBus>(string message)
            where TBus : class, IBus =>
            Assert.Contains(message, Assert.Throws<ElaborationException>(() => Scope.CreateBus<TBus>()).Message, StringComparison.Ordinal);
    }
}
