// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SME.Components;

/// <summary>Functions that the memories share.</summary>
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

    /// <summary>Width of an address in bits; 1 at least.</summary>
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
            throw new ElaborationException(
                $"{path}: the depth must be a power of two, not {depth}; use {BitOperations.RoundUpToPowerOf2((uint)depth)}");
        }

        return depth;
    }

    /// <summary>Checks that a word has as many bytes as its enable has bits.</summary>
    /// <exception cref="ElaborationException">It has not.</exception>
    public static void CheckBytes<TWidth, TBytes>(string path)
        where TWidth : unmanaged, IWidth
        where TBytes : unmanaged, IWidth
    {
        if (TWidth.Bits != 8 * TBytes.Bits)
        {
            throw new ElaborationException(
                $"{path}: a word of {TWidth.Bits} bits does not have {TBytes.Bits} bytes; use a width of {8 * TBytes.Bits} bits");
        }
    }

    /// <summary>Replaces the enabled bytes of a word.</summary>
    public static Bits<TWidth> Merge<TWidth, TBytes>(Bits<TWidth> old, Bits<TWidth> item, Bits<TBytes> enable)
        where TWidth : unmanaged, IWidth
        where TBytes : unmanaged, IWidth
    {
        if (enable == Bits<TBytes>.AllOnes)
        {
            return item;
        }

        Span<byte> to = MemoryMarshal.AsBytes(old.Words);
        ReadOnlySpan<byte> from = MemoryMarshal.AsBytes(item.Words);
        for (int i = 0; i < TBytes.Bits; i++)
        {
            if (enable[i])
            {
                to[i] = from[i];
            }
        }

        return old;
    }

    /// <summary>Reads the word at an address that must be inside the memory.</summary>
    public static T Read<T>(T[] memory, uint address, Process process, string port)
    {
        if (address >= memory.Length)
        {
            ThrowAddress(process, port, address, memory.Length);
        }

        return memory[address];
    }

    /// <summary>The word at an address that must be inside the memory, to be written.</summary>
    public static ref T At<T>(T[] memory, uint address, Process process, string port)
    {
        if (address >= memory.Length)
        {
            ThrowAddress(process, port, address, memory.Length);
        }

        return ref memory[address];
    }

    /// <summary>Ends the simulation because both ports write one word, whose result in hardware is undefined.</summary>
    [DoesNotReturn]
    public static void ThrowCollision(Process process, uint address) =>
        throw new ContractException(process.Path, process.Scope.Simulation.Ticks, $"both ports write to address {address}");

    /// <summary>Ends the simulation over an address beyond the memory.</summary>
    [DoesNotReturn]
    private static void ThrowAddress(Process process, string port, uint address, int depth) =>
        throw new ContractException(process.Path, process.Scope.Simulation.Ticks,
            $"the {port} port accesses address {address} of a memory of {depth} words");
}
