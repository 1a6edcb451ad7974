// SPDX-License-Identifier: Apache-2.0
namespace SME.Compilation;

/// <summary>
/// A piece of compiled tick, and when it has to be run: a call costs several nanoseconds also if all that is in the piece rests. Two words
/// are looked at, of which each may be the same, so that there is one branch.
/// </summary>
/// <param name="run">The piece.</param>
/// <param name="first">Where a word lies that does not move.</param>
/// <param name="firstMask">Bits of it; each is a reason to run the piece.</param>
/// <param name="second">Where another lies.</param>
/// <param name="secondMask">Bits of that.</param>
internal readonly unsafe struct PieceStep(Action<long> run, nint first, uint firstMask, nint second, uint secondMask)
{
    private readonly nint first = first;
    private readonly nint second = second;
    private readonly uint firstMask = firstMask;
    private readonly uint secondMask = secondMask;

    /// <summary>The piece.</summary>
    internal Action<long> Run { get; } = run;

    /// <summary>Whether there may be something to do.</summary>
    internal bool IsNeeded => ((*(uint*)first & firstMask) | (*(uint*)second & secondMask)) != 0;
}

/// <summary>Finds out when a piece of compiled tick has to be run.</summary>
internal sealed class PieceNeed
{
    private readonly Dictionary<(bool IsRan, int Word), uint> masks = [];

    /// <summary>Whether it is to be run in every tick.</summary>
    internal bool IsAlways { get; set; }

    /// <summary>Adds bits of which each is a reason to run it.</summary>
    /// <param name="isRan">Whether they are of <see cref="RestPlan.Ran"/>, else of <see cref="RestPlan.Awake"/>.</param>
    /// <param name="mask">The bits.</param>
    internal void Add(bool isRan, WakeMask mask) =>
        masks[(isRan, mask.Word)] = masks.GetValueOrDefault((isRan, mask.Word)) | mask.Mask;

    /// <summary>The piece with what is to be looked at.</summary>
    /// <param name="run">The piece.</param>
    /// <param name="plan">Who rests.</param>
    internal PieceStep Step(Action<long> run, RestPlan plan)
    {
        (nint Place, uint Mask)[] words =
        [
            .. masks.Select(pair => (RestPlan.AddressOf(pair.Key.IsRan ? plan.Ran : plan.Awake, pair.Key.Word), pair.Value)),
        ];
        if (IsAlways || words.Length is 0 or > 2)
        {
            words = [(RestPlan.AddressOf(plan.Ones), uint.MaxValue)];
        }

        return new PieceStep(run, words[0].Place, words[0].Mask, words[^1].Place, words[^1].Mask);
    }
}
