// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Hdl.Home;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>
/// Fetches lines of an endpoint that belong together, one job at a time: a fetch per tick, then waits for all answers, tells the engine, and, if they are the aux lines
/// of a line that was left, hands that on. What its control line brought is in its store already, so it goes on without bytes of its own.
/// Throughput: the time of the CPU's answers and 5 ticks for each job. Back-pressure: waits for the engine, the fetches and the reply stage.
/// </summary>
[ClockedProcess]
public sealed class LineFetcher : SimpleProcess
{
    [InputBus] private readonly IStream<FetchJob> jobs;
    [InputBus] private readonly IFetchAnswer answer;
    [InputBus] private readonly IReady fetchesReady;
    [InputBus] private readonly IReady drainedReady;
    [InputBus] private readonly IReady leftReady;
    [OutputBus] private readonly IReady jobsReady;
    [OutputBus] private readonly IStream<HomeFetch> fetches;
    [OutputBus] private readonly IStream<Drained> drained;
    [OutputBus] private readonly IStream<LeftLine> left;
    private readonly LineMap map;
    private FetchJob job;
    private bool isBusy;
    private bool isTold;
    private uint toFetch;
    private uint missing;

    internal LineFetcher(
        Stream<FetchJob> jobs, IFetchAnswer answer, Stream<HomeFetch> fetches, Stream<Drained> drained, Stream<LeftLine> left, EndpointShape shape)
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
        EndpointLine home = answer.Line;
        bool isAux = home.Kind == LineKind.ReceiveAux || home.Kind == LineKind.TransmitAux;
        LineGroup group = !isAux ? LineGroup.Control : home.Kind == LineKind.TransmitAux ? LineGroup.TransmitAux : LineGroup.ReceiveAux;
        bool isMine = answer.Valid && home.Kind != LineKind.None && home.Endpoint == job.Endpoint && group == job.Group;
        int answered = isAux ? home.Index & 31 : LineBits.Place(home);
        uint rest = isMine ? missing & ~(1u << answered) : missing;
        bool takes = jobs.Valid && jobsReady.Ready;
        bool tells = drained.Valid && drainedReady.Ready;
        bool isHome = isBusy && rest == 0 && toFetch == 0 && isFree;
        bool isDone = isTold && (!job.GoesOn || (left.Valid && leftReady.Ready));
        int next = BitOperations.TrailingZeroCount(toFetch) & 31;
        bool isControl = job.Group == LineGroup.Control;
        LineKind kind = isControl
            ? (next & 2) != 0 ? LineKind.TransmitControl : LineKind.ReceiveControl
            : job.Group == LineGroup.TransmitAux ? LineKind.TransmitAux : LineKind.ReceiveAux;

        if (isFree)
        {
            fetches.Valid = toFetch != 0;
            fetches.Item = new HomeFetch(map.Number(new EndpointLine(kind, job.Endpoint, (byte)(isControl ? next & 1 : next))));
        }

        drained.Valid = (isHome && !isTold && !tells) || (drained.Valid && !tells);
        drained.Item = new Drained(job.Endpoint, job.Group);
        left.Valid = isTold && job.GoesOn && !isDone;
        left.Item = new LeftLine
        {
            Endpoint = job.Endpoint,
            Process = job.Header.Process,
            IsTransmit = job.Group == LineGroup.TransmitAux,
            Slot = job.Header.Slot,
            TransmitPort = job.Header.TransmitPort,
            MaySendFrames = job.Header.MaySendFrames,
            PacketSlot = job.Header.PacketSlot,
            AuxLines = job.Header.AuxLines,
        };

        if (takes)
        {
            job = jobs.Item;
            toFetch = jobs.Item.Lines;
            missing = jobs.Item.Lines;
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
