// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SME.Testing.Cosimulation;

/// <summary>How fast C# drives a model, beside a bare C++ loop over the same model with the same inputs.</summary>
/// <param name="ClocksPerSecond">Driven from C#: inputs copied to the shared memory, one call a clock, an output read.</param>
/// <param name="BareClocksPerSecond">The loop in C++: inputs straight into the model, an output read.</param>
public sealed record DriveComparison(double ClocksPerSecond, double BareClocksPerSecond)
{
    private const int Rows = 256;

    private const int Rounds = 5;

    /// <summary>C#'s share of the bare loop's speed.</summary>
    public double Ratio => ClocksPerSecond / BareClocksPerSecond;

    /// <summary>Measures. Both get turns, and the best turn of each counts, so that other work on the machine disturbs less.</summary>
    /// <param name="library">The model.</param>
    /// <param name="seed">Decides the inputs.</param>
    /// <param name="turn">How long a turn takes, about.</param>
    /// <exception cref="CosimulationException">The two loops do not see the same outputs.</exception>
    public static DriveComparison Measure(RtlLibrary library, ulong seed, TimeSpan turn)
    {
        ArgumentNullException.ThrowIfNull(library);
        byte[] table = MakeTable(library.Layout, seed);
        using RtlModel driven = library.Start();
        using RtlModel bare = library.Start();
        driven.Reset();
        bare.Reset();
        long cycles = 1000;
        double seconds;
        while ((seconds = Time(() => Drive(driven, table, cycles))) < turn.TotalSeconds / 4)
        {
            _ = bare.RunBareLoop(table, cycles);
            cycles *= 2;
        }

        _ = bare.RunBareLoop(table, cycles);
        cycles = Math.Max(1, (long)(cycles * turn.TotalSeconds / seconds));
        (double drivenBest, double bareBest) = (double.MaxValue, double.MaxValue);
        for (int i = 0; i < Rounds; i++)
        {
            (ulong drivenSum, ulong bareSum) = (0, 0);
            drivenBest = Math.Min(drivenBest, Time(() => drivenSum = Drive(driven, table, cycles)));
            bareBest = Math.Min(bareBest, Time(() => bareSum = bare.RunBareLoop(table, cycles)));
            if (drivenSum != bareSum)
            {
                throw new CosimulationException(
                    $"{library.Design.Entity}: the loops in C# and in C++ do not see the same outputs ({drivenSum:x} and {bareSum:x})");
            }
        }

        return new DriveComparison(cycles / drivenBest, cycles / bareBest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe ulong Drive(RtlModel model, byte[] table, long cycles)
    {
        PortLayout layout = model.Library.Layout;
        PlacedPort? first = layout.Outputs.Count > 0 ? layout.Outputs[0] : null;
        byte* output = model.PortPointer + (first?.Offset ?? 0);
        int outputSize = first is null ? 0 : first.Port.Width > 64 ? 4 : first.Size;
        uint inputBytes = (uint)layout.OutputOffset;
        int rowBytes = layout.Size;
        ulong sum = 0;
        int row = 0;
        fixed (byte* rows = table)
        {
            for (long i = 0; i < cycles; i++)
            {
                Unsafe.CopyBlockUnaligned(model.PortPointer, rows + row, inputBytes);
                row = row + rowBytes == table.Length ? 0 : row + rowBytes;
                model.Step();
                sum = (sum * 31) + outputSize switch
                {
                    1 => *output,
                    2 => *(ushort*)output,
                    4 => *(uint*)output,
                    8 => *(ulong*)output,
                    _ => 0,
                };
            }
        }

        return sum;
    }

    private static byte[] MakeTable(PortLayout layout, ulong seed)
    {
        byte[] table = new byte[Rows * layout.Size];
        ulong state = seed | 1;
        for (int row = 0; row < Rows; row++)
        {
            foreach (PlacedPort port in layout.Inputs)
            {
                for (int i = 0; i < port.Size; i++)
                {
                    // A linear feedback shift register, Marsaglia's xorshift64.
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    int bits = Math.Clamp(port.Port.Width - (i * 8), 0, 8);
                    table[(row * layout.Size) + port.Offset + i] = (byte)((int)(state >> 24) & ((1 << bits) - 1));
                }
            }
        }

        return table;
    }

    private static double Time(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
