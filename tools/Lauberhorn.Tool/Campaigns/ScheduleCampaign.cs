// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Hdl.Testing.Fuzzing;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Campaigns;

/// <summary>Random events through the scheduler, as C# and as Verilated VHDL, each step beside the reference scheduler.</summary>
public sealed class ScheduleCampaign : ICampaign
{
    private const long DefaultSteps = 100_000;

    /// <inheritdoc/>
    public string Name => "schedule";

    /// <inheritdoc/>
    public string Summary => "random arrivals, waits, context switches and policies through the scheduler in C# and as generated VHDL, "
        + "beside its reference (100,000 steps, unless told otherwise)";

    /// <inheritdoc/>
    public CampaignResult Run(CampaignContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ScheduleFuzzResult result = ScheduleFuzzer.Run(context.Steps ?? DefaultSteps, context.Seed, new Relay(context.Progress));
        return new CampaignResult(result.Cases, result.Cycles, result.Mismatches, result.Report)
        {
            Figures = new Dictionary<string, string>
            {
                ["steps"] = result.Steps.ToString(CultureInfo.InvariantCulture),
                ["dispatched"] = result.Dispatches.ToString(CultureInfo.InvariantCulture),
                ["yields"] = result.Yields.ToString(CultureInfo.InvariantCulture),
                ["late"] = result.Lates.ToString(CultureInfo.InvariantCulture),
                ["cores_late"] = result.CoresLate.ToString(CultureInfo.InvariantCulture),
                ["dropped"] = result.Dropped.ToString(CultureInfo.InvariantCulture),
                ["locals"] = result.Locals.ToString(CultureInfo.InvariantCulture),
                ["locals_missed"] = result.LocalsMissed.ToString(CultureInfo.InvariantCulture),
                ["most_overtaken"] = result.MostOvertaken.ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    private sealed class Relay(IProgress<WorkProgress> to) : IProgress<ScheduleFuzzProgress>
    {
        public void Report(ScheduleFuzzProgress value) =>
            to.Report(new WorkProgress(Math.Min(1, (double)value.Steps / value.Total),
                $"{value.Steps:#,##0} of {value.Total:#,##0} steps, {value.Dispatches:#,##0} messages dispatched"));
    }
}
