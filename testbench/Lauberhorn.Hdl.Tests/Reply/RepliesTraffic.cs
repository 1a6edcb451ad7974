// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Reply;

/// <summary>Faults of a line that was left.</summary>
internal enum ReplyFault
{
    None,
    Handle,
    HandleSlot,
    HandleTop,
    Process,
    Kind,
    TooLong,
    Late,
    Discarded,
    NoRight,
    TooShort,
}

/// <summary>Makes lines and answers, good and bad, of all lengths.</summary>
internal sealed class RepliesTraffic
{
    /// <summary>Those that are known first, then those that are not.</summary>
    public static readonly uint[] Addresses = [0x0A00_0002, 0x0A00_0003, 0xC0A8_0101, 0xAC10_FFFE, 0x0A00_0004, 0xFFFF_FFFF];

    private readonly RepliesBench bench;
    private readonly SeededRandom random;
    private readonly Dictionary<uint, long> blocked = [];
    private long nextChange;

    public RepliesTraffic(RepliesBench bench, SeededRandom random)
    {
        this.bench = bench;
        this.random = random;
        bench.NextLine = Line;
        bench.NextAnswer = Answer;
    }

    /// <summary>A line comes once in so many ticks and one.</summary>
    public int Pace { get; set; }

    /// <summary>Something changes in the neighbour table once in so many ticks.</summary>
    public int ChangePace { get; set; } = 60;

    /// <summary>Begins with some neighbours; nothing may be in flight.</summary>
    public void Introduce(int count)
    {
        foreach (uint address in Addresses[..count])
        {
            bench.SetNeighbour(address, random.Next() >> 16);
            bench.Run(10);
        }
    }

    public ReplyItem? Line()
    {
        Change();
        if (!random.OneIn(Pace + 1))
        {
            return null;
        }

        return random.OneIn(4) ? Transmit() : Received();
    }

    public NicReply? Answer()
    {
        uint address = Address();
        NicReplyKind kind = (NicReplyKind)random.Between(0, 7);
        bool isMismatch = kind == NicReplyKind.RpcMismatch;
        return !random.OneIn(3 * (Pace + 1)) || address == 0 ? null : new NicReply
        {
            Kind = kind,
            ClientAddress = address,
            ClientPort = (ushort)random.Next(),
            ServerPort = random.Pick<ushort>(111, 2049, 367, 0),
            Xid = (uint)random.Next(),
            Low = isMismatch ? 2 : (uint)random.Next(),
            High = isMismatch ? 2 : (uint)random.Next(),
        };
    }

    /// <summary>A received message that its reader has left; null if nothing is free for it.</summary>
    public ReplyItem? Received()
    {
        ReplyFault fault = random.OneIn(3)
            ? random.Pick(ReplyFault.Handle, ReplyFault.HandleSlot, ReplyFault.HandleTop, ReplyFault.Process, ReplyFault.Kind,
                ReplyFault.TooLong, ReplyFault.Late, ReplyFault.Discarded)
            : ReplyFault.None;
        MessageKind kind = random.OneIn(4)
            ? random.Pick(MessageKind.GarbageArguments, MessageKind.SystemError, MessageKind.NoReply)
            : MessageKind.Reply;
        int auxLines = random.OneIn(2) ? 0 : random.Between(0, bench.Config.AuxLines);
        return Received(kind, fault, auxLines, Length(auxLines), random.OneIn(2) ? 0 : random.Next() & 0xFFFF_FFFF_FFFF, !random.OneIn(8));
    }

    /// <summary>A received message that its reader has left; null if nothing is free for it.</summary>
    public ReplyItem? Received(MessageKind kind, ReplyFault fault, int auxLines, int bytes, ulong layout, bool isCall)
    {
        uint address = Address();
        if (bench.FreeSlots.Count == 0 || (auxLines > 0 && bench.FreePackets.Count == 0) || address == 0)
        {
            return null;
        }

        ushort slot = (ushort)random.Pick<int>([.. bench.FreeSlots]);
        PendingCall call = new()
        {
            IsCall = isCall,
            Generation = (ushort)random.Next(),
            ClientAddress = address,
            ClientPort = (ushort)random.Next(),
            ServerPort = (ushort)random.Next(),
            Xid = (uint)random.Next(),
            Process = (ushort)random.Between(0, bench.Config.Processes - 1),
            ReplyLayout = (Bits<W48>)layout,

            // The bench begins at time 0.
            ArrivalTime = (uint)(fault == ReplyFault.Late ? -1 - bench.AgeLimit : random.Pick(0, -bench.AgeLimit)),
        };
        ulong handle = ((ulong)call.Generation << 16) | slot;
        handle ^= fault switch
        {
            ReplyFault.Handle => 1ul << random.Between(16, 31),
            ReplyFault.HandleSlot => 1ul << random.Between(0, 15),
            ReplyFault.HandleTop => 1ul << random.Between(32, 63),
            _ => 0,
        };
        byte[] line = random.Bytes(NicConfig.LineBytes);
        line[ControlLine.Kind] = fault == ReplyFault.Kind ? random.Pick<byte>(0, 1, 2, 4, 15, 20, 21, 22, 48, 144, 255) : (byte)kind;
        BinaryPrimitives.WriteUInt64LittleEndian(line.AsSpan(ControlLine.ReplyHandle), handle);
        LeftLine left = new()
        {
            Endpoint = (ushort)random.Between(0, bench.Config.Endpoints - 1),
            Process = (ushort)(call.Process ^ (fault == ReplyFault.Process ? 1 << random.Between(0, 15) : 0)),
            IsDiscarded = fault == ReplyFault.Discarded,
            Slot = slot,
            TransmitPort = 7,
            MaySendFrames = true,
        };
        return Finish(left, line, auxLines, fault == ReplyFault.TooLong ? TooLong(auxLines) : bytes, call);
    }

