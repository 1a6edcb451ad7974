// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Verdict;

namespace Lauberhorn.Hdl.Demux;

/// <summary>Destination of a frame behind the demultiplexer.</summary>
public enum RouteKind : byte
{
    /// <summary>The whole frame goes to the kernel, by the bypass.</summary>
    Bypass = 0,

    /// <summary>A call of a known service that accepts its credential: to the service's process.</summary>
    Call = 1,

    /// <summary>The NIC answers; the payload is discarded.</summary>
    Answer = 2,
}

/// <summary>A frame with the look-ups' result. There is one for each <see cref="FrameMetadata"/>, in their order.</summary>
public readonly record struct RoutedFrame
{
    /// <summary>The frame's destination.</summary>
    public RouteKind Route { get; init; }

    /// <summary>For <see cref="RouteKind.Answer"/>: the reply's kind.</summary>
    public Demux.NicReplyKind Answer { get; init; }

    /// <summary>The answer's <see cref="Admission.NicReply.Low"/>.</summary>
    public uint Low { get; init; }

    /// <summary>The answer's <see cref="Admission.NicReply.High"/>.</summary>
    public uint High { get; init; }

    /// <summary>The receive path's metadata.</summary>
    public FrameMetadata Metadata { get; init; }

    /// <summary>For <see cref="RouteKind.Call"/>: the service's number.</summary>
    public ushort ServiceNumber { get; init; }

    /// <summary>For <see cref="RouteKind.Call"/>: the service.</summary>
    public Service Service { get; init; }
}
