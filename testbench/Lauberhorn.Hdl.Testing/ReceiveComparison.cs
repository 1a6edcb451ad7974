// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Rpc;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Model;

namespace Lauberhorn.Hdl.Testing;

/// <summary>Compares what came out of the receive path with what the reference decoder says.</summary>
public static class ReceiveComparison
{
    /// <summary>The metadata that the receive path must give for a frame that was not dropped.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="decoded">What the reference says about it.</param>
    public static FrameMetadata Metadata(ReadOnlySpan<byte> frame, DecodedFrame decoded)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        frame = ReferenceDecoder.WithoutPriorityTag(frame);
        FrameMetadata expected = new()
        {
            Kind = decoded.Kind,
            FrameBytes = (ushort)frame.Length,
            PayloadOffset = (ushort)(decoded.Rpc?.ArgumentsOffset ?? 0),
            PayloadBytes = (ushort)decoded.Payload.Length,
            DestinationMac = (SME.Bits<SME.W48>)decoded.Ethernet!.Destination,
            SourceMac = (SME.Bits<SME.W48>)decoded.Ethernet.Source,
            EtherType = decoded.Ethernet.EtherType,
            SourceAddress = decoded.Ipv4?.Source ?? 0,
            DestinationAddress = decoded.Ipv4?.Destination ?? 0,
            SourcePort = decoded.Udp?.SourcePort ?? 0,
            DestinationPort = decoded.Udp?.DestinationPort ?? 0,
        };
        if (decoded.Kind is FrameKind.RpcReply or FrameKind.RpcVersionMismatch or FrameKind.RpcMalformed or FrameKind.RpcCall)
        {
            // RFC 5531 section 9: the message begins with its xid.
            expected = expected with { Xid = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(frame[42..]) };
        }

        bool isInline = decoded.Rpc is { ArgumentsOffset: InlineArguments.Offset } && frame.Length is > 64 and <= 128
            && decoded.Payload.Length > 0;
        return decoded.Rpc is not RpcCallHeader call ? expected : expected with
        {
            Program = call.Program,
            Version = call.Version,
            Procedure = call.Procedure,
            CredentialFlavor = call.CredentialFlavor,
            CredentialBytes = (ushort)call.CredentialLength,
            IsBadAuthSys = call.IsBadAuthSys,
            VerifierBytes = (ushort)call.VerifierLength,
            IsInline = isInline,
            InlineArguments = isInline ? SME.Bits<SME.W368>.FromBytes(decoded.Payload) : default,
        };
    }

    /// <summary>Says how the outcome of a run differs from the reference; null if it does not.</summary>
    /// <param name="bench">The test bench, after its run.</param>
    /// <param name="sent">All frames that it was sent, in order.</param>
    /// <param name="mayOverrun">Whether frames may have been dropped for want of room: then those that came out need only be some of those
    /// expected.</param>
    public static string? Difference(ReceivePathBench bench, IReadOnlyList<SentFrame> sent, bool mayOverrun = false)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentNullException.ThrowIfNull(sent);
        uint[] dropped = new uint[DropCounters.Count];
        uint[] passed = new uint[KindCounters.Count];
        int next = 0;
        for (int i = 0; i < sent.Count; i++)
        {
            SentFrame frame = sent[i];
            DecodedFrame decoded = ReferenceDecoder.Decode(frame.Bytes, frame.Error, bench.Settings);
            if (decoded.IsDropped)
            {
                dropped[(int)decoded.Drop]++;
                continue;
            }

            string? difference = next < bench.Received.Count ? Difference(frame, decoded, bench.Received[next]) : "nothing came out for it";
            if (difference is null)
            {
                passed[(int)decoded.Kind]++;
                next++;
            }
            else if (mayOverrun)
            {
                dropped[(int)DropReason.BufferOverrun]++;
            }
            else
            {
                return $"frame {i} of {frame.Bytes.Length} bytes, {decoded.Kind}: {difference}; the frame is "
                    + $"{Convert.ToHexString(frame.Bytes)}";
            }
        }

        if (next != bench.Received.Count)
        {
            return $"{bench.Received.Count - next} frames too many came out, the first is {bench.Received[next].Metadata}";
        }

        foreach (DropReason reason in Enum.GetValues<DropReason>())
        {
            if (bench.Dropped(reason) != dropped[(int)reason])
            {
                return $"{bench.Dropped(reason)} frames are counted as {reason}, not {dropped[(int)reason]}; the first frame is "
                    + $"{Convert.ToHexString(sent[0].Bytes)}";
            }
        }

        foreach (FrameKind kind in Enum.GetValues<FrameKind>())
        {
            if (bench.Passed(kind) != passed[(int)kind])
            {
                return $"{bench.Passed(kind)} frames are counted as {kind}, not {passed[(int)kind]}";
            }
        }

        return null;
    }

    private static string? Difference(SentFrame frame, DecodedFrame decoded, ReceivedFrame received)
    {
        FrameMetadata expected = Metadata(frame.Bytes, decoded);

        // Without arguments in it, it is any bytes of the frame.
        FrameMetadata metadata = received.Metadata.IsInline ? received.Metadata : received.Metadata with { InlineArguments = default };
        if (metadata != expected)
        {
            return $"the metadata are {metadata}, not {expected}";
        }

        return received.Payload.AsSpan().SequenceEqual(decoded.Payload)
            ? null
            : $"the payload is {Convert.ToHexString(received.Payload)}, not {Convert.ToHexString(decoded.Payload)}";
    }
}
