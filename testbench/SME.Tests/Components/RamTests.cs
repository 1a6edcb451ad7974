// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using SME.Components;

namespace SME.Tests.Components;

/// <summary>The memories against an array.</summary>
public class RamTests
{
    private const int Depth = 12;

    private sealed record Access(bool Enable, byte Write, uint Address, uint Item);

    private static readonly Gen<Access> Accesses = Gen.Select(Gen.Bool, Gen.Byte[0, 15], Gen.UInt[0, Depth - 1], Gen.UInt,
        (enable, write, address, item) => new Access(enable, write, address, item));

    private static readonly Gen<(Access A, Access B)[]> Steps = Gen.Select(Accesses, Accesses).Array[1, 200];

    [Fact]
    public void A_simple_dual_port_memory_reads_what_was_last_written_before_the_tick() => Steps.Sample(steps =>
    {
        using Simulation simulation = new();
        IRamWrite<uint> write = Scope.CreateBus<IRamWrite<uint>>("write");
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        simulation.AddTopLevelInputs(write, read);
        SimpleDualPortRam<uint> ram = new(write, read, Depth);
        simulation.AddTopLevelOutputs(ram.Data);
        simulation.Tick();
        uint[] model = new uint[Depth];
        uint expected = 0;
        foreach ((Access a, Access b) in steps)
        {
            (write.Enable, write.Address, write.Item) = (a.Enable, a.Address, a.Item);
            (read.Enable, read.Address) = (b.Enable, b.Address);
            simulation.Tick();
            Assert.Equal(expected, ram.Data.Item);
            expected = b.Enable ? model[b.Address] : expected;
            model[a.Address] = a.Enable ? a.Item : model[a.Address];
        }

        simulation.Tick();
        Assert.Equal(expected, ram.Data.Item);
    });

    [Fact]
    public void A_simple_dual_port_memory_with_byte_enables_writes_the_bytes_that_are_enabled() => Steps.Sample(steps =>
    {
        using Simulation simulation = new();
        IRamByteWrite<W32, W4> write = Scope.CreateBus<IRamByteWrite<W32, W4>>("write");
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        simulation.AddTopLevelInputs(write, read);
        SimpleDualPortByteRam<W32, W4> ram = new(write, read, Depth);
        simulation.AddTopLevelOutputs(ram.Data);
        simulation.Tick();
        uint[] model = new uint[Depth];
        uint expected = 0;
        foreach ((Access a, Access b) in steps)
        {
            (write.Enable, write.Address, write.Item) = ((Bits<W4>)a.Write, a.Address, (Bits<W32>)a.Item);
            (read.Enable, read.Address) = (b.Enable, b.Address);
            simulation.Tick();
            Assert.Equal(expected, (ulong)ram.Data.Item);
            expected = b.Enable ? model[b.Address] : expected;
            model[a.Address] = Merge(model[a.Address], a.Item, a.Write);
        }
    });

    [Fact]
    public void A_true_dual_port_memory_reads_old_words_at_both_ports() => Steps.Sample(steps =>
    {
        using Simulation simulation = new();
        IRamPort<uint> portA = Scope.CreateBus<IRamPort<uint>>("a");
        IRamPort<uint> portB = Scope.CreateBus<IRamPort<uint>>("b");
        simulation.AddTopLevelInputs(portA, portB);
        TrueDualPortRam<uint> ram = new(portA, portB, Depth);
        simulation.AddTopLevelOutputs(ram.DataA, ram.DataB);
        simulation.Tick();
        uint[] model = new uint[Depth];
        uint expectedA = 0;
        uint expectedB = 0;
        foreach ((Access a, Access b) in steps)
        {
            bool writesA = a.Enable && a.Write > 7;
            bool writesB = b.Enable && b.Write > 7 && !(writesA && a.Address == b.Address);
            (portA.Enable, portA.Write, portA.Address, portA.Item) = (a.Enable, a.Write > 7, a.Address, a.Item);
            (portB.Enable, portB.Write, portB.Address, portB.Item) = (b.Enable, writesB, b.Address, b.Item);
            simulation.Tick();
            Assert.Equal(expectedA, ram.DataA.Item);
            Assert.Equal(expectedB, ram.DataB.Item);
            expectedA = a.Enable ? model[a.Address] : expectedA;
            expectedB = b.Enable ? model[b.Address] : expectedB;
            model[a.Address] = writesA ? a.Item : model[a.Address];
            model[b.Address] = writesB ? b.Item : model[b.Address];
        }
    });

