// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Hdl.Testing.Endpoint;

namespace Lauberhorn.Hdl.Tests.Endpoint;

/// <summary>
/// Each process has a secret, the upper four bits of each byte that it stores and of each that a message for it has. Whatever lines it
/// loads, and whatever comes of it to the reply stage, must have its own secret in each byte, or 0.
/// </summary>
internal sealed class HostileTraffic
{
    private const int Slots = 8;
    private const int PacketSlots = 4;
    private readonly Random random;
    private readonly StandInScheduler scheduler = new();
    private readonly CoherentCaches caches;
    private readonly Owner?[] owners = new Owner?[Config.Endpoints];
    private readonly int?[] slots = new int?[Slots];
    private readonly Queue<ushort> sent = new();
    private readonly Queue<(LeftLine Left, bool IsLast)> packetReads = new();
    private int? releasing;
    private long releasedAt;
    private int process = 1;

    public HostileTraffic(int seed)
    {
        random = new Random(seed);
        Bench = new EndpointBench(Config, scheduler) { TryAgainCycles = (uint)random.Next(80, 400) };
        int noticePace = random.Next(1, 4);
        int dispatchPace = random.Next(1, 6);
        int pace = random.Next(2, 9);
        scheduler.NoticePace = () => random.Next(noticePace) == 0;
        scheduler.DispatchPace = () => random.Next(dispatchPace) == 0;
        Bench.Home.DataPace = () => random.Next(pace) != 0;
        Bench.Home.FetchPace = () => random.Next(pace) != 0;
        Bench.LeftPace = () => random.Next(3) == 0;
        Bench.OnLeft = Left;
        caches = new CoherentCaches(Bench.Home) { OnLine = Loaded };
    }

    public static NicConfig Config { get; } = NicConfig.Tiny with { AuxLines = 4, Processes = 16, TransmitPacketSlots = 4 };

    public EndpointBench Bench { get; }

    /// <summary>The longest release, in ticks.</summary>
    public long LongestRelease { get; private set; }

    public int Releases { get; private set; }

    public void Run(int ticks = 8000)
    {
        for (int i = 0; i < ticks; i++)
        {
            Step(i);
            Bench.Tick();
            Settle();
        }

        // At the end all is taken away, and all slots come home.
        for (int endpoint = 0; endpoint < owners.Length; endpoint++)
        {
            Wait();
            if (owners[endpoint] is not null)
            {
                Release(endpoint);
            }
        }

        Wait();
        Bench.Run(200);
        Settle();
        for (int of = 0; of < Config.Processes; of++)
        {
            Flush(of);
        }

        Assert.All(slots, slot => Assert.Null(slot));
        Assert.Empty(caches.Reading);
        Assert.InRange(Releases, ticks / 2000, int.MaxValue);
        Assert.NotEqual(0, Bench.Count(NicEvent.Delivered));
    }

    private static byte Secret(int of, int low) => (byte)((of << 4) | (low & 15));

    private void Wait()
    {
        for (int i = 0; releasing is not null; i++)
        {
            Assert.True(i < 3000, $"the release of endpoint {releasing} does not end: {Bench.Endpoints.Memories.States[releasing ?? 0]}, "
                + $"home {Bench.Endpoints.Memories.Home[releasing ?? 0]}");
            Bench.Tick();
            Settle();
        }
    }

    private void Settle()
    {
        if (sent.TryDequeue(out ushort endpoint))
        {
            Bench.SendDone(endpoint);
        }

        while (Bench.PacketLines.Count > 0)
        {
            (LeftLine left, bool isLast) = packetReads.Dequeue();
            Check(left.Process, Bench.PacketLines[0], 0, "an aux line that was left");
            Bench.PacketLines.RemoveAt(0);
            if (isLast)
            {
                Done(left);
            }
        }

        if (releasing is int released && Bench.Answers.Count > 0)
        {
            Assert.Equal(CommandStatus.Done, Bench.Answers[^1]);
            Bench.Answers.Clear();
            foreach (uint line in caches.Held.Where(line => Bench.Map.Line(line).Endpoint == released))
            {
                Assert.Fail($"endpoint {released} was released, and line {Bench.Map.Line(line)} is in a cache");
            }

            LongestRelease = Math.Max(LongestRelease, Bench.Ticks - releasedAt);
            int before = owners[released]!.Process;
            owners[released] = null;
            releasing = null;
            Flush(before);
        }
    }

    // A message that comes to nobody.
    private void Flush(int of)
    {
        foreach (ushort slot in scheduler.Flush(of))
        {
            slots[slot] = null;
        }
    }

    private void Step(int tick)
    {
        if (releasing is null && random.Next(60) == 0)
        {
            int endpoint = random.Next(owners.Length);
            if (owners[endpoint] is null)
            {
                Bind(endpoint);
            }
            else if (random.Next(4) == 0)
            {
                Release(endpoint);
            }
        }

        if (random.Next(6) == 0 && scheduler.Waiting.Count > 0)
        {
            Call();
        }

        if (random.Next(100) == 0 && scheduler.Waiting.Count > 0)
        {
            scheduler.Yield(scheduler.Waiting[random.Next(scheduler.Waiting.Count)].Endpoint);
        }

        if (random.Next(2) == 0)
        {
            Access(random.Next(owners.Length), tick);
        }
    }

