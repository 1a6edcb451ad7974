// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Home;

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

    /// <summary>No line.</summary>
    None = 4,

    /// <summary>A process's statistics; the endpoint's number is the process's.</summary>
    ProcessStatistics = 5,

    /// <summary>A core's statistics; the endpoint's number is the core's.</summary>
    CoreStatistics = 6,

    /// <summary>A service's statistics; the endpoint's number is the service's.</summary>
    ServiceStatistics = 7,
}

/// <summary>A line, by its endpoint.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Endpoint">The endpoint's number; 0 if of no endpoint.</param>
/// <param name="Index">0 or 1 of the control lines, 0 to 31 of the aux lines.</param>
[Hardware]
public readonly record struct EndpointLine(LineKind Kind, ushort Endpoint, byte Index);

/// <summary>
/// Where the lines of an endpoint lie: which number a line has in the NIC's window, as the directory counts lines (on Enzian: after the address hash,
/// so that its low 6 bits are the line's colour). On a machine where a stalled load blocks all lines of its colour, the loads that may
/// stall (receive control lines) need colours of their own, apart from those of all lines on which a stalled load may depend.
/// <para>
/// Bit 20 of a number parts the window. Below are the receive control lines: bits 10 to 7 are bits 9 to 6 of the endpoint's number, bit 6
/// tells its two lines apart, and the colour is bits 5 to 0 of the endpoint's number, of line 1 with bit <see cref="ProgressColourBits"/> - 2 inverted. So endpoints that use
/// line 0 only have a colour each, and an endpoint that uses both has its own and its partner's. Core c's kernel endpoint is number c: with its line 0, each core
/// has a colour of its own. Above are all others, which never stall for long: they use the last
/// 2^<see cref="ProgressColourBits"/> colours only, the first half of these for transmit control lines, the second for aux lines: a read that means "send" waits for
/// aux lines. An endpoint of which bits 5 to 0 are
/// <see cref="StallingColours"/> or more has receive control lines of these colours too; such an endpoint works, but not while others stall.
/// </para>
/// <para>
/// Below, bits 17 and 16 are 1 for statistics of processes and 2 for those of cores, and bit 19 is 1 for those of services; they have the aux lines' colours.
/// </para>
/// </summary>
public sealed class LineMap
{
    /// <summary>Bits of a line's number.</summary>
    public const int LineBits = 21;

    /// <summary>Bits of a colour.</summary>
    public const int ColourBits = 6;

    /// <summary>Of how many endpoints, processes and cores each there are lines: a number has 10 bits.</summary>
    public const int Owners = 1024;

