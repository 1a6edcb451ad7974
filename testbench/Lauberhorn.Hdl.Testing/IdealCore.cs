// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using SME;

namespace Lauberhorn.Hdl.Testing;

/// <summary>A message that a core got, as it stands in the control line.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Line">The control line, 128 bytes.</param>
/// <param name="Tick">The tick in which the line was first valid.</param>
public sealed record DeliveredLine(ushort Endpoint, byte[] Line, long Tick)
{
    /// <summary>The line's kind.</summary>
    public MessageKind Kind => (MessageKind)Line[ControlLine.Kind];

    /// <summary>Bytes of arguments.</summary>
    public int Bytes => BinaryPrimitives.ReadUInt16LittleEndian(Line.AsSpan(ControlLine.Bytes));

    /// <summary>The code pointer.</summary>
    public ulong CodePointer => BinaryPrimitives.ReadUInt64LittleEndian(Line.AsSpan(ControlLine.CodePointer));

    /// <summary>Turns the line into a reply.</summary>
    /// <param name="results">The results, native; at most 96 bytes.</param>
    /// <param name="kind">What kind of reply.</param>
    public byte[] Reply(ReadOnlySpan<byte> results, MessageKind kind = MessageKind.Reply)
    {
        byte[] reply = [.. Line];
        reply[ControlLine.Kind] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(reply.AsSpan(ControlLine.Bytes), (ushort)results.Length);
        results.CopyTo(reply.AsSpan(ControlLine.Arguments));
        return reply;
    }
}

/// <summary>
/// A core that serves one endpoint with caches that take no time: it loads a control line, handles what comes in a given number of ticks,
/// leaves the reply in the line and loads the other. It needs no aux lines.
/// </summary>
public sealed class IdealCore
{
    private readonly HomeWire home;
    private readonly LineMap map;
    private readonly ushort tag;
    private readonly byte[]?[] dirty = new byte[]?[2];
    private byte line;
    private long due = -1;
    private DeliveredLine? atHand;

    /// <summary>Creates the core; it loads nothing before <see cref="Start"/>.</summary>
    /// <param name="home">The home port.</param>
    /// <param name="map">Where the lines are.</param>
    /// <param name="endpoint">Its endpoint, bound to a process.</param>
    /// <param name="tag">Tag of its reads; no one else's.</param>
    public IdealCore(HomeWire home, LineMap map, ushort endpoint, ushort tag)
    {
        this.home = home;
        this.map = map;
        this.tag = tag;
        Endpoint = endpoint;
    }

    /// <summary>Number of the endpoint that it serves.</summary>
    public ushort Endpoint { get; }

    /// <summary>The handler: gets a message, returns the line with the reply.</summary>
    public Func<DeliveredLine, byte[]> Handler { get; set; } = static message => message.Reply([], MessageKind.NoReply);

    /// <summary>Ticks from a line's arrival to the load of the other one.</summary>
    public int HandlerTicks { get; set; }

    /// <summary>Number of lines that it was given, TRYAGAIN too.</summary>
    public long Delivered { get; private set; }

    /// <summary>Number of requests that it was given.</summary>
    public long Requests { get; private set; }

    /// <summary>The last line that it was given.</summary>
    public DeliveredLine? Last { get; private set; }

    /// <summary>Loads the first control line.</summary>
    public void Start() => Load();

    /// <summary>Receives the answer to a read.</summary>
    /// <param name="data">The answer.</param>
    /// <param name="tick">The tick in which it was first valid.</param>
    /// <returns>Whether it was for this core.</returns>
    public bool OnData(HomeData data, long tick)
    {
        if (data.Tag != tag)
        {
            return false;
        }

        byte[] bytes = new byte[NicConfig.LineBytes];
        data.Data.CopyTo(bytes);
        atHand = Last = new DeliveredLine(Endpoint, bytes, tick);
        Delivered++;
        due = tick + HandlerTicks;
        return true;
    }

    /// <summary>Answers a fetch of one of its lines.</summary>
    /// <param name="fetch">The line.</param>
    /// <returns>Whether it was for this core.</returns>
    public bool OnFetch(HomeFetch fetch)
    {
        EndpointLine which = map.Line(fetch.Line);
        if (which.Endpoint != Endpoint || which.Kind != LineKind.ReceiveControl)
        {
            return false;
        }

        byte[]? bytes = dirty[which.Index];
        dirty[which.Index] = null;
        home.Return(bytes is null
            ? new HomeReturn(fetch.Line, true, default, default)
            : new HomeReturn(fetch.Line, true, Bits<W128>.AllOnes, Bits<W1024>.FromBytes(bytes)));
        return true;
    }

    /// <summary>Continues when its handler has returned.</summary>
    /// <param name="tick">The tick to come.</param>
    public void Step(long tick)
    {
        if (atHand is null || tick < due)
        {
            return;
        }

        if (atHand.Kind == MessageKind.Request)
        {
            Requests++;
            dirty[line] = Handler(atHand);
        }

        atHand = null;
        line ^= 1;
        Load();
    }

    private void Load() => home.Read(new HomeRead(map.Number(new EndpointLine(LineKind.ReceiveControl, Endpoint, line)), tag,
        HomeReadKind.Exclusive));
}
