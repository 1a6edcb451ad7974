// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Hdl.Home;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>
/// Fetches the aux lines of a line that was left, one message at a time: a fetch per tick, then waits for all answers, tells the engine,
/// and hands the line on. What the control line brought is in its store already, so the line goes on without bytes of its own.
/// Throughput: the time of the CPU's answers and 5 ticks for each message. Back-pressure: waits for the engine, the fetches and the reply stage.
/// </summary>
[ClockedProcess]
public sealed class AuxFetcher : SimpleProcess
{
    [InputBus] private readonly IStream<AuxJob> jobs;
    [InputBus] private readonly IAuxAnswer answer;
    [InputBus] private readonly IReady fetchesReady;
    [InputBus] private readonly IReady drainedReady;
    [InputBus] private readonly IReady leftReady;
    [OutputBus] private readonly IReady jobsReady;
    [OutputBus] private readonly IStream<HomeFetch> fetches;
    [OutputBus] private readonly IStream<Drained> drained;
    [OutputBus] private readonly IStream<LeftLine> left;
    private readonly LineMap map;
    private AuxJob job;
    private bool isBusy;
    private bool isTold;
    private uint toFetch;
    private uint missing;

    internal AuxFetcher(
        Stream<AuxJob> jobs, IAuxAnswer answer, Stream<HomeFetch> fetches, Stream<Drained> drained, Stream<LeftLine> left, EndpointShape shape)
    {
        (this.jobs, jobsReady) = (jobs.Forward, jobs.Backward);
        this.answer = answer;
        (this.fetches, fetchesReady) = (fetches.Forward, fetches.Backward);
        (this.drained, drainedReady) = (drained.Forward, drained.Backward);
        (this.left, leftReady) = (left.Forward, left.Backward);
        map = shape.Map;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isFree = !fetches.Valid || fetchesReady.Ready;
        bool fetchesNext = isFree && toFetch != 0;
        bool isMine = answer.Valid && answer.Line.Endpoint == job.Endpoint && (answer.Line.Kind == LineKind.TransmitAux) == job.IsTransmit;
        uint rest = isMine ? missing & ~(1u << (answer.Line.Index & 31)) : missing;
        bool takes = jobs.Valid && jobsReady.Ready;
        bool tells = drained.Valid && drainedReady.Ready;
        bool isHome = isBusy && rest == 0 && toFetch == 0 && isFree;
        bool isDropped = job.IsTransmit && job.Header.IsDiscarded;
        bool isDone = isTold && (isDropped || (left.Valid && leftReady.Ready));

        if (isFree)
        {
            fetches.Valid = toFetch != 0;
            fetches.Item = new HomeFetch(map.Number(new EndpointLine(
                job.IsTransmit ? LineKind.TransmitAux : LineKind.ReceiveAux, job.Endpoint, (byte)(BitOperations.TrailingZeroCount(toFetch) & 31))));
        }

        drained.Valid = (isHome && !isTold && !tells) || (drained.Valid && !tells);
        drained.Item = new Drained(job.Endpoint, job.IsTransmit);
        left.Valid = isTold && !isDropped && !isDone;
        left.Item = new LeftLine
        {
            Endpoint = job.Endpoint,
            Process = job.Header.Process,
            IsTransmit = job.IsTransmit,
            IsDiscarded = job.Header.IsDiscarded,
            Slot = job.Header.Slot,
            TransmitPort = job.Header.TransmitPort,
            MaySendFrames = job.Header.MaySendFrames,
            PacketSlot = job.Header.PacketSlot,
            AuxLines = job.Header.AuxLines,
        };

        if (takes)
        {
            job = jobs.Item;
            toFetch = jobs.Item.Touched;
            missing = jobs.Item.Touched;
        }
        else
        {
            toFetch = fetchesNext ? toFetch & (toFetch - 1) : toFetch;
            missing = rest;
        }

        jobsReady.Ready = !takes && !isBusy;
        isBusy = takes || (isBusy && !isDone);
        isTold = (isTold || tells) && !isDone;
    }
}
