// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Testing.Fuzzing;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Campaigns;

/// <summary>Random frames through the receive path, as C# and as Verilated VHDL, judged by the reference decoder.</summary>
public sealed class ParserCampaign : ICampaign
{
    private const long DefaultCycles = 100_000;

    /// <inheritdoc/>
    public string Name => "parser";

    /// <inheritdoc/>
    public string Summary => "random frames through the receive path in C# and as generated VHDL (100,000 cycles, unless told otherwise)";

    /// <inheritdoc/>
    public CampaignResult Run(CampaignContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ParserFuzzResult result = ParserFuzzer.Run(context.Cycles ?? DefaultCycles, context.Seed, new Relay(context.Progress));
        return new CampaignResult(result.Cases, result.Cycles, result.Mismatches, result.Report);
    }

    private sealed class Relay(IProgress<WorkProgress> to) : IProgress<ParserFuzzProgress>
    {
        public void Report(ParserFuzzProgress value) =>
            to.Report(new WorkProgress(Math.Min(1, (double)value.Cycles / value.Total),
                $"{value.Cycles:#,##0} of {value.Total:#,##0} cycles, {value.Frames:#,##0} frames"));
    }
}
