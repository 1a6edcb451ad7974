// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model;
using Lauberhorn.Model.Reply;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>What must become of a frame, if there is room for it.</summary>
internal enum Fate
{
    /// <summary>The receive path drops it.</summary>
    Dropped,

    /// <summary>The NIC answers.</summary>
    Answer,

    /// <summary>The kernel gets it.</summary>
    Kernel,

    /// <summary>A frame for the kernel that is too long for an endpoint.</summary>
    TooLongForKernel,

    /// <summary>A handler gets it.</summary>
    Call,
}

/// <summary>Which call: client, its port, our port, transaction identifier.</summary>
/// <param name="Client">IPv4 address.</param>
/// <param name="ClientPort">UDP port.</param>
/// <param name="Port">Our UDP port.</param>
/// <param name="Xid">Transaction identifier.</param>
internal readonly record struct CallIdentity(uint Client, ushort ClientPort, ushort Port, uint Xid)
{
    /// <summary>The call's transaction identifier, client and port, for the trace.</summary>
    public override string ToString() => $"call {Xid:X8} from {Client:X8}:{ClientPort} to port {Port}";
}

/// <summary>A frame that was sent to the NIC.</summary>
internal sealed class SoakFrame
{
    /// <summary>A frame.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="error">Whether the MAC flags it.</param>
    /// <param name="isCall">Whether it counts as a call, good or bad; garbage does not.</param>
    /// <param name="settings">Who the NIC is.</param>
    public SoakFrame(byte[] bytes, bool error, bool isCall, ReceiveSettings settings)
    {
        Bytes = bytes;
        Error = error;
        IsCall = isCall;
        Decoded = ReferenceDecoder.Decode(bytes, error, settings);
        if (Decoded.Udp is not null && Decoded.Ipv4 is not null && bytes.Length >= 46)
        {
            Identity = new CallIdentity(
                Decoded.Ipv4.Source, Decoded.Udp.SourcePort, Decoded.Udp.DestinationPort,
                System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(42)));
        }
    }

    /// <summary>The frame, without preamble and FCS.</summary>
    public byte[] Bytes { get; }

    /// <summary>Whether the MAC flags the frame as bad.</summary>
    public bool Error { get; }

    /// <summary>Whether it counts as a call.</summary>
    public bool IsCall { get; }

    /// <summary>The reference decoder's result.</summary>
    public DecodedFrame Decoded { get; }

    /// <summary>The call's identity, if it is a call: client, ports, transaction identifier.</summary>
    public CallIdentity Identity { get; }

    /// <summary>The frame's expected end.</summary>
    public Fate Fate { get; set; }

    /// <summary>Of <see cref="Fate.Answer"/>: the answer.</summary>
    public Func<ReplyParties, ushort, byte[]>? Answer { get; set; }

    /// <summary>Of <see cref="Fate.Call"/>: the service.</summary>
    public SoakService? Service { get; set; }

    /// <summary>On the wire.</summary>
    public SentFrame? Sent { get; set; }
}
