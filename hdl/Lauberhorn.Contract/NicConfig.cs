// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using SME;

namespace Lauberhorn.Contract;

/// <summary>
/// The NIC's parameters, in one place; docs/configuration.md explains each. Take a preset and change it with <c>with</c>.
/// </summary>
public sealed record NicConfig
{
    /// <summary>Bytes of a packet that pass per tick; the MAC's width.</summary>
    public const int DatapathBytes = 64;

    /// <summary>Entries of each receive buffer that stay free: between the look at what is free and the writing, there are several ticks with a beat each.</summary>
    public const int BufferMargin = 8;

    /// <summary>Bytes in a cache line.</summary>
    public const int LineBytes = 128;

    /// <summary>The smallest of everything that works; for tests that go through all there is.</summary>
    public static NicConfig Tiny { get; } = new()
    {
        Name = "tiny",
        Cores = 2,
        Processes = 4,
        Services = 8,
        Endpoints = 4,
        PendingCalls = 8,
        AuxLines = 2,
        FrameBufferBeats = 256,
        MetadataDepth = 16,
        Programs = 4,
        PacketSlots = 4,
        BypassSlots = 2,
        BypassPacketSlots = 2,
        TransmitPacketSlots = 1,
        Neighbours = 4,
    };

    /// <summary>For the Enzian board.</summary>
    public static NicConfig Enzian { get; } = new()
    {
        Name = "enzian",
        Cores = 48,
        Processes = 256,
        Services = 4096,
        Endpoints = 1024,
        PendingCalls = 4096,
        AuxLines = 32,
        FrameBufferBeats = 512,
        MetadataDepth = 32,
        Programs = 1024,
        PacketSlots = 256,
        BypassSlots = 256,
        BypassPacketSlots = 64,
        TransmitPacketSlots = 4,
        Neighbours = 1024,
        AddressHash = AddressHash.ThunderX,
    };

    /// <summary>As many services as there can be, with the logic of <see cref="Enzian"/>.</summary>
    public static NicConfig Large { get; } = Enzian with { Name = "large", Services = 65536 };

    /// <summary>An endpoint per core, with the logic of <see cref="Enzian"/>; to measure what endpoints cost.</summary>
    public static NicConfig Compact { get; } = Enzian with { Name = "compact", Endpoints = 64 };

    /// <summary>The presets.</summary>
    public static IReadOnlyList<NicConfig> Presets { get; } = [Tiny, Enzian, Large, Compact];

    /// <summary>Name of the preset, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>CPU cores: the first endpoints, as many, are for the kernel.</summary>
    public required int Cores { get; init; }

    /// <summary>Processes that can have services at a time; number 0 is the kernel.</summary>
    public required int Processes { get; init; }

    /// <summary>Services (program, version, procedure, port) at a time; see <see cref="ServiceTableShape"/>.</summary>
    public required int Services { get; init; }

    /// <summary>Endpoints, kernel and user.</summary>
    public required int Endpoints { get; init; }

    /// <summary>Slots: calls, and frames for the kernel, that are not done with.</summary>
    public required int PendingCalls { get; init; }

    /// <summary>Aux lines of an endpoint in each direction, and of a packet slot.</summary>
    public required int AuxLines { get; init; }

    /// <summary>Milliseconds after which a waiting load is answered with TRYAGAIN, after a reset.</summary>
    public int TryAgainMilliseconds { get; init; } = 15;

    /// <summary>RPC programs (program, port) at a time.</summary>
    public required int Programs { get; init; }

    /// <summary>Packet slots for aux lines, each of <see cref="AuxLines"/> lines, that messages share; a power of two.</summary>
    public required int PacketSlots { get; init; }

    /// <summary>Of the <see cref="PendingCalls"/> slots, those that only frames for the kernel may take, and which they may not exceed.</summary>
    public required int BypassSlots { get; init; }

    /// <summary>Of the <see cref="PacketSlots"/>, those that only frames for the kernel may take, and which they may not exceed.</summary>
    public required int BypassPacketSlots { get; init; }

    /// <summary>Packet slots besides, for the transmit aux lines of endpoints that have any.</summary>
    public required int TransmitPacketSlots { get; init; }

    /// <summary>Neighbours (IPv4 and MAC address) at a time; a power of two.</summary>
    public required int Neighbours { get; init; }

    /// <summary>How many colours are left to lines that never stall, as a power of two, see <see cref="LineMap"/>.</summary>
    public int ProgressColourBits { get; init; } = 4;

    /// <summary>Bytes from a line to the next in the host's address space. The hardware only tells it to software.</summary>
    public int LineStride { get; init; } = LineBytes;

