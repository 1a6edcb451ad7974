// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Machines;

/// <summary>Random numbers that are the same on every machine and runtime (SplitMix64: Steele, Lea and Flood, OOPSLA 2014).</summary>
internal sealed class DeterministicRandom(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to below the bound.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);
}
