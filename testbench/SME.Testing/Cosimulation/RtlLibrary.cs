// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace SME.Testing.Cosimulation;

/// <summary>A built model. It stays loaded as long as the program runs; <see cref="Start"/> makes instances of it.</summary>
public sealed unsafe class RtlLibrary
{
    private RtlLibrary(nint library, RtlDesign design, PortLayout layout, RtlBuildOptions options)
    {
        Design = design;
        Layout = layout;
        Options = options;
        Create = (delegate* unmanaged<uint, nint>)NativeLibrary.GetExport(library, "lauberhorn_create");
        Destroy = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "lauberhorn_destroy");
        Step = (delegate* unmanaged[SuppressGCTransition]<nint, byte*, ulong, void>)NativeLibrary.GetExport(library, "lauberhorn_step");
        StepWithWaves = (delegate* unmanaged<nint, byte*, ulong, void>)Step;
        Settle = (delegate* unmanaged<nint, byte*, void>)NativeLibrary.GetExport(library, "lauberhorn_settle");
        Advance = (delegate* unmanaged[SuppressGCTransition]<nint, byte*, ulong, void>)NativeLibrary.GetExport(library,
            "lauberhorn_advance");
        AdvanceWithWaves = (delegate* unmanaged<nint, byte*, ulong, void>)Advance;
        Reset = (delegate* unmanaged<nint, byte*, uint, void>)NativeLibrary.GetExport(library, "lauberhorn_reset");
        Waves = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(library, "lauberhorn_waves");
        Loop = (delegate* unmanaged<nint, byte*, ulong, ulong, ulong>)NativeLibrary.GetExport(library, "lauberhorn_loop");
        uint size = ((delegate* unmanaged<uint>)NativeLibrary.GetExport(library, "lauberhorn_size"))();
        if (size != layout.Size)
        {
            throw new CosimulationException(
                $"{design.Entity}: the model's ports take {size} bytes instead of {layout.Size}; delete {RtlBuilder.CacheDirectory}");
        }
    }

    /// <summary>The design that the library was built from.</summary>
    public RtlDesign Design { get; }

    /// <summary>Layout of the port struct.</summary>
    public PortLayout Layout { get; }

    /// <summary>The options that it was built with.</summary>
    public RtlBuildOptions Options { get; }

    internal delegate* unmanaged<uint, nint> Create { get; }

    internal delegate* unmanaged<nint, void> Destroy { get; }

    // A step takes well below a microsecond for a small design and a few for a large one, and blocks on nothing, so
    // that a garbage collection on another thread may wait for it; telling the runtime would cost more than the copy.
    internal delegate* unmanaged[SuppressGCTransition]<nint, byte*, ulong, void> Step { get; }

    // Writing waves does block, on the disk.
    internal delegate* unmanaged<nint, byte*, ulong, void> StepWithWaves { get; }

    internal delegate* unmanaged<nint, byte*, void> Settle { get; }

    internal delegate* unmanaged[SuppressGCTransition]<nint, byte*, ulong, void> Advance { get; }

    internal delegate* unmanaged<nint, byte*, ulong, void> AdvanceWithWaves { get; }

    internal delegate* unmanaged<nint, byte*, uint, void> Reset { get; }

    internal delegate* unmanaged<nint, byte*, int> Waves { get; }

    internal delegate* unmanaged<nint, byte*, ulong, ulong, ulong> Loop { get; }

    internal static RtlLibrary Load(string path, RtlDesign design, PortLayout layout, RtlBuildOptions options) =>
        new(NativeLibrary.Load(path), design, layout, options);

    /// <summary>Makes an instance with all ports zero, not yet reset.</summary>
    /// <param name="seed">Decides the bits that have no defined value, if the model was built with such.</param>
    public RtlModel Start(uint seed = 1) => new(this, seed);
}