    /// <summary>What the host's cache does to a line's address before the NIC counts lines. The hardware only tells it to software.</summary>
    public AddressHash AddressHash { get; init; } = AddressHash.None;

    /// <summary>Bits of the tag of a read at the home port.</summary>
    public int TagBits { get; init; } = 8;

    /// <summary>The clock's frequency in MHz; the hardware only tells it to software.</summary>
    public int ClockMegahertz { get; init; } = 250;

    /// <summary>The largest frame in bytes, without frame check sequence: a datagram of 9,600 bytes behind an Ethernet header with a VLAN tag.</summary>
    public int LargestFrameBytes { get; init; } = 9618;

    /// <summary>Beats in the frame buffer, a power of two: the largest frame and <see cref="BufferMargin"/> beats fit at least.</summary>
    public required int FrameBufferBeats { get; init; }

    /// <summary>Frames whose metadata wait at a time, a power of two over <see cref="BufferMargin"/>, which stay free.</summary>
    public required int MetadataDepth { get; init; }

    /// <summary>Finds a preset.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    public static NicConfig Preset(string name) =>
        Presets.FirstOrDefault(preset => preset.Name == name)
        ?? throw new ArgumentException($"there is no preset '{name}'; there are {string.Join(", ", Presets.Select(preset => preset.Name))}");

    /// <summary>Checks that the parameters fit together.</summary>
    /// <exception cref="ElaborationException">They do not; the message says which and what would do.</exception>
    public void Validate()
    {
        Check(Cores is >= 1 and <= RegisterMap.CorePlaces, nameof(Cores), Cores, $"there are registers for {RegisterMap.CorePlaces}: use 1 to {RegisterMap.CorePlaces}");
        Check(Processes is >= 1 and <= LineMap.Owners, nameof(Processes), Processes, $"there are lines of statistics for {LineMap.Owners}: use 1 to {LineMap.Owners}");
        Check(Services is >= 1 and <= ServiceTableShape.LargestEntries, nameof(Services), Services, $"use 1 to {ServiceTableShape.LargestEntries}");
        Check(Programs is >= 1 and <= ServiceTableShape.LargestEntries, nameof(Programs), Programs, $"use 1 to {ServiceTableShape.LargestEntries}");
        Check(Endpoints > Cores, nameof(Endpoints), Endpoints, $"each of the {Cores} cores has a kernel endpoint and there must be one more: use {Cores + 1} or more");
        Check(Endpoints <= LineMap.Owners, nameof(Endpoints), Endpoints, $"there are lines for {LineMap.Owners}: use {Cores + 1} to {LineMap.Owners}");
        Check(PendingCalls >= 1, nameof(PendingCalls), PendingCalls, "use 1 or more");
        Check(AuxLines >= 0, nameof(AuxLines), AuxLines, "use 0 or more");
        Check(TryAgainMilliseconds >= 1, nameof(TryAgainMilliseconds), TryAgainMilliseconds, "use 1 or more");
        Check(
            BitOperations.IsPow2(LineStride) && LineStride >= LineBytes,
            nameof(LineStride),
            LineStride,
            $"lines have {LineBytes} bytes: use a power of two from {LineBytes} on");
        Check(ClockMegahertz >= 1, nameof(ClockMegahertz), ClockMegahertz, "use 1 or more");
        Check(
            LargestFrameBytes is >= 1514 and <= 255 * DatapathBytes,
            nameof(LargestFrameBytes),
            LargestFrameBytes,
            $"Ethernet's own is 1514, and beats are counted to {255 * DatapathBytes} bytes: use something between");
        int beats = ((LargestFrameBytes + DatapathBytes - 1) / DatapathBytes) + BufferMargin;
        Check(
            BitOperations.IsPow2(FrameBufferBeats) && FrameBufferBeats >= beats,
            nameof(FrameBufferBeats),
            FrameBufferBeats,
            $"a frame of {LargestFrameBytes} bytes needs {beats}: use {BitOperations.RoundUpToPowerOf2((uint)beats)} or a larger power of two");
        Check(
            BitOperations.IsPow2(MetadataDepth) && MetadataDepth >= 2 * BufferMargin,
            nameof(MetadataDepth),
            MetadataDepth,
            $"use a power of two from {2 * BufferMargin} on");
    }

    private void Check(bool isRight, string parameter, int value, string wayOut)
    {
        if (!isRight)
        {
            throw new ElaborationException($"NicConfig '{Name}': {parameter} is {value}; {wayOut}");
        }
    }
}
