// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Model.Tests;

public class ReferenceDecoderTests
{
    private static readonly ReceiveSettings Settings = ReceiveSettings.Captures;

    private static readonly Gen<byte[]> Authentication = Gen.Byte.Array[0, 400];

    [Fact]
    public void A_call_gives_back_what_was_put_into_it() => Gen.Select(
        Gen.Select(Gen.UInt, Gen.UInt, Gen.UInt, Gen.UInt),
        Gen.Select(Gen.UInt, Authentication),
        Gen.Select(Gen.UInt, Authentication),
        Gen.Byte.Array[0, 2000],
        Gen.Byte.Array[0, 100]).Sample(
        (call, credential, verifier, arguments, trailer) =>
        {
            var builder = new FrameBuilder()
                .WithRpc(call.Item1)
                .WithProcedure(call.Item2, call.Item3, call.Item4)
                .WithCredential(credential.Item1, credential.Item2)
                .WithVerifier(verifier.Item1, verifier.Item2)
                .WithArguments(arguments)
                .WithTrailer(trailer);
            var decoded = ReferenceDecoder.Decode(builder.Build(), false, Settings);
            Assert.True(decoded.IsCall);
            Assert.Equal(
                new RpcCallHeader
                {
                    Xid = call.Item1,
                    Program = call.Item2,
                    Version = call.Item3,
                    Procedure = call.Item4,
                    CredentialFlavor = credential.Item1,
                    CredentialLength = credential.Item2.Length,
                    IsBadAuthSys = decoded.Rpc!.IsBadAuthSys,
                    VerifierFlavor = verifier.Item1,
                    VerifierLength = verifier.Item2.Length,
                    ArgumentsOffset = builder.ArgumentsOffset,
                    ArgumentsLength = arguments.Length,
                },
                decoded.Rpc);
            Assert.Equal(arguments, decoded.Payload);
        },
        iter: 2000);

    [Fact]
    public void What_is_dropped_has_no_payload_and_what_is_no_call_goes_on_whole() => FrameGenerators.Frames(Settings).Sample(
        frame =>
        {
            var decoded = ReferenceDecoder.Decode(frame.Bytes, frame.ErrorFlag, Settings);
            Assert.Equal(decoded.IsCall, decoded.Rpc is not null);
            if (decoded.IsDropped)
            {
                Assert.Empty(decoded.Payload);
            }
            else if (!decoded.IsCall)
            {
                Assert.Equal(ReferenceDecoder.WithoutPriorityTag(frame.Bytes), decoded.Payload);
            }
        },
        print: frame => frame.ToString(),
        iter: 5000);

    [Fact]
    public void An_AUTH_SYS_body_is_one_up_to_its_limits_and_not_if_a_byte_is_missing() => Gen.Select(
        Gen.ULong, Gen.Int[0, 255], Gen.Int[0, 16], Gen.Int[0, 8]).Sample(
        (seed, name, groups, more) =>
        {
            var random = new SeededRandom(seed);
            var body = AuthSysCredential.Make(random, name, groups);
            Assert.False(IsBad([.. body, .. new byte[more]]));
            Assert.True(IsBad(body[..^1]));
            Assert.True(IsBad(body[..random.Between(0, body.Length - 1)]));
            Assert.True(IsBad(AuthSysCredential.Make(random, name, 17)));
            Assert.True(IsBad(AuthSysCredential.Make(random, 256, groups)));
            Assert.True(IsBad(AuthSysCredential.Lie(random, name, groups, (uint)name, (uint)groups + 1)));
            Assert.True(IsBad(AuthSysCredential.Lie(random, name, groups, (uint)name, 0x8000_0000 | (uint)groups)));

            static bool IsBad(byte[] body)
            {
                var call = new FrameBuilder().WithCredential(1, body).WithArguments(new byte[8]).Build();
                var other = new FrameBuilder().WithCredential(2, body).WithArguments(new byte[8]).Build();
                Assert.False(ReferenceDecoder.Decode(other, false, Settings).Rpc!.IsBadAuthSys);
                return ReferenceDecoder.Decode(call, false, Settings).Rpc!.IsBadAuthSys;
            }
        },
        iter: 1000);

    [Fact]
    public void Every_truncation_of_a_call_is_refused()
    {
        var call = new FrameBuilder().WithCredential(1, new byte[31]).WithArguments(new byte[40]).Build();
        for (var length = 0; length < call.Length; length++)
        {
            var expected = length < 14 ? DropReason.Runt : length < 34 ? DropReason.Ipv4Truncated : DropReason.Ipv4BadTotalLength;
            Assert.Equal(expected, ReferenceDecoder.Decode(call.AsSpan(0, length), false, Settings).Drop);
        }
    }

    [Fact]
    public void A_changed_bit_under_a_checksum_is_noticed() => Gen.Select(FrameGenerators.Calls(Settings), Gen.Int[0, int.MaxValue]).Sample(
        (frame, position) =>
        {
            // From the identification of the IPv4 header on; the lengths in front of it have drop reasons of their own.
            var bytes = frame.Bytes.ToArray();
            var bit = (18 * 8) + (position % (8 * (bytes.Length - 18)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            if (bytes[40] == 0 && bytes[41] == 0)
            {
                // The only bit of the UDP checksum: without it there is none to be wrong.
                return;
            }

            var expected = (bit / 8) switch
            {
                < 34 => DropReason.Ipv4BadChecksum,
                38 or 39 => DropReason.UdpBadLength,
                _ => DropReason.UdpBadChecksum,
            };
            var drop = ReferenceDecoder.Decode(bytes, false, Settings).Drop;
            Assert.True(drop == expected || (bit / 8 is 38 or 39 && drop == DropReason.UdpBadChecksum),
                $"bit {bit}: {drop}, not {expected}");
        },
        iter: 3000);

    [Fact]
    public void Promiscuous_takes_frames_for_others_and_nothing_else_changes() => FrameGenerators.Frames(Settings).Sample(
        frame =>
        {
            var strict = ReferenceDecoder.Decode(frame.Bytes, frame.ErrorFlag, Settings);
            var lenient = ReferenceDecoder.Decode(frame.Bytes, frame.ErrorFlag, Settings with { Promiscuous = true });
            Assert.NotEqual(DropReason.OtherDestinationMac, lenient.Drop);
            if (strict.Drop != DropReason.OtherDestinationMac)
            {
                Assert.Equal((strict.Drop, strict.Kind, strict.Rpc), (lenient.Drop, lenient.Kind, lenient.Rpc));
                Assert.Equal(strict.Payload, lenient.Payload);
            }
        },
        print: frame => frame.ToString(),
        iter: 3000);

    /// <summary>The example of RFC 1071 section 3.</summary>
    [Fact]
    public void The_sum_of_the_example_in_RFC_1071_is_ddf2() =>
        Assert.Equal(0xDDF2, InternetChecksum.Sum([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]));

    [Fact]
    public void An_odd_last_byte_counts_as_if_a_0_followed() => Gen.Byte.Array[0, 99].Sample(
        bytes => InternetChecksum.Sum(bytes) == InternetChecksum.Sum([.. bytes, .. new byte[bytes.Length % 2]]));
}
