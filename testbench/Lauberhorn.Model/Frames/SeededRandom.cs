// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Frames;

/// <summary>
/// Random numbers that are the same on every machine and in every version for the same seed: SplitMix (Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, figure 17).
/// </summary>
public sealed class SeededRandom
{
    private ulong _state;

    /// <summary>Starts from a seed.</summary>
    public SeededRandom(ulong seed)
    {
        _state = seed;
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        _state += 0x9E37_79B9_7F4A_7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from the smaller bound to the larger, both included.</summary>
    public int Between(int smallest, int largest) =>
        smallest + (int)(Next() % (ulong)((long)largest - smallest + 1));

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Between(1, times) == 1;

    /// <summary>One of these.</summary>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Between(0, choices.Length - 1)];

    /// <summary>So many random bytes, each equally likely.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            bytes[i] = (byte)(Next() >> 56);
        }

        return bytes;
    }
}
