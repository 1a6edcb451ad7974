// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace SME.Tests;

/// <summary>The example of docs/sme.md: it stands here, compiles, and does what the page says.</summary>
public class GuideTests
{
    // begin: docs/sme.md
    public interface ICount : IBus
    {
        [InitialValue(100)]
        ushort Value { get; set; }

        bool IsRound { get; set; }
    }

    [ClockedProcess]
    public sealed class Counter(ushort step) : SimpleProcess
    {
        [OutputBus] public readonly ICount Output = Scope.CreateBus<ICount>();
        private readonly ushort step = step;
        private ushort count;

        protected override void OnTick()
        {
            count += step;
            Output.Value = count;
            Output.IsRound = (count & 15) == 0;
        }
    }

    public sealed class Doubler(ICount input) : SimpleProcess
    {
        [InputBus] private readonly ICount input = input;
        [OutputBus] public readonly ICount Output = Scope.CreateBus<ICount>();

        protected override void OnTick()
        {
            Output.Value = (ushort)(input.Value * 2);
            Output.IsRound = input.IsRound;
        }
    }

    // end: docs/sme.md
    [Fact]
    public void The_example_gives_what_the_page_says()
    {
        using Simulation simulation = new();
        Counter counter = new(3);
        Doubler doubler = new(counter.Output);
        simulation.AddTopLevelOutputs(doubler.Output);
        _ = simulation.Network;
        Assert.Equal(200, doubler.Output.Value);
        simulation.Tick();
        Assert.Equal(6, doubler.Output.Value);
    }

    [Fact]
    public void The_page_shows_this_example() =>
        Assert.Equal(Between(ThisFile(), "// begin: docs/sme.md", "// end: docs/sme.md"), Between(Page(), "```csharp", "```"));

    [Fact]
    public void The_page_names_nothing_that_is_not_there()
    {
        string page = string.Concat(Page());
        Assert.Contains(nameof(Simulation.CompileAfter), page, StringComparison.Ordinal);
        Assert.All(
            (string[])[nameof(Simulation.BuildWaveform), nameof(Simulation.BuildCSVFile), nameof(Simulation.BuildGraph),
                nameof(Simulation.AddMonitor), nameof(Simulation.AtStart), nameof(Simulation.AtEnd), nameof(Scope.CreateBuses),
                nameof(Network.Warnings)],
            name => Assert.Contains(name, page, StringComparison.Ordinal));
    }

    private static string[] ThisFile([CallerFilePath] string path = "") => File.ReadAllLines(path);

    private static string[] Page() => File.ReadAllLines(Documentation.PathOf("sme.md"));

    private static string[] Between(string[] lines, string first, string last) =>
        [.. lines.SkipWhile(line => line.Trim() != first).Skip(1).TakeWhile(line => line.Trim() != last).Select(line => line.Trim())
            .Where(line => line.Length > 0)];
}
