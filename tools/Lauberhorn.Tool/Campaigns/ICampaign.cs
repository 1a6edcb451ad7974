// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Campaigns;

/// <summary>What <c>fuzz NAME</c> runs. To add one: a class beside this file and a line in <see cref="CampaignList"/>.</summary>
public interface ICampaign
{
    /// <summary>One word, as typed after <c>fuzz</c>.</summary>
    string Name { get; }

    /// <summary>One line for the help.</summary>
    string Summary { get; }

    /// <summary>Compares until the amount asked for is done or something differs.</summary>
    /// <param name="context">How much, from which seed.</param>
    CampaignResult Run(CampaignContext context);
}

/// <summary>Inputs of a campaign.</summary>
public sealed class CampaignContext
{
    /// <summary>Seed of all random choices; the same seed gives the same cases in the same order.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many cases to try; null for the campaign's own default.</summary>
    public long? Count { get; init; }

    /// <summary>
    /// How many clock cycles to run (each case of <c>hdl</c>, altogether for <c>parser</c>); null for the campaign's own default.
    /// </summary>
    public long? Cycles { get; init; }

    /// <summary>How many steps of the scheduler to decide (of <c>schedule</c>); null for the campaign's own default.</summary>
    public long? Steps { get; init; }

    /// <summary>How many calls to send (of <c>nic</c>); null for the campaign's own default.</summary>
    public long? Calls { get; init; }

    /// <summary>Of a hundred cases, those with C# and RTL side by side (of <c>nic</c>); null for the campaign's own default.</summary>
    public int? Lockstep { get; init; }

    /// <summary>
    /// Which of its soaks (of <c>nic</c>): <c>hostile</c>, <c>kills</c> or <c>floods</c>; null for the one with calls and garbage.
    /// </summary>
    public string? Soak { get; init; }

    /// <summary>Cases that run at a time (of the soaks of <c>nic</c>).</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Whether it goes on when a case has failed (of the soaks of <c>nic</c>).</summary>
    public bool GoesOn { get; init; }

    /// <summary>Whether to look for deliberate faults instead (of <c>hdl</c>).</summary>
    public bool Plants { get; init; }

    /// <summary>Sink for progress reports.</summary>
    public required IProgress<WorkProgress> Progress { get; init; }
}

/// <summary>Results of a campaign.</summary>
/// <param name="Cases">Cases tried.</param>
/// <param name="Cycles">Clock cycles compared, over all cases.</param>
/// <param name="Mismatches">Cases that differ.</param>
/// <param name="Report">A text: what differs, shrunk, and the command that replays it; empty if nothing does.</param>
public sealed record CampaignResult(long Cases, long Cycles, long Mismatches, string Report)
{
    /// <summary>Further figures, by name.</summary>
    public IReadOnlyDictionary<string, string> Figures { get; init; } = new Dictionary<string, string>();
}
