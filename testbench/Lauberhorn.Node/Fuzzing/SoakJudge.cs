// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Reply;
using SME.Components;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>A request that a core has in its line.</summary>
/// <param name="Frame">The call.</param>
/// <param name="Handle">Its reply handle.</param>
internal sealed record Delivery(SoakFrame Frame, ulong Handle);

/// <summary>Origin of a frame that the NIC sends.</summary>
internal enum Origin
{
    /// <summary>The NIC, by itself.</summary>
    Nic,

    /// <summary>A handler.</summary>
    Handler,

    /// <summary>A process, of its own accord.</summary>
    Datagram,
}

/// <summary>What the NIC has done so far, counted by those who saw it.</summary>
internal sealed class SoakTally
{
    /// <summary>Requests that cores got.</summary>
    public long Delivered { get; set; }

    /// <summary>Frames that kernel endpoints got.</summary>
    public long FramesTaken { get; set; }

    /// <summary>TRYAGAINs that cores got.</summary>
    public long TryAgains { get; set; }

    /// <summary>Of these lines, those that their cores wrote into.</summary>
    public long Scribbles { get; set; }

    /// <summary>Replies of handlers that the wire got.</summary>
    public long Replies { get; set; }

    /// <summary>Answers of the NIC's own that the wire got.</summary>
    public long Answers { get; set; }

    /// <summary>Replies and answers that the kernel got, because their neighbour was not known.</summary>
    public long Unresolved { get; set; }

    /// <summary>Frames that might have been a handler's reply or an answer of the NIC's own.</summary>
    public long Ambiguous { get; set; }

    /// <summary>Lines left without a reply.</summary>
    public long NoReplies { get; set; }

    /// <summary>Lines left with a reply that is none.</summary>
    public long BadReplies { get; set; }

    /// <summary>Datagrams of processes' own that the wire got.</summary>
    public long Datagrams { get; set; }

    /// <summary>Datagrams that were given to the NIC.</summary>
    public long DatagramsGiven { get; set; }

    /// <summary>Frames of the kernel's that the wire got.</summary>
    public long KernelFrames { get; set; }

    /// <summary>Lines to be sent that make no sense.</summary>
    public long BadSends { get; set; }

    /// <summary>Bytes that were compared: read by cores, or in frames from the NIC.</summary>
    public long Bytes { get; set; }
}

/// <summary>
/// Knows every frame that was sent and the frames and counts that it must cause. Each line that a core reads, and each frame that the NIC
/// sends, must be explained by exactly one of them, byte for byte.
/// </summary>
internal sealed class SoakJudge
{
    private readonly SoakServices services;
    private readonly IRamWrite<PendingCall> pendingWrite;
    private readonly PendingCall[] pending;
    private readonly Dictionary<CallIdentity, List<SoakFrame>> calls = [];
    private readonly Dictionary<CallIdentity, List<Expected>> answers = [];
    private readonly LinkedList<SoakFrame> forKernel = new();
    private readonly Dictionary<uint, HashSet<ulong>> neighbours = [];
    private readonly List<Delivery> inHandlers = [];
    private readonly List<byte[]> kernelFrames = [];
    private readonly bool inOrder;

    /// <summary>Creates a judge that has seen nothing.</summary>
    /// <param name="services">What there is to call.</param>
    /// <param name="nic">The NIC; of its insides only the calls' identities are read, which tell calls with the same arguments
    /// apart.</param>
    /// <param name="inOrder">Whether one endpoint only takes the kernel's frames, which then come in order.</param>
    public SoakJudge(SoakServices services, Hdl.Top.Nic nic, bool inOrder)
    {
        this.services = services;
        this.inOrder = inOrder;
        pendingWrite = nic.FastPath.Admission.PendingWrite;
        pending = new PendingCall[nic.Config.PendingCalls];
    }

    /// <summary>Counts of what was seen.</summary>
    public SoakTally Tally { get; } = new();

    /// <summary>Calls that no handler has seen.</summary>
    public IEnumerable<SoakFrame> Undelivered => calls.Values.SelectMany(list => list);

    /// <summary>Frames that no kernel endpoint has seen.</summary>
    public int UndeliveredFrames => forKernel.Count;

    /// <summary>Answers of the NIC's own that were not seen.</summary>
    public int MissingAnswers => answers.Values.Sum(list => list.Count(answer => answer.Kind == Origin.Nic));

    /// <summary>Datagrams that were not seen.</summary>
    public int MissingDatagrams => answers.Values.Sum(list => list.Count(answer => answer.Kind == Origin.Datagram));

