// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>
/// Joins streams before a FIFO: the first never waits, since whoever drives it has seen to it that there is room; of the others the first that has an item goes when the very first
/// has none and the room says so. No latency, no state.
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

/// <summary>The state of the answers' join; registers.</summary>
public interface IAnswerTurn : IBus
{
    /// <summary>Whether an answer stays on offer.</summary>
    bool IsHeld { get; set; }

    /// <summary>Whether that is a TRYAGAIN.</summary>
    bool IsTryAgain { get; set; }

    /// <summary>Whether the first TRYAGAIN is overdue.</summary>
    bool IsLate { get; set; }
}

/// <summary>
/// Offers answers to the CPU: a TRYAGAIN in the very tick in which it is due, before other answers, unless one of those is on offer and
/// was not taken. No latency, no state.
/// </summary>
public sealed class AnswerJoin : SimpleProcess
{
    [InputBus] private readonly IStream<HomeData> answers;
    [InputBus] private readonly IStream<DueAnswer> tryAgains;
    [InputBus] private readonly IAnswerTurn turn;
    [InputBus] private readonly IEndpointTime time;
    [OutputBus] private readonly IStream<HomeData> data;

    internal AnswerJoin(IStream<HomeData> answers, IStream<DueAnswer> tryAgains, IAnswerTurn turn, IEndpointTime time, IStream<HomeData> data)
    {
        this.answers = answers;
        this.tryAgains = tryAgains;
        this.turn = turn;
        this.time = time;
        this.data = data;
    }

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

/// <summary>Says to whom the CPU's ready is, and remembers what stays on offer. The first half has no latency, see <see cref="AnswerTurn"/>.</summary>
public sealed class AnswerReady : SimpleProcess
{
    [InputBus] private readonly IStream<HomeData> answers;
    [InputBus] private readonly IStream<DueAnswer> tryAgains;
    [InputBus] private readonly IAnswerTurn turn;
    [InputBus] private readonly IEndpointTime time;
    [InputBus] private readonly IReady dataReady;
    [OutputBus] private readonly IReady answersReady;
    [OutputBus] private readonly IReady tryAgainsReady;

    internal AnswerReady(Stream<HomeData> answers, Stream<DueAnswer> tryAgains, IAnswerTurn turn, IEndpointTime time, IReady dataReady)
    {
        (this.answers, answersReady) = (answers.Forward, answers.Backward);
        (this.tryAgains, tryAgainsReady) = (tryAgains.Forward, tryAgains.Backward);
        this.turn = turn;
        this.time = time;
        this.dataReady = dataReady;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isDue = tryAgains.Valid && (turn.IsLate || (byte)((byte)time.Now - tryAgains.Item.Due) < 128);
        bool isTryAgain = turn.IsHeld ? turn.IsTryAgain : isDue;
        answersReady.Ready = !isTryAgain && answers.Valid && dataReady.Ready;
        tryAgainsReady.Ready = isTryAgain && dataReady.Ready;
    }
}

/// <summary>Remembers which answer stays on offer. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class AnswerTurn : SimpleProcess
{
    [InputBus] private readonly IStream<HomeData> answers;
    [InputBus] private readonly IStream<DueAnswer> tryAgains;
    [InputBus] private readonly IEndpointTime time;
    [InputBus] private readonly IReady dataReady;
    [OutputBus] private readonly IAnswerTurn turn;

    internal AnswerTurn(IStream<HomeData> answers, IStream<DueAnswer> tryAgains, IEndpointTime time, IReady dataReady, IAnswerTurn turn)
    {
        this.answers = answers;
        this.tryAgains = tryAgains;
        this.time = time;
        this.dataReady = dataReady;
        this.turn = turn;
    }

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
