// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Lauberhorn.Model.Captures;

/// <summary>
/// Reads captures of Ethernet frames: pcap (of either byte order, in microseconds or nanoseconds, also as Linux's patched tcpdump wrote it)
/// and pcapng. It needs no libpcap, so that a capture can be read on any machine, and keeps one frame in memory at a time.
/// </summary>
public static class CaptureReader
{
    private const uint PcapMicroseconds = 0xA1B2_C3D4;
    private const uint PcapNanoseconds = 0xA1B2_3C4D;
    private const uint PcapModified = 0xA1B2_CD34;
    private const uint PcapNgSection = 0x0A0D_0D0A;
    private const int PcapHeader = 24;
    private const int BufferBytes = 1 << 16;

    /// <summary>LINKTYPE_ETHERNET, the only one that is read.</summary>
    internal const uint Ethernet = 1;

    /// <summary>No frame has more bytes than this; a file that says so is damaged.</summary>
    internal const uint LargestRecord = 262_144;

    /// <summary>Reads all frames.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CaptureException">It cannot be read, is no capture, is cut off, or has a frame of another link than
    /// Ethernet.</exception>
    public static IReadOnlyList<CapturedFrame> Read(string path) => [.. Stream(path)];

    /// <summary>Reads frame by frame; those before a fault come before its exception.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CaptureException">As of <see cref="Read"/>, when the sequence comes to it.</exception>
    public static IEnumerable<CapturedFrame> Stream(string path)
    {
        using Stream stream = Open(path);
        CaptureInput input = new(path, stream);
        byte[] start = Magic(input);
        uint magic = input.UInt32(start, 0);
        uint swapped = BinaryPrimitives.ReverseEndianness(magic);
        if (magic == PcapNgSection)
        {
            foreach (CapturedFrame frame in PcapNg.Read(input, start))
            {
                yield return frame;
            }

            yield break;
        }

        if (magic is not (PcapMicroseconds or PcapNanoseconds or PcapModified))
        {
            input.IsBigEndian = true;
            magic = swapped;
        }

        if (magic is not (PcapMicroseconds or PcapNanoseconds or PcapModified))
        {
            throw NotACapture(path);
        }

        foreach (CapturedFrame frame in ReadPcap(input, magic))
        {
            yield return frame;
        }
    }

    /// <summary>Checks what a capture says of its link.</summary>
    internal static void CheckLink(string path, uint link)
    {
        if (link != Ethernet)
        {
            throw new CaptureException(path,
                $"is of link type {link}, not Ethernet (1); record on an Ethernet interface, not on 'any' or a tunnel");
        }
    }

    /// <summary>The moment so many units after 1970.</summary>
    internal static DateTime Moment(string path, ulong units, ulong unitsPerSecond)
    {
        ulong seconds = units / unitsPerSecond;
        UInt128 ticks = (UInt128)(units % unitsPerSecond) * TimeSpan.TicksPerSecond / unitsPerSecond;
        if (seconds > 200_000_000_000)
        {
            throw new CaptureException(path, "holds a time beyond the year 8000; it is damaged, record it again");
        }

        return DateTime.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond) + (long)ticks);
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferBytes, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CaptureException(path, "no such file", exception);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string problem = Directory.Exists(path) ? "is a directory; name a file" : $"cannot be read: {exception.Message}";
            throw new CaptureException(path, problem, exception);
        }
    }

    private static byte[] Magic(CaptureInput input)
    {
        try
        {
            return input.Read(4, "its first word");
        }
        catch (CaptureException problem) when (problem.InnerException is null)
        {
            throw NotACapture(input.Path);
        }
    }

    private static CaptureException NotACapture(string path) =>
        new(path, "is no capture: neither pcap nor pcapng; record one with: tcpdump -i INTERFACE -w FILE");

    // The format of libpcap's files: a header of 24 bytes, then records with a header of 16 bytes each; of 24 in the modified one, which
    // has the interface besides.
    private static IEnumerable<CapturedFrame> ReadPcap(CaptureInput input, uint magic)
    {
        byte[] header = input.Read(PcapHeader - 4, "its header");

        // The upper bits of the link type may say how long a frame check sequence is.
        CheckLink(input.Path, input.UInt32(header, 16) & 0xFFFF);
        uint unitsPerSecond = magic == PcapNanoseconds ? 1_000_000_000u : 1_000_000u;
        int recordBytes = magic == PcapModified ? 24 : 16;
        for (int number = 1; ; number++)
        {
            string where = $"frame {number}";
            byte[] record = input.Read(recordBytes, where, mayEnd: true);
            if (record.Length == 0)
            {
                yield break;
            }

            uint length = input.UInt32(record, 8);
            if (length > LargestRecord)
            {
                throw new CaptureException(input.Path, $"{where} is said to have {length} bytes; the file is damaged, record it again");
            }

            yield return new CapturedFrame(
                Moment(input.Path, ((ulong)input.UInt32(record, 0) * unitsPerSecond) + input.UInt32(record, 4), unitsPerSecond),
                input.Read((int)length, where),
                (int)input.UInt32(record, 12));
        }
    }
}
