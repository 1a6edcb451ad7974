// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Demux;

/// <summary>
/// Decides where a frame goes, by what the look-ups found; see the table in docs/demux.md. Combinational; a frame per tick. It cannot be held up: the
/// FIFO behind it has as many places as that of the metadata, where each frame has one already.
/// </summary>
public sealed class RouteDecision(
    [InputBus] ILookUpStage stage,
    [InputBus] IFoundService found,
    [InputBus] IRamData<Service> service,
    [InputBus] IKeyMatch nullMatch,
    [InputBus] IVersionMatch program,
    Stream<Outcome> output) : SimpleProcess
{
    /// <summary><c>AUTH_BADCRED</c>, RFC 5531 section 9.</summary>
    private const uint BadCredential = 1;

    /// <summary><c>AUTH_REJECTEDCRED</c>, RFC 5531 section 9.</summary>
    private const uint RejectedCredential = 2;

    /// <summary><c>AUTH_TOOWEAK</c>, RFC 5531 section 9.</summary>
    private const uint TooWeak = 5;

    private const uint RpcVersion = 2;

    [OutputBus] private readonly IStream<Outcome> output = output.Forward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        ServiceFlags flags = service.Item.Flags;
        ServiceFlags wanted = stage.IsAuthNone ? ServiceFlags.AcceptsNone : stage.IsAuthSys ? ServiceFlags.AcceptsSys : ServiceFlags.AcceptsOther;
        bool hasNull = nullMatch.Is00 || nullMatch.Is01 || nullMatch.Is10 || nullMatch.Is11;
        RouteKind route = RouteKind.Bypass;
        NicReplyKind answer = NicReplyKind.Null;
        uint low = 0;
        uint high = 0;
        if (stage.IsOtherRpcVersion)
        {
            route = RouteKind.Answer;
            answer = NicReplyKind.RpcMismatch;
            low = RpcVersion;
            high = RpcVersion;
        }
        else if (stage.IsCall && found.IsFound)
        {
            // Procedure 0 needs no authentication (RFC 5531 section 12.1), but with RPCSEC_GSS it is a part of it (RFC 2203 section 5.2):
            // without a context there is no success.
            if (stage.IsGss)
            {
                route = RouteKind.Answer;
                answer = NicReplyKind.AuthError;
                low = RejectedCredential;
            }
            else if ((flags & ServiceFlags.Null) != 0)
            {
                route = RouteKind.Answer;
            }
            else if ((flags & wanted) != 0 && !stage.IsBadAuthSys)
            {
                route = RouteKind.Call;
            }
            else
            {
                route = RouteKind.Answer;
                answer = NicReplyKind.AuthError;
                low = stage.IsAuthNone ? TooWeak : (flags & wanted) != 0 ? BadCredential : RejectedCredential;
            }
        }
        else if (stage.IsCall)
        {
            route = RouteKind.Answer;
            if (!program.IsFound)
            {
                answer = NicReplyKind.ProgramUnavailable;
            }
            else if (!program.HasVersion || !hasNull)
            {
                answer = NicReplyKind.ProgramMismatch;
                low = program.Lowest;
                high = program.Highest;
            }
            else
            {
                answer = NicReplyKind.ProcedureUnavailable;
            }
        }

        output.Valid = stage.Valid;
        output.Item = new Outcome
        {
            Route = route,
            Answer = answer,
            Low = low,
            High = high,
            ServiceNumber = found.Number,
            Service = service.Item,
        };
    }
}

/// <summary>Puts a frame's metadata together with its look-ups' outcome, which comes later. Combinational; a frame per tick; waits as long as its reader wants.</summary>
public sealed class RouteJoin(Stream<FrameMetadata> metadata, Stream<Outcome> outcome, Stream<RoutedFrame> output) : SimpleProcess
{
    [InputBus] private readonly IStream<FrameMetadata> metadata = metadata.Forward;
    [InputBus] private readonly IStream<Outcome> outcome = outcome.Forward;
    [OutputBus] private readonly IStream<RoutedFrame> output = output.Forward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Outcome item = outcome.Item;
        output.Valid = metadata.Valid && outcome.Valid;
        output.Item = new RoutedFrame
        {
            Route = item.Route,
            Answer = item.Answer,
            Low = item.Low,
            High = item.High,
            Metadata = metadata.Item,
            ServiceNumber = item.ServiceNumber,
            Service = item.Service,
        };
    }
}

/// <summary>Takes metadata and outcome together. Combinational.</summary>
public sealed class RouteJoinReady(
    Stream<FrameMetadata> metadata,
    [InputBus] Stream<Outcome> outcomeForward,
    Stream<RoutedFrame> output) : SimpleProcess
{
    [InputBus] private readonly IReady output = output.Backward;
    [OutputBus] private readonly IReady metadata = metadata.Backward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        metadata.Ready = output.Ready && outcomeForward.Valid;
        outcomeForward.Ready = output.Ready;
    }
}
