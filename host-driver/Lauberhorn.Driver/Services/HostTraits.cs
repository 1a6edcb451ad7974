// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>The loads of the NIC's lines that the host's cores may issue without a program's request.</summary>
/// <param name="LoadsOnDemandOnly">
/// Whether a core loads such a line only because a program's load or store does, and only once it is sure to happen: no prefetcher, no
/// speculative loads. An endpoint with two control lines needs that, since a load of the one line means that the reader is done with the
/// other. An endpoint that writes back does not: whatever is loaded early is a load that stalls for the next message, or comes home before
/// it.
/// </param>
public sealed record HostTraits(bool LoadsOnDemandOnly)
{
    /// <summary>A host of which nothing is known: any line may be loaded at any time.</summary>
    public static HostTraits Any { get; } = new(false);

    /// <summary>A host whose cores load only what programs ask for.</summary>
    public static HostTraits OnDemand { get; } = new(true);
}
