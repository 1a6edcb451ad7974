// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

#pragma warning disable SME010 // Upstream's own example has state in a process that is not marked.
/// <summary>
/// Programs in the shape of upstream SME's README and first tutorial: what they name is there, and does what they say
/// (docs/sme-differences.md has the rest).
/// </summary>
public class UpstreamProgramTests
{
    public interface SampleLine : IBus
    {
        [InitialValue]
        bool IsValid { get; set; }

        [InitialValue]
        bool IsLast { get; set; }

        ushort Level { get; set; }
    }

    [InitializedBus]
    public interface PeakOutput : IBus
    {
        bool IsValid { get; set; }

        ushort Highest { get; set; }

        uint Count { get; set; }
    }

    /// <summary>Holds state without being marked [ClockedProcess], as upstream's example does.</summary>
    public class PeakFinder : SimpleProcess
    {
        [InputBus] private readonly SampleLine m_input;

        [OutputBus] public readonly PeakOutput Output = Scope.CreateBus<PeakOutput>();

        private const uint Offset = 1;
        private ushort m_highest;
        private uint m_count;

        public PeakFinder(SampleLine input)
        {
            m_input = input ?? throw new ArgumentNullException(nameof(input));
        }

        protected override void OnTick()
        {
            if (m_input.IsValid)
            {
                m_count += Offset;
                if (m_input.Level > m_highest)
                    m_highest = m_input.Level;
            }

            var done = m_input.IsValid && m_input.IsLast;
            Output.Highest = m_highest;
            Output.Count = m_count;
            Output.IsValid = done;
            if (done)
            {
                m_highest = 0;
                m_count = 0;
            }
        }
    }

    public class SampleSimulator : SimulationProcess
    {
        [OutputBus]
        public readonly SampleLine Data = Scope.CreateBus<SampleLine>();

        private readonly ushort[][] RECORDINGS;

        public SampleSimulator(params ushort[][] recordings) => RECORDINGS = recordings;

        public override async Task Run()
        {
            await ClockAsync();
            foreach (var recording in RECORDINGS)
            {
                Data.IsValid = true;
                for (var i = 0; i < recording.Length; i++)
                {
                    Data.Level = recording[i];
                    Data.IsLast = i == recording.Length - 1;
                    await ClockAsync();
                }

                Data.IsValid = false;
                Data.IsLast = false;
            }

            await ClockAsync();
        }
    }

    public class PeakChecker : SimulationProcess
    {
        [InputBus] private readonly PeakOutput Result = Scope.CreateOrLoadBus<PeakOutput>();

        public List<(ushort, uint)> Seen { get; } = [];

        public override async Task Run()
        {
            for (int i = 0; i < 20; i++)
            {
                if (Result.IsValid)
                    Seen.Add((Result.Highest, Result.Count));
                await ClockAsync();
            }
        }
    }

    [Fact]
    public void A_program_of_the_shape_of_the_readme_runs_and_writes_its_files()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (var sim = new Simulation())
        {
            var simulator = new SampleSimulator([3, 9, 4], [7], [1, 2]);
            var finder = new PeakFinder(simulator.Data);
            var checker = new PeakChecker();

            sim
                .AddTopLevelOutputs(finder.Output)
                .AddTopLevelInputs(simulator.Data)
                .BuildCSVFile(Path.Combine(folder, "trace.csv"))
                .BuildGraph(Path.Combine(folder, "network.dot"))
                .Run();
            Assert.Equal([(9, 3u), (7, 1u), (2, 2u)], checker.Seen);
        }

        Assert.Equal(1 + 1 + 21, File.ReadAllLines(Path.Combine(folder, "trace.csv")).Length);
        string graph = File.ReadAllText(Path.Combine(folder, "network.dot"));
        Assert.Contains("\"SampleSimulator\" -> \"PeakFinder\"", graph, StringComparison.Ordinal);
        Assert.Contains("\"PeakFinder\" -> \"PeakChecker\"", graph, StringComparison.Ordinal);
        Directory.Delete(folder, true);
    }

    public class Multiplier : SimpleProcess
    {
        public interface IFactors : IBus
        {
            [InitialValue(0)]
            int A { get; set; }

            [InitialValue(0)]
            int B { get; set; }
        }

        public interface IProduct : IBus
        {
            int C { get; set; }
        }

        [InputBus]
        private readonly IFactors Input = Scope.CreateBus<IFactors>();

        [OutputBus]
        private readonly IProduct Output = Scope.CreateBus<IProduct>();

        protected override void OnTick()
        {
            Output.C = Input.A * Input.B;
        }
    }

    public class MultiplierTester : SimulationProcess
    {
        [InputBus, OutputBus]
        private readonly Multiplier.IFactors Factors = Scope.CreateOrLoadBus<Multiplier.IFactors>();

        [InputBus]
        private readonly Multiplier.IProduct Result = Scope.CreateOrLoadBus<Multiplier.IProduct>();

        public int Checked { get; private set; }

        public override async Task Run()
        {
            await ClockAsync();
            Factors.A = 6;
            Factors.B = 7;
            await ClockAsync();
            Assert.Equal(Factors.A * Factors.B, Result.C);
            Assert.Equal(42, Result.C);
            Factors.A = Factors.B = 2;

            // Not written yet: what was written last still holds.
            Assert.Equal(42, Result.C);
            Assert.Equal(6, Factors.A);
            await ClockAsync();
            Assert.Equal(4, Result.C);
            Checked++;
        }
    }

    [Fact]
    public void A_program_of_the_shape_of_the_first_tutorial_runs()
    {
        using var simulation = new Simulation();
        var tester = new MultiplierTester[1];
        simulation.Run(new Multiplier(), tester[0] = new MultiplierTester());
        Assert.Equal(1, tester[0].Checked);
    }

    [Fact]
    public void A_graph_shows_scopes_top_level_buses_and_kinds_of_process()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (var simulation = new Simulation())
        {
            INumber source = Scope.CreateBus<INumber>("source");
            Register register;
            using (Scope.Open("part"))
            {
                register = new(source);
            }

            simulation.AddTopLevelInputs(source).AddTopLevelOutputs(register.Output).BuildGraph(path).Tick();
        }

        string graph = File.ReadAllText(path);
        File.Delete(path);
        Assert.Contains("subgraph \"cluster_part\"", graph, StringComparison.Ordinal);
        Assert.Contains("\"part.Register\" [label=\"Register\", shape=box, peripheries=2]", graph, StringComparison.Ordinal);
        Assert.Contains("\"in:source:INumber\" -> \"part.Register\"", graph, StringComparison.Ordinal);
        Assert.Contains("\"part.Register\" -> \"out:part.Register_Output:INumber\"", graph, StringComparison.Ordinal);
    }
}
