// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection;
using SME;

namespace Lauberhorn.Contract;

/// <summary>
/// The NIC's parameters, in one place; docs/configuration.md lists them, written from here by <c>tools/lauberhorn docs</c>. Take a preset
/// and change it with <c>with</c>.
/// </summary>
public sealed record NicConfig
{
    /// <summary>Bytes in a beat: the MAC's width, at one beat per tick.</summary>
    public const int DatapathBytes = 64;

    /// <summary>
    /// Entries of each receive buffer that stay free: between the check for room and the write there are several ticks with a
    /// beat each.
    /// </summary>
    public const int BufferMargin = 8;

    /// <summary>Bytes in a cache line.</summary>
    public const int LineBytes = 128;

    // Slots' numbers have 15 bits.
    private const int MostSlots = 1 << 15;

    /// <summary>The smallest NIC that works; for exhaustive tests.</summary>
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

    /// <summary>The NIC of the Enzian board.</summary>
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

    /// <summary>The largest number of services, with the logic of <see cref="Enzian"/>.</summary>
    public static NicConfig Large { get; } = Enzian with { Name = "large", Services = 65536 };

    /// <summary>One endpoint per core, with the logic of <see cref="Enzian"/>; to measure the area of endpoints.</summary>
    public static NicConfig Compact { get; } = Enzian with { Name = "compact", Endpoints = 64 };

    /// <summary>The presets, each tested as it is; the tool's <c>--preset</c> selects one by name.</summary>
    public static IReadOnlyList<NicConfig> Presets { get; } = [Tiny, Enzian, Large, Compact];

    /// <summary>Name of the preset, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>CPU cores. As many endpoints, the first ones, are kernel endpoints.</summary>
    [Parameter("cores", 1, RegisterMap.CorePlaces, Because = "there are registers for")]
    public required int Cores { get; init; }

    /// <summary>Processes that can have services at a time; number 0 is the kernel.</summary>
    [Parameter("processes", 1, LineMap.Owners, Because = "there are lines of statistics for")]
    public required int Processes { get; init; }

    /// <summary>Services (program, version, procedure, port) at a time; see <see cref="ServiceTableShape"/>.</summary>
    [Parameter("services", 1, ServiceTableShape.LargestEntries)]
    public required int Services { get; init; }

    /// <summary>Endpoints, kernel and user.</summary>
    [Parameter("endpoints", 2, LineMap.Owners, Besides = "more than `Cores`")]
    public required int Endpoints { get; init; }

    /// <summary>Message slots: calls, and frames for the kernel, that can be queued or in flight at a time.</summary>
    [Parameter("slots", 1, MostSlots)]
    public required int PendingCalls { get; init; }

    /// <summary>Aux lines of an endpoint in each direction, and of a packet slot.</summary>
    [Parameter("lines", 0, 32)]
    public required int AuxLines { get; init; }

    /// <summary>How long a load stalls before it is answered with TRYAGAIN: the value after a reset, which the OS can change.</summary>
    [Parameter("ms", 1)]
    public int TryAgainMilliseconds { get; init; } = 15;

    /// <summary>RPC programs (program, port) at a time.</summary>
    [Parameter("programs", 1, ServiceTableShape.LargestEntries)]
    public required int Programs { get; init; }

    /// <summary>Packet slots for aux lines, each of <see cref="AuxLines"/> lines, that messages over 96 bytes share.</summary>
    [Parameter("packet slots", 2, MostSlots, Besides = "with `TransmitPacketSlots` at most 32768")]
    public required int PacketSlots { get; init; }

    /// <summary>Of the <see cref="PendingCalls"/> slots, those for frames for the kernel, which may take no others.</summary>
    [Parameter("slots", 1, MostSlots, Besides = "less than `PendingCalls`")]
    public required int BypassSlots { get; init; }

    /// <summary>Of the <see cref="PacketSlots"/>, those for frames for the kernel, which may take no others.</summary>
    [Parameter("packet slots", 1, MostSlots, Besides = "less than `PacketSlots`")]
    public required int BypassPacketSlots { get; init; }

