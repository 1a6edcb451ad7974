// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Captures;

/// <summary>
/// Reads pcapng: blocks of a type, a length, a body and the length again. Interfaces say what link they are and how fine
/// their time is; enhanced and simple packet blocks hold frames; all else is passed over. Interfaces of other links than Ethernet may be
/// there, as long as no frame is theirs.
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

    // Type and length in front of a body, the length behind it.
    private const int Frame = 12;

    // No block that is of any use to us has more bytes; other blocks are passed over without being kept.
    private const uint LargestBlock = CaptureReader.LargestRecord + 65_536;

    /// <summary>Reads frame by frame.</summary>
    /// <param name="input">The file.</param>
    /// <param name="magic">Its first word, which was read already.</param>
    internal static IEnumerable<CapturedFrame> Read(CaptureInput input, byte[] magic)
    {
        List<Interface> interfaces = [];
        byte[] typeBytes = magic;
        for (int block = 1; typeBytes.Length > 0; block++)
        {
            string where = $"block {block}";
            uint type = input.UInt32(typeBytes, 0);
            byte[] lengthBytes = input.Read(4, where);
            byte[] order = [];
            if (type == SectionHeader)
            {
                // Each section has its own byte order and its own interfaces.
                order = input.Read(4, where);
                input.IsBigEndian = input.UInt32(order, 0) == ByteOrder ? input.IsBigEndian : !input.IsBigEndian;
                if (input.UInt32(order, 0) != ByteOrder)
                {
                    throw Damaged(input, where);
                }

                interfaces.Clear();
            }

            uint length = input.UInt32(lengthBytes, 0);
            if (length < Frame + order.Length || length % 4 != 0 || length > int.MaxValue)
            {
                throw Damaged(input, where);
            }

            byte[] body = Body(input, (int)length - Frame - order.Length, where);
            if (input.UInt32(input.Read(4, where), 0) != length)
            {
                throw Damaged(input, where);
            }

            if (type == InterfaceDescription)
            {
                AtLeast(input, body, 8, where);
                interfaces.Add(new Interface(input.UInt16(body, 0), Resolution(input, body), input.UInt32(body, 4)));
            }
            else if (type is EnhancedPacket or ObsoletePacket)
            {
                AtLeast(input, body, 20, where);
                yield return Packet(input, interfaces, type == EnhancedPacket ? input.UInt32(body, 0) : input.UInt16(body, 0), body, where);
            }
            else if (type == SimplePacket)
            {
                AtLeast(input, body, 4, where);
                yield return Simple(input, interfaces, body, where);
            }

            typeBytes = input.Read(4, $"block {block + 1}", mayEnd: true);
        }
    }

    // A block too large for a frame is read in pieces, of which only the first is kept.
    private static byte[] Body(CaptureInput input, int length, string where)
    {
        byte[] first = input.Read((int)Math.Min(length, LargestBlock), where);
        for (int left = length - first.Length; left > 0;)
        {
            int piece = (int)Math.Min(left, LargestBlock);
            input.Read(piece, where);
            left -= piece;
        }

        return first;
    }

    private static CapturedFrame Packet(CaptureInput input, List<Interface> interfaces, uint number, byte[] body, string where)
    {
        if (number >= interfaces.Count)
        {
            throw Damaged(input, where);
        }

        Interface its = interfaces[(int)number];
        CaptureReader.CheckLink(input.Path, its.Link);
        ulong time = ((ulong)input.UInt32(body, 4) << 32) | input.UInt32(body, 8);
        uint length = input.UInt32(body, 12);
        if (length > body.Length - 20)
        {
            throw Damaged(input, where);
        }

        return new CapturedFrame(CaptureReader.Moment(input.Path, time, its.UnitsPerSecond), body[20..(20 + (int)length)],
            (int)input.UInt32(body, 16));
    }

    // A simple packet has no time, and belongs to the first interface, whose snap length (0: none) it is cut to.
    private static CapturedFrame Simple(CaptureInput input, List<Interface> interfaces, byte[] body, string where)
    {
        if (interfaces.Count == 0)
        {
            throw Damaged(input, where);
        }

        CaptureReader.CheckLink(input.Path, interfaces[0].Link);
        uint original = input.UInt32(body, 0);
        uint length = interfaces[0].Snap == 0 ? original : Math.Min(original, interfaces[0].Snap);
        return length <= body.Length - 4
            ? new CapturedFrame(DateTime.UnixEpoch, body[4..(4 + (int)length)], (int)original)
            : throw Damaged(input, where);
    }

    // Option if_tsresol: a power of ten, or of two if the top bit is set; microseconds unless said.
    private static ulong Resolution(CaptureInput input, byte[] body)
    {
        for (int option = 8; option + 4 <= body.Length;)
        {
            ushort code = input.UInt16(body, option);
            ushort length = input.UInt16(body, option + 2);
            if (code == 0)
            {
                break;
            }

            if (code == TimeResolution && length >= 1 && option + 5 <= body.Length)
            {
                int exponent = body[option + 4] & 0x7F;
                bool binary = (body[option + 4] & 0x80) != 0;
                if (exponent > (binary ? 63 : 19))
                {
                    throw Damaged(input, "an interface's time resolution");
                }

                return binary ? 1ul << exponent : Enumerable.Repeat(10ul, exponent).Aggregate(1ul, (product, ten) => product * ten);
            }

            option += 4 + ((length + 3) & ~3);
        }

        return 1_000_000;
    }

    private static void AtLeast(CaptureInput input, byte[] body, int count, string where)
    {
        if (body.Length < count)
        {
            throw Damaged(input, where);
        }
    }

    private static CaptureException Damaged(CaptureInput input, string where) =>
        new(input.Path, $"{where} contradicts itself; the file is damaged, record it again");

    private readonly record struct Interface(uint Link, ulong UnitsPerSecond, uint Snap);
}
