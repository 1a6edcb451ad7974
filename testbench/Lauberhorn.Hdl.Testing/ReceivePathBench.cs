// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Rpc;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Top;
using Lauberhorn.Model;
using SME;

namespace Lauberhorn.Hdl.Testing;

/// <summary>A frame to send.</summary>
/// <param name="Bytes">From the destination MAC address to the padding; at least one byte.</param>
/// <param name="Error">Whether the MAC flags it as bad.</param>
public sealed record SentFrame(byte[] Bytes, bool Error = false)
{
    /// <summary>The tick in which its first beat was at the input; -1 before.</summary>
    public long FirstTick { get; internal set; } = -1;

    /// <summary>The tick in which its last beat was at the input; -1 before.</summary>
    public long LastTick { get; internal set; } = -1;
}

/// <summary>A frame that came out.</summary>
/// <param name="Metadata">Its metadata.</param>
/// <param name="Tick">The tick in which the metadata were first valid.</param>
public sealed record ReceivedFrame(FrameMetadata Metadata, long Tick)
{
    /// <summary>Bytes of its payload that have been output until now.</summary>
    public byte[] Payload { get; internal set; } = [];

    /// <summary>Whether its payload's last beat has been output.</summary>
    public bool IsComplete { get; internal set; }

    /// <summary>The tick in which its last beat of payload was accepted.</summary>
    public long PayloadTick { get; internal set; } = -1;
}

/// <summary>
/// The receive path on a test bench: frames in, metadata, payloads and counters out. It only touches the top-level buses, so
/// it drives RTL that was put in place of the C# just as well (attach it to <see cref="Simulation"/>'s network before the first tick).
/// </summary>
public sealed class ReceivePathBench : IDisposable
{
    private const int BeatBytes = NicConfig.DatapathBytes;

    private readonly Queue<ushort> ports;
    private readonly Queue<SentFrame> waiting = new();
    private readonly List<ReceivedFrame> received = [];
    private readonly List<byte> payload = [];
    private SentFrame? current;
    private SentFrame? onWire;
    private int position;
    private int gap;
    private int completed;
    private long offeredSince = -1;
    private long sent;

    /// <summary>Creates the receive path in a simulation of its own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="settings">Addresses and ports; they stay as they are. Frames come once the port table is written.</param>
    public ReceivePathBench(NicConfig config, ReceiveSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
        ports = new Queue<ushort>(settings.Ports);
        Simulation = new Simulation();
        Path = ReceivePath.Build(Simulation, config);
    }

    /// <summary>The simulation, of which the receive path is the whole.</summary>
    public Simulation Simulation { get; }

    /// <summary>The receive path.</summary>
    public ReceivePath Path { get; }

    /// <summary>Addresses and ports that the receive path is set up with.</summary>
    public ReceiveSettings Settings { get; }

    /// <summary>Polled in each tick: whether to be ready for metadata in the next.</summary>
    public Func<bool> MetadataPace { get; set; } = static () => true;

    /// <summary>Polled in each tick: whether to be ready for payload in the next.</summary>
    public Func<bool> PayloadPace { get; set; } = static () => true;

    /// <summary>Called for each beat: how many ticks without a beat come before it.</summary>
    public Func<int> Gap { get; set; } = static () => 0;

    /// <summary>The frames that the receive path has output, in order.</summary>
    public IReadOnlyList<ReceivedFrame> Received => received;

    /// <summary>Ticks so far.</summary>
    public long Ticks => Simulation.Ticks;

    /// <summary>Frames counted by the hardware, dropped or not.</summary>
    public long Counted
    {
        get
        {
            long sum = 0;
            foreach (DropReason reason in Enum.GetValues<DropReason>())
            {
                sum += Dropped(reason);
            }

            foreach (FrameKind kind in Enum.GetValues<FrameKind>())
            {
                sum += Passed(kind);
            }

            return sum;
        }
    }

    /// <summary>The hardware's counter of frames dropped for a reason.</summary>
    public uint Dropped(DropReason reason) => Path.Counters.Dropped[(int)reason];

    /// <summary>The hardware's counter of frames of a kind.</summary>
    public uint Passed(FrameKind kind) => Path.Counters.Passed[(int)kind];

