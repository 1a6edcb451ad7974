// SPDX-License-Identifier: Apache-2.0
using SME.Components;
using SME.Testing.Cosimulation;

namespace SME.Tests.VHDL.Components;

/// <summary>Each component's VHDL beside its C#, cycle by cycle, under random traffic.</summary>
public class ComponentRtlTests
{
    private const int Cycles = 5_000;

    private static readonly RtlBuildOptions Quick = new() { Optimization = RtlOptimization.Quick };

    /// <summary>A record of odd widths, as what a stream carries.</summary>
    public readonly record struct Item(Bits<W41> Data, bool Last, ushort Number);

    [Fact]
    public void FifoDistributed_is_the_same_machine() => Run("fifo_distributed", input => new FifoDistributed<Item>(input, 8).Output);

    [Fact]
    public void FifoFallThrough_is_the_same_machine() => Run("fifo_fall_through", input => new FifoFallThrough<Item>(input, 8).Output);

    [Fact]
    public void FifoBlockRam_is_the_same_machine() => Run("fifo_block_ram", input => new FifoBlockRam<Item>(input, 8).Output);

    [Fact]
    public void SkidBuffer_is_the_same_machine() => Run("skid_buffer", input => new SkidBuffer<Item>(input).Output);

    [Fact]
    public void PipelineRegister_is_the_same_machine() => Run("pipeline_register", input => new PipelineRegister<Item>(input).Output);

    [Fact]
    public void AsynchronousFifo_is_the_same_machine()
    {
        using Simulation simulation = new();
        Random random = new(1);
        ClockDomain writing = new("writing", 3, 1);
        ClockDomain reading = new("reading", 2);
        Stream<Item> input;
        using (Scope.Open("writer", writing))
        {
            input = new Stream<Item>("input");
            _ = new StreamSource<Item>(input, Items(random), () => random.Next(4) != 0);
        }

        AsynchronousFifo<Item> fifo = new(input, writing, reading, 8);
        using (Scope.Open("reader", reading))
        {
            _ = new StreamSink<Item>(fifo.Output, () => random.Next(4) != 0);
        }

        simulation.AddTopLevelInputs(input.Forward, fifo.Output.Backward).AddTopLevelOutputs(input.Backward, fifo.Output.Forward);
        Compare(simulation, "asynchronous_fifo", () => { });
    }

    [Fact]
    public void FifoFrame_is_the_same_machine()
    {
        using Simulation simulation = new();
        Random random = new(1);
        IFrameWrite<Item> write = Scope.CreateBus<IFrameWrite<Item>>("write");
        FifoFrame<Item> fifo = new(write, 16);
        _ = new StreamSink<Item>(fifo.Output, () => random.Next(4) != 0);
        simulation.AddTopLevelInputs(write, fifo.Output.Backward).AddTopLevelOutputs(fifo.Output.Forward, fifo.Frame, fifo.State);
        Compare(simulation, "fifo_frame", () =>
        {
            write.Write = random.Next(8) != 0;
            write.Item = NextItem(random);
            write.Commit = random.Next(8) == 0;
            write.Rollback = random.Next(24) == 0;
        });
    }

    [Fact]
    public void SimpleDualPortRam_is_the_same_machine()
    {
        using Simulation simulation = new();
        Random random = new(1);
        IRamWrite<Item> write = Scope.CreateBus<IRamWrite<Item>>("write");
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        SimpleDualPortRam<Item> ram = new(write, read, 12);
        simulation.AddTopLevelInputs(write, read).AddTopLevelOutputs(ram.Data);
        Compare(simulation, "simple_dual_port_ram_test", () =>
        {
            (write.Enable, write.Address, write.Item) = (random.Next(2) == 0, (uint)random.Next(12), NextItem(random));
            (read.Enable, read.Address) = (random.Next(3) != 0, (uint)random.Next(12));
        });
    }

    [Fact]
    public void SimpleDualPortByteRam_is_the_same_machine()
    {
        using Simulation simulation = new();
        Random random = new(1);
        IRamByteWrite<W64, W8> write = Scope.CreateBus<IRamByteWrite<W64, W8>>("write");
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        SimpleDualPortByteRam<W64, W8> ram = new(write, read, 16);
        simulation.AddTopLevelInputs(write, read).AddTopLevelOutputs(ram.Data);
        Compare(simulation, "simple_dual_port_byte_ram_test", () =>
        {
            (write.Enable, write.Address, write.Item) = ((Bits<W8>)(ulong)random.NextInt64(), (uint)random.Next(16),
                (Bits<W64>)(ulong)random.NextInt64());
            (read.Enable, read.Address) = (random.Next(3) != 0, (uint)random.Next(16));
        });
    }

    [Fact]
    public void TrueDualPortRam_is_the_same_machine()
    {
        using Simulation simulation = new();
        Random random = new(1);
        IRamPort<Item> portA = Scope.CreateBus<IRamPort<Item>>("a");
        IRamPort<Item> portB = Scope.CreateBus<IRamPort<Item>>("b");
        TrueDualPortRam<Item> ram = new(portA, portB, 8);
        simulation.AddTopLevelInputs(portA, portB).AddTopLevelOutputs(ram.DataA, ram.DataB);
        Compare(simulation, "true_dual_port_ram_test", () =>
        {
            (bool write, uint address) = (random.Next(2) == 0, (uint)random.Next(8));
            (portA.Enable, portA.Write, portA.Address, portA.Item) = (random.Next(3) != 0, write, address, NextItem(random));
            uint other = (uint)random.Next(8);
            (portB.Enable, portB.Write, portB.Address, portB.Item) = (random.Next(3) != 0,
                random.Next(2) == 0 && !(write && address == other), other, NextItem(random));
        });
    }

