// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Top;

/// <summary>
/// What the waits-for graph of the NIC's streams does not show by itself, see docs/waits.md: why a wait that is in it ends, and which waits
/// there are besides. A reason for a wait that is not there any more is wrong; a test says so.
/// </summary>
public static class NicWaits
{
    private static readonly string[] ReceivedOrMissed = ["missedFrames", "missedPayload", "payload", "demultiplexer.routed"];
    private static readonly string[] Axi = ["axiAw", "axiW", "axiAr"];
    private static readonly string[] Missed =
        ["replies.missedFrames.output", "replies.missedPayload.output", "replies.unknown", "replies.unknownPayload"];
    private static readonly string[] EngineNotices = ["endpoints.engineNoticesIn", "endpoints.engineNotices.output"];
    private static readonly string[] ReturnPath =
        ["endpoints.left.output", "endpoints.leftIn", "endpoints.notices.output", "endpoints.noticesIn"];

    /// <summary>Why waits of the graph end, and which waits exist besides; docs/waits.md lists them.</summary>
    public static IReadOnlyList<WaitReason> Reasons { get; } =
    [
        Ends(
            ["frameBuffer.output"],
            ["cutFifo.output"],
            "a frame's beats can be read from the tick on in which it is kept, and in that tick its cut goes in"),
        Ends(
            ["cutFifo.output"],
            ["frameBuffer.output"],
            "a cut goes in only for a frame that is kept, all of whose beats are in the buffer"),
        Ends(
            ["demultiplexer.waiting.output"],
            ["demultiplexer.decided.output"],
            "the look-up of each frame that waits there is under way or done; it takes as many ticks for every frame, "
            + "waits for nothing, and what it finds has a place"),
        Ends(
            ["replies.headers.output"],
            ["replies.beats.output"],
            "a header is made of the sums over all its frame's beats, so these are there before it"),
        Ends(
            ReceivedOrMissed,
            ReceivedOrMissed,
            "a frame that could not be sent goes when no received one is valid or half accepted, until its last beat; all beats "
            + "of a frame that has begun are ready behind the first. So each turn ends; a received frame waits for one other at most, but "
            + "one that could not be sent waits for a gap between received ones"),
        Ends(
            ["schedulerReleases", "replyReleases"],
            ["admission.arrivals", "admission.answers"],
            "a call is put into the table in the tick after it was accepted, and only for that tick a release waits; "
            + "while no arrival is accepted, none is put in")
            with
            {
                Through = ["admission.insertion.Enable"],
            },
        Ends(
            ["admission.answers", "endpoints.left.output"],
            ["admission.answers", "endpoints.left.output"],
            "lines and answers alternate: the turn changes with each that is accepted, and one that is alone does not wait for it"),
        Ends(
            ["replies.beats.output", "replies.headers.output"],
            Missed,
            "a frame without a neighbour that finds no room among those before it goes nowhere, and is counted: it does not wait for room"),
        Ends(
            ["dispatches"],
            ["endpoints.timeUps.output", .. EngineNotices],
            "a dispatch needs no room for notices; a stall whose time is up does, and goes first only in ticks in which it has "
            + "that room and is accepted"),
        Ends(
            ["endpoints.engineNotices.output"],
            ["endpoints.engineNoticesIn", "endpoints.left.output", "endpoints.leftIn"],
            "a line that comes home and says so itself goes first, for the one tick that its step takes; while none is accepted, "
            + "none goes first"),
        Ends(
            ["endpoints.leftLater", "admission.lineWrites", "admission.packetWrites"],
            [.. EngineNotices, .. ReturnPath],
            "the same: these wait for a step of a line that came home, and not for what lets the next line come"),
        Ends(
            ["scheduler.revisits.output"],
            ["scheduler.revisitsIn"],
            "a step that can make a process be looked at again begins only while there is room for all that the pipeline can put in"),
        Ends(
            Axi,
            Axi,
            "one access at a time: the bus's master gives its address and its data and accepts its answer without waiting for "
            + "another access"),
        Adds(
            ["endpoints.jobs.output"],
            ["homeReturns"],
            "aux lines are fetched for one message after the other: the next one waits until the CPU has answered all fetches "
            + "of the one before"),
        Adds(
            ["endpoints.left.output", "admission.answers"],
            ["endpoints.packetLines.output"],
            "the reply stage is busy until it has read all aux lines of a long reply, which it asked for itself; nothing "
            + "but the engine's own reads, each of one tick, goes before it"),
    ];

    private static WaitReason Ends(IReadOnlyList<string> from, IReadOnlyList<string> to, string reason) =>
        new(from, to, null, WaitReasonUse.Ends, reason);

    private static WaitReason Adds(IReadOnlyList<string> from, IReadOnlyList<string> to, string reason) =>
        new(from, to, WaitKind.Offered, WaitReasonUse.Adds, reason);
}
