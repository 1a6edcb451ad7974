// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Demux;

/// <summary>
/// Decides where a frame goes, by the look-ups' results; see the table in docs/demux.md. Combinational; a frame per tick. No back-pressure:
/// the FIFO behind it has as many places as that of the metadata, where each frame has one already.
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
        output.Valid = stage.Valid;
        output.Item = Answer() with { ServiceNumber = found.Number, Service = service.Item };
    }

    // The frame's destination, and its answer, if it gets one.
    private Outcome Answer()
    {
        if (stage.IsOtherRpcVersion)
        {
            return new Outcome { Route = RouteKind.Answer, Answer = NicReplyKind.RpcMismatch, Low = RpcVersion, High = RpcVersion };
        }

        if (!stage.IsCall)
        {
            return new Outcome { Route = RouteKind.Bypass };
        }

        return found.IsFound ? AnswerOfService(service.Item.Flags) : AnswerWithoutService();
    }

    // Procedure 0 needs no authentication (RFC 5531 section 12.1), but with RPCSEC_GSS it is a part of it (RFC 2203 section 5.2): without a
    // context there is no success.
    private Outcome AnswerOfService(ServiceFlags flags)
    {
        ServiceFlags wanted = stage.IsAuthNone ? ServiceFlags.AcceptsNone
            : stage.IsAuthSys ? ServiceFlags.AcceptsSys
            : ServiceFlags.AcceptsOther;
        bool isAccepted = (flags & wanted) != 0;
        if (stage.IsGss)
        {
            return new Outcome { Route = RouteKind.Answer, Answer = NicReplyKind.AuthError, Low = RejectedCredential };
        }

        if ((flags & ServiceFlags.Null) != 0)
        {
            return new Outcome { Route = RouteKind.Answer, Answer = NicReplyKind.Null };
        }

        if (isAccepted && !stage.IsBadAuthSys)
        {
            return new Outcome { Route = RouteKind.Call };
        }

        uint why = stage.IsAuthNone ? TooWeak : isAccepted ? BadCredential : RejectedCredential;
        return new Outcome { Route = RouteKind.Answer, Answer = NicReplyKind.AuthError, Low = why };
    }

    private Outcome AnswerWithoutService()
    {
        bool hasNull = nullMatch.Is00 || nullMatch.Is01 || nullMatch.Is10 || nullMatch.Is11;
        if (!program.IsFound)
        {
            return new Outcome { Route = RouteKind.Answer, Answer = NicReplyKind.ProgramUnavailable };
        }

        if (!program.HasVersion || !hasNull)
        {
            return new Outcome
            {
                Route = RouteKind.Answer,
                Answer = NicReplyKind.ProgramMismatch,
                Low = program.Lowest,
                High = program.Highest,
            };
        }

        return new Outcome { Route = RouteKind.Answer, Answer = NicReplyKind.ProcedureUnavailable };
    }
}

/// <summary>
/// Joins a frame's metadata with its look-ups' result, which comes later. Combinational; a frame per tick; stalls with its reader.
/// </summary>
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

/// <summary>Accepts metadata and result together. Combinational.</summary>
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