    [Fact]
    public void TrueDualPortByteRam_is_the_same_machine()
    {
        using Simulation simulation = new();
        Random random = new(1);
        IRamBytePort<W24, W3> portA = Scope.CreateBus<IRamBytePort<W24, W3>>("a");
        IRamBytePort<W24, W3> portB = Scope.CreateBus<IRamBytePort<W24, W3>>("b");
        TrueDualPortByteRam<W24, W3> ram = new(portA, portB, 8);
        simulation.AddTopLevelInputs(portA, portB).AddTopLevelOutputs(ram.DataA, ram.DataB);
        Compare(simulation, "true_dual_port_byte_ram_test", () =>
        {
            uint write = (uint)random.Next(8);
            (portA.Enable, portA.Write, portA.Address, portA.Item) = (random.Next(3) != 0, (Bits<W3>)write, (uint)random.Next(8),
                (Bits<W24>)(ulong)random.NextInt64());
            (portB.Enable, portB.Write, portB.Address, portB.Item) = (random.Next(3) != 0, (Bits<W3>)((uint)random.Next(8) & ~write),
                (uint)random.Next(8), (Bits<W24>)(ulong)random.NextInt64());
        });
    }

    [Fact]
    public void DistributedRam_is_the_same_machine()
    {
        using Simulation simulation = new();
        Random random = new(1);
        IRamWrite<Item> write = Scope.CreateBus<IRamWrite<Item>>("write");
        IRamAddress read = Scope.CreateBus<IRamAddress>("read");
        DistributedRam<Item> ram = new(write, read, 16);
        simulation.AddTopLevelInputs(write, read).AddTopLevelOutputs(ram.Data);
        Compare(simulation, "distributed_ram_test", () =>
        {
            (write.Enable, write.Address, write.Item) = (random.Next(2) == 0, (uint)random.Next(100), NextItem(random));
            read.Address = (uint)random.Next(100);
        });
    }

    [Fact]
    public void Rom_is_the_same_machine()
    {
        using Simulation simulation = new();
        Random random = new(1);
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        Rom<Item> rom = new(read, Items(random, 50));
        simulation.AddTopLevelInputs(read).AddTopLevelOutputs(rom.Data);
        Compare(simulation, "rom_test", () => (read.Enable, read.Address) = (random.Next(3) != 0, (uint)random.Next(50)));
    }

    [Fact]
    public void PriorityArbiter_is_the_same_machine()
    {
        using Simulation simulation = new();
        Random random = new(1);
        IRequests<W13> requests = Scope.CreateBus<IRequests<W13>>("requests");
        PriorityArbiter<W13> arbiter = new(requests);
        simulation.AddTopLevelInputs(requests).AddTopLevelOutputs(arbiter.Grant);
        Compare(simulation, "priority_arbiter_test", () => requests.Requests = (Bits<W13>)(ulong)(random.Next() & random.Next()));
    }

    [Fact]
    public void RoundRobinArbiter_is_the_same_machine()
    {
        using Simulation simulation = new();
        Random random = new(1);
        IRequests<W13> requests = Scope.CreateBus<IRequests<W13>>("requests");
        IReady accept = Scope.CreateBus<IReady>("accept");
        RoundRobinArbiter<W13> arbiter = new(requests, accept);
        simulation.AddTopLevelInputs(requests, accept).AddTopLevelOutputs(arbiter.Grant);
        Compare(simulation, "round_robin_arbiter_test",
            () => (requests.Requests, accept.Ready) = ((Bits<W13>)(ulong)(random.Next() & random.Next()), random.Next(4) != 0));
    }

    private static Item NextItem(Random random) => new((Bits<W41>)(ulong)random.NextInt64(), random.Next(2) == 0, (ushort)random.Next());

    private static Item[] Items(Random random, int count = Cycles) => [.. Enumerable.Range(0, count).Select(_ => NextItem(random))];

    private static void Run(string entity, Func<Stream<Item>, Stream<Item>> build)
    {
        using Simulation simulation = new();
        Random random = new(1);
        Stream<Item> input = new("input");

        // Long phases in which one end is faster than the other, so that full and empty are both met.
        int Phase() => (int)(simulation.Ticks / 100 % 3);
        _ = new StreamSource<Item>(input, Items(random), () => random.Next(8) < (Phase() == 0 ? 3 : 7));
        Stream<Item> output = build(input);
        _ = new StreamSink<Item>(output, () => random.Next(8) < (Phase() == 1 ? 3 : 7));
        simulation.AddTopLevelInputs(input.Forward, output.Backward).AddTopLevelOutputs(input.Backward, output.Forward);
        Compare(simulation, entity, () => { });
        Assert.True(output.Monitor.Passed > Cycles / 3);
    }

    private static void Compare(Simulation simulation, string entity, Action drive)
    {
        using Lockstep lockstep = Lockstep.Attach(RtlGenerator.Generate(simulation, entity), Quick);
        for (int i = 0; i < Cycles; i++)
        {
            drive();
            simulation.Tick();
        }

        Assert.Equal(Cycles + 1, lockstep.Compared);
    }
}