    /// <summary>A line that is sent; null if nothing is free for it.</summary>
    public ReplyItem? Transmit()
    {
        ReplyFault fault = random.OneIn(3) ? random.Pick(ReplyFault.Kind, ReplyFault.TooLong, ReplyFault.NoRight, ReplyFault.TooShort)
            : ReplyFault.None;
        int auxLines = random.OneIn(2) ? 0 : random.Between(0, bench.Config.AuxLines);
        MessageKind kind = random.Pick(MessageKind.SendFrame, MessageKind.SendDatagram);
        int bytes = fault == ReplyFault.TooShort ? random.Between(0, 13) : Length(auxLines);
        return Transmit(kind, fault, auxLines, kind == MessageKind.SendFrame && fault == ReplyFault.None ? Math.Max(14, bytes) : bytes);
    }

    /// <summary>A line that is sent; null if nothing is free for it.</summary>
    public ReplyItem? Transmit(MessageKind kind, ReplyFault fault, int auxLines, int bytes)
    {
        uint address = Address();
        if (bench.FreeEndpoints.Count == 0 || (auxLines > 0 && bench.FreePackets.Count == 0) || address == 0)
        {
            return null;
        }

        byte[] line = random.Bytes(NicConfig.LineBytes);
        line[ControlLine.Kind] = fault == ReplyFault.Kind ? random.Pick<byte>(0, 1, 16, 17, 19, 22, 148) : (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(line.AsSpan(ControlLine.DestinationAddress), address);
        LeftLine left = new()
        {
            Endpoint = (ushort)random.Pick<int>([.. bench.FreeEndpoints]),
            Process = (ushort)random.Next(),
            IsTransmit = true,
            Slot = (ushort)random.Next(),
            TransmitPort = fault == ReplyFault.NoRight ? (ushort)0 : random.Pick<ushort>(1, 0x100, 65_535),
            MaySendFrames = fault != ReplyFault.NoRight,
        };
        return Finish(left, line, auxLines, fault == ReplyFault.TooLong ? TooLong(auxLines) : bytes, default);
    }

    /// <summary>A length that fits, often at a boundary of lines, beats or the shortest frame.</summary>
    public int Length(int auxLines)
    {
        int room = ControlLine.InlineBytes + (NicConfig.LineBytes * auxLines);

        // Bytes of headers in front of a frame's, a datagram's and a reply's first byte.
        int headers = random.Pick(0, 42, 66);
        int boundary = random.Pick(60 - headers, (64 * random.Between(1, 70)) - headers,
            ControlLine.InlineBytes + (64 * random.Between(0, 64)), room, 4 * random.Between(0, 24));
        int length = boundary + random.Between(-2, 2);
        return length < 0 || length > room || random.OneIn(5) ? random.Between(0, room) : length;
    }

    private static int TooLong(int auxLines) => ControlLine.InlineBytes + (NicConfig.LineBytes * auxLines) + 1;

    private ReplyItem Finish(LeftLine left, byte[] line, int auxLines, int bytes, PendingCall call)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(ControlLine.Bytes), (ushort)bytes);
        Bits<W128> mask = random.Pick(Bits<W128>.Zero, Bits<W128>.AllOnes, (Bits<W128>)new UInt128(random.Next(), random.Next()));
        byte[] data = random.Bytes(NicConfig.LineBytes);
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = mask[i] ? line[i] : data[i];
        }

        left = left with
        {
            AuxLines = (byte)auxLines,
            PacketSlot = auxLines > 0 ? (ushort)random.Pick<int>([.. bench.FreePackets]) : (ushort)random.Next(),
            Mask = mask,
            Data = Bits<W1024>.FromBytes(data),
        };
        return new ReplyItem(left, line, random.Bytes(NicConfig.LineBytes * auxLines), call);
    }

    /// <summary>A destination whose neighbour is not being changed; 0 for none.</summary>
    private uint Address()
    {
        uint address = random.Pick(Addresses);
        return blocked.GetValueOrDefault(address) > bench.Simulation.Ticks ? 0 : address;
    }

    /// <summary>Changes a neighbour to which nothing is in flight.</summary>
    private void Change()
    {
        uint address = random.Pick(Addresses);
        if (bench.Simulation.Ticks < nextChange || !random.OneIn(ChangePace) || !bench.IsQuiet(address))
        {
            return;
        }

        nextChange = bench.Simulation.Ticks + 10;
        blocked[address] = nextChange;
        switch (random.Between(0, 2))
        {
            case 0:
                bench.SetNeighbour(address, null);
                break;
            case 1:
                bench.SetNeighbour(address, random.Next() >> 16);
                break;
            default:
                bench.See(address, random.Next() >> 16);
                break;
        }
    }
}
