// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace SME.Components;

/// <summary>What the memories have in common.</summary>
internal static class Ram
{
    /// <summary>The value of the generic <c>ram_style</c>.</summary>
    public static string StyleName(RamStyle style) => style switch
    {
        RamStyle.Block => "block",
        RamStyle.Distributed => "distributed",
        RamStyle.Ultra => "ultra",
        _ => throw new ArgumentOutOfRangeException(nameof(style)),
    };

    /// <summary>Bits of an address; 1 at least.</summary>
    public static int AddressWidth(int depth) => Math.Max(1, BitOperations.Log2((uint)depth - 1) + 1);

    /// <summary>Checks a depth.</summary>
    /// <exception cref="ElaborationException">It is less than 1, or no power of two where one is needed.</exception>
    public static int CheckDepth(int depth, string path, bool powerOfTwo = false, int minimum = 1)
    {
        if (depth < minimum)
        {
            throw new ElaborationException($"{path}: a depth of {depth} is too small; use {minimum} or more");
        }

        if (powerOfTwo && !BitOperations.IsPow2(depth))
        {
            throw new ElaborationException($"{path}: the depth must be a power of two, not {depth}; use {BitOperations.RoundUpToPowerOf2((uint)depth)}");
        }

        return depth;
    }

    /// <summary>Ends the simulation over an address beyond the memory.</summary>
    public static void ThrowAddress(Process process, string port, uint address, int depth) =>
        throw new ContractException(process.Path, process.Scope.Simulation.Ticks, $"the {port} port accesses address {address} of a memory of {depth} words");
}
