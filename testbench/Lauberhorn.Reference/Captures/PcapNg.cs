// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Reference.Captures;

/// <summary>
/// Reads pcapng: blocks of a type, a length, a body and the length again. Interfaces say what link they are and how fine
/// their time is; enhanced and simple packet blocks hold frames; all else is passed over.
/// </summary>
internal static class PcapNg
{
    private const uint SectionHeader = 0x0A0D_0D0A;
    private const uint InterfaceDescription = 1;
    private const uint ObsoletePacket = 2;
    private const uint SimplePacket = 3;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrder = 0x1A2B_3C4D;
    private const ushort TimeResolution = 9;

    internal static List<CapturedFrame> Read(CaptureReader.Cursor file)
    {
        var frames = new List<CapturedFrame>();
        var interfaces = new List<(ulong UnitsPerSecond, uint Snap)>();
        var position = 0;
        var block = 0;
        while (position < file.Bytes.Length)
        {
            var where = $"block {++block}";
            file.Need(12, position, where);
            var type = file.UInt32(position);
            if (type == SectionHeader)
            {
                // Each section has its own byte order and its own interfaces.
                file.Need(28, position, where);
                file = file with { IsBigEndian = file.UInt32(position + 8) == ByteOrder ? file.IsBigEndian : !file.IsBigEndian };
                if (file.UInt32(position + 8) != ByteOrder)
                {
                    throw Damaged(file, where);
                }

                interfaces.Clear();
            }

            var length = file.UInt32(position + 4);
            if (length < 12 || length % 4 != 0 || length > int.MaxValue - position)
            {
                throw Damaged(file, where);
            }

            file.Need((int)length, position, where);
            if (file.UInt32(position + (int)length - 4) != length)
            {
                throw Damaged(file, where);
            }

            var body = position + 8;
            var end = position + (int)length - 4;
            switch (type)
            {
                case InterfaceDescription:
                    AtLeast(file, body, end, 8, where);
                    CaptureReader.CheckLink(file.Path, file.UInt16(body));
                    interfaces.Add((Resolution(file, body + 8, end), file.UInt32(body + 4)));
                    break;
                case EnhancedPacket:
                    AtLeast(file, body, end, 20, where);
                    frames.Add(Frame(file, interfaces, file.UInt32(body), body + 4, end, where));
                    break;
                case ObsoletePacket:
                    AtLeast(file, body, end, 20, where);
                    frames.Add(Frame(file, interfaces, file.UInt16(body), body + 4, end, where));
                    break;
                case SimplePacket:
                    AtLeast(file, body, end, 4, where);
                    frames.Add(Simple(file, interfaces, body, end, where));
                    break;
                default:
                    break;
            }

            position += (int)length;
        }

        return frames;
    }

    private static CapturedFrame Frame(
        CaptureReader.Cursor file, List<(ulong UnitsPerSecond, uint Snap)> interfaces, uint number, int body, int end, string where)
    {
        if (number >= interfaces.Count)
        {
            throw Damaged(file, where);
        }

        var time = ((ulong)file.UInt32(body) << 32) | file.UInt32(body + 4);
        var length = file.UInt32(body + 8);
        if (length > end - body - 16)
        {
            throw Damaged(file, where);
        }

        var bytes = file.Bytes[(body + 16)..(body + 16 + (int)length)];
        return new CapturedFrame(CaptureReader.Moment(file.Path, time, interfaces[(int)number].UnitsPerSecond), bytes, (int)file.UInt32(body + 12));
    }

    // A simple packet has no time, and belongs to the first interface, whose snap length (0: none) it is cut to.
    private static CapturedFrame Simple(
        CaptureReader.Cursor file, List<(ulong UnitsPerSecond, uint Snap)> interfaces, int body, int end, string where)
    {
        if (interfaces.Count == 0)
        {
            throw Damaged(file, where);
        }

        var original = file.UInt32(body);
        var length = interfaces[0].Snap == 0 ? original : Math.Min(original, interfaces[0].Snap);
        return length <= end - body - 4
            ? new CapturedFrame(DateTime.UnixEpoch, file.Bytes[(body + 4)..(body + 4 + (int)length)], (int)original)
            : throw Damaged(file, where);
    }

    // Option if_tsresol: a power of ten, or of two if the top bit is set; microseconds unless said.
    private static ulong Resolution(CaptureReader.Cursor file, int option, int end)
    {
        while (option + 4 <= end)
        {
            var code = file.UInt16(option);
            var length = file.UInt16(option + 2);
            if (code == 0)
            {
                break;
            }

            if (code == TimeResolution && length >= 1 && option + 5 <= end)
            {
                var exponent = file.Bytes[option + 4] & 0x7F;
                var binary = (file.Bytes[option + 4] & 0x80) != 0;
                if (exponent > (binary ? 63 : 19))
                {
                    throw Damaged(file, "an interface's time resolution");
                }

                return binary ? 1ul << exponent : Enumerable.Repeat(10ul, exponent).Aggregate(1ul, (product, ten) => product * ten);
            }

            option += 4 + ((length + 3) & ~3);
        }

        return 1_000_000;
    }

    private static void AtLeast(CaptureReader.Cursor file, int body, int end, int count, string where)
    {
        if (end - body < count)
        {
            throw Damaged(file, where);
        }
    }

    private static CaptureException Damaged(CaptureReader.Cursor file, string where) =>
        new(file.Path, $"{where} contradicts itself; the file is damaged, record it again");
}
