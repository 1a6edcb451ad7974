// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Model.Reply;

namespace Lauberhorn.Hdl.Tests.Reply;

/// <summary>A line that was left, with all that belongs to it.</summary>
/// <param name="Left">The input of the reply stage; its mask says which bytes of the line come with it.</param>
/// <param name="Line">All bytes of the line, stale ones too.</param>
/// <param name="Aux">All bytes of its aux lines, stale ones too.</param>
/// <param name="Pending">Of a received message: the call.</param>
internal sealed record ReplyItem(LeftLine Left, byte[] Line, byte[] Aux, PendingCall Pending)
{
    public int Bytes => BinaryPrimitives.ReadUInt16LittleEndian(Line.AsSpan(ControlLine.Bytes));

    /// <summary>Destination IPv4 address, whether the line is sent or not.</summary>
    public uint Address => Left.IsTransmit ? BinaryPrimitives.ReadUInt32LittleEndian(Line.AsSpan(ControlLine.DestinationAddress))
        : Pending.ClientAddress;

    /// <summary>The message's bytes; those that it says it has, as far as there is room.</summary>
    public byte[] Body()
    {
        byte[] all = [.. Line[ControlLine.Arguments..], .. Aux];
        return all[..Math.Min(Bytes, all.Length)];
    }
}

/// <summary>Expected result for a line or an answer.</summary>
/// <param name="Class">What goes out.</param>
/// <param name="Event">What is counted when that is decided, if anything.</param>
/// <param name="Parties">Addresses and ports of both sides, but for the MAC addresses.</param>
/// <param name="Make">Makes the frame, of the parties and the IPv4 identification.</param>
internal sealed record ReplyOutcome(FrameClass Class, NicEvent? Event, ReplyParties Parties, Func<ReplyParties, ushort, byte[]> Make)
{
    private static readonly ReplyParties Nobody = new()
    {
        OwnMac = 0,
        OwnAddress = 0,
        OwnPort = 0,
        ClientMac = 0,
        ClientAddress = 0,
        ClientPort = 0,
        Xid = 0
    };

    private static ReplyOutcome Nothing(NicEvent? happens) => new(FrameClass.None, happens, Nobody, static (_, _) => []);

    /// <summary>Expected result for an answer of the NIC's own.</summary>
    public static ReplyOutcome Of(NicReply answer, bool isOverLimit)
    {
        ReplyParties parties = Nobody with
        {
            OwnPort = answer.ServerPort,
            ClientAddress = answer.ClientAddress,
            ClientPort = answer.ClientPort,
            Xid = answer.Xid
        };
        return isOverLimit ? Nothing(NicEvent.ErrorReplyLimited)
            : new(FrameClass.Answer, null, parties, (between, identification) => answer.Kind switch
        {
            NicReplyKind.Null => ReferenceReply.Success(between, identification, []),
            NicReplyKind.ProgramUnavailable => ReferenceReply.Accept(between, identification, AcceptStatus.ProgramUnavailable),
            NicReplyKind.ProgramMismatch =>
                ReferenceReply.Accept(between, identification, AcceptStatus.ProgramMismatch, answer.Low, answer.High),
            NicReplyKind.ProcedureUnavailable => ReferenceReply.Accept(between, identification, AcceptStatus.ProcedureUnavailable),
            NicReplyKind.GarbageArguments => ReferenceReply.Accept(between, identification, AcceptStatus.GarbageArguments),
            NicReplyKind.SystemError => ReferenceReply.Accept(between, identification, AcceptStatus.SystemError),
            NicReplyKind.RpcMismatch => ReferenceReply.RpcMismatch(between, identification),
            _ => ReferenceReply.AuthError(between, identification, answer.Low),
        });
    }

