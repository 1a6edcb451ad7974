// SPDX-License-Identifier: Apache-2.0
namespace SME.Testing.Fuzzing;

/// <summary>
/// Random numbers that are the same on every machine and in every version of .NET, so that a seed means one program for
/// ever. The generator is SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
/// </summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong state = seed;

    internal ulong Next()
    {
        state += 0x9e3779b97f4a7c15;
        ulong mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to below a limit.</summary>
    internal int Below(int limit) => (int)((UInt128)Next() * (uint)limit >> 64);

    /// <summary>From one number to another, both included.</summary>
    internal int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>True so many times in a hundred.</summary>
    internal bool Percent(int percent) => Below(100) < percent;

    internal T Pick<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    /// <summary>The seed of a case of a campaign; the first case has the campaign's own.</summary>
    internal static ulong SeedOf(ulong campaign, long index) => index == 0 ? campaign
        : new FuzzRandom(campaign ^ ((ulong)index * 0xd1342543de82ef95)).Next() >> 16;
}
