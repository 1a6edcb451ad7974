// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Lauberhorn.Model.Captures;

/// <summary>Writes captures, as pcap in little-endian byte order with microseconds.</summary>
public static class CaptureWriter
{
    /// <summary>Writes frames, whole; an existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frames">The frames; times before 1970 or after 2106 do not fit the format.</param>
    /// <exception cref="CaptureException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<CapturedFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var bytes = new List<byte>();
        Words(0xA1B2_C3D4, 0x0004_0002, 0, 0, 262_144, CaptureReader.Ethernet);
        foreach (var frame in frames)
        {
            var microseconds = (frame.Timestamp - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            Words(
                checked((uint)(microseconds / 1_000_000)),
                checked((uint)(microseconds % 1_000_000)),
                (uint)frame.Bytes.Length,
                (uint)frame.OriginalLength);
            bytes.AddRange(frame.Bytes);
        }

        try
        {
            File.WriteAllBytes(path, [.. bytes]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CaptureException(path, $"cannot be written: {exception.Message}", exception);
        }

        void Words(params ReadOnlySpan<uint> words)
        {
            Span<byte> word = stackalloc byte[4];
            foreach (var value in words)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(word, value);
                bytes.AddRange(word);
            }
        }
    }

    /// <summary>Writes frames that were not recorded but made, a microsecond apart, from the year 2000 on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frames">Their bytes.</param>
    /// <exception cref="CaptureException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<byte[]> frames)
    {
        var start = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Write(path, frames.Select((bytes, number) => new CapturedFrame(start.AddMicroseconds(number), bytes, bytes.Length)));
    }
}
