// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>What the generated storage of a bus does, seen through its general interface.</summary>
public class BusStorageTests
{
    public interface IFirst : IBus
    {
        [InitialValue(1)]
        int A { get; set; }

        [InitialValue(2)]
        byte B { get; set; }
    }

    public interface ISecond : IBus
    {
        [InitialValue(3)]
        long C { get; set; }
    }

    public interface IMiddle : IFirst
    {
        [InitialValue(4)]
        short D { get; set; }
    }

    public interface IDiamond : IMiddle, ISecond, IFirst
    {
        [InitialValue(5)]
        ushort E { get; set; }
    }

    public interface IPair<TFirst, TSecond> : IBus
        where TFirst : struct
        where TSecond : unmanaged
    {
        TFirst First { get; set; }

        TSecond Second { get; set; }
    }

    [Fact]
    public void Positions_and_names_of_signals_agree_whatever_a_bus_extends()
    {
        using Simulation simulation = new();
        IDiamond bus = Scope.CreateBus<IDiamond>();
        BusStorage storage = (BusStorage)bus;
        Assert.Equal(["A", "B", "C", "D", "E"], storage.Signals.Select(signal => signal.Name).Order());
        Assert.Equal("E", storage.Signals[^1].Name);
        Dictionary<string, object> values = storage.Signals.Select((signal, i) => (signal.Name, storage.GetValue(i))).ToDictionary();
        Assert.Equal(new Dictionary<string, object> { ["A"] = 1, ["B"] = (byte)2, ["C"] = 3L, ["D"] = (short)4, ["E"] = (ushort)5 },
            values);
        for (int i = 0; i < storage.Signals.Count; i++)
        {
            storage.SetValue(i, System.Convert.ChangeType(10 + i, storage.Signals[i].Type));
            Assert.Equal(values[storage.Signals[i].Name], storage.GetValue(i));
        }

        storage.Commit();
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal((10 + i).ToString(), storage.GetValue(i).ToString()));
        storage.Reset();
        Assert.Equal(3L, bus.C);
    }

    [Fact]
    public void A_generic_bus_has_the_types_it_was_made_with()
    {
        using Simulation simulation = new();
        IPair<bool, Bits<W72>> pair = Scope.CreateBus<IPair<bool, Bits<W72>>>();
        Assert.Equal([typeof(bool), typeof(Bits<W72>)], ((BusStorage)pair).Signals.Select(signal => signal.Type));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((BusStorage)pair).GetValue(2));
    }

    [Fact]
    public void An_interface_that_is_no_bus_is_refused() =>
        Assert.Contains("extends IBus", Assert.Throws<ArgumentException>(() => BusRegistry.Create(typeof(IDisposable))).Message,
            StringComparison.Ordinal);
}