    private const int RegionBit = 20;
    private const int StatisticsBit = 16;
    private readonly int progressColourBits;

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
    }

    /// <summary>How many colours are left to lines that must not wait behind stalled loads, as a power of two.</summary>
    public int ProgressColourBits => progressColourBits;

    /// <summary>How many colours, from 0 on, are left to loads that may stall: so many endpoints with different numbers modulo 64 can wait at line 0, and half as many at both lines, and hinder nobody.</summary>
    public int StallingColours => 64 - (1 << progressColourBits);

    /// <summary>The number of a line.</summary>
    /// <param name="line">The line, by its endpoint.</param>
    [Hardware]
    public uint Number(EndpointLine line)
    {
        uint endpoint = line.Endpoint & 1023u;
        if (line.Kind == LineKind.ReceiveControl)
        {
            return ((endpoint >> 6) << 7) | ((line.Index & 1u) << ColourBits) | ((endpoint & 63) ^ ((line.Index & 1u) << (progressColourBits - 2)));
        }

        if (line.Kind == LineKind.ProcessStatistics || line.Kind == LineKind.CoreStatistics || line.Kind == LineKind.ServiceStatistics)
        {
            uint whose = line.Kind == LineKind.ProcessStatistics ? 1u : line.Kind == LineKind.CoreStatistics ? 2u : 8u;
            endpoint = line.Kind == LineKind.ServiceStatistics ? line.Endpoint : endpoint;
            uint place = endpoint & ((1u << (progressColourBits - 1)) - 1);
            uint colourOfStatistics = (64u - (1u << progressColourBits)) | (1u << (progressColourBits - 1)) | place;
            return (whose << StatisticsBit) | ((endpoint >> (progressColourBits - 1)) << ColourBits) | colourOfStatistics;
        }

        int low = progressColourBits - 1;
        bool isAux = line.Kind != LineKind.TransmitControl;
        // Transmit lines have the colours of a pair too, so that the pairs that they leave are whole.
        uint index = isAux ? line.Index & 31u : (line.Index & 1u) << (progressColourBits - 2);
        uint colour = (64u - (1u << progressColourBits)) | (isAux ? 1u << low : 0) | (index & ((1u << low) - 1));
        uint row = (endpoint << (7 - progressColourBits)) | (line.Kind == LineKind.TransmitAux ? 1u << (6 - progressColourBits) : 0) | (index >> low);
        return (1u << RegionBit) | (row << ColourBits) | colour;
    }

    /// <summary>The line of a number; <see cref="LineKind.None"/> if it is none's.</summary>
    /// <param name="number">Its number; bits from <see cref="LineBits"/> on must be 0 or it is none's.</param>
    [Hardware]
    public EndpointLine Line(uint number)
    {
        uint colour = number & 63;
        uint statistics = number >> StatisticsBit;
        if (statistics >= 8 && statistics < 16)
        {
            uint service = (((number & 0x7FFFF) >> ColourBits) << (progressColourBits - 1)) | (colour & ((1u << (progressColourBits - 1)) - 1));
            bool isService = (colour >> (progressColourBits - 1)) == (1u << (ColourBits + 1 - progressColourBits)) - 1 && service < 65536;
            return isService ? new EndpointLine(LineKind.ServiceStatistics, (ushort)service, 0) : new EndpointLine(LineKind.None, 0, 0);
        }

        if (statistics == 1 || statistics == 2)
        {
            uint owner = (((number & 0xFFFF) >> ColourBits) << (progressColourBits - 1)) | (colour & ((1u << (progressColourBits - 1)) - 1));
            bool isStatistics = (colour >> (progressColourBits - 1)) == (1u << (ColourBits + 1 - progressColourBits)) - 1 && owner < 1024;
            return isStatistics
                ? new EndpointLine(statistics == 1 ? LineKind.ProcessStatistics : LineKind.CoreStatistics, (ushort)owner, 0)
                : new EndpointLine(LineKind.None, 0, 0);
        }

        if ((number >> RegionBit) == 0)
        {
            bool isLine = (number & 0xFF800) == 0;
            uint which = (number >> ColourBits) & 1;
            ushort receiver = (ushort)(((number >> 7) << 6) | (colour ^ (which << (progressColourBits - 2))));
            return isLine ? new EndpointLine(LineKind.ReceiveControl, receiver, (byte)which) : new EndpointLine(LineKind.None, 0, 0);
        }

        int low = progressColourBits - 1;
        uint row = (number & ((1u << RegionBit) - 1)) >> ColourBits;
        uint high = row & ((1u << (6 - progressColourBits)) - 1);
        bool isTransmitAux = ((row >> (6 - progressColourBits)) & 1) != 0;
        bool isAux = ((colour >> low) & 1) != 0;
        uint index = (high << low) | (colour & ((1u << low) - 1));
        ushort endpoint = (ushort)(row >> (7 - progressColourBits));
        bool isKnown = (number >> RegionBit) == 1 && (colour >> progressColourBits) == (1u << (ColourBits - progressColourBits)) - 1 && endpoint < 1024;
        LineKind kind = !isKnown ? LineKind.None
            : !isAux ? (isTransmitAux || (index & ~(1u << (progressColourBits - 2))) != 0 ? LineKind.None : LineKind.TransmitControl)
            : isTransmitAux ? LineKind.TransmitAux
            : LineKind.ReceiveAux;
        return kind == LineKind.None
            ? new EndpointLine(LineKind.None, 0, 0)
            : new EndpointLine(kind, endpoint, (byte)((isAux ? index : index >> (progressColourBits - 2)) & 31));
    }
}