    /// <summary>Frames of the kernel's that were not seen.</summary>
    public int MissingKernelFrames => kernelFrames.Count;

    /// <summary>Handlers' replies that were not seen.</summary>
    public int MissingReplies => answers.Values.Sum(list => list.Count(answer => answer.Kind == Origin.Handler));

    /// <summary>Says where a client is, as the OS does.</summary>
    /// <param name="address">IPv4 address.</param>
    /// <param name="mac">MAC address.</param>
    public void Neighbour(uint address, ulong mac)
    {
        if (!neighbours.TryGetValue(address, out HashSet<ulong>? known))
        {
            neighbours.Add(address, known = []);
        }

        known.Add(mac);
    }

    /// <summary>Takes note of a frame that goes to the NIC.</summary>
    /// <param name="frame">The frame.</param>
    public void Sends(SoakFrame frame)
    {
        if (frame.Decoded is { IsDropped: false, Kind: FrameKind.RpcCall or FrameKind.RpcVersionMismatch })
        {
            Neighbour(frame.Decoded.Ipv4!.Source, frame.Decoded.Ethernet!.Source);
        }

        switch (frame.Fate)
        {
            case Fate.Call:
                Of(calls, frame.Identity).Add(frame);
                break;
            case Fate.Answer:
                Of(answers, frame.Identity).Add(new Expected(frame.Answer!, Origin.Nic));
                break;
            case Fate.Kernel:
                forKernel.AddLast(frame);
                break;
        }
    }

    /// <summary>To be called before each tick.</summary>
    public void Observe()
    {
        if (pendingWrite.Enable)
        {
            pending[pendingWrite.Address] = pendingWrite.Item;
        }
    }

    /// <summary>A core got a request.</summary>
    /// <param name="endpoint">Its endpoint.</param>
    /// <param name="line">The control line.</param>
    public Delivery Deliver(BoundEndpoint endpoint, byte[] line)
    {
        ulong handle = BinaryPrimitives.ReadUInt64LittleEndian(line.AsSpan(ControlLine.ReplyHandle));
        ulong slot = handle & 0xFFFF;
        if (slot >= (ulong)pending.Length || handle >> 16 != pending[slot].Generation || !pending[slot].IsCall)
        {
            throw new SoakException($"endpoint {endpoint.Number} got a request with handle {handle:X}, which no call has: "
                + $"{Convert.ToHexString(line)}");
        }

        PendingCall call = pending[slot];
        CallIdentity identity = new(call.ClientAddress, call.ClientPort, call.ServerPort, call.Xid);
        List<SoakFrame> candidates = Of(calls, identity);
        SoakFrame? frame = candidates.Find(candidate => RequestLine(candidate, endpoint, handle).AsSpan().SequenceEqual(line));
        if (frame is null)
        {
            string why = candidates.Count == 0 ? "no such call is in flight"
                : SoakException.Difference(RequestLine(candidates[0], endpoint, handle), line);
            throw new SoakException($"endpoint {endpoint.Number} of process {endpoint.Process} got a request that is not {identity}: "
                + $"{why}");
        }

        candidates.Remove(frame);
        if (frame.Service!.Owner.Process.Number != endpoint.Process)
        {
            throw new SoakException($"endpoint {endpoint.Number} of process {endpoint.Process} got {identity}, which is for process "
                + $"{frame.Service.Owner.Process.Number}");
        }

        Tally.Delivered++;
        Delivery delivery = new(frame, handle);
        inHandlers.Add(delivery);
        return delivery;
    }

