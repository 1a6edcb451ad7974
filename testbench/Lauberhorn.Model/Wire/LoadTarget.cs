// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Model.Wire;

/// <summary>A procedure that load is made for.</summary>
/// <param name="Port">Its UDP port.</param>
/// <param name="Program">Its RPC program.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Procedure">The procedure.</param>
/// <param name="Arguments">Makes the arguments of a call, in XDR.</param>
public sealed record LoadTarget(ushort Port, uint Program, uint Version, uint Procedure, Func<SeededRandom, byte[]> Arguments)
{
    /// <summary>Arguments of random bytes, in whole words.</summary>
    /// <param name="least">The fewest bytes.</param>
    /// <param name="most">The most bytes.</param>
    public static Func<SeededRandom, byte[]> Bytes(
        int least, int most) => random => random.Bytes(random.Between((least + 3) / 4, most / 4) * 4);

    /// <summary>Arguments that are one opaque item (RFC 4506 section 4.10) of random bytes.</summary>
    /// <param name="least">The fewest bytes of it.</param>
    /// <param name="most">The most bytes of it.</param>
    public static Func<SeededRandom, byte[]> Opaque(int least, int most) => random =>
    {
        int length = random.Between(least, most);
        return [0, 0, (byte)(length >> 8), (byte)length, .. random.Bytes(length), .. new byte[-length & 3]];
    };
}

/// <summary>Shape of a load: rates, sizes, numbers of calls.</summary>
public sealed record LoadProfile
{
    /// <summary>The procedures, the most wanted first.</summary>
    public required IReadOnlyList<LoadTarget> Targets { get; init; }

    /// <summary>The NIC's MAC address, 48 bits, the byte sent first on top.</summary>
    public required ulong NicMacAddress { get; init; }

    /// <summary>The NIC's IPv4 address.</summary>
    public required uint NicAddress { get; init; }

    /// <summary>
    /// How many clients there are. Client i has the addresses of client 0 plus i, but none has one of the NIC's: there the numbers go on
    /// behind it.
    /// </summary>
    public int Clients { get; init; } = 1;

    /// <summary>Client 0's MAC address.</summary>
    public ulong ClientMacAddress { get; init; } = 0x024C_4800_0001;

    /// <summary>Client 0's IPv4 address.</summary>
    public uint ClientAddress { get; init; } = 0x0A4D_0001;

    /// <summary>
    /// How unequal the procedures are (Zipf's exponent): the one in place k is called in proportion to 1 / k^s. 0: all alike.
    /// </summary>
    public double Skew { get; init; }

    /// <summary>Of all calls, the part that has AUTH_SYS; the rest has AUTH_NONE.</summary>
    public double AuthSysPart { get; init; }

    /// <summary>Of all calls, the part that is sent again, as by a client without patience, with the same xid.</summary>
    public double RetransmittedPart { get; init; }

    /// <summary>After how many cycles a call is sent again.</summary>
    public long RetransmitAfter { get; init; } = 10_000;

    /// <summary>Where random numbers begin; the same seed gives the same load.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>A call that is in flight or was made.</summary>
/// <param name="Client">The client's number.</param>
/// <param name="Xid">Its transaction identifier; that of no other call of this load.</param>
/// <param name="Target">Number of its target.</param>
/// <param name="IsAgain">Whether it was sent before.</param>
/// <param name="Frame">The frame, without frame check sequence.</param>
public sealed record LoadCall(int Client, uint Xid, int Target, bool IsAgain, byte[] Frame);
