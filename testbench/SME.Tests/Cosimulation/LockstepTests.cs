// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using CsCheck;
using SME.Testing.Cosimulation;

namespace SME.Tests.Cosimulation;

/// <summary>C# beside RTL, and RTL in place of C#.</summary>
public class LockstepTests
{
    private static readonly RtlBuildOptions Quick = new() { Optimization = RtlOptimization.Quick };

    [Fact]
    public void Every_kind_of_value_crosses_from_buses_to_ports_and_back()
    {
        Gen.Byte.Array[256].Array[1, 20].Sample(cycles =>
        {
            using Simulation simulation = new();
            IEverything input = Scope.CreateBus<IEverything>("input");
            CopyProcess process = new(input);
            simulation.AddTopLevelInputs(input).AddTopLevelOutputs(process.Output);
            BusDesign design = process.Design(simulation);
            using RtlSimulation rtl = RtlSimulation.Attach(design, Quick);
            Assert.Equal(0xdeadbeef, process.Output.Word);
            foreach (byte[] bytes in cycles)
            {
                Fill(input, bytes);
                simulation.Tick();
                simulation.Tick();
                AssertSame((BusStorage)input, (BusStorage)process.Output);
            }
        }, iter: 30);
    }

    [Fact]
    public void Equal_machines_run_in_lock_step()
    {
        Gen.Byte.Array[256].Array[1, 20].Sample(cycles =>
        {
            using Simulation simulation = new();
            IEverything input = Scope.CreateBus<IEverything>("input");
            CopyProcess process = new(input);
            simulation.AddTopLevelInputs(input).AddTopLevelOutputs(process.Output);
            using Lockstep lockstep = Lockstep.Attach(process.Design(simulation), Quick);
            foreach (byte[] bytes in cycles)
            {
                Fill(input, bytes);
                simulation.Tick();
            }

            Assert.Equal(cycles.Length + 1, lockstep.Compared);
        }, iter: 30);
    }

    [Fact]
    public void The_first_difference_is_named_with_cycle_port_and_both_histories()
    {
        using Simulation simulation = new();
        IEverything input = Scope.CreateBus<IEverything>("input");
        CopyProcess process = new(input);
        simulation.AddTopLevelInputs(input).AddTopLevelOutputs(process.Output);
        using Lockstep lockstep = Lockstep.Attach(process.Design(simulation, "record_odd"), Quick);
        simulation.Tick(10);
        input.Record = new Record(-5, Colour.Green, new Inner(3, true), (Bits<W5>)21UL);
        input.Narrow = (Bits<W12>)0x123UL;
        simulation.Tick();
        LockstepException difference = Assert.Throws<LockstepException>(() => simulation.Tick());
        Assert.Equal(12, difference.Cycle);
        Assert.Equal("output_record_odd", difference.Port.Port.Name);
        Assert.Contains("output.Record.Odd", difference.Message, StringComparison.Ordinal);
        Assert.Contains("C# has 15, RTL has 0a", difference.Message, StringComparison.Ordinal);
        Assert.Contains("cycle 11\n  in  input_narrow 123\n", difference.History, StringComparison.Ordinal);
        Assert.Contains("  out output_record_odd C# 15\n", difference.History, StringComparison.Ordinal);
    }

    private sealed class Bench(IEverything toDesign, IEverything fromDesign) : SimulationProcess
    {
        [InputBus] private readonly IEverything fromDesign = fromDesign;
        [OutputBus] private readonly IEverything toDesign = toDesign;

        public List<uint> Seen { get; } = [];

