// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Reply;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>A process of the kill soak.</summary>
/// <param name="process">The kernel's object for it.</param>
/// <param name="owner">The mark in all bytes that it may see: a number of <see cref="Mark"/>.</param>
/// <param name="program">The RPC program that it serves; no other process ever has it.</param>
internal sealed class KillActor(KernelProcess process, int owner, uint program)
{
    /// <summary>The kernel's object for it.</summary>
    public KernelProcess Process { get; } = process;

    /// <summary>The mark in all bytes that the process may see.</summary>
    public int Owner { get; } = owner;

    /// <summary>The RPC program that it serves.</summary>
    public uint Program { get; } = program;

    /// <summary>The UDP port that it serves.</summary>
    public ushort Port => (ushort)(3000 + Owner);

    /// <summary>Number of cores that it keeps.</summary>
    public int LeastCores { get; set; }

    /// <summary>Whether its service is registered.</summary>
    public bool Serves { get; set; }

    /// <summary>The process's number and state, for the trace.</summary>
    public override string ToString()
    {
        string endpoints = string.Join(", ", Process.Endpoints.Select(endpoint =>
            $"{endpoint.Bound.Number} of core "
                + $"{endpoint.Core}{(endpoint.IsTaken ? " taken" : string.Empty)}{(endpoint.IsCalled ? " called" : string.Empty)}"));
        return $"process {Process.Process.Number}, {(Process.UsesKernelEndpoints ? "by kernel endpoints" : "by its own threads only")}, "
            + $"endpoints {endpoints}";
    }
}

/// <summary>A call of the kill soak.</summary>
/// <param name="number">Its number, which is its transaction identifier.</param>
/// <param name="actor">The process that is called.</param>
/// <param name="data">The bytes that it carries.</param>
internal sealed class KillCall(int number, KillActor actor, byte[] data)
{
    /// <summary>The call's number, which is its transaction identifier.</summary>
    public int Number { get; } = number;

    /// <summary>The process that it calls.</summary>
    public KillActor Actor { get; } = actor;

    /// <summary>The bytes that it carries.</summary>
    public byte[] Data { get; } = data;

    /// <summary>How often the call was sent.</summary>
    public int Sent { get; set; }

    /// <summary>How often its handler returned.</summary>
    public int Handled { get; set; }

    /// <summary>How often it was answered by its process.</summary>
    public int Answered { get; set; }

    /// <summary>How often the NIC said that there is no such program.</summary>
    public int Refused { get; set; }

    /// <summary>The tick in which it was sent last.</summary>
    public long LastSent { get; set; }
}

/// <summary>Makes the calls of the kill soak and judges the end of each.</summary>
/// <param name="plan">The case.</param>
/// <param name="wire">Takes the frames.</param>
/// <param name="random">Decides.</param>
internal sealed class KillCalls(KillPlan plan, FrameWire wire, SeededRandom random)
{
    private const ushort ClientPort = 1000;
    private const ulong ClientMac = 0x024C_4800_1001;
    private const uint ClientAddress = 0x0A4D_0101;
    private const long Timeout = 30_000;
    private readonly List<KillCall> open = [];
    private long next;

    /// <summary>All calls, by number, which is their transaction identifier.</summary>
    public List<KillCall> Calls { get; } = [];

    /// <summary>Frames that were sent.</summary>
    public long Frames { get; private set; }

    /// <summary>Frames that came back, with a process's answer or the NIC's.</summary>
    public long Answers { get; private set; }

    /// <summary>The tick of the latest.</summary>
    public long LastAnswer { get; private set; }

    /// <summary>Of these, replies of processes.</summary>
    public long Replies { get; private set; }

    /// <summary>What a handler found wrong. The driver makes an answer of what handlers throw, so the test looks here.</summary>
    public SoakException? Failure { get; private set; }

    /// <summary>Whether all calls are made, and all frames are in the NIC.</summary>
    public bool IsDone => Calls.Count >= plan.Calls && wire.Waiting == 0;

    /// <summary>The client: MAC address and IPv4 address.</summary>
    public static (ulong Mac, uint Address) Client => (ClientMac, ClientAddress);

    private int Largest => (128 * plan.Config.AuxLines) + 96 - 4;

    /// <summary>A handler was called.</summary>
    /// <param name="actor">Its process.</param>
    /// <param name="data">The bytes that it was given.</param>
    /// <returns>Its answer.</returns>
    public byte[] Handle(KillActor actor, byte[] data)
    {
        int number = Mark.ReadNumber(data);
        KillCall? call = number >= 0 && number < Calls.Count ? Calls[number] : null;
        if (call is null || call.Actor != actor || !call.Data.AsSpan().SequenceEqual(data))
        {
            string why = call is null ? "there is no such call"
                : call.Actor != actor ? $"it is one of process {call.Actor.Owner}"
                : SoakException.Difference(call.Data, data);
            throw Keep(new SoakException($"a handler of process {actor.Owner} is given what looks like call {number}, but {why}"));
        }

        call.Handled++;
        return call.Handled <= call.Sent ? Answer(call) : throw Keep(new SoakException(
            $"call {number} is handled {call.Handled} times, and was sent {call.Sent} times"));
    }

