// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>
/// Joins streams before a FIFO, with fixed priority: the first never stalls, since its driver has made sure that there is room; of the
/// others the first that is valid goes when the very first is not valid and there is room. Combinational.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class PushJoin<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> first;
    [InputBus] private readonly IStream<T>[] others;
    [InputBus] private readonly SME.Components.IFifoState state;
    [OutputBus] private readonly IReady[] othersReady;
    [OutputBus] private readonly IStream<T> joined;

    internal PushJoin(IStream<T> first, SME.Components.IFifoState state, Stream<T> joined, params Stream<T>[] others)
    {
        this.first = first;
        this.others = [.. others.Select(stream => stream.Forward)];
        othersReady = [.. others.Select(stream => stream.Backward)];
        this.state = state;
        this.joined = joined.Forward;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isFree = !first.Valid && state.Count <= Endpoints.QueueDepth - EndpointRoom.Margin;
        bool pushes = first.Valid;
        T item = first.Item;
        for (int i = 0; i < others.Length; i++)
        {
            bool takes = isFree && others[i].Valid;
            othersReady[i].Ready = takes;
            item = takes ? others[i].Item : item;
            pushes |= takes;
            isFree = isFree && !takes;
        }

        joined.Valid = pushes;
        joined.Item = item;
    }
}

/// <summary>The state of the answers' multiplexer; registers.</summary>
public interface IAnswerTurn : IBus
{
    /// <summary>Whether the output's answer was stalled, so that it must stay valid and unchanged.</summary>
    bool IsHeld { get; set; }

    /// <summary>Whether that answer is a TRYAGAIN.</summary>
    bool IsTryAgain { get; set; }

    /// <summary>Whether the first TRYAGAIN is overdue.</summary>
    bool IsLate { get; set; }
}

/// <summary>
/// Multiplexes answers to the CPU: a TRYAGAIN is valid in the very tick in which it is due, before other answers, unless one of those is
/// stalled. Combinational.
/// </summary>
public sealed class AnswerJoin(
    [InputBus] IStream<HomeData> answers,
    [InputBus] IStream<DueAnswer> tryAgains,
    [InputBus] IAnswerTurn turn,
    [InputBus] IEndpointTime time,
    [OutputBus] IStream<HomeData> data) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isDue = tryAgains.Valid && (turn.IsLate || (byte)((byte)time.Now - tryAgains.Item.Due) < 128);
        bool isTryAgain = turn.IsHeld ? turn.IsTryAgain : isDue;
        data.Valid = isTryAgain || answers.Valid;
        data.Item = isTryAgain
            ? new HomeData(tryAgains.Item.Tag, LineReader.WithoutMessage(tryAgains.Item.Source))
            : answers.Item;
    }
}

/// <summary>
/// Hands the CPU's ready to the input that was chosen, and remembers which answer is stalled. The first half has no latency, see
/// <see cref="AnswerTurn"/>.
/// </summary>
public sealed class AnswerReady(
    [InputBus] Stream<HomeData> answers,
    [InputBus] Stream<DueAnswer> tryAgains,
    [InputBus] IAnswerTurn turn,
    [InputBus] IEndpointTime time,
    [InputBus] IReady dataReady) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isDue = tryAgains.Valid && (turn.IsLate || (byte)((byte)time.Now - tryAgains.Item.Due) < 128);
        bool isTryAgain = turn.IsHeld ? turn.IsTryAgain : isDue;
        answers.Ready = !isTryAgain && answers.Valid && dataReady.Ready;
        tryAgains.Ready = isTryAgain && dataReady.Ready;
    }
}

/// <summary>Remembers which answer is stalled and so must stay valid. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class AnswerTurn(
    [InputBus] IStream<HomeData> answers,
    [InputBus] IStream<DueAnswer> tryAgains,
    [InputBus] IEndpointTime time,
    [InputBus] IReady dataReady,
    [OutputBus] IAnswerTurn turn) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isDue = tryAgains.Valid && (turn.IsLate || (byte)((byte)time.Now - tryAgains.Item.Due) < 128);
        bool isTryAgain = turn.IsHeld ? turn.IsTryAgain : isDue;
        turn.IsHeld = (isTryAgain || answers.Valid) && !dataReady.Ready;
        turn.IsTryAgain = isTryAgain;
        turn.IsLate = isDue && !(isTryAgain && dataReady.Ready);
    }
}
