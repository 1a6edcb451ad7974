// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Hdl.Tests;

/// <summary>Frames to try the receive path with.</summary>
internal static class FrameGenerators
{
    private static readonly Gen<int> AuthenticationBytes = Gen.Frequency((4, Gen.Const(0)), (4, Gen.Int[0, 64]), (2, Gen.Int[0, 404]));

    private static readonly Gen<int> ArgumentBytes = Gen.Frequency((2, Gen.Const(0)), (6, Gen.Int[0, 200]), (1, Gen.Int[0, 1500]));

    /// <summary>Well-formed calls.</summary>
    public static readonly Gen<FrameBuilder> Calls =
        from xid in Gen.UInt
        from credential in AuthenticationBytes.SelectMany(bytes => Gen.Byte.Array[bytes])
        from verifier in AuthenticationBytes.SelectMany(bytes => Gen.Byte.Array[bytes])
        from arguments in ArgumentBytes.SelectMany(bytes => Gen.Byte.Array[bytes])
        from flavors in Gen.Select(Gen.UInt, Gen.UInt)
        from procedure in Gen.Select(Gen.UInt, Gen.UInt, Gen.UInt)
        from trailer in Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[0, 80])).SelectMany(bytes => Gen.Byte.Array[bytes])
        from broadcast in Gen.Int[0, 7]
        select new FrameBuilder()
            .WithMac(broadcast == 0 ? 0xFFFF_FFFF_FFFF : ReceiveSettings.Captures.MacAddress, xid)
            .WithRpc(xid)
            .WithProcedure(procedure.Item1, procedure.Item2, procedure.Item3)
            .WithCredential(flavors.Item1, credential)
            .WithVerifier(flavors.Item2, verifier)
            .WithArguments(arguments)
            .WithTrailer(trailer);

    /// <summary>Changes of one field, checksums kept right.</summary>
    private static readonly Gen<Func<FrameBuilder, FrameBuilder>> Changes = Gen.OneOf<Func<FrameBuilder, FrameBuilder>>(
        Gen.ULong[0, 0xFFFF_FFFF_FFFF].Select(mac => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithMac(mac, 5))),
        Gen.Int[0, 47].Select(bit => new Func<FrameBuilder, FrameBuilder>(
            frame => frame.WithMac(ReceiveSettings.Captures.MacAddress ^ (1UL << bit), 5))),
        Gen.Int[0, 4].Select(i => new ushort[] { 0x0806, 0x86DD, 0x8100, 0x0800, 100 }[i])
            .Select(type => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithEtherType(type))),
        Gen.Byte[0, 15].Select(version => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithIpv4Version(version))),
        Gen.Byte[0, 15].Select(words => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithIpv4Version(4, words))),
        Gen.Int[0, 31].Select(bit => new Func<FrameBuilder, FrameBuilder>(
            frame => frame.WithAddresses(7, ReceiveSettings.Captures.Ipv4Address ^ (1U << bit)))),
        Gen.UShort[0, 300].Select(length => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithTotalLength(length))),
        Gen.UShort.Select(length => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithTotalLength(length))),
        Gen.Int[0, 15].Select(bit => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithFragment((ushort)(1 << bit)))),
        Gen.Byte.Select(protocol => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithProtocol(protocol))),
        Gen.Int[1, 10].Select(words => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithOptions(new byte[4 * words]))),
        Gen.UShort.Select(checksum => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithIpv4Checksum(checksum))),
        Gen.UShort[0, 300].Select(length => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithUdpLength(length))),
        Gen.UShort.Select(length => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithUdpLength(length))),
        Gen.OneOf(Gen.Const((ushort)0), Gen.UShort)
            .Select(checksum => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithUdpChecksum(checksum))),
        Gen.Int[0, 60].SelectMany(bytes => Gen.Byte.Array[bytes])
            .Select(payload => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithUdpPayload(payload))),
        Gen.UInt[0, 3].Select(type => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithRpc(9, type))),
        Gen.Int[0, 31].Select(bit => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithRpc(9, 1U << bit))),
        Gen.Int[0, 31].Select(bit => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithRpc(9, 0, 2U ^ (1U << bit)))),
        Gen.OneOf(Gen.UInt[0, 420], Gen.UInt)
            .Select(length => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithCredential(1, new byte[40], length))),
        Gen.OneOf(Gen.UInt[0, 420], Gen.UInt)
            .Select(length => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithVerifier(1, new byte[40], length))),
        Gen.Int[1, 200].Select(length => new Func<FrameBuilder, FrameBuilder>(frame => frame.WithCut(length))),
        Gen.Const(new Func<FrameBuilder, FrameBuilder>(frame => frame.WithSmallestLength(0))));

    /// <summary>Calls of which a third has some fields changed and a tenth single bits.</summary>
    public static readonly Gen<byte[]> Frames =
        from call in Calls
        from changes in Gen.Frequency((2, Gen.Const(0)), (2, Gen.Const(1)), (1, Gen.Const(2))).SelectMany(count => Changes.Array[count])
        from flips in Gen.Frequency((9, Gen.Const(0)), (1, Gen.Int[1, 2])).SelectMany(count => Gen.Int[0, 100_000].Array[count])
        select Flip(changes.Aggregate(call, (frame, change) => change(frame)).Build(), flips);

    private static byte[] Flip(byte[] frame, int[] bits)
    {
        foreach (int bit in bits)
        {
            frame[bit / 8 % frame.Length] ^= (byte)(1 << (bit & 7));
        }

        return frame;
    }
}
