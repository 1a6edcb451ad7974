// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using SME.Components;
using SME.Testing.Cosimulation;

namespace SME.Tests.VHDL.Components;

/// <summary>What the tools make of the components: GHDL has nothing to complain about, and memories become memories.</summary>
public partial class ComponentSynthesisTests
{
    private static readonly string[] Blocks = ["RAMB18E2", "RAMB36E2"];

    private static readonly string[] Tables = ["RAM32M", "RAM32M16", "RAM64M", "RAM64M8", "RAM32X1D", "RAM64X1D"];

    [Fact]
    public void What_should_be_block_RAM_is() => AssertMemory(Blocks, "blocks", simulation =>
    {
        AddFifo(simulation, "deep", input => new FifoBlockRam<Bits<W72>>(input, 512, "deep").Output);
        IFrameWrite<Bits<W72>> frame = Scope.CreateBus<IFrameWrite<Bits<W72>>>("frame");
        FifoFrame<Bits<W72>> fifo = new(frame, 512);
        simulation.AddTopLevelInputs(frame, fifo.Output.Backward).AddTopLevelOutputs(fifo.Output.Forward, fifo.Frame);

        IRamWrite<Bits<W72>> write = Scope.CreateBus<IRamWrite<Bits<W72>>>("write");
        IRamByteWrite<W32, W4> byteWrite = Scope.CreateBus<IRamByteWrite<W32, W4>>("byteWrite");
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        uint[] words = [.. Enumerable.Range(0, 1024).Select(i => (uint)i * 2_654_435_769)];
        simulation.AddTopLevelInputs(write, byteWrite, read)
            .AddTopLevelOutputs(new SimpleDualPortRam<Bits<W72>>(write, read, 512).Data,
                new SimpleDualPortByteRam<W32, W4>(byteWrite, read, 512).Data, new Rom<uint>(read, words).Data);

        IRamPort<Bits<W72>>[] ports = Scope.CreateBuses<IRamPort<Bits<W72>>>(2, "port");
        IRamBytePort<W32, W4>[] bytePorts = Scope.CreateBuses<IRamBytePort<W32, W4>>(2, "bytePort");
        TrueDualPortRam<Bits<W72>> ram = new(ports[0], ports[1], 512);
        TrueDualPortByteRam<W32, W4> byteRam = new(bytePorts[0], bytePorts[1], 512);
        simulation.AddTopLevelInputs([.. ports, .. bytePorts]).AddTopLevelOutputs(ram.DataA, ram.DataB, byteRam.DataA, byteRam.DataB);
    });

    [Fact]
    public void What_should_be_look_up_tables_is() => AssertMemory(Tables, "tables", simulation =>
    {
        ClockDomain slow = new("slow", 3);
        AddFifo(simulation, "shallow", input => new FifoDistributed<Bits<W72>>(input, 32, "shallow").Output);
        AddFifo(simulation, "crossing", input => new AsynchronousFifo<Bits<W72>>(input, ClockDomain.Default, slow, 32, "crossing").Output);
        IRamWrite<Bits<W72>> write = Scope.CreateBus<IRamWrite<Bits<W72>>>("write");
        IRamAddress read = Scope.CreateBus<IRamAddress>("read");
        simulation.AddTopLevelInputs(write, read).AddTopLevelOutputs(new DistributedRam<Bits<W72>>(write, read, 64).Data);
    });

    [Fact]
    public void What_should_be_no_memory_is_none() => AssertMemory([], "stages", simulation =>
    {
        AddFifo(simulation, "stage", input => new PipelineRegister<Bits<W72>>(new SkidBuffer<Bits<W72>>(input).Output).Output);
        IRequests<W48> requests = Scope.CreateBus<IRequests<W48>>("requests");
        IReady accept = Scope.CreateBus<IReady>("accept");
        simulation.AddTopLevelInputs(requests, accept).AddTopLevelOutputs(new RoundRobinArbiter<W48>(requests, accept).Grant,
            new PriorityArbiter<W48>(requests).Grant);
    });

    private static void AddFifo(Simulation simulation, string name, Func<Stream<Bits<W72>>, Stream<Bits<W72>>> build)
    {
        Stream<Bits<W72>> input = new(name + "Input");
        Stream<Bits<W72>> output = build(input);
        simulation.AddTopLevelInputs(input.Forward, output.Backward).AddTopLevelOutputs(input.Backward, output.Forward);
    }

    private static void AssertMemory(string[] expected, string entity, Action<Simulation> build)
    {
        using Simulation simulation = new();
        build(simulation);
        RtlDesign design = RtlGenerator.Generate(simulation, entity).Rtl;
        Assert.Empty(Ghdl.Analyse(design.Files));
        string verilog = Ghdl.Synthesise(design.Entity, design.Files, out IReadOnlyList<string> messages);
        Assert.DoesNotContain(messages, message => message.Contains("latch", StringComparison.OrdinalIgnoreCase));
        Dictionary<string, int> cells = Map(verilog, entity);
        string[] memories = [.. cells.Keys.Where(cell => Blocks.Contains(cell) || Tables.Contains(cell))];
        Assert.Equal(expected.Length > 0, memories.Length > 0);
        Assert.All(memories, memory => Assert.Contains(memory, expected));

        // What is still a memory here would become registers in the next step.
        Assert.DoesNotContain(cells, cell => cell.Key.StartsWith("$mem", StringComparison.Ordinal));
    }

    /// <summary>Counts cells after yosys has mapped the memories; the rest of the mapping would only take time.</summary>
    private static Dictionary<string, int> Map(string verilog, string entity)
    {
        string directory = Directory.CreateTempSubdirectory("sme-synthesis").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, "design.v"), verilog);
            string script = $"read_verilog design.v; synth_xilinx -family xcup -flatten -top {entity} -run begin:map_ffram; tee -o "
                + $"stat.txt stat";
            ExternalTool.Yosys.Run(directory, "-q", "-p", script);
            return Cell().Matches(File.ReadAllText(Path.Combine(directory, "stat.txt")))
                .ToDictionary(match => match.Groups[1].Value, match => int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }

    [GeneratedRegex(@"^     (\S+) +(\d+)$", RegexOptions.Multiline)]
    private static partial Regex Cell();
}
