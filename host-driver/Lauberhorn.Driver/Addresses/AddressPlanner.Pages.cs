// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>A page of the MMU with lines of an endpoint.</summary>
/// <param name="Address">Its first byte, as the NIC's window has it in physical memory.</param>
/// <param name="Sends">Whether its lines are those for sending; else those for receiving.</param>
/// <param name="Lines">Its lines, by address; all other lines of the page are unused.</param>
public sealed record EndpointPage(ulong Address, bool Sends, IReadOnlyList<EndpointLine> Lines);

/// <summary>A line of a layout under proof, by its address.</summary>
/// <param name="Name">What it is, for messages.</param>
/// <param name="Owner">Who may touch it: an endpoint's number, or <see cref="Kernel"/>.</param>
/// <param name="Address">Its first byte.</param>
public readonly record struct PlacedLine(string Name, int Owner, ulong Address)
{
    /// <summary>The owner of lines that no process may touch: statistics.</summary>
    public const int Kernel = -1;
}

/// <summary>Two lines of different owners in one page: who may touch the one may touch the other.</summary>
/// <param name="Page">Address of the page.</param>
/// <param name="One">The first of the two lines.</param>
/// <param name="Other">The second, of another owner.</param>
public sealed record PageConflict(ulong Page, PlacedLine One, PlacedLine Other)
{
    /// <summary>A sentence for a message: the page, both lines with their addresses.</summary>
    public override string ToString() =>
        $"the page at 0x{Page:X} has {One.Name} (0x{One.Address:X}) and {Other.Name} (0x{Other.Address:X}): no MMU keeps them apart";
}

/// <content>Which pages of the MMU have which lines.</content>
public sealed partial class AddressPlanner
{
    /// <summary>Bytes of the piece of memory that an endpoint has to itself; it begins at a multiple of its size.</summary>
    public ulong RegionBytes => Window.Stride << map.RegionBits;

    /// <summary>The first byte of an endpoint's region. One half is for receiving, the other for sending: either may come first.</summary>
    /// <param name="endpoint">The endpoint's number.</param>
    public ulong Region(int endpoint)
    {
        // The hash permutes the lines within, and perhaps the halves: the lowest address is that of the region, whichever line has it.
        ulong any = Address(new EndpointLine(LineKind.ReceiveControl, (ushort)endpoint, 0));
        return any - ((any - Window.BaseAddress) % RegionBytes);
    }

    /// <summary>The pages that a kernel maps for an endpoint: those that have lines of it, by address.</summary>
    /// <param name="endpoint">The endpoint's number.</param>
    /// <param name="pageBytes">Bytes in a page of the MMU; a power of two.</param>
    /// <param name="auxLines">How many aux lines the NIC has in each direction; 0 to 32.</param>
    public IReadOnlyList<EndpointPage> Pages(int endpoint, ulong pageBytes, int auxLines = 32)
    {
        CheckPage(pageBytes);
        return
        [
            .. LinesOf(endpoint, auxLines)
                .Select(line => (line, address: Address(line)))
                .GroupBy(placed => placed.address & ~(pageBytes - 1))
                .OrderBy(page => page.Key)
                .Select(page => new EndpointPage(
                    page.Key,
                    page.Any(placed => placed.line.Kind is LineKind.TransmitControl or LineKind.TransmitAux),
                    [.. page.OrderBy(placed => placed.address).Select(placed => placed.line)])),
        ];
    }

    /// <summary>Searches all lines of the window, as the NIC decodes their numbers, for a page that has lines of two owners.</summary>
    /// <param name="pageBytes">Bytes in a page of the MMU; a power of two.</param>
    /// <returns>The first conflict; null if there is none, which is the proof.</returns>
    public PageConflict? FindSharedPage(ulong pageBytes)
    {
        return FindSharedPage(All(), pageBytes);

        IEnumerable<PlacedLine> All()
        {
            for (uint number = 0; number >> LineMap.LineBits == 0; number++)
            {
                EndpointLine line = map.Line(number);
                if (line.Kind != LineKind.None)
                {
                    bool isKernels = line.Kind is LineKind.ProcessStatistics or LineKind.CoreStatistics or LineKind.ServiceStatistics;
                    yield return new PlacedLine(NameOf(line), isKernels ? PlacedLine.Kernel : line.Endpoint, Address(number));
                }
            }
        }
    }

    /// <summary>Searches any layout for a page that has lines of two owners.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="pageBytes">Bytes in a page of the MMU; a power of two.</param>
    /// <returns>The first conflict; null if there is none.</returns>
    public static PageConflict? FindSharedPage(IEnumerable<PlacedLine> lines, ulong pageBytes)
    {
        ArgumentNullException.ThrowIfNull(lines);
        CheckPage(pageBytes);
        Dictionary<ulong, PlacedLine> first = [];
        foreach (PlacedLine line in lines)
        {
            ulong page = line.Address & ~(pageBytes - 1);
            if (!first.TryAdd(page, line) && first[page].Owner != line.Owner)
            {
                return new PageConflict(page, first[page], line);
            }
        }

        return null;
    }

    private static IEnumerable<EndpointLine> LinesOf(int endpoint, int auxLines) =>
        from part in new (LineKind Kind, int Count)[]
        {
            (LineKind.ReceiveControl, 2), (LineKind.TransmitControl, 2), (LineKind.ReceiveAux, auxLines), (LineKind.TransmitAux, auxLines),
        }
        from index in Enumerable.Range(0, part.Count)
        select new EndpointLine(part.Kind, (ushort)endpoint, (byte)index);

    private static string NameOf(EndpointLine line) => line.Kind switch
    {
        LineKind.ProcessStatistics or LineKind.CoreStatistics or LineKind.ServiceStatistics => $"{line.Kind} {line.Endpoint}",
        _ => $"endpoint {line.Endpoint}'s {line.Kind} {line.Index}",
    };

    private static void CheckPage(ulong pageBytes)
    {
        if (!System.Numerics.BitOperations.IsPow2(pageBytes) || pageBytes < LineMessage.LineBytes)
        {
            string message = $"a page of {pageBytes} bytes; it has a power of two of {LineMessage.LineBytes} or more";
            throw new ArgumentException(message, nameof(pageBytes));
        }
    }
}
