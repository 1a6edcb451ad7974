// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Tool.Output;
using SME.Testing.Fuzzing;

namespace Lauberhorn.Tool.Campaigns;

/// <summary>Random processes, each as C# and as Verilated VHDL.</summary>
public sealed class HdlCampaign : ICampaign
{
    private const long DefaultCount = 200;
    private const long DefaultCycles = 1000;
    private const long DefaultPlantCount = 2000;
    private const long DefaultPlantCycles = 200;

    /// <inheritdoc/>
    public string Name => "hdl";

    /// <inheritdoc/>
    public string Summary => "random processes in C# and as generated VHDL (200 of 1,000 cycles each, unless told otherwise)";

    /// <inheritdoc/>
    public CampaignResult Run(CampaignContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        long count = context.Count ?? DefaultCount;
        long cycles = context.Cycles ?? DefaultCycles;
        if (cycles > int.MaxValue)
        {
            throw new ToolException($"--cycles {cycles} is too large: a process runs at most {int.MaxValue} cycles");
        }

        if (context.Plants)
        {
            return RunPlants(context, context.Count ?? DefaultPlantCount, (int)(context.Cycles ?? DefaultPlantCycles));
        }

        FuzzResult result = HdlFuzzer.Run(count, context.Seed, (int)cycles, new Relay(context.Progress));
        string discarded = result.Discarded == 0 ? string.Empty
            : $"{result.Discarded} programs were no valid C# and were left out; that is a mistake of the program generator\n";
        return new CampaignResult(result.Programs, result.Cycles, result.Failures, discarded + result.Report);
    }

    private static CampaignResult RunPlants(CampaignContext context, long count, int cycles)
    {
        int found = 0;
        IReadOnlyList<PlantResult> plants = HdlFuzzer.RunPlants(count, context.Seed, cycles, plant =>
        {
            found++;
            string text = $"{found} of {HdlFuzzer.PlantCount} deliberate faults found, the last one {plant.Plant}";
            context.Progress.Report(new WorkProgress((double)found / HdlFuzzer.PlantCount, text));
        });
        Dictionary<string, string> figures = plants.ToDictionary(
            plant => plant.Plant,
            plant => plant.IsFound
                ? $"found after {plant.Programs} processes, with --seed {plant.Seed}"
                : $"NOT found by {plant.Programs} processes");
        return new CampaignResult(plants.Count, 0, plants.Count(plant => !plant.IsFound), string.Empty) { Figures = figures };
    }

    private sealed class Relay(IProgress<WorkProgress> to) : IProgress<FuzzProgress>
    {
        public void Report(FuzzProgress value) =>
            to.Report(new WorkProgress((double)value.Done / value.Total,
                $"{value.Done} of {value.Total} processes, {value.Failures} failures"
                    + (value.Failures > 0 ? $", the last with --seed {value.LastFailure}" : string.Empty)));
    }
}
