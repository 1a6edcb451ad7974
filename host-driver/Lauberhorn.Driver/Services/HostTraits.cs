// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>What the host's cores may do with lines of the NIC that no program asked for.</summary>
/// <param name="LoadsOnDemandOnly">
/// Whether a core loads such a line only because a program's load or store does, and only once it is sure to happen: no prefetcher, no speculative loads. An endpoint with two control
/// lines needs that, since a load of the one line means that the reader is done with the other. An endpoint that writes back does not: whatever is
/// loaded early is a load that waits for the next message, or comes home before it.
/// </param>
public sealed record HostTraits(bool LoadsOnDemandOnly)
{
    /// <summary>A host of which nothing is known.</summary>
    public static HostTraits Any { get; } = new(false);

    /// <summary>A host whose cores load what programs ask for and nothing else.</summary>
    public static HostTraits OnDemand { get; } = new(true);
}
