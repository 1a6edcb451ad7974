// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>A counter for each <see cref="DropReason"/>, in its order; that of <see cref="DropReason.None"/> stays 0.</summary>
[InlineArray(Count)]
public struct DropCounters
{
    /// <summary>How many there are.</summary>
    public const int Count = ReceiveChecks.DropReasons;

    private uint element;
}

/// <summary>A counter for each <see cref="FrameKind"/>, in its order.</summary>
[InlineArray(Count)]
public struct KindCounters
{
    /// <summary>How many there are.</summary>
    public const int Count = ReceiveChecks.FrameKinds;

    private uint element;
}

/// <summary>Frames since reset, each in exactly one counter. The counters wrap around at 2^32.</summary>
public interface IReceiveCounters : IBus
{
    /// <summary>Frames that were dropped, by reason.</summary>
    DropCounters Dropped { get; set; }

    /// <summary>Frames that passed, by kind.</summary>
    KindCounters Passed { get; set; }
}
