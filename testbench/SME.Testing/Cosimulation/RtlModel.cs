// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;

namespace SME.Testing.Cosimulation;

/// <summary>
/// A running instance of a model. <see cref="Ports"/> is the memory that it shares with the model, laid out as
/// <see cref="PortLayout"/> says; write inputs there, <see cref="Step"/>, read outputs. One thread at a time.
/// </summary>
public sealed unsafe class RtlModel : IDisposable
{
    private readonly byte* ports;
    private nint handle;
    private bool writesWaves;

    internal RtlModel(RtlLibrary library, uint seed)
    {
        Library = library;
        ports = (byte*)NativeMemory.AlignedAlloc((nuint)library.Layout.Size, 64);
        NativeMemory.Clear(ports, (nuint)library.Layout.Size);
        handle = library.Create(seed);
    }

    /// <summary>The library that it is an instance of.</summary>
    public RtlLibrary Library { get; }

    /// <summary>Clock edges since the start, those of the reset included.</summary>
    public long Cycles { get; private set; }

    /// <summary>The shared memory.</summary>
    public Span<byte> Ports => new(ports, Library.Layout.Size);

    /// <summary>The shared memory; valid until <see cref="Dispose"/>.</summary>
    public byte* PortPointer => ports;

    /// <summary>
    /// One cycle: takes the inputs, lets the logic settle, gives the outputs as they stand before the clock edge, then
    /// raises clocks.
    /// </summary>
    /// <param name="clocks">Which clocks have an edge, bit i for the design's clock i.</param>
    public void Step(ulong clocks = ulong.MaxValue)
    {
        if (writesWaves)
        {
            Library.StepWithWaves(handle, ports, clocks);
        }
        else
        {
            Library.Step(handle, ports, clocks);
        }

        Cycles++;
    }

    /// <summary>Takes the inputs, lets the logic settle and gives the outputs, without a clock edge.</summary>
    public void Settle() => Library.Settle(handle, ports);

    /// <summary>
    /// One cycle in the other order: raises clocks with the inputs that were last taken, then takes the inputs, lets the
    /// logic settle and gives the outputs.
    /// </summary>
    /// <param name="clocks">Which clocks have an edge, bit i for the design's clock i.</param>
    public void Advance(ulong clocks = ulong.MaxValue)
    {
        if (writesWaves)
        {
            Library.AdvanceWithWaves(handle, ports, clocks);
        }
        else
        {
            Library.Advance(handle, ports, clocks);
        }

        Cycles++;
    }

    /// <summary>Holds all resets for some cycles of all clocks, releases them, and gives the settled outputs.</summary>
    /// <param name="cycles">How many, 1 or more.</param>
    public void Reset(int cycles = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cycles, 1);
        Library.Reset(handle, ports, (uint)cycles);
        Cycles += cycles;
    }

    /// <summary>Writes an FST file of every signal of the RTL from now on, two nanoseconds a cycle.</summary>
    /// <param name="path">The file; null ends it.</param>
    /// <exception cref="CosimulationException">The model was built without waves, or the file cannot be written.</exception>
    public void WriteWaves(string? path)
    {
        if (!Library.Options.Waves)
        {
            throw new CosimulationException(
                $"{Library.Design.Entity} was built without waves: set {nameof(RtlBuildOptions)}.{nameof(RtlBuildOptions.Waves)}");
        }

        fixed (byte* name = path is null ? null : Encoding.UTF8.GetBytes(path + '\0'))
        {
            if (Library.Waves(handle, name) != 0)
            {
                throw new CosimulationException($"waves cannot be written to {path}: its directory must exist and be writable");
            }
        }

        writesWaves = path is not null;
    }

    /// <summary>
    /// Runs a loop in C++ that takes its inputs from a table of port images, over and over; what C# driving is measured
    /// against.
    /// </summary>
    /// <param name="table">Images of <see cref="Ports"/>, one after the other.</param>
    /// <param name="cycles">How many clocks.</param>
    /// <returns>A sum over the first output, the same as a loop in C# gets with <c>sum * 31 + word</c>.</returns>
    public ulong RunBareLoop(ReadOnlySpan<byte> table, long cycles)
    {
        if (table.Length == 0 || table.Length % Library.Layout.Size != 0)
        {
            throw new ArgumentException($"the table must hold whole images of {Library.Layout.Size} bytes", nameof(table));
        }

        Cycles += cycles;
        fixed (byte* rows = table)
        {
            return Library.Loop(handle, rows, (ulong)(table.Length / Library.Layout.Size), (ulong)cycles);
        }
    }

    /// <summary>Ends the instance, and its waves.</summary>
    public void Dispose()
    {
        if (handle != 0)
        {
            Library.Destroy(handle);
            handle = 0;
            NativeMemory.AlignedFree(ports);
        }
    }
}
