// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Lauberhorn.Model.Captures;

/// <summary>A capture that is read from its beginning to its end, some bytes at a time.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="stream">Its content.</param>
internal sealed class CaptureInput(string path, Stream stream)
{
    private long position;

    /// <summary>Path of the file, as it was given; for messages.</summary>
    public string Path { get; } = path;

    /// <summary>The byte order of what is read.</summary>
    public bool IsBigEndian { get; set; }

    /// <summary>Reads some bytes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="what">What they are, for the message if the file ends within them.</param>
    /// <param name="mayEnd">Whether the file may end before the first of them.</param>
    /// <returns>The bytes; none if the file may end here and does.</returns>
    /// <exception cref="CaptureException">The file ends within them.</exception>
    public byte[] Read(int count, string what, bool mayEnd = false)
    {
        byte[] bytes = new byte[count];
        int got;
        try
        {
            got = stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CaptureException(Path, $"cannot be read: {exception.Message}", exception);
        }

        position += got;
        if (got == 0 && mayEnd)
        {
            return [];
        }

        return got == count
            ? bytes
            : throw new CaptureException(Path,
                $"is cut off in {what}: {position} bytes, {position - got + count} needed; copy it again or record it anew");
    }

    /// <summary>Four bytes as a number.</summary>
    public uint UInt32(byte[] bytes, int offset) => IsBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(offset))
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    /// <summary>Two bytes as a number.</summary>
    public ushort UInt16(byte[] bytes, int offset) => IsBigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(offset))
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offset));
}
