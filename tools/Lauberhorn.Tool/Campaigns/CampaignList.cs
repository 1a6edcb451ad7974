// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool.Campaigns;

/// <summary>All campaigns, in the order of the help. A new one is a line here.</summary>
public static class CampaignList
{
    /// <summary>All campaigns, in the order in which the help lists them.</summary>
    public static IReadOnlyList<ICampaign> All { get; } =
    [
        new HdlCampaign(),
        new ParserCampaign(),
        new ScheduleCampaign(),
        new NicCampaign(),
    ];
}
