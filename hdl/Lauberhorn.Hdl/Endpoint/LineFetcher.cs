// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>
/// Fetches aux lines of an endpoint that belong together, one job at a time: a fetch per tick, then waits for all answers, tells the
/// engine, and, if they are those of a line that was left, hands that on. What its control line brought is in its store already, so it goes
/// on without bytes of its own. No load ever stalls on the colour of an aux line, so no job waits for what is queued behind it; control
/// lines have a fetcher of their own (<see cref="ControlFetcher"/>). Throughput: the time of the CPU's answers and 5 ticks for each job.
/// Back-pressure: stalls with the engine, the fetches and the reply stage.
/// </summary>
[ClockedProcess]
internal sealed class LineFetcher(
    [InputBus] Stream<FetchJob> jobs,
    [InputBus] IFetchAnswer answer,
    [OutputBus] Stream<HomeFetch> fetches,
    [OutputBus] Stream<Drained> drained,
    [OutputBus] Stream<LeftLine> left,
    EndpointShape shape) : SimpleProcess
{
    private readonly LineMap map = shape.Map;
    private FetchJob job;
    private bool isBusy;
    private bool isTold;
    private uint toFetch;
    private uint missing;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isFree = !fetches.Valid || fetches.Ready;
        bool fetchesNext = isFree && toFetch != 0;
        EndpointLine home = answer.Line;
        LineKind kind = job.Group == LineGroup.TransmitAux ? LineKind.TransmitAux : LineKind.ReceiveAux;
        bool isMine = answer.Valid && home.Endpoint == job.Endpoint && home.Kind == kind;
        uint rest = isMine ? missing & ~(1u << (home.Index & 31)) : missing;
        bool takes = jobs.Valid && jobs.Ready;
        bool tells = drained.Valid && drained.Ready;
        bool isHome = isBusy && rest == 0 && toFetch == 0 && isFree;
        bool isDone = isTold && (!job.GoesOn || (left.Valid && left.Ready));

        if (isFree)
        {
            fetches.Valid = toFetch != 0;
            fetches.Item = new HomeFetch(map.Number(new EndpointLine(kind, job.Endpoint,
                (byte)(BitOperations.TrailingZeroCount(toFetch) & 31))));
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

        jobs.Ready = !takes && !isBusy;
        isBusy = takes || (isBusy && !isDone);
        isTold = (isTold || tells) && !isDone;
    }
}

/// <summary>
/// Fetches control lines of an endpoint that is released or bound: a fetch per tick, then waits for all answers and tells the engine. One
/// job at a time, as there is one command at a time. A load may be stalled on the colour of such a line, and give way only when aux lines
/// of its own endpoint are home: so these must not queue behind this. Throughput: the time of the CPU's answers and 5 ticks for each job.
/// Back-pressure: stalls with the engine and the fetches.
/// </summary>
[ClockedProcess]
internal sealed class ControlFetcher(
    [InputBus] IStream<FetchJob> recalls,
    [InputBus] IFetchAnswer answer,
    [OutputBus] Stream<HomeFetch> fetches,
    [OutputBus] Stream<Drained> recalled,
    EndpointShape shape) : SimpleProcess
{
    private readonly LineMap map = shape.Map;
    private ushort endpoint;
    private bool isBusy;
    private byte toFetch;
    private byte missing;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        EndpointLine home = answer.Line;
        bool isControl = home.Kind == LineKind.ReceiveControl || home.Kind == LineKind.TransmitControl;
        bool isMine = answer.Valid && isControl && home.Endpoint == endpoint;
        bool isFree = !fetches.Valid || fetches.Ready;
        bool tells = recalled.Valid && recalled.Ready;
        byte rest = isMine ? (byte)(missing & ~(1 << LineBits.Place(home))) : missing;
        bool isHome = isBusy && rest == 0 && toFetch == 0 && isFree;
        int next = (toFetch & 1) != 0 ? 0 : (toFetch & 2) != 0 ? 1 : (toFetch & 4) != 0 ? 2 : 3;
        if (isFree)
        {
            fetches.Valid = toFetch != 0;
            fetches.Item = new HomeFetch(map.Number(
                new EndpointLine((next & 2) != 0 ? LineKind.TransmitControl : LineKind.ReceiveControl, endpoint, (byte)(next & 1))));
            toFetch &= (byte)(toFetch - 1);
        }

        missing = rest;
        recalled.Valid = (isHome && !tells) || (recalled.Valid && !tells);
        recalled.Item = new Drained(endpoint, LineGroup.Control);
        isBusy = isBusy && !tells;
        if (recalls.Valid)
        {
            endpoint = recalls.Item.Endpoint;
            toFetch = (byte)recalls.Item.Lines;
            missing = (byte)recalls.Item.Lines;
            isBusy = true;
        }
    }
}