        public override async Task Run()
        {
            for (uint i = 0; i < 20; i++)
            {
                toDesign.Word = i * i;
                await ClockAsync();
                Seen.Add(fromDesign.Word);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_test_bench_runs_on_CSharp_and_on_RTL(bool onRtl)
    {
        using Simulation simulation = new();
        IEverything input = Scope.CreateBus<IEverything>("input");
        CopyProcess process = new(input);
        Bench bench = new(input, process.Output);
        simulation.AddTopLevelOutputs(process.Output);
        using RtlSimulation? rtl = onRtl ? RtlSimulation.Attach(process.Design(simulation), Quick) : null;
        simulation.Run();
        Assert.Equal([0xdeadbeef, .. Enumerable.Range(0, 19).Select(i => (uint)(i * i))], bench.Seen);
    }

    [Fact]
    public void What_comes_from_a_port_has_no_bits_beyond_its_width()
    {
        using Simulation simulation = new();
        IEverything input = Scope.CreateBus<IEverything>("input");
        CopyProcess process = new(input);
        simulation.AddTopLevelInputs(input).AddTopLevelOutputs(process.Output);
        using RtlSimulation rtl = RtlSimulation.Attach(process.Design(simulation), Quick);
        input.Whole = Bits<W32>.AllOnes;
        input.Narrow = Bits<W12>.AllOnes;
        simulation.Tick(2);
        Assert.Equal(uint.MaxValue, (ulong)process.Output.Whole);
        Assert.Equal(0xfffUL, (ulong)process.Output.Narrow);
    }

    [Fact]
    public void A_port_of_the_wrong_width_is_named()
    {
        using Simulation simulation = new();
        IEverything input = Scope.CreateBus<IEverything>("input");
        CopyProcess process = new(input);
        simulation.AddTopLevelInputs(input).AddTopLevelOutputs(process.Output);
        BusDesign design = process.Design(simulation);
        BusDesign wrong = design with
        {
            Ports = design.Ports.Select(
            port => port with { Signal = port.Signal == "Word" ? "Short" : port.Signal }).ToArray()
        };
        Assert.Contains("port input_word has 32 bits, but input.Short (UInt16) has 16",
            Assert.Throws<CosimulationException>(() => Lockstep.Attach(wrong, Quick)).Message, StringComparison.Ordinal);
    }

    private static void Fill(IEverything bus, byte[] bytes)
    {
        ReadOnlySpan<byte> from = bytes;
        bus.Flag = from[0] > 127;
        bus.Signed = (sbyte)from[1];
        bus.Short = MemoryMarshal.Read<ushort>(from[2..]);
        bus.Word = MemoryMarshal.Read<uint>(from[4..]);
        bus.Long = MemoryMarshal.Read<long>(from[8..]);
        bus.Huge = MemoryMarshal.Read<UInt128>(from[16..]);
        bus.Narrow = (Bits<W12>)MemoryMarshal.Read<ulong>(from[32..]);
        bus.Whole = (Bits<W32>)MemoryMarshal.Read<ulong>(from[34..]);
        bus.Wide = Bits<W104>.FromBytes(from[40..53]);
        bus.Wider = Bits<W136>.FromBytes(from[56..73]);
        bus.Colour = (Colour)from[74];
        bus.Record = new Record(MemoryMarshal.Read<short>(from[76..]), (Colour)from[78], new Inner(from[79], from[80] > 127),
            (Bits<W5>)(ulong)from[81]);
        Three three = default;
        Pair pair = default;
        Address address = default;
        for (int i = 0; i < 3; i++)
        {
            three[i] = (Bits<W5>)(ulong)from[90 + i];
        }

        pair[0] = new Inner(from[100], from[101] > 127);
        pair[1] = new Inner(from[102], from[103] > 127);
        from[110..122].CopyTo(address);
        bus.Three = three;
        bus.Pair = pair;
        bus.Address = address;
    }

    private static void AssertSame(BusStorage left, BusStorage right)
    {
        for (int i = 0; i < left.Signals.Count; i++)
        {
            if (left.GetValue(i) is Three or Pair or Address)
            {
                Assert.Equal(Elements(left.GetValue(i)), Elements(right.GetValue(i)));
            }
            else
            {
                Assert.Equal(left.GetValue(i), right.GetValue(i));
            }
        }

        static object[] Elements(object array) => array switch
        {
            Three three => ((ReadOnlySpan<Bits<W5>>)three).ToArray().Cast<object>().ToArray(),
            Pair pair => ((ReadOnlySpan<Inner>)pair).ToArray().Cast<object>().ToArray(),
            Address address => ((ReadOnlySpan<byte>)address).ToArray().Cast<object>().ToArray(),
            _ => [],
        };
    }
}
