// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Lauberhorn.Reference.Captures;

/// <summary>
/// Reads captures of Ethernet frames: pcap (of either byte order, in microseconds or nanoseconds) and pcapng. It needs no
/// libpcap, so that a capture can be looked at on any machine.
/// </summary>
public static class CaptureReader
{
    private const uint PcapMicroseconds = 0xA1B2_C3D4;
    private const uint PcapNanoseconds = 0xA1B2_3C4D;
    private const uint PcapNgSection = 0x0A0D_0D0A;

    /// <summary>LINKTYPE_ETHERNET, the only one that is read.</summary>
    internal const uint Ethernet = 1;

    /// <summary>No frame has more than this; a file that says so is damaged.</summary>
    private const uint LargestRecord = 262_144;

    /// <summary>Reads all frames.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CaptureException">It cannot be read, is no capture, is cut off, or is of another link than Ethernet.</exception>
    public static IReadOnlyList<CapturedFrame> Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CaptureException(path, "no such file", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var problem = Directory.Exists(path) ? "is a directory; name a file" : $"cannot be read: {exception.Message}";
            throw new CaptureException(path, problem, exception);
        }

        var start = new Cursor(path, bytes, isBigEndian: false);
        if (bytes.Length < 4)
        {
            throw NotACapture(path);
        }

        var magic = start.UInt32(0);
        var swapped = BinaryPrimitives.ReverseEndianness(magic);
        return magic switch
        {
            PcapMicroseconds or PcapNanoseconds => ReadPcap(start, magic == PcapNanoseconds),
            PcapNgSection => PcapNg.Read(start),
            _ when swapped is PcapMicroseconds or PcapNanoseconds =>
                ReadPcap(start with { IsBigEndian = true }, swapped == PcapNanoseconds),
            _ => throw NotACapture(path),
        };
    }

    /// <summary>Checks what a capture says of its link.</summary>
    internal static void CheckLink(string path, uint link)
    {
        if (link != Ethernet)
        {
            throw new CaptureException(path, $"is of link type {link}, not Ethernet (1); record on an Ethernet interface, not on 'any' or a tunnel");
        }
    }

    /// <summary>The moment so many units after 1970.</summary>
    internal static DateTime Moment(string path, ulong units, ulong unitsPerSecond)
    {
        var seconds = units / unitsPerSecond;
        var ticks = (UInt128)(units % unitsPerSecond) * TimeSpan.TicksPerSecond / unitsPerSecond;
        if (seconds > 200_000_000_000)
        {
            throw new CaptureException(path, "holds a time beyond the year 8000; it is damaged, record it again");
        }

        return DateTime.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond) + (long)ticks);
    }

    private static CaptureException NotACapture(string path) =>
        new(path, "is no capture: neither pcap nor pcapng; record one with: tcpdump -i INTERFACE -w FILE");

    // The format of libpcap's files: a header of 24 bytes, then records with a header of 16 bytes each.
    private static List<CapturedFrame> ReadPcap(Cursor file, bool nanoseconds)
    {
        file.Need(24, 0, "its header");

        // The upper bits of the link type may say how long a frame check sequence is.
        CheckLink(file.Path, file.UInt32(20) & 0xFFFF);
        var unitsPerSecond = nanoseconds ? 1_000_000_000u : 1_000_000u;
        var frames = new List<CapturedFrame>();
        var position = 24;
        while (position < file.Bytes.Length)
        {
            var where = $"frame {frames.Count + 1}";
            file.Need(16, position, where);
            var length = file.UInt32(position + 8);
            if (length > LargestRecord)
            {
                throw new CaptureException(file.Path, $"{where} is said to have {length} bytes; the file is damaged, record it again");
            }

            file.Need(16 + (int)length, position, where);
            frames.Add(new CapturedFrame(
                Moment(file.Path, ((ulong)file.UInt32(position) * unitsPerSecond) + file.UInt32(position + 4), unitsPerSecond),
                file.Bytes[(position + 16)..(position + 16 + (int)length)],
                (int)file.UInt32(position + 12)));
            position += 16 + (int)length;
        }

        return frames;
    }

    /// <summary>A file in memory, read in its own byte order.</summary>
    internal readonly record struct Cursor
    {
        internal Cursor(string path, byte[] bytes, bool isBigEndian)
        {
            (Path, Bytes, IsBigEndian) = (path, bytes, isBigEndian);
        }

        internal string Path { get; }

        internal byte[] Bytes { get; }

        internal bool IsBigEndian { get; init; }

        internal uint UInt32(int offset) => IsBigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(offset))
            : BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(offset));

        internal ushort UInt16(int offset) => IsBigEndian
            ? BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(offset))
            : BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(offset));

        /// <summary>Makes sure that there are that many bytes.</summary>
        internal void Need(int count, int offset, string what)
        {
            if (count > Bytes.Length - offset)
            {
                throw new CaptureException(Path, $"is cut off in {what}: {Bytes.Length} bytes, {(long)offset + count} needed; copy it again or record it anew");
            }
        }
    }
}
