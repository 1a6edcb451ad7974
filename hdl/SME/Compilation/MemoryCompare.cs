// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;

namespace SME.Compilation;

/// <summary>Compares values by their bytes: equal bytes are equal values.</summary>
internal static class MemoryCompare
{
    private const int LargestInline = 16;

    /// <summary>Writes code that leaves on the stack whether two values differ.</summary>
    /// <param name="generator">Where to write.</param>
    /// <param name="size">Bytes of each.</param>
    /// <param name="loadLeft">Writes code that loads a reference to one.</param>
    /// <param name="loadRight">Writes code that loads a reference to the other.</param>
    internal static void Emit(ILGenerator generator, int size, Action<ILGenerator> loadLeft, Action<ILGenerator> loadRight)
    {
        if (size > LargestInline)
        {
            loadLeft(generator);
            loadRight(generator);
            generator.Emit(OpCodes.Ldc_I4, size);
            generator.Emit(OpCodes.Call, typeof(MemoryCompare).GetMethod(nameof(Differ), BindingFlags.Static | BindingFlags.NonPublic)!);
            return;
        }

        // Two loads that may overlap, or one.
        int bytes = size >= 8 ? 8 : size >= 4 ? 4 : size >= 2 ? 2 : 1;
        Difference(0);
        if (size > bytes)
        {
            Difference(size - bytes);
            generator.Emit(OpCodes.Or);
        }

        generator.Emit(OpCodes.Ldc_I4_0);
        generator.Emit(OpCodes.Conv_U8);
        generator.Emit(OpCodes.Cgt_Un);

        void Difference(int offset)
        {
            Load(loadLeft, offset);
            Load(loadRight, offset);
            generator.Emit(OpCodes.Xor);
        }

        void Load(Action<ILGenerator> load, int offset)
        {
            load(generator);
            if (offset > 0)
            {
                generator.Emit(OpCodes.Ldc_I4, offset);
                generator.Emit(OpCodes.Conv_I);
                generator.Emit(OpCodes.Add);
            }

            generator.Emit(
                bytes == 8 ? OpCodes.Ldind_I8 : bytes == 4 ? OpCodes.Ldind_U4 : bytes == 2 ? OpCodes.Ldind_U2 : OpCodes.Ldind_U1);
            if (bytes < 8)
            {
                generator.Emit(OpCodes.Conv_U8);
            }
        }
    }

    private static bool Differ(ref byte left, ref byte right, int size) =>
        !MemoryMarshal.CreateReadOnlySpan(ref left, size).SequenceEqual(MemoryMarshal.CreateReadOnlySpan(ref right, size));
}
