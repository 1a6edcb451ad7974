// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Reply;

/// <summary>The limit's verdict about an error.</summary>
public interface IErrorLimit : IBus
{
    /// <summary>Whether the port has sent its limit in this period.</summary>
    bool IsReached { get; set; }
}

/// <summary>The state of the ports' counts in this period; registers.</summary>
public interface IErrorPeriod : IBus
{
    /// <summary>For each of the 256 groups of ports: whether its count is of this period.</summary>
    Bits<W256> Counted { get; set; }
}

/// <summary>
/// Counts the errors that the NIC sends, by the low 8 bits of the UDP port that was called, so that a flood of bad calls becomes no flood
/// of answers. Ports with the same low bits share a limit. An answer to procedure 0 does not count. Latency 1 tick: with the
/// <see cref="ReplyMerge"/> beside it; one answer per tick.
/// </summary>
public sealed class ErrorLimit
{
    private const int Groups = 256;

    /// <summary>Creates the limit in a scope of its own.</summary>
    /// <param name="taken">The answers of the NIC's own, as they are accepted.</param>
    /// <param name="job">With <paramref name="format"/>: whether the pipeline advances.</param>
    /// <param name="format">Whether a job is accepted.</param>
    /// <param name="settings">The limit and the period.</param>
    public ErrorLimit(IReplyTaken taken, IReplyJob job, IReplyFormat format, INicSettings settings)
    {
        using Scope scope = Scope.Open("errorLimit");
        IErrorPeriod period = Scope.CreateBus<IErrorPeriod>("period");
        IRamWrite<ushort> write = Scope.CreateBus<IRamWrite<ushort>>("write");
        ErrorCountRead read = new(taken) { Name = "read" };
        DistributedRam<ushort> counts = new(write, read.Address, Groups);
        ErrorCount count = new(taken, job, format, settings, period, counts.Data, write) { Name = "count" };
        Limit = new ErrorPeriod(taken, job, format, settings, count.Verdict, period) { Name = "periods" }.Limit;
    }

    /// <summary>Output: whether the answer that was accepted in the tick before must not be sent.</summary>
    public IErrorLimit Limit { get; }
}

/// <summary>The address of a port's count. Combinational.</summary>
public sealed class ErrorCountRead([InputBus] IReplyTaken taken) : SimpleProcess
{
    [OutputBus] private readonly IRamAddress address = Scope.CreateBus<IRamAddress>("address");

    internal IRamAddress Address => address;

    /// <inheritdoc/>
    protected override void OnTick() => address.Address = (uint)taken.Answer.ServerPort & 0xFF;
}

/// <summary>The decision about an answer.</summary>
public interface IErrorVerdict : IBus
{
    /// <summary>Whether it is counted.</summary>
    bool IsCounted { get; set; }

    /// <summary>Whether it is over the limit.</summary>
    bool IsOver { get; set; }
}

/// <summary>Compares a port's count with the limit, and counts. Combinational.</summary>
public sealed class ErrorCount(
    [InputBus] IReplyTaken taken,
    [InputBus] IReplyJob job,
    [InputBus] IReplyFormat format,
    [InputBus] INicSettings settings,
    [InputBus] IErrorPeriod period,
    [InputBus] IRamData<ushort> counts,
    [OutputBus] IRamWrite<ushort> write) : SimpleProcess
{
    [OutputBus] private readonly IErrorVerdict verdict = Scope.CreateBus<IErrorVerdict>("verdict");

    internal IErrorVerdict Verdict => verdict;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        byte group = (byte)taken.Answer.ServerPort;
        bool moves = !job.Valid || format.IsFree;
        bool isError = taken.Valid && taken.IsAnswer && taken.Answer.Kind != NicReplyKind.Null && settings.ErrorReplyLimit != 0;
        ushort sent = period.Counted[group] ? counts.Item : (ushort)0;
        bool isOver = isError && sent >= settings.ErrorReplyLimit;
        verdict.IsOver = isOver;
        verdict.IsCounted = moves && isError && !isOver;
        write.Enable = moves && isError && !isOver;
        write.Address = group;
        write.Item = (ushort)(sent + 1);
    }
}

/// <summary>Counts the periods, and registers the verdict. Latency 1 tick; one answer per tick; stalls with the stages behind it.</summary>
[ClockedProcess]
public sealed class ErrorPeriod(
    [InputBus] IReplyTaken taken,
    [InputBus] IReplyJob job,
    [InputBus] IReplyFormat format,
    [InputBus] INicSettings settings,
    [InputBus] IErrorVerdict verdict,
    [OutputBus] IErrorPeriod period) : SimpleProcess
{
    [OutputBus] private readonly IErrorLimit errorLimit = Scope.CreateBus<IErrorLimit>("errorLimit");
    private uint elapsed;

    internal IErrorLimit Limit => errorLimit;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool begins = elapsed + 1 >= settings.ErrorReplyPeriod;
        elapsed = begins ? 0 : elapsed + 1;
        Bits<W256> counted = begins ? Bits<W256>.Zero : period.Counted;
        byte group = (byte)taken.Answer.ServerPort;
        period.Counted = LineBytes.WithGroup(counted, group, verdict.IsCounted && !begins);
        if (!job.Valid || format.IsFree)
        {
            errorLimit.IsReached = verdict.IsOver;
        }
    }
}
