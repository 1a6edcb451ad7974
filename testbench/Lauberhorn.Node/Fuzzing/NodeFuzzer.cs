// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>Progress of a campaign.</summary>
/// <param name="Calls">Calls sent.</param>
/// <param name="Total">Calls to send.</param>
/// <param name="Cycles">Ticks of the NIC's clock.</param>
public readonly record struct NodeFuzzProgress(long Calls, long Total, long Cycles);

/// <summary>Results of a campaign.</summary>
/// <param name="Cases">Runs from reset to idle.</param>
/// <param name="Cycles">Ticks of the NIC's clock.</param>
/// <param name="Calls">Calls sent, good and bad; without garbage.</param>
/// <param name="LockstepCalls">Of these, those with the RTL in lock step.</param>
/// <param name="Frames">Frames sent, with garbage.</param>
/// <param name="Replies">Replies of handlers and answers of the NIC's own, each compared with the reference, byte for byte.</param>
/// <param name="Sent">Datagrams of processes' own and frames of the kernel's, compared likewise.</param>
/// <param name="Dropped">Frames that went by the checks and were counted as dropped.</param>
/// <param name="Bytes">Bytes compared, in cores and on the wire.</param>
/// <param name="Mismatches">Cases that failed: 0, or 1, after which the campaign ends.</param>
/// <param name="Report">What failed, and the command that replays it; empty if nothing did.</param>
public sealed record NodeFuzzResult(
    long Cases, long Cycles, long Calls, long LockstepCalls, long Frames, long Replies, long Sent, long Dropped, long Bytes,
    long Mismatches, string Report);

/// <summary>The soak of the whole NIC: cases of some hundred calls each, with a seed of its own each.</summary>
public static class NodeFuzzer
{
    private const int CaseCalls = 400;

    /// <summary>Runs a campaign until all calls are sent or a case fails.</summary>
    /// <param name="calls">Calls to send.</param>
    /// <param name="seed">Decides all that is random; the first case's own seed is this one.</param>
    /// <param name="lockstep">Of a hundred cases, those in which the RTL runs in lock step.</param>
    /// <param name="progress">Called after each case; null for none.</param>
    /// <exception cref="CosimulationException">A tool is missing, or the RTL cannot be built.</exception>
    public static NodeFuzzResult Run(long calls, ulong seed, int lockstep, IProgress<NodeFuzzProgress>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        (long cases, long cycles, long sent, long inLockstep, long frames, long replies, long own, long dropped, long bytes) = (0, 0, 0, 0,
            0, 0, 0, 0, 0);
        while (sent < calls)
        {
            int size = (int)Math.Min(CaseCalls, calls - sent);
            SoakPlan plan = SoakPlan.Make(seed, size, lockstep);
            SoakOutcome outcome = SoakRun.Run(plan);
            cases++;
            cycles += outcome.Cycles;
            sent += outcome.Calls;
            inLockstep += plan.Hardware == Machine.Lockstep ? outcome.Calls : 0;
            frames += outcome.Frames;
            replies += outcome.Tally.Replies + outcome.Tally.Answers + outcome.Tally.Unresolved;
            own += outcome.Tally.Datagrams + outcome.Tally.KernelFrames;
            dropped += outcome.Dropped;
            bytes += outcome.Tally.Bytes;
            progress?.Report(new NodeFuzzProgress(sent, calls, cycles));
            if (outcome.Failure is not null)
            {
                string report = string.Create(
                    CultureInfo.InvariantCulture, $"{outcome.Failure}\n{plan}\nthe same again: tools/lauberhorn fuzz nic --calls {size} "
                        + $"--seed {plan.Seed} --lockstep {lockstep}\n");
                return new NodeFuzzResult(cases, cycles, sent, inLockstep, frames, replies, own, dropped, bytes, 1, report);
            }

            seed = SoakPlan.SeedAfter(seed);
        }

        return new NodeFuzzResult(cases, cycles, sent, inLockstep, frames, replies, own, dropped, bytes, 0, string.Empty);
    }
}
