// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;

namespace Lauberhorn.Hdl.Tests.Admission;

/// <summary>A frame with its payload, and what must become of it, written down once more in bytes.</summary>
internal sealed record AdmissionFrame(RoutedFrame Routed, byte[] Payload)
{
    /// <summary>The tick in which it was taken.</summary>
    public long Taken { get; set; }

    /// <summary>When it arrived at the scheduler; as good as never if it has not.</summary>
    public long Arrived { get; set; } = long.MaxValue;

    public bool IsCall => Routed.Route == RouteKind.Call;

    /// <summary>Whether it is a frame that the NIC could not send; it takes the last of nothing.</summary>
    public bool IsMissed => Routed.Route == RouteKind.Bypass && Routed.Metadata.Kind == FrameKind.UnresolvedNeighbour;

    /// <summary>Whether it is the kernel's and finds neighbours: ARP, or neighbour discovery.</summary>
    public bool FindsNeighbour => Routed.Route == RouteKind.Bypass && !IsMissed && Payload.Length > 13
        && (Payload[12..14] is [8, 6]
            || (Payload.Length > 54 && Payload[12..14] is [0x86, 0xDD] && Payload[20] == 58 && Payload[54] is >= 133 and <= 137));

    public CallKey Key => new(Routed.Metadata.SourceAddress, Routed.Metadata.SourcePort, Routed.Metadata.Xid, Routed.ServiceNumber);

    public bool NeedsPacket => Payload.Length > 96 || (IsCall && Routed.Service.Flags.HasFlag(ServiceFlags.LongReplies));

    public bool IsGarbage
    {
        get
        {
            Service service = Routed.Service;
            if (!IsCall || Payload.Length < service.MinimumBytes)
            {
                return IsCall;
            }

            if (service.LengthWord > 23)
            {
                return false;
            }

            int first = 4 * (service.LengthWord + 1);
            if (first > Payload.Length)
            {
                return true;
            }

            long length = BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(first - 4));
            return length > service.LengthLimit || first + ((length + 3) / 4 * 4) > Payload.Length;
        }
    }

    /// <summary>The beats of the payload stream.</summary>
    public IEnumerable<PayloadBeat> Beats()
    {
        for (int i = 0; !Routed.Metadata.IsInline && i < Payload.Length; i += 64)
        {
            byte[] part = Payload[i..Math.Min(i + 64, Payload.Length)];
            yield return new PayloadBeat(Bits<W512>.FromBytes(part), (byte)part.Length, i + 64 >= Payload.Length);
        }
    }

    /// <summary>The control line.</summary>
    public byte[] Line(ushort slot, ushort generation)
    {
        byte[] line = new byte[128];
        line[0] = (byte)(IsCall ? MessageKind.Request : MessageKind.Frame);
        BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(6), (ushort)Payload.Length);
        Payload.AsSpan(0, Math.Min(96, Payload.Length)).CopyTo(line.AsSpan(32));
        if (!IsCall)
        {
            line[1] = (byte)Routed.Metadata.Kind;
            return line;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(2), Routed.Service.Process);
        BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(4), Routed.Service.ProcessGeneration);
        BinaryPrimitives.WriteUInt64LittleEndian(line.AsSpan(8), Routed.Service.CodePointer);
        BinaryPrimitives.WriteUInt64LittleEndian(line.AsSpan(16), Routed.Service.DataPointer);
        BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(24), slot);
        BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(26), generation);
        for (int i = 0; i < 24; i++)
        {
            ArgumentWord word = (ArgumentWord)((ulong)(Routed.Service.ArgumentLayout >> (2 * i)) & 3);
            if (word == ArgumentWord.First)
            {
                line.AsSpan(32 + (4 * i), 8).Reverse();
            }
            else if (word == ArgumentWord.Swap)
            {
                line.AsSpan(32 + (4 * i), 4).Reverse();
            }
        }

        return line;
    }

    /// <summary>The aux lines, filled up with zeros.</summary>
    public byte[] Aux()
    {
        if (Payload.Length <= 96)
        {
            return [];
        }

        byte[] aux = new byte[(Payload.Length - 96 + 127) / 128 * 128];
        Payload.AsSpan(96).CopyTo(aux);
        return aux;
    }

    public PendingCall Pending(ushort generation, uint time) => new()
    {
        IsCall = IsCall,
        Generation = generation,
        ClientAddress = Routed.Metadata.SourceAddress,
        ClientPort = Routed.Metadata.SourcePort,
        ServerPort = Routed.Metadata.DestinationPort,
        Xid = Routed.Metadata.Xid,
        Process = IsCall ? Routed.Service.Process : (ushort)0,
        ProcessGeneration = IsCall ? Routed.Service.ProcessGeneration : (ushort)0,
        ReplyLayout = Routed.Service.ReplyLayout,
        ArrivalTime = time,
    };

    /// <summary>The answer that goes with an event; null if none does.</summary>
    public NicReply? Answer(NicEvent happened)
    {
        if (happened is not (NicEvent.GarbageArguments or NicEvent.CallTooLong or NicEvent.NullCall or NicEvent.ErrorReply))
        {
            return null;
        }

        return new NicReply
        {
            Kind = IsCall ? NicReplyKind.GarbageArguments : Routed.Answer,
            ClientAddress = Routed.Metadata.SourceAddress,
            ClientPort = Routed.Metadata.SourcePort,
            ServerPort = Routed.Metadata.DestinationPort,
            Xid = Routed.Metadata.Xid,
            Low = IsCall ? 0 : Routed.Low,
            High = IsCall ? 0 : Routed.High,
        };
    }
}