    [Fact]
    public void A_true_dual_port_memory_with_byte_enables_writes_the_bytes_that_are_enabled() => Steps.Sample(steps =>
    {
        using Simulation simulation = new();
        IRamBytePort<W32, W4> portA = Scope.CreateBus<IRamBytePort<W32, W4>>("a");
        IRamBytePort<W32, W4> portB = Scope.CreateBus<IRamBytePort<W32, W4>>("b");
        simulation.AddTopLevelInputs(portA, portB);
        TrueDualPortByteRam<W32, W4> ram = new(portA, portB, Depth);
        simulation.AddTopLevelOutputs(ram.DataA, ram.DataB);
        simulation.Tick();
        uint[] model = new uint[Depth];
        uint expectedA = 0;
        uint expectedB = 0;
        foreach ((Access a, Access b) in steps)
        {
            byte writesB = (byte)(a.Address == b.Address ? b.Write & ~a.Write : b.Write);
            (portA.Enable, portA.Write, portA.Address, portA.Item) = (a.Enable, (Bits<W4>)a.Write, a.Address, (Bits<W32>)a.Item);
            (portB.Enable, portB.Write, portB.Address, portB.Item) = (b.Enable, (Bits<W4>)writesB, b.Address, (Bits<W32>)b.Item);
            simulation.Tick();
            Assert.Equal(expectedA, (ulong)ram.DataA.Item);
            Assert.Equal(expectedB, (ulong)ram.DataB.Item);
            expectedA = a.Enable ? model[a.Address] : expectedA;
            expectedB = b.Enable ? model[b.Address] : expectedB;
            model[a.Address] = a.Enable ? Merge(model[a.Address], a.Item, a.Write) : model[a.Address];
            model[b.Address] = b.Enable ? Merge(model[b.Address], b.Item, writesB) : model[b.Address];
        }
    });

    [Fact]
    public void Two_writes_to_one_word_in_one_tick_end_the_simulation()
    {
        using Simulation simulation = new();
        IRamPort<uint> portA = Scope.CreateBus<IRamPort<uint>>("a");
        IRamPort<uint> portB = Scope.CreateBus<IRamPort<uint>>("b");
        simulation.AddTopLevelInputs(portA, portB);
        TrueDualPortRam<uint> ram = new(portA, portB, Depth);
        simulation.AddTopLevelOutputs(ram.DataA, ram.DataB);
        simulation.Tick();
        (portA.Enable, portA.Write, portA.Address) = (true, true, 5);
        (portB.Enable, portB.Write, portB.Address) = (true, true, 5);
        simulation.Tick();
        Assert.Contains("both ports write to address 5", Assert.Throws<ContractException>(simulation.Tick).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_distributed_memory_is_read_in_the_same_tick() => Steps.Sample(steps =>
    {
        using Simulation simulation = new();
        IRamWrite<uint> write = Scope.CreateBus<IRamWrite<uint>>("write");
        IRamAddress read = Scope.CreateBus<IRamAddress>("read");
        simulation.AddTopLevelInputs(write, read);
        DistributedRam<uint> ram = new(write, read, 16);
        simulation.AddTopLevelOutputs(ram.Data);
        simulation.Tick();
        uint[] model = new uint[16];
        foreach ((Access a, Access b) in steps)
        {
            (write.Enable, write.Address, write.Item) = (a.Enable, a.Address, a.Item);
            read.Address = b.Address;
            simulation.Tick();
            Assert.Equal(model[b.Address], ram.Data.Item);
            model[a.Address] = a.Enable ? a.Item : model[a.Address];
        }
    });

    [Fact]
    public void A_constant_memory_gives_its_contents_a_tick_later()
    {
        using Simulation simulation = new();
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        simulation.AddTopLevelInputs(read);
        Rom<char> rom = new(read, "Lauberhorn");
        simulation.AddTopLevelOutputs(rom.Data);
        simulation.Tick();
        string text = string.Empty;
        read.Enable = true;
        for (uint i = 0; i < 12; i++)
        {
            read.Address = Math.Min(i, 9);
            simulation.Tick();
            text += rom.Data.Item;
        }

        Assert.Equal("\0Lauberhorn"[..11], text[..11]);
    }

    [Fact]
    public void An_address_beyond_the_memory_ends_the_simulation()
    {
        using Simulation simulation = new();
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        simulation.AddTopLevelInputs(read);
        Rom<char> rom = new(read, "Lauberhorn");
        simulation.AddTopLevelOutputs(rom.Data);
        simulation.Tick();
        (read.Enable, read.Address) = (true, 10);
        simulation.Tick();
        ContractException exception = Assert.Throws<ContractException>(simulation.Tick);
        Assert.Contains("address 10 of a memory of 10 words", exception.Message, StringComparison.Ordinal);
    }

    private static uint Merge(uint old, uint item, byte enable)
    {
        for (int i = 0; i < 4; i++)
        {
            uint mask = 0xffu << (8 * i);
            old = (enable >> i & 1) != 0 ? (old & ~mask) | (item & mask) : old;
        }

        return old;
    }
}
