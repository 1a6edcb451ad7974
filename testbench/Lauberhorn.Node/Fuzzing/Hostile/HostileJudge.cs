// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Reply;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>A call of the hostile soak.</summary>
/// <param name="number">Its number, which is its transaction identifier.</param>
/// <param name="actor">The process that is called.</param>
/// <param name="client">Which client calls.</param>
/// <param name="data">The bytes that it carries.</param>
internal sealed class HostileCall(int number, HostileActor actor, int client, byte[] data)
{
    /// <summary>The call's number, which is its transaction identifier.</summary>
    public int Number { get; } = number;

    /// <summary>The process that it calls.</summary>
    public HostileActor Actor { get; } = actor;

    /// <summary>Number of the client that calls.</summary>
    public int Client { get; } = client;

    /// <summary>The bytes that it carries.</summary>
    public byte[] Data { get; } = data;

    /// <summary>How often the call was sent.</summary>
    public int Sent { get; set; }

    /// <summary>How often a handler was begun for it.</summary>
    public int Begun { get; set; }

    /// <summary>How often the client got an answer.</summary>
    public int Answered { get; set; }

    /// <summary>The tick in which it was put on the wire first.</summary>
    public long FirstSent { get; set; }

    /// <summary>The tick in which it was put on the wire last.</summary>
    public long LastSent { get; set; }
}

/// <summary>Knows all calls and whose bytes may be where, and compares each frame that the NIC sends.</summary>
/// <param name="settings">Who the NIC is.</param>
internal sealed class HostileJudge(ReceiveSettings settings)
{
    /// <summary>The clients' UDP port.</summary>
    public const ushort ClientPort = 1000;

    private const int PayloadOffset = ReferenceReply.MessageOffset;
    private const int ResultsOffset = PayloadOffset + 24;
    private readonly Dictionary<int, HostileActor> owners = [];
    private ulong lastHandle;

    /// <summary>The clients: MAC address and IPv4 address.</summary>
    public static (ulong Mac, uint Address)[] Clients { get; } = [(0x024C_4800_1001, 0x0A4D_0101), (0x024C_4800_1002, 0x0A4D_0102)];

    /// <summary>All calls, by number, which is their transaction identifier.</summary>
    public List<HostileCall> Calls { get; } = [];

    /// <summary>What a handler found wrong. The driver makes an answer of what handlers throw, so the test looks here.</summary>
    public SoakException? Failure { get; private set; }

    /// <summary>Bytes that cores loaded and that were compared, and those of frames.</summary>
    public long Bytes { get; set; }

    /// <summary>Requests that hostile processes answered, in one way or another.</summary>
    public long HostileRequests { get; set; }

    /// <summary>Right answers of honest processes.</summary>
    public long RightAnswers { get; private set; }

    /// <summary>Answers to calls of hostile processes, and of the NIC's own to calls of dead ones.</summary>
    public long OtherAnswers { get; private set; }

    /// <summary>Datagrams that hostile processes sent.</summary>
    public long Datagrams { get; private set; }

    /// <summary>Cycles from the first beat of an honest process's call to its answer; of those that were sent once.</summary>
    public List<long> Waits { get; } = [];

    /// <summary>The bytes of an honest process's answer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="most">How many there may be.</param>
    public static byte[] Answer(HostileCall call, int most)
    {
        SeededRandom random = new((ulong)call.Number * 0x9E37_79B9);
        int count = random.OneIn(3) ? random.Between(0, most) : random.Between(0, 90);
        return Mark.Bytes(Math.Min(count, most), call.Actor.Owner, random.Next());
    }

    /// <summary>A process is born: bytes with its mark are its from now on.</summary>
    /// <param name="actor">The process.</param>
    public void Born(HostileActor actor) => owners[actor.Owner] = actor;

    /// <summary>A process saw a reply handle.</summary>
    /// <param name="handle">The handle.</param>
    public void Knows(ulong handle) => lastHandle = handle;

    /// <summary>A handle that some call has, or had, or may have.</summary>
    /// <param name="random">Decides.</param>
    public ulong AnyHandle(SeededRandom random) => random.Between(1, 4) switch
    {
        1 => lastHandle,
        2 => lastHandle ^ (1ul << random.Between(0, 2)),
        3 => lastHandle + ((ulong)random.Between(0, 3) << 16),
        _ => random.Next(),
    };

    /// <summary>An IPv4 address to send to, often a client's.</summary>
    /// <param name="random">Decides.</param>
    public uint AnyClient(SeededRandom random) =>
        random.OneIn(5) ? 0x0A4D_0200 + (uint)random.Between(0, 3) : Clients[random.Between(0, Clients.Length - 1)].Address;

    /// <summary>A handler of an honest process began.</summary>
    /// <param name="actor">The process.</param>
    /// <param name="data">The bytes that it was given.</param>
    /// <returns>The call.</returns>
    public HostileCall Begin(HostileActor actor, byte[] data)
    {
        int number = Mark.ReadNumber(data);
        HostileCall? call = number >= 0 && number < Calls.Count ? Calls[number] : null;
        if (call is null || call.Actor != actor || !call.Data.AsSpan().SequenceEqual(data))
        {
            string why = call is null ? "there is no such call"
                : call.Actor != actor ? $"it is one of {call.Actor}"
                : SoakException.Difference(call.Data, data);
            throw Keep(new SoakException($"a handler of {actor} is given what looks like call {number}, but {why}"));
        }

        call.Begun++;
        return call.Begun <= call.Sent ? call : throw Keep(new SoakException(
            $"call {number} of {actor} is handled {call.Begun} times, and was sent {call.Sent} times"));
    }

