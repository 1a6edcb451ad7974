// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Contract;

/// <summary>What a line of an endpoint is for.</summary>
public enum LineKind : byte
{
    /// <summary>One of the two control lines by which an endpoint receives.</summary>
    ReceiveControl = 0,

    /// <summary>One of the two control lines by which an endpoint sends what it begins itself.</summary>
    TransmitControl = 1,

    /// <summary>A line for the part of a received message, and of its reply, that does not fit the control line.</summary>
    ReceiveAux = 2,

    /// <summary>A line for the part of a sent message that does not fit the control line.</summary>
    TransmitAux = 3,

    /// <summary>No line: the number lies in none of the regions, or in a part of one that has no lines.</summary>
    None = 4,

    /// <summary>A process's statistics; the endpoint's number is the process's.</summary>
    ProcessStatistics = 5,

    /// <summary>A core's statistics; the endpoint's number is the core's.</summary>
    CoreStatistics = 6,

    /// <summary>A service's statistics; the endpoint's number is the service's.</summary>
    ServiceStatistics = 7,
}

/// <summary>A line, by its endpoint.</summary>
/// <param name="Kind">What the line is for.</param>
/// <param name="Endpoint">The endpoint's number, 0 to 1023, or the owner of a statistics line; 0 for no line.</param>
/// <param name="Index">0 or 1 of the control lines, 0 to 31 of the aux lines.</param>
[Hardware]
public readonly record struct EndpointLine(LineKind Kind, ushort Endpoint, byte Index);

/// <summary>
/// The address map of the lines: which number a line has in the NIC's window, as the directory counts lines (on Enzian: after the address
/// hash, so that its low 6 bits are the line's colour). docs/colours.md shows it in pictures.
/// <para>
/// Apart in pages: each endpoint has a <b>region</b> of 2^<see cref="RegionBits"/> lines, 64 KiB or more, which begins at a multiple of its
/// size and holds nothing else. Address hashes permute aligned regions and the lines within (proved by test), so that in addresses too a
/// region is one piece, and no page of up to 64 KiB has lines of two. The lower half of a region is for receiving, the upper for sending.
/// Bit 20 parts the window: below are the regions, above are statistics, which are the kernel's: bits 17 and 16 are 1 for those of
/// processes and 2 for those of cores, and bit 19 is 1 for those of services.
/// </para>
/// <para>
/// Apart in colours: loads of receive control lines may stall, and on a machine where a stalled load blocks all lines of its colour they
/// need colours of their own, apart from those of all lines on which a stalled load may depend. Those never stall for long: they use the
/// last 2^<see cref="ProgressColourBits"/> colours only, the second half of these for aux lines and statistics, two of the first half for
/// transmit control lines (a read that means "send" waits for aux lines). The colour of receive control line 0 is bits 5 to 0 of the
/// endpoint's number, with bit 5 cleared if it would be a colour of those others; that of line 1 is the same with bit <see
/// cref="ProgressColourBits"/> - 2 inverted. So endpoints that use line 0 only have a colour each, and an endpoint that uses both has its
/// own and its partner's. Core c's kernel endpoint is number c: with its line 0, each core has a colour of its own.
/// </para>
/// </summary>
public sealed class LineMap
{
    /// <summary>Width of a line's number in bits.</summary>
    public const int LineBits = 21;

    /// <summary>Width of a colour in bits.</summary>
    public const int ColourBits = 6;

    /// <summary>Endpoints, processes and cores that have lines in the map, each: their numbers have 10 bits.</summary>
    public const int Owners = 1024;

    /// <summary>The largest page in bytes, at the smallest stride, of which none has lines of two endpoints.</summary>
    public const int LargestPage = 65536;

    private const int KernelBit = 20;
    private const int StatisticsBit = 16;
    private readonly int progressColourBits;
    private readonly int regionBits;

    // Bits of a line's place among the colours of aux lines, and among the rows of 64 lines: those of aux lines' numbers.
    private readonly int auxColourBits;
    private readonly int auxRowBits;

    /// <summary>Creates the map.</summary>
    /// <param name="progressColourBits">See <see cref="ProgressColourBits"/>; 3 to 5.</param>
    /// <exception cref="ElaborationException">The parameter is out of range.</exception>
    public LineMap(int progressColourBits = 4)
    {
        if (progressColourBits is < 3 or > 5)
        {
            throw new ElaborationException($"LineMap: progressColourBits is {progressColourBits}; use 3 to 5");
        }

        this.progressColourBits = progressColourBits;
        auxColourBits = progressColourBits - 1;
        auxRowBits = 5 - auxColourBits;
        regionBits = Math.Max(9, ColourBits + auxRowBits + 1);
    }

    /// <summary>Number of colours of lines that must not wait behind stalled loads, as a power of two.</summary>
    public int ProgressColourBits => progressColourBits;

    /// <summary>Number of lines in an endpoint's region, as a power of two.</summary>
    public int RegionBits => regionBits;

    /// <summary>
    /// Number of colours, from 0 on, of lines whose loads may stall: so many endpoints with different numbers modulo 64 can stall at line
    /// 0, and half as many at both lines, without blocking another.
    /// </summary>
    public int StallingColours => 64 - (1 << progressColourBits);