    /// <summary>Expected result for a line that was left (docs/reply.md).</summary>
    public static ReplyOutcome Of(ReplyItem item, uint now, ushort ageLimit, ushort mtu)
    {
        MessageKind kind = (MessageKind)item.Line[ControlLine.Kind];
        bool fits = item.Bytes <= ControlLine.InlineBytes + (NicConfig.LineBytes * item.Left.AuxLines);
        return item.Left.IsTransmit ? OfSent(item, kind, fits, mtu) : OfReceived(item, kind, fits, now, ageLimit, mtu);
    }

    private static ReplyOutcome OfSent(ReplyItem item, MessageKind kind, bool fits, ushort mtu)
    {
        ushort port = BinaryPrimitives.ReadUInt16LittleEndian(item.Line.AsSpan(ControlLine.DestinationPort));
        ReplyParties parties = Nobody with { OwnPort = item.Left.TransmitPort, ClientAddress = item.Address, ClientPort = port };
        byte[] body = item.Body();
        return kind switch
        {
            MessageKind.SendFrame when item.Left.MaySendFrames && fits && item.Bytes >= 14 =>
                new(FrameClass.Frame, null, Nobody,
                    (_, _) => [.. body, .. new byte[Math.Max(0, ReferenceReply.ShortestFrame - body.Length)]]),

            // 20 bytes of IPv4 and 8 of UDP.
            MessageKind.SendDatagram when item.Left.TransmitPort != 0 && fits && 28 + item.Bytes > mtu => Nothing(NicEvent.DatagramOverMtu),
            MessageKind.SendDatagram when item.Left.TransmitPort != 0 && fits =>
                new(FrameClass.Datagram, null, parties, (between, identification) => ReferenceReply.Frame(between, identification, body)),
            _ => Nothing(NicEvent.BadSend),
        };
    }

    private static ReplyOutcome OfReceived(ReplyItem item, MessageKind kind, bool fits, uint now, ushort ageLimit, ushort mtu)
    {
        PendingCall call = item.Pending;
        if (!call.IsCall)
        {
            return Nothing(NicEvent.FrameTaken);
        }

        if (item.Left.IsDiscarded)
        {
            return Nothing(NicEvent.CallDiscarded);
        }

        if (kind == MessageKind.NoReply)
        {
            return Nothing(NicEvent.NoReply);
        }

        ulong handle = BinaryPrimitives.ReadUInt64LittleEndian(item.Line.AsSpan(ControlLine.ReplyHandle));
        bool isKind = kind is MessageKind.GarbageArguments or MessageKind.SystemError || (kind == MessageKind.Reply && fits);
        bool hasHandle = handle == ((ulong)call.Generation << 16 | item.Left.Slot);
        if (!isKind || !hasHandle || item.Left.Process != call.Process || call.ProcessGeneration != 0)
        {
            return Nothing(NicEvent.BadReply);
        }

        if (ageLimit != 0 && now - call.ArrivalTime > ageLimit)
        {
            return Nothing(NicEvent.LateReply);
        }

        ReplyParties parties = Nobody with
        {
            OwnPort = call.ServerPort,
            ClientAddress = call.ClientAddress,
            ClientPort = call.ClientPort,
            Xid = call.Xid
        };

        // 24 bytes of RPC besides.
        if (kind == MessageKind.Reply && 28 + 24 + item.Bytes > mtu)
        {
            return new(
                FrameClass.Reply,
                NicEvent.ReplyOverMtu,
                parties,
                (between, identification) => ReferenceReply.Accept(between, identification, AcceptStatus.SystemError));
        }

        return new(FrameClass.Reply, null, parties, (between, identification) => kind switch
        {
            MessageKind.GarbageArguments => ReferenceReply.Accept(between, identification, AcceptStatus.GarbageArguments),
            MessageKind.SystemError => ReferenceReply.Accept(between, identification, AcceptStatus.SystemError),
            _ => ReferenceReply.Success(between, identification,
                ReferenceReply.Results(item.Line.AsSpan(ControlLine.Arguments), item.Aux, item.Bytes, (ulong)call.ReplyLayout)),
        });
    }
}
