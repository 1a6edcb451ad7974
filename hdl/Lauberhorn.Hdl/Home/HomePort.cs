// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Home;

/// <summary>What a coherence request asks for.</summary>
public enum HomeReadKind : byte
{
    /// <summary>A copy to read; ECI RLDD, RLDI and the like.</summary>
    Shared = 0,

    /// <summary>A copy to read and write; ECI RLDX.</summary>
    Exclusive = 1,

    /// <summary>
    /// The right to write a copy that the CPU had when it asked; ECI RC2D_S. It is answered like a read: the data are ignored, unless the
    /// line was fetched before the request was valid, so that the copy is gone.
    /// </summary>
    Upgrade = 2,
}

/// <summary>
/// A load or store of the CPU that missed its caches. Each is answered exactly once, after unbounded time, by a <see cref="HomeData"/> with
/// its tag. A read of a line that the NIC is fetching is not valid before the NIC has accepted the fetch's answer: the directory
/// keeps the line locked (docs/home-port.md).
/// </summary>
/// <param name="Line">Number of the line in the NIC's window, see <see cref="LineMap"/>.</param>
/// <param name="Tag">Identifies the read until its answer; the requester chooses tags that are not in use.</param>
/// <param name="Kind">What is asked for.</param>
public readonly record struct HomeRead(uint Line, ushort Tag, HomeReadKind Kind);

/// <summary>
/// A line, or parts of it, that comes home: because the CPU evicted it, or as the answer to a fetch. All that was written to a
/// line comes home before or with the fetch's answer, in this order.
/// </summary>
/// <param name="Line">Number of the line.</param>
/// <param name="IsAnswer">Whether it answers a <see cref="HomeFetch"/>; the CPU has no copy of the line from then on.</param>
/// <param name="Mask">Which of the line's bytes come: bit i is byte i. None in the answer to a fetch of a clean line.</param>
/// <param name="Data">The bytes; those outside the mask have no meaning.</param>
public readonly record struct HomeReturn(uint Line, bool IsAnswer, Bits<W128> Mask, Bits<W1024> Data);

/// <summary>The answer to a <see cref="HomeRead"/>; with it the CPU may hold the line exclusively.</summary>
/// <param name="Tag">The read's tag.</param>
/// <param name="Data">The line: the byte at the lowest address is byte 0.</param>
public readonly record struct HomeData(ushort Tag, Bits<W1024> Data);

/// <summary>
/// Takes a line from the CPU's caches, whatever its state there (fetch-exclusive; ECI LCI with UL once the answer was accepted). At most
/// one is outstanding for a line.
/// </summary>
/// <param name="Line">Number of the line.</param>
public readonly record struct HomeFetch(uint Line);

/// <summary>The home agent's port towards the CPU: four streams. The first two come in, the others go out.</summary>
public sealed class HomePort
{
    /// <summary>Creates the streams in the current scope.</summary>
    public HomePort()
    {
        Reads = new Stream<HomeRead>("homeReads");
        Returns = new Stream<HomeReturn>("homeReturns");
        Data = new Stream<HomeData>("homeData");
        Fetches = new Stream<HomeFetch>("homeFetches");
    }

    /// <summary>In: loads and stores that missed.</summary>
    public Stream<HomeRead> Reads { get; }

    /// <summary>In: write-backs, and answers to fetches.</summary>
    public Stream<HomeReturn> Returns { get; }

    /// <summary>Out: answers to reads.</summary>
    public Stream<HomeData> Data { get; }

    /// <summary>Out: lines to be fetched.</summary>
    public Stream<HomeFetch> Fetches { get; }
}