    /// <summary>Puts a frame into the queue.</summary>
    /// <param name="bytes">From the destination MAC address to the padding; at least one byte.</param>
    /// <param name="error">Whether the MAC flags it as bad.</param>
    public SentFrame Send(byte[] bytes, bool error = false)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length, nameof(bytes));
        SentFrame frame = new(bytes, error);
        waiting.Enqueue(frame);
        sent++;
        return frame;
    }

    /// <summary>Ticks until all frames are through.</summary>
    /// <param name="limit">Most ticks to wait after the last beat has gone in.</param>
    /// <exception cref="TimeoutException">Something is still missing after that.</exception>
    public void Run(int limit = 20_000)
    {
        int idle = 0;
        while (!IsDone())
        {
            Tick();
            idle = waiting.Count > 0 || current is not null || onWire is not null ? 0 : idle + 1;
            if (idle > limit)
            {
                throw new TimeoutException($"{sent} frames were sent, {Counted} counted, {received.Count} came out and {completed} of them "
                    + $"with all of their payload");
            }
        }
    }

    /// <summary>One tick: accepts what is valid, and brings the next beat.</summary>
    public void Tick()
    {
        _ = Simulation.Network;
        TakeMetadata();
        TakePayload();
        Drive();
        Simulation.Tick();
        if (onWire is not null)
        {
            onWire.FirstTick = onWire.FirstTick < 0 ? Ticks : onWire.FirstTick;
            onWire.LastTick = Ticks;
        }
    }

    /// <summary>Ends the simulation.</summary>
    public void Dispose() => Simulation.Dispose();

    private bool IsDone()
    {
        if (waiting.Count > 0 || current is not null || Counted != sent)
        {
            return false;
        }

        long passed = Enum.GetValues<FrameKind>().Sum(kind => (long)Passed(kind));
        return received.Count == passed && completed == passed;
    }

    private void TakeMetadata()
    {
        IStream<FrameMetadata> forward = Path.Metadata.Forward;
        if (!forward.Valid)
        {
            return;
        }

        offeredSince = offeredSince < 0 ? Ticks : offeredSince;
        if (Path.Metadata.Backward.Ready)
        {
            received.Add(new ReceivedFrame(forward.Item, offeredSince));
            offeredSince = -1;
            Complete();
        }
    }

    private readonly Queue<(byte[] Bytes, long Tick)> payloads = new();

    private void TakePayload()
    {
        IStream<PayloadBeat> forward = Path.Payload.Forward;
        if (!forward.Valid || !Path.Payload.Backward.Ready)
        {
            return;
        }

        PayloadBeat beat = forward.Item;
        Span<byte> bytes = stackalloc byte[BeatBytes];
        beat.Data.CopyTo(bytes);
        if (beat.Bytes is < 1 or > BeatBytes || (!beat.Last && beat.Bytes != BeatBytes) || bytes[beat.Bytes..].ContainsAnyExcept((byte)0))
        {
            throw new InvalidOperationException(
                $"tick {Ticks}: a beat of payload with {beat.Bytes} bytes, last: {beat.Last}, data {beat.Data}");
        }

        payload.AddRange(bytes[..beat.Bytes]);
        if (beat.Last)
        {
            payloads.Enqueue((payload.ToArray(), Ticks));
            payload.Clear();
            Complete();
        }
    }

    /// <summary>Gives payloads to the metadata they belong to: both come in the order of the frames.</summary>
    private void Complete()
    {
        while (completed < received.Count)
        {
            ReceivedFrame frame = received[completed];
            if (frame.Metadata.IsInline)
            {
                byte[] inline = new byte[InlineArguments.MaxBytes];
                frame.Metadata.InlineArguments.CopyTo(inline);
                frame.Payload = inline[..frame.Metadata.PayloadBytes];
                frame.PayloadTick = frame.Tick;
            }
            else if (frame.Metadata.PayloadBytes != 0)
            {
                if (payloads.Count == 0)
                {
                    return;
                }

                (frame.Payload, frame.PayloadTick) = payloads.Dequeue();
            }

            frame.IsComplete = true;
            completed++;
        }
    }

    private void Drive()
    {
        Path.Configuration.MacAddress = (Bits<W48>)Settings.MacAddress;
        Path.Configuration.IpAddress = Settings.Ipv4Address;
        Path.Configuration.Promiscuous = Settings.Promiscuous;
        Path.Configuration.SubnetMask = Settings.SubnetMask;
        Path.Configuration.MulticastFilter = Settings.MulticastFilter;
        Path.Configuration.AllMulticast = Settings.AllMulticast;
        Path.Configuration.AnyPort = Settings.AnyPort;
        Path.Metadata.Backward.Ready = MetadataPace();
        Path.Payload.Backward.Ready = PayloadPace();

        // Reading the bus back would give what it says in this tick, not what it will say in the next.
        bool sets = ports.TryDequeue(out ushort port);
        Path.Command.Valid = sets;
        if (sets)
        {
            Path.Command.Code = CommandCode.SetPort;
            Path.Command.Index = port;
            Path.Command.Data = (Bits<W512>)1u;
            Path.Mac.Valid = false;
            return;
        }

        if (current is null && waiting.Count > 0)
        {
            current = waiting.Dequeue();
            position = 0;
            gap = Gap();
        }

        onWire = null;
        Path.Mac.Valid = false;
        if (current is null)
        {
            return;
        }

        if (gap > 0)
        {
            gap--;
            return;
        }

        int count = Math.Min(BeatBytes, current.Bytes.Length - position);
        bool last = position + count == current.Bytes.Length;
        Path.Mac.Valid = true;
        Path.Mac.Data = Bits<W512>.FromBytes(current.Bytes.AsSpan(position, count));
        Path.Mac.Keep = ulong.MaxValue >> (BeatBytes - count);
        Path.Mac.Last = last;
        Path.Mac.Error = last && current.Error;
        onWire = current;
        position += count;
        gap = Gap();
        if (last)
        {
            current = null;
        }
    }
}