    /// <summary>Packet slots besides, for the transmit aux lines of endpoints that have any.</summary>
    [Parameter("packet slots", 0, MostSlots)]
    public required int TransmitPacketSlots { get; init; }

    /// <summary>Neighbours at a time: IPv4 addresses whose MAC address is known.</summary>
    [Parameter("neighbours", 4, IsPowerOfTwo = true)]
    public required int Neighbours { get; init; }

    /// <summary>Number of colours of lines that never stall, as a power of two, see <see cref="LineMap"/>.</summary>
    [Parameter("bits", 3, 5)]
    public int ProgressColourBits { get; init; } = 4;

    /// <summary>Bytes from a line to the next in the host's address space (docs/colours.md); only told to software.</summary>
    [Parameter("bytes", LineBytes, IsPowerOfTwo = true)]
    public int LineStride { get; init; } = LineBytes;

    /// <summary>What the host's cache does to a line's address before the NIC counts lines; only told to software.</summary>
    public AddressHash AddressHash { get; init; } = AddressHash.None;

    /// <summary>The clock's frequency. It is told to software, and turns <see cref="TryAgainMilliseconds"/> into cycles.</summary>
    [Parameter("MHz", 1)]
    public int ClockMegahertz { get; init; } = 250;

    /// <summary>
    /// The largest frame, without frame check sequence; longer ones are dropped. By default a datagram of 9,600 bytes behind an Ethernet
    /// header with a VLAN tag.
    /// </summary>
    [Parameter("bytes", 1514, 255 * DatapathBytes)]
    public int LargestFrameBytes { get; init; } = 9618;

    /// <summary>Beats in the frame buffer: the largest frame and <see cref="BufferMargin"/> beats fit at least.</summary>
    [Parameter("beats of 64 bytes", 32, IsPowerOfTwo = true, Besides = "room for the largest frame and 8 beats")]
    public required int FrameBufferBeats { get; init; }

    /// <summary>Entries of the FIFO of frames' metadata; <see cref="BufferMargin"/> of them stay free.</summary>
    [Parameter("frames", 2 * BufferMargin, IsPowerOfTwo = true)]
    public required int MetadataDepth { get; init; }

    /// <summary>Finds a preset.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    public static NicConfig Preset(string name) =>
        Presets.FirstOrDefault(preset => preset.Name == name)
        ?? throw new ArgumentException(
            $"there is no preset '{name}'; there are {string.Join(", ", Presets.Select(preset => preset.Name))}");

    /// <summary>Checks that the parameters fit together.</summary>
    /// <exception cref="ElaborationException">They do not; the message says which and what would do.</exception>
    public void Validate()
    {
        foreach (PropertyInfo property in typeof(NicConfig).GetProperties())
        {
            if (property.GetCustomAttribute<ParameterAttribute>() is { } parameter && property.Name != nameof(Endpoints))
            {
                int value = (int)property.GetValue(this)!;
                bool isInRange = value >= parameter.Least && value <= parameter.Most;
                bool isRight = isInRange && (!parameter.IsPowerOfTwo || BitOperations.IsPow2(value));
                Check(isRight, property.Name, value, parameter.WayOut);
            }
        }

        Check(
            Endpoints > Cores,
            nameof(Endpoints),
            Endpoints,
            $"each of the {Cores} cores has a kernel endpoint and there must be one more: use {Cores + 1} or more");
        Check(
            Endpoints <= LineMap.Owners,
            nameof(Endpoints),
            Endpoints,
            $"there are lines for {LineMap.Owners}: use {Cores + 1} to {LineMap.Owners}");
        int beats = ((LargestFrameBytes + DatapathBytes - 1) / DatapathBytes) + BufferMargin;
        Check(
            FrameBufferBeats >= beats,
            nameof(FrameBufferBeats),
            FrameBufferBeats,
            $"a frame of {LargestFrameBytes} bytes needs {beats}: use {BitOperations.RoundUpToPowerOf2((uint)beats)} or a larger power of "
            + "two");
    }

    private void Check(bool isRight, string parameter, int value, string wayOut)
    {
        if (!isRight)
        {
            throw new ElaborationException($"NicConfig '{Name}': {parameter} is {value}; {wayOut}");
        }
    }
}