    /// <summary>A core is about to leave its line.</summary>
    /// <param name="delivery">The request.</param>
    /// <param name="line">The control line's bytes by now.</param>
    /// <param name="aux">The aux lines' bytes by now.</param>
    /// <param name="lines">How many aux lines, from the first on, have the message's or the core's bytes.</param>
    public void Leave(Delivery delivery, ReadOnlySpan<byte> line, ReadOnlySpan<byte> aux, int lines)
    {
        inHandlers.Remove(delivery);
        MessageKind kind = (MessageKind)line[ControlLine.Kind];
        int count = BinaryPrimitives.ReadUInt16LittleEndian(line[ControlLine.Bytes..]);
        bool isReply = kind is MessageKind.Reply or MessageKind.GarbageArguments or MessageKind.SystemError;
        if (kind == MessageKind.NoReply)
        {
            Tally.NoReplies++;
        }
        else if (!isReply
            || BinaryPrimitives.ReadUInt64LittleEndian(line[ControlLine.ReplyHandle..]) != delivery.Handle
            || (kind == MessageKind.Reply && count > ControlLine.InlineBytes + (lines * NicConfig.LineBytes)))
        {
            Tally.BadReplies++;
        }
        else
        {
            byte[] results = kind != MessageKind.Reply ? []
                : ReferenceReply.Results(line.Slice(ControlLine.Arguments, ControlLine.InlineBytes), aux, count,
                    (ulong)delivery.Frame.Service!.Entry.ReplyLayout);
            Of(answers, delivery.Frame.Identity).Add(new Expected(
                (parties, identification) => kind switch
                {
                    MessageKind.Reply => ReferenceReply.Success(parties, identification, results),
                    MessageKind.GarbageArguments => ReferenceReply.Accept(parties, identification, AcceptStatus.GarbageArguments),
                    _ => ReferenceReply.Accept(parties, identification, AcceptStatus.SystemError),
                },
                Origin.Handler));
        }
    }

    /// <summary>An address that has sent something, or was set.</summary>
    /// <param name="random">Decides.</param>
    public uint AnyNeighbour(SeededRandom random) => neighbours.Count == 0 || random.OneIn(10) ? 0x0A4D_0F00 + (uint)random.Between(0, 3)
        : neighbours.Keys.ElementAt(random.Between(0, neighbours.Count - 1));

    /// <summary>A core is about to send a datagram.</summary>
    /// <param name="port">Our UDP port.</param>
    /// <param name="destination">IPv4 address.</param>
    /// <param name="destinationPort">UDP port.</param>
    /// <param name="payload">What it carries.</param>
    public void SendsDatagram(ushort port, uint destination, ushort destinationPort, byte[] payload)
    {
        byte[] first = new byte[4];
        payload.AsSpan(0, Math.Min(4, payload.Length)).CopyTo(first);
        Tally.DatagramsGiven++;
        Of(answers, new CallIdentity(destination, destinationPort, port, BinaryPrimitives.ReadUInt32BigEndian(first)))
            .Add(new Expected((parties, identification) => ReferenceReply.Frame(parties, identification, payload), Origin.Datagram));
    }

    /// <summary>A core is about to send a frame.</summary>
    /// <param name="frame">The frame, before it is padded.</param>
    public void SendsFrame(byte[] frame) => kernelFrames.Add([.. frame,
        .. new byte[Math.Max(0, ReferenceReply.ShortestFrame - frame.Length)]]);

    /// <summary>The handle of a request that another core has in its line, or a made-up one.</summary>
    /// <param name="own">The own request.</param>
    /// <param name="random">Decides.</param>
    public ulong OtherHandle(Delivery own, SeededRandom random)
    {
        Delivery? other = inHandlers.Find(delivery => delivery != own);
        return other is not null && !random.OneIn(4) ? other.Handle : random.Next();
    }

    /// <summary>A kernel endpoint got a frame.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="flags">The line's flags.</param>
    /// <param name="bytes">The frame.</param>
    public void DeliverFrame(BoundEndpoint endpoint, byte flags, byte[] bytes)
    {
        Tally.FramesTaken++;
        Tally.Bytes += bytes.Length;
        if ((FrameKind)flags == FrameKind.UnresolvedNeighbour)
        {
            _ = Explain(bytes, 0, $"frame for the kernel's endpoint {endpoint.Number}");
            Tally.Unresolved++;
            return;
        }

        for (LinkedListNode<SoakFrame>? node = forKernel.First; node is not null; node = node.Next)
        {
            SoakFrame frame = node.Value;
            if (frame.Decoded.Payload.AsSpan().SequenceEqual(bytes) && frame.Decoded.Kind == (FrameKind)flags)
            {
                // Those in front of it were dropped, then; they are counted at the end.
                while (inOrder && forKernel.First != node)
                {
                    SkippedFrames++;
                    forKernel.RemoveFirst();
                }

                forKernel.Remove(node);
                return;
            }
        }

        throw new SoakException($"the kernel's endpoint {endpoint.Number} got a frame of kind {(FrameKind)flags} that was not sent, not "
            + $"so, or after a later one: {Convert.ToHexString(bytes)}");
    }

    /// <summary>Frames for the kernel that later ones have passed.</summary>
    public int SkippedFrames { get; private set; }