    private void Bind(int endpoint)
    {
        process = (process % 14) + 1;
        owners[endpoint] = new Owner(process, Bench.Ticks);
        Bench.Answers.Clear();
        int? packetSlot = random.Next(3) == 0 ? null : PacketSlots + endpoint;
        bool writesBack = random.Next(2) == 0;
        Assert.Equal(CommandStatus.Done, BindWithTraffic(endpoint, packetSlot, writesBack));
        Bench.Answers.Clear();
    }

    private CommandStatus BindWithTraffic(int endpoint, int? packetSlot, bool writesBack) =>
        Bench.Bind(endpoint, process, process, packetSlot, writesBack: writesBack, receiveLine: writesBack ? random.Next(2) : 0,
            most: 3000);

    private void Release(int endpoint)
    {
        Bench.Answers.Clear();
        Bench.Command(CommandCode.ReleaseEndpoint, (uint)endpoint);
        releasing = endpoint;
        releasedAt = Bench.Ticks;
        Releases++;
        owners[endpoint] = owners[endpoint]! with { IsUnmapped = true };
    }

    private void Call()
    {
        (ushort endpoint, ushort of) = scheduler.Waiting[random.Next(scheduler.Waiting.Count)];
        int slot = random.Next(Slots);
        if (slots[slot] is not null)
        {
            return;
        }

        slots[slot] = of;
        byte[] line = new byte[128];
        byte[] aux = new byte[slot < PacketSlots ? 128 * random.Next(5) : 0];
        for (int i = 1; i < line.Length; i++)
        {
            line[i] = Secret(of, random.Next());
        }

        for (int i = 0; i < aux.Length; i++)
        {
            aux[i] = Secret(of, random.Next());
        }

        line[0] = (byte)MessageKind.Request;
        Bench.Arrive(of, (ushort)slot, line, aux, slot < PacketSlots ? (ushort)slot : null);
    }

    // A process may do what it likes with lines that are mapped to it. What it asked for before they were unmapped comes still.
    private void Access(int endpoint, int tick)
    {
        if (owners[endpoint] is not { IsUnmapped: false } owner)
        {
            // A load that was in flight when the lines were unmapped, a moment or long ago.
            uint late = Line(endpoint);
            bool isLate = releasing is null ? owners[endpoint] is null && random.Next(60) == 0
                : Bench.Ticks - releasedAt < 60 && random.Next(4) == 0;
            if (isLate && caches.MayRead(late))
            {
                caches.Read(late);
            }

            return;
        }

        uint line = Line(endpoint);
        if (caches.Bytes(line) is null)
        {
            if (caches.MayRead(line))
            {
                caches.Read(line);
            }
        }
        else if (random.Next(4) == 0)
        {
            caches.Evict(line);
        }
        else
        {
            int at = random.Next(128);
            bool isKind = at == 0 && Bench.Map.Line(line).Kind is (LineKind.ReceiveControl or LineKind.TransmitControl);
            caches.Store(line, at, isKind ? (byte)random.Next(24) : Secret(owner.Process, tick));
        }
    }

    private uint Line(int endpoint)
    {
        LineKind kind = random.Next(5) switch
        {
            0 => LineKind.ReceiveAux,
            1 => LineKind.TransmitAux,
            2 => LineKind.TransmitControl,
            _ => LineKind.ReceiveControl,
        };
        bool isAux = kind is LineKind.ReceiveAux or LineKind.TransmitAux;
        return Bench.Line(kind, endpoint, random.Next(isAux ? 5 : 2));
    }

    private void Loaded(uint number, byte[] bytes)
    {
        EndpointLine line = Bench.Map.Line(number);
        bool isControl = line.Kind is LineKind.ReceiveControl or LineKind.TransmitControl;
        if (owners[line.Endpoint] is { } owner)
        {
            // Kind, flags and generation are the NIC's own.
            Check(owner.Process, bytes, isControl ? 6 : 0, $"{line}");
        }
        else
        {
            Assert.All(bytes, value => Assert.Equal(0, value));
        }
    }

    private void Left(TakenLine taken)
    {
        LeftLine left = taken.Left;
        if (left.IsTransmit)
        {
            Check(left.Process, taken.Bytes, 1, "a line to be sent");
        }
        else
        {
            int of = slots[left.Slot] ?? throw new InvalidOperationException($"slot {left.Slot} comes home twice");
            Assert.Equal(of, left.Process);
            if (!left.IsDiscarded)
            {
                Check(of, taken.Bytes, 1, "a line that was left");
            }
        }

        if (left.IsDiscarded || left.AuxLines == 0)
        {
            Done(left);
            return;
        }

        for (byte i = 0; i < left.AuxLines; i++)
        {
            packetReads.Enqueue((left, i == left.AuxLines - 1));
            Bench.ReadPacket(new PacketRead(left.PacketSlot, i));
        }
    }

    private void Done(LeftLine left)
    {
        if (left.IsTransmit)
        {
            sent.Enqueue(left.Endpoint);
        }
        else
        {
            slots[left.Slot] = null;
        }
    }

    private void Check(int of, byte[] bytes, int from, string what)
    {
        for (int i = from; i < bytes.Length; i++)
        {
            if (bytes[i] != 0 && bytes[i] >> 4 != of)
            {
                Assert.Fail($"tick {Bench.Ticks}: {what} of process {of} has {bytes[i]:x2} in byte {i}, which is process "
                    + $"{bytes[i] >> 4}'s");
            }
        }
    }

    private sealed record Owner(int Process, long Since, bool IsUnmapped = false);
}