    /// <summary>The number of a line.</summary>
    /// <param name="line">The line, by its endpoint.</param>
    [Hardware]
    public uint Number(EndpointLine line)
    {
        uint endpoint = line.Endpoint & 1023u;
        if (line.Kind == LineKind.ReceiveControl)
        {
            return (endpoint << regionBits) | (FirstColour(endpoint & 63) ^ ((line.Index & 1u) << (progressColourBits - 2)));
        }

        uint auxColours = (1u << auxColourBits) - 1;
        uint lastColours = 63u ^ auxColours;
        if (line.Kind == LineKind.ProcessStatistics || line.Kind == LineKind.CoreStatistics || line.Kind == LineKind.ServiceStatistics)
        {
            uint whose = line.Kind == LineKind.ProcessStatistics ? 1u : line.Kind == LineKind.CoreStatistics ? 2u : 8u;
            uint owner = line.Kind == LineKind.ServiceStatistics ? line.Endpoint : endpoint;
            uint row = (whose << StatisticsBit) | ((owner >> auxColourBits) << ColourBits);
            return (1u << KernelBit) | row | lastColours | (owner & auxColours);
        }

        uint half = line.Kind == LineKind.ReceiveAux ? 0 : 1u << (regionBits - 1);
        uint index = line.Index & 31u;
        // Transmit lines have the colours of a pair too, so that the pairs that they leave are whole.
        uint place = line.Kind == LineKind.TransmitControl
            ? (lastColours ^ (1u << auxColourBits)) | ((index & 1) << (progressColourBits - 2))
            : ((index >> auxColourBits) << ColourBits) | lastColours | (index & auxColours);
        return (endpoint << regionBits) | half | place;
    }

    /// <summary>The line of a number; <see cref="LineKind.None"/> if it is none's.</summary>
    /// <param name="number">Its number; bits from <see cref="LineBits"/> on must be 0 or it is none's.</param>
    [Hardware]
    public EndpointLine Line(uint number)
    {
        uint colour = number & 63;
        uint auxColours = (1u << auxColourBits) - 1;
        bool isAuxColour = (colour | auxColours) == 63;
        if ((number >> KernelBit) == 1)
        {
            uint statistics = (number >> StatisticsBit) & 15;
            bool isService = statistics >= 8;
            uint row = (isService ? number & 0x7FFFF : number & 0xFFFF) >> ColourBits;
            uint owner = (row << auxColourBits) | (colour & auxColours);
            bool isStatistics = isAuxColour && (isService ? owner < 65536 : (statistics == 1 || statistics == 2) && owner < Owners);
            LineKind whose = isService ? LineKind.ServiceStatistics
                : statistics == 1 ? LineKind.ProcessStatistics
                : LineKind.CoreStatistics;
            return isStatistics ? new EndpointLine(whose, (ushort)owner, 0) : new EndpointLine(LineKind.None, 0, 0);
        }

        uint region = number >> regionBits;
        uint endpoint = region & 1023;
        bool sends = ((number >> (regionBits - 1)) & 1) != 0;
        uint rows = (number & ((1u << (regionBits - 1)) - 1)) >> ColourBits;
        uint pair = 1u << (progressColourBits - 2);
        bool isAux = isAuxColour && (rows >> auxRowBits) == 0;
        bool isTransmit = sends && rows == 0 && (colour | pair) == (63u ^ auxColours ^ (1u << auxColourBits) ^ pair);
        uint apart = colour ^ FirstColour(endpoint & 63);
        bool isReceive = !sends && rows == 0 && (apart & ~pair) == 0;
        LineKind kind = region >= Owners ? LineKind.None
            : isAux ? (sends ? LineKind.TransmitAux : LineKind.ReceiveAux)
            : isTransmit ? LineKind.TransmitControl
            : isReceive ? LineKind.ReceiveControl
            : LineKind.None;
        uint index = isAux
            ? ((rows << auxColourBits) | (colour & auxColours)) & 31
            : ((isTransmit ? colour : apart) >> (progressColourBits - 2)) & 1;
        return kind == LineKind.None ? new EndpointLine(LineKind.None, 0, 0) : new EndpointLine(kind, (ushort)endpoint, (byte)index);
    }

    /// <summary>
    /// Whether lines that must not wait behind stalled loads have a colour: aux lines, transmit control lines, statistics.
    /// </summary>
    /// <param name="colour">The colour.</param>
    [Hardware]
    public bool IsProgressColour(uint colour)
    {
        uint auxColours = (1u << auxColourBits) - 1;
        uint transmit = 63u ^ auxColours ^ (1u << auxColourBits);
        return (colour | auxColours) == 63 || (colour | (1u << (progressColourBits - 2))) == (transmit | (1u << (progressColourBits - 2)));
    }

    // The colour of receive control line 0, of an endpoint's number modulo 64: a function of 6 bits, of which only bit 5 is not a bit of
    // the number.
    [Hardware]
    private uint FirstColour(uint number) => IsProgressColour(number) ? number & 31 : number;
}