    /// <summary>The NIC sent a frame.</summary>
    /// <param name="sent">The frame.</param>
    public void Receive(SentByNic sent)
    {
        byte[] bytes = sent.Bytes;
        Tally.Bytes += bytes.Length;
        int own = kernelFrames.FindIndex(frame => frame.AsSpan().SequenceEqual(bytes));
        if (own >= 0)
        {
            kernelFrames.RemoveAt(own);
            Tally.KernelFrames++;
            return;
        }

        uint client = bytes.Length < ReferenceReply.MessageOffset ? 0 : BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(30));
        ulong mac = Mac(bytes);
        if (!neighbours.TryGetValue(client, out HashSet<ulong>? known) || !known.Contains(mac))
        {
            throw new SoakException($"tick {sent.LastTick}: a frame to {mac:X12}, which nobody with the address {client:X8} has: "
                + $"{Convert.ToHexString(bytes)}");
        }

        switch (Explain(bytes, mac, $"tick {sent.LastTick}: frame"))
        {
            case Origin.Handler:
                Tally.Replies++;
                break;
            case Origin.Nic:
                Tally.Answers++;
                break;
            default:
                Tally.Datagrams++;
                break;
        }
    }

    /// <summary>The control line of a call.</summary>
    private static byte[] RequestLine(SoakFrame frame, BoundEndpoint endpoint, ulong handle)
    {
        SoakService service = frame.Service!;
        byte[] arguments = frame.Decoded.Payload;
        byte[] line = new byte[NicConfig.LineBytes];
        line[ControlLine.Kind] = (byte)MessageKind.Request;
        BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(ControlLine.Process), service.Owner.Process.Number);
        ushort generation = endpoint.Process == 0 ? service.Owner.Process.Generation : endpoint.Generation;
        BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(ControlLine.Generation), generation);
        BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(ControlLine.Bytes), (ushort)arguments.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(line.AsSpan(ControlLine.CodePointer), service.Entry.CodePointer);
        BinaryPrimitives.WriteUInt64LittleEndian(line.AsSpan(ControlLine.DataPointer), service.Entry.DataPointer);
        BinaryPrimitives.WriteUInt64LittleEndian(line.AsSpan(ControlLine.ReplyHandle), handle);
        NativeWords.Convert(arguments.AsSpan(0, Math.Min(arguments.Length, NativeWords.Bytes)), (ulong)service.Entry.ArgumentLayout)
            .CopyTo(line, ControlLine.Arguments);
        return line;
    }

    private static List<T> Of<T>(Dictionary<CallIdentity, List<T>> lists, CallIdentity identity)
    {
        if (!lists.TryGetValue(identity, out List<T>? list))
        {
            lists.Add(identity, list = []);
        }

        return list;
    }

    private static ulong Mac(ReadOnlySpan<byte> bytes) => bytes.Length < 6 ? 0
        : ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);

    /// <summary>Finds what a frame answers, and who answers.</summary>
    private Origin Explain(byte[] bytes, ulong mac, string what)
    {
        if (bytes.Length < ReferenceReply.ShortestFrame)
        {
            throw new SoakException($"{what} of {bytes.Length} bytes: {Convert.ToHexString(bytes)}");
        }

        CallIdentity identity = new(
            BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(30)),
            BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(36)),
            BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(34)),
            BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(ReferenceReply.MessageOffset)));
        ReplyParties parties = new()
        {
            OwnMac = services.Settings.MacAddress,
            OwnAddress = services.Settings.Ipv4Address,
            OwnPort = identity.Port,
            ClientMac = mac,
            ClientAddress = identity.Client,
            ClientPort = identity.ClientPort,
            Xid = identity.Xid,
        };
        ushort identification = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(ReferenceReply.IdentificationOffset));
        List<Expected> candidates = Of(answers, identity);
        int at = candidates.FindIndex(candidate => candidate.Make(parties, identification).AsSpan().SequenceEqual(bytes));
        if (at < 0)
        {
            string why = candidates.Count == 0 ? "nothing is to be answered, or it is answered already"
                : SoakException.Difference(candidates[0].Make(parties, identification), bytes);
            throw new SoakException($"{what} that does not answer {identity}: {why}\n{Convert.ToHexString(bytes)}");
        }

        Origin kind = candidates[at].Kind;

        // GARBAGE_ARGS of a handler and of the NIC, to calls with the same number, look alike.
        if (candidates.Exists(candidate => candidate.Kind != kind && candidate.Make(parties, identification).AsSpan().SequenceEqual(bytes)))
        {
            Tally.Ambiguous++;
        }

        candidates.RemoveAt(at);
        return kind;
    }

    private sealed record Expected(Func<ReplyParties, ushort, byte[]> Make, Origin Kind);
}
