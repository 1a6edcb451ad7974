// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Top;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Testing.Fuzzing;

/// <summary>Compares what came out of the receive path with what should have.</summary>
/// <param name="bench">The bench after its run.</param>
/// <param name="sent">The frames that were sent.</param>
/// <param name="mayOverrun">Whether frames may be missing.</param>
/// <returns>What differs; null if nothing does.</returns>
internal delegate string? Judge(ReceivePathBench bench, IReadOnlyList<SentFrame> sent, bool mayOverrun);

/// <summary>Result of a run.</summary>
/// <param name="Cycles">Cycles in which C# and RTL were compared; without RTL, cycles run.</param>
/// <param name="Failure">What went wrong; null if nothing did.</param>
/// <param name="IsLockstep">Whether it is C# and RTL that differ.</param>
internal sealed record ParserOutcome(long Cycles, string? Failure, bool IsLockstep = false);

/// <summary>Runs a case.</summary>
internal sealed class ParserRun(Judge judge)
{
    /// <summary>Runs it and says what differs.</summary>
    /// <param name="case">The case.</param>
    /// <param name="withRtl">Whether the RTL runs beside the C#; without it, only the C# is compared with the reference.</param>
    public ParserOutcome Run(ParserCase @case, bool withRtl)
    {
        using var bench = new ReceivePathBench(@case.Config, @case.Settings);
        var gaps = new PaceSource(@case.Gaps, @case.Seed);
        var metadata = new PaceSource(@case.Metadata, @case.Seed + 1);
        var payload = new PaceSource(@case.Payload, @case.Seed + 2);
        bench.Gap = gaps.Pause;
        bench.MetadataPace = metadata.Works;
        bench.PayloadPace = payload.Works;
        using var lockstep = withRtl ? Lockstep.Attach(RtlGenerator.Generate(bench.Simulation, ReceivePath.EntityName)) : null;
        var sent = @case.Frames.Select(frame => bench.Send(frame.Bytes, frame.ErrorFlag)).ToList();
        string? failure;
        var isLockstep = false;
        try
        {
            bench.Run();
            failure = judge(bench, sent, @case.MayOverrun);
        }
        catch (LockstepException exception)
        {
            failure = exception.Message;
            isLockstep = true;
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidOperationException or SME.ContractException)
        {
            failure = exception.Message;
        }

        return new ParserOutcome(lockstep?.Compared ?? bench.Ticks, failure, isLockstep);
    }
}