    /// <summary>The NIC sent a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="largest">Most bytes of an answer.</param>
    public void Receive(SentByNic frame, int largest)
    {
        byte[] bytes = frame.Bytes;
        Bytes += bytes.Length;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(34));
        int owner = HostileActor.OwnerOf(port, out bool isService);
        if (owner == 0 || !owners.TryGetValue(owner, out HostileActor? actor))
        {
            throw Wrong(frame, $"from port {port}, which is nobody's");
        }

        if (!isService)
        {
            Datagrams++;
            CheckOwn(frame, PayloadOffset, actor);
            return;
        }

        int number = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(PayloadOffset));
        if (number < 0 || number >= Calls.Count || Calls[number].Actor.Port != port)
        {
            throw Wrong(frame, $"that answers call {number} of port {port}, which there is not");
        }

        HostileCall call = Calls[number];
        if (++call.Answered > call.Sent)
        {
            throw Wrong(frame, $"that is answer {call.Answered} to call {number}, which was sent {call.Sent} times");
        }

        ReplyParties parties = Parties(call);
        ushort identification = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(ReferenceReply.IdentificationOffset));
        if (IsNicsOwn(bytes, parties, identification))
        {
            // Where its service comes or goes; a handler of a hostile process may say so too, but its answer is not the NIC's word.
            OtherAnswers++;
            if (!call.Actor.IsHostile && call.Actor.Serves)
            {
                throw Wrong(frame, $"that says that there is no such program, in answer to call {number} of {call.Actor}");
            }

            return;
        }

        if (call.Actor.IsHostile)
        {
            OtherAnswers++;
            CheckHeader(frame, ReferenceReply.Success(parties, identification, []), call);
            CheckOwn(frame, ResultsOffset + 4, call.Actor);
            return;
        }

        byte[] answer = Answer(call, largest);
        byte[] results = [.. new byte[4], .. answer, .. new byte[(4 - (answer.Length % 4)) % 4]];
        BinaryPrimitives.WriteInt32BigEndian(results, answer.Length);
        byte[] expected = ReferenceReply.Success(parties, identification, results);
        if (call.Begun == 0 || !expected.AsSpan().SequenceEqual(bytes))
        {
            string difference = SoakException.Difference(expected, bytes);
            throw Wrong(frame, $"that answers call {number} of {call.Actor}, which was handled {call.Begun} times, wrongly: {difference}");
        }

        RightAnswers++;
        if (call.Sent == 1)
        {
            Waits.Add(frame.FirstTick - call.FirstSent);
        }
    }

    /// <summary>The kernel was given a frame that could not be sent, or that is not the fast path's.</summary>
    /// <param name="bytes">The frame.</param>
    public void ReceiveByKernel(byte[] bytes)
    {
        Bytes += bytes.Length;
        int owner = bytes.Length < PayloadOffset ? 0 : HostileActor.OwnerOf(BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(34)), out _);
        int at = owner == 0 ? 0 : Mark.FindForeign(bytes.AsSpan(PayloadOffset), owner);
        if (at >= 0)
        {
            throw new SoakException(
                $"the kernel is given a frame of owner {owner} with something else at {PayloadOffset + at}: {Convert.ToHexString(bytes)}");
        }
    }

    private static bool IsNicsOwn(byte[] bytes, ReplyParties parties, ushort identification) =>
        new[] { AcceptStatus.ProgramUnavailable, AcceptStatus.ProcedureUnavailable }
            .Any(status => ReferenceReply.Accept(parties, identification, status).AsSpan().SequenceEqual(bytes))
        || ReferenceReply.Accept(parties, identification, AcceptStatus.ProgramMismatch, 1, 1).AsSpan().SequenceEqual(bytes);

    private SoakException Keep(SoakException failure) => Failure ??= failure;

    private ReplyParties Parties(HostileCall call) => new()
    {
        OwnMac = settings.MacAddress,
        OwnAddress = settings.Ipv4Address,
        OwnPort = call.Actor.Port,
        ClientMac = Clients[call.Client].Mac,
        ClientAddress = Clients[call.Client].Address,
        ClientPort = ClientPort,
        Xid = (uint)call.Number,
    };

    // A hostile process may answer what it likes, but to this client and with this number.
    private static void CheckHeader(SentByNic frame, byte[] expected, HostileCall call)
    {
        ReadOnlySpan<byte> bytes = frame.Bytes;
        bool isSame = bytes[..14].SequenceEqual(expected.AsSpan(0, 14))
            && bytes.Slice(26, 12).SequenceEqual(expected.AsSpan(26, 12))
            && bytes.Slice(PayloadOffset, 20).SequenceEqual(expected.AsSpan(PayloadOffset, 20));
        if (!isSame)
        {
            string difference = SoakException.Difference(expected, bytes);
            throw Wrong(frame, $"that answers call {call.Number} of {call.Actor}, but not to its client: {difference}");
        }
    }

    private static void CheckOwn(SentByNic frame, int from, HostileActor actor)
    {
        int at = from >= frame.Bytes.Length ? -1 : Mark.FindForeign(frame.Bytes.AsSpan(from), actor.Owner);
        if (at >= 0)
        {
            throw Wrong(frame, $"of {actor} with a byte of owner {frame.Bytes[from + at] >> 3} at {from + at}");
        }
    }

    private static SoakException Wrong(SentByNic frame, string what) =>
        new($"tick {frame.LastTick}: a frame {what}: {Convert.ToHexString(frame.Bytes)}");
}
