// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Node.Fuzzing;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Campaigns;

/// <summary>The soak of the whole NIC: random calls and garbage, cores that misbehave, caches that do as they like.</summary>
public sealed class NicCampaign : ICampaign
{
    private const long DefaultCalls = 10_000;
    private const int DefaultLockstep = 5;
    private const int TrialCalls = 1000;
    private const int DefaultCases = 20;
    private const int DefaultFloods = 1000;
    private const long DefaultCycles = 100_000;

    /// <inheritdoc/>
    public string Name => "nic";

    /// <inheritdoc/>
    public string Summary => "random calls and garbage through the whole NIC; each byte judged (10,000 calls, unless told otherwise)";

    /// <inheritdoc/>
    public CampaignResult Run(CampaignContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Soak is not null)
        {
            return RunSoak(context);
        }

        NodeFuzzResult result = NodeFuzzer.Run(context.Calls ?? DefaultCalls, context.Seed, context.Lockstep ?? DefaultLockstep,
            new Relay(context.Progress));
        Dictionary<string, string> figures = new()
        {
            ["calls"] = Text(result.Calls),
            ["calls in lock step with the RTL"] = Text(result.LockstepCalls),
            ["frames with garbage"] = Text(result.Frames),
            ["replies compared"] = Text(result.Replies),
            ["datagrams and frames of software's own compared"] = Text(result.Sent),
            ["counted as dropped"] = Text(result.Dropped),
            ["bytes compared"] = Text(result.Bytes),
        };
        if (result.Calls >= DefaultCalls)
        {
            figures["steady calls, quiet line"] = GarbageTrial.Run(TrialCalls, false, context.Seed).ToString();
            figures["steady calls, garbage in between"] = GarbageTrial.Run(TrialCalls, true, context.Seed).ToString();
        }

        return new CampaignResult(result.Cases, result.Cycles, result.Mismatches, result.Report)
        {
            Figures = figures,
        };
    }

    private static CampaignResult RunSoak(CampaignContext context)
    {
        int count = (int)Math.Min(int.MaxValue, context.Count ?? (context.Soak == "floods" ? DefaultFloods : DefaultCases));
        int lockstep = context.Lockstep ?? 0;
        SoakCampaignResult result = context.Soak switch
        {
            "hostile" => HostileSoak.Run(count, context.Cycles ?? DefaultCycles, context.Seed, lockstep, context.Jobs, context.GoesOn,
                Tell),
            "floods" => FloodSoak.Run(count, context.Seed, lockstep, context.Jobs, context.GoesOn, Tell),
            _ => KillSoak.Run(count, context.Seed, lockstep, context.Jobs, context.GoesOn, Tell),
        };
        return new CampaignResult(result.Cases, result.Cycles, result.Failures, result.Report) { Figures = result.Figures };

        void Tell(int done) => context.Progress.Report(new WorkProgress((double)done / count, $"{done:#,##0} of {count:#,##0} cases"));
    }

    private static string Text(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture);

    private sealed class Relay(IProgress<WorkProgress> to) : IProgress<NodeFuzzProgress>
    {
        public void Report(NodeFuzzProgress value) =>
            to.Report(new WorkProgress(Math.Min(1, (double)value.Calls / value.Total),
                $"{value.Calls:#,##0} of {value.Total:#,##0} calls, {value.Cycles:#,##0} cycles"));
    }
}