    /// <summary>The NIC sent a frame.</summary>
    /// <param name="frame">The frame.</param>
    public void Receive(SentByNic frame)
    {
        byte[] bytes = frame.Bytes;
        int number = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(ReferenceReply.MessageOffset));
        if (number < 0 || number >= Calls.Count)
        {
            throw new SoakException(
                $"tick {frame.LastTick}: a frame that answers call {number}, which there is not: {Convert.ToHexString(bytes)}");
        }

        Answers++;
        LastAnswer = frame.LastTick;
        KillCall call = Calls[number];
        ReplyParties parties = new()
        {
            OwnMac = ReceiveSettings.Captures.MacAddress,
            OwnAddress = ReceiveSettings.Captures.Ipv4Address,
            OwnPort = call.Actor.Port,
            ClientMac = ClientMac,
            ClientAddress = ClientAddress,
            ClientPort = ClientPort,
            Xid = (uint)number,
        };
        ushort identification = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(ReferenceReply.IdentificationOffset));
        if (call.Answered + call.Refused == call.Sent)
        {
            throw new SoakException(
                $"tick {frame.LastTick}: another answer to call {number}, which was sent {call.Sent} times: {Convert.ToHexString(bytes)}");
        }

        if (!call.Actor.Serves && IsNicsOwn(bytes, parties, identification))
        {
            call.Refused++;
            return;
        }

        byte[] answer = Answer(call);
        byte[] results = [.. new byte[4], .. answer, .. new byte[(4 - (answer.Length % 4)) % 4]];
        BinaryPrimitives.WriteInt32BigEndian(results, answer.Length);
        byte[] expected = ReferenceReply.Success(parties, identification, results);
        if (!expected.AsSpan().SequenceEqual(bytes) || call.Answered == call.Handled)
        {
            string how = call.Answered == call.Handled ? "once more" : "wrongly";
            throw new SoakException(
                $"tick {frame.LastTick}: call {number}, handled {call.Handled} times and answered {call.Answered} times, "
                + $"is answered {how}: "
                + SoakException.Difference(expected, bytes));
        }

        call.Answered++;
        Replies++;
    }

    /// <summary>To be called before each tick.</summary>
    /// <param name="tick">The tick.</param>
    /// <param name="actors">Who is alive.</param>
    public void Step(long tick, IReadOnlyList<KillActor> actors)
    {
        if (tick < next || wire.Waiting >= 2)
        {
            return;
        }

        next = tick + (random.OneIn(4) ? 0 : random.Between(0, plan.LongestGap));
        open.RemoveAll(call => call.Answered + call.Refused > 0 || !call.Actor.Serves || tick - call.LastSent > 2 * Timeout);
        if (plan.Repeats && Calls.Count < plan.Calls && open.Find(call => tick - call.LastSent > Timeout) is KillCall late)
        {
            Send(late, tick);
            return;
        }

        if (Calls.Count >= plan.Calls || actors.Count == 0 || open.Count >= plan.Depth)
        {
            return;
        }

        KillActor actor = actors[random.OneIn(2) ? 0 : random.Between(0, actors.Count - 1)];
        int length = Math.Clamp(random.OneIn(5) ? random.Between(0, Largest) : random.Between(0, 92), Mark.NumberBytes, Largest);
        byte[] data = Mark.Bytes(length, actor.Owner, random.Next());
        Mark.WriteNumber(data, actor.Owner, Calls.Count);
        KillCall made = new(Calls.Count, actor, data);
        Calls.Add(made);
        open.Add(made);
        Send(made, tick);
    }

    private static bool IsNicsOwn(byte[] bytes, ReplyParties parties, ushort identification) =>
        ReferenceReply.Accept(parties, identification, AcceptStatus.ProgramUnavailable).AsSpan().SequenceEqual(bytes)
        || ReferenceReply.Accept(parties, identification, AcceptStatus.ProcedureUnavailable).AsSpan().SequenceEqual(bytes)
        || ReferenceReply.Accept(parties, identification, AcceptStatus.ProgramMismatch, 1, 1).AsSpan().SequenceEqual(bytes);

    private byte[] Answer(KillCall call)
    {
        SeededRandom own = new((ulong)call.Number * 0x9E37_79B9);
        int count = own.OneIn(5) ? own.Between(0, Largest) : own.Between(0, 90);
        return Mark.Bytes(Math.Min(count, Largest), call.Actor.Owner, own.Next());
    }

    private SoakException Keep(SoakException failure) => Failure ??= failure;

    private void Send(KillCall call, long tick)
    {
        byte[] arguments = new byte[4 + ((call.Data.Length + 3) / 4 * 4)];
        BinaryPrimitives.WriteInt32BigEndian(arguments, call.Data.Length);
        call.Data.CopyTo(arguments, 4);
        byte[] frame = new FrameBuilder()
            .WithMac(ReceiveSettings.Captures.MacAddress, ClientMac)
            .WithAddresses(ClientAddress, ReceiveSettings.Captures.Ipv4Address)
            .WithPorts(ClientPort, call.Actor.Port)
            .WithRpc((uint)call.Number)
            .WithProcedure(call.Actor.Program, 1, 1)
            .WithArguments(arguments)
            .Build();
        call.Sent++;
        call.LastSent = tick;
        Frames++;
        wire.Send(frame);
    }
}
