// SPDX-License-Identifier: Apache-2.0
namespace SME.Testing.Cosimulation;

/// <summary>
/// Where each port lies in the one block of memory that C# and the model share: inputs first, then outputs, each in the
/// order of the ports; naturally aligned, little-endian. A port of up to 8, 16, 32, 64 bits takes 1, 2, 4, 8 bytes; a
/// wider one as many 32-bit words as it needs, least significant first. Bits above the width are zero.
/// </summary>
public sealed class PortLayout
{
    /// <summary>Lays out the ports of a design.</summary>
    /// <param name="ports">The ports in any order; inputs and outputs keep theirs.</param>
    public PortLayout(IReadOnlyList<RtlPort> ports)
    {
        ArgumentNullException.ThrowIfNull(ports);
        int offset = 0;
        Inputs = ports.Where(port => port.IsInput).Select(Place).ToArray();
        offset = Align(offset, 8);
        OutputOffset = offset;
        Outputs = ports.Where(port => !port.IsInput).Select(Place).ToArray();
        Size = Math.Max(Align(offset, 8), 8);

        PlacedPort Place(RtlPort port)
        {
            int size = SizeOf(port.Width);
            offset = Align(offset, Math.Min(size, port.Width > 64 ? 4 : 8));
            PlacedPort placed = new(port, offset, size);
            offset += size;
            return placed;
        }
    }

    /// <summary>The input ports, in the order of the struct.</summary>
    public IReadOnlyList<PlacedPort> Inputs { get; }

    /// <summary>The output ports, in the order of the struct.</summary>
    public IReadOnlyList<PlacedPort> Outputs { get; }

    /// <summary>Offset of the outputs in the struct, in bytes; a multiple of 8.</summary>
    public int OutputOffset { get; }

    /// <summary>Bytes altogether, a multiple of 8.</summary>
    public int Size { get; }

    /// <summary>Bytes that a port of some width takes.</summary>
    /// <param name="width">The width in bits.</param>
    public static int SizeOf(int width) => width switch
    {
        < 1 => throw new ArgumentOutOfRangeException(nameof(width), $"a port has at least one bit, not {width}"),
        <= 8 => 1,
        <= 16 => 2,
        <= 32 => 4,
        <= 64 => 8,
        _ => (width + 31) / 32 * 4,
    };

    private static int Align(int offset, int alignment) => (offset + alignment - 1) / alignment * alignment;
}

/// <summary>A port and its place.</summary>
/// <param name="Port">The port.</param>
/// <param name="Offset">Its first byte.</param>
/// <param name="Size">How many bytes it takes.</param>
public sealed record PlacedPort(RtlPort Port, int Offset, int Size);
