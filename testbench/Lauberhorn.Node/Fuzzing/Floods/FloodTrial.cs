// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>How the calls of a flood end that nobody takes.</summary>
internal enum FloodKind
{
    /// <summary>The queue of their process is full.</summary>
    FullQueue,

    /// <summary>They grow too old in the queue.</summary>
    Expiry,

    /// <summary>The OS flushes the queue.</summary>
    Flush,

    /// <summary>There are none; to compare.</summary>
    None,
}

/// <summary>A call of the honest process during a flood.</summary>
/// <param name="Cycles">From its first beat to its answer's.</param>
/// <param name="Before">Calls of the flood that came right before it.</param>
internal readonly record struct FloodWait(long Cycles, int Before);

/// <summary>Results of a trial.</summary>
/// <param name="Cycles">Ticks of the NIC's clock.</param>
/// <param name="Floods">Floods sent.</param>
/// <param name="Waits">Each call of the honest process that came during a flood, the shortest first.</param>
/// <param name="Ends">
/// Of all calls while which one of the flood's was dropped, flushed or grew too old: the cycles to the answer, in ascending order.
/// </param>
/// <param name="Fates">How many calls of the flood were sent, and how they ended, by the NIC's counters.</param>
/// <param name="Trace">All that was seen.</param>
/// <param name="Failure">What went wrong; null if nothing did.</param>
internal sealed record FloodOutcome(
    long Cycles, int Floods, FloodWait[] Waits, long[] Ends, IReadOnlyDictionary<string, long> Fates, SoakTrace Trace, string? Failure)
{
    /// <summary>The median of the honest calls' waits, in cycles; 0 if there were none.</summary>
    public long Median => Waits.Length == 0 ? 0 : Waits[Waits.Length / 2].Cycles;

    /// <summary>The longest of the honest calls' waits, in cycles; 0 if there were none.</summary>
    public long Longest => Waits.Length == 0 ? 0 : Waits[^1].Cycles;
}

/// <summary>
/// Floods of calls of a process that does not take them, each with a call of another process in it that does: its answer must come,
/// and in time. Slots and queues are few, so that every flood fills them.
/// </summary>
internal sealed class FloodTrial : IDisposable
{
    /// <summary>Calls of a flood, back to back.</summary>
    public const int FloodCalls = 10;

    /// <summary>The most of them that are queued at a time.</summary>
    public const int MostQueued = 3;

    private const int FlushLead = 120;
    private const long Patience = 20_000;
    private const uint Idle = 0x2000_3000;
    private const uint Honest = 0x2000_3001;
    private const ushort IdlePort = 3000;
    private const ushort HonestPort = 3001;
    private readonly Node node;
    private readonly FloodKind kind;
    private readonly ulong seed;
    private readonly SeededRandom random;
    private readonly SoakTrace trace = new();
    private readonly List<FloodWait> waits = [];
    private readonly Dictionary<string, long> fates = [];
    private readonly List<long> ends = [];
    private int flood = -1;
    private long floodTick = long.MaxValue;
    private bool isJudged;
    private int before;
    private long sent;
    private bool hasEnd;
    private SentFrame? asked;
    private uint askedNumber;
    private uint xid;
    private int floods;

    private FloodTrial(FloodKind kind, ulong seed, Machine hardware)
    {
        (this.kind, this.seed) = (kind, seed);
        random = new SeededRandom(seed ^ 0xF100_0D50_0000_0001);
        node = new Node(new NodeOptions
        {
            Config = NicConfig.Tiny,
            Machine = MachineParameters.Ideal with { Cores = 2, EvictionsPerMillion = 2000 },
            Hardware = hardware,
            Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
            Seed = seed,
        });
    }

    /// <summary>Whether the honest process's loop writes its line back, or uses two.</summary>
    /// <param name="seed">The trial's.</param>
    public static bool WritesBack(ulong seed) => (seed & 1) == 0;

    /// <summary>Runs a trial.</summary>
    /// <param name="kind">How the calls of a flood end.</param>
    /// <param name="floods">How many floods.</param>
    /// <param name="seed">Decides all that is random.</param>
    /// <param name="hardware">What runs the NIC.</param>
    public static FloodOutcome Run(FloodKind kind, int floods, ulong seed, Machine hardware)
    {
        using FloodTrial trial = new(kind, seed, hardware);
        string? failure = null;
        try
        {
            trial.RunAsync(floods).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException and not CosimulationException)
        {
            string what = $"{exception.GetType().Name}: {exception.Message}";
            failure = string.Create(CultureInfo.InvariantCulture, $"{kind}, flood {trial.floods}, tick {trial.node.Ticks}: {what}");
        }

        FloodWait[] waits = [.. trial.waits.OrderBy(wait => wait.Cycles)];
        return new FloodOutcome(trial.node.Ticks, trial.floods, waits, [.. trial.ends.Order()], trial.fates, trial.trace, failure);
    }

    /// <inheritdoc/>
    public void Dispose() => node.Dispose();

    private async Task RunAsync(int most)
    {
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        await nic.SetTryAgainAsync(5000);
        node.RunUntil(() => node.Nic.FastPath.Admission.SlotPool.Monitor.Free == node.Nic.Config.PendingCalls, 20_000);
        if (kind == FloodKind.Expiry)
        {
            await nic.SetCallAgeLimitAsync(1);
        }

        NicProcess idle = nic.CreateProcess("idle");
        await idle.SetPolicyAsync(new ProcessPolicy
        {
            GuaranteedQueue = 1,
            MostQueued = (ushort)(kind == FloodKind.FullQueue ? 1 : MostQueued)
        });
        await idle.RegisterAsync(Idle, 1, 1, IdlePort, (uint value) => value, new ServiceOptions { AddsNull = false });
        NicProcess honest = nic.CreateProcess("honest");
        await honest.SetPolicyAsync(new ProcessPolicy { GuaranteedQueue = 2, MostQueued = 2 });
        await honest.RegisterAsync(Honest, 1, 1, HonestPort, (uint value) => value + 1);
        BoundEndpoint endpoint = await honest.BindEndpointAsync(writesBack: WritesBack(seed));
        using CancellationTokenSource stop = new();
        _ = node.Cpu.Start(node.Cpu.Cores[0], core => UserLoop.RunAsync(core, endpoint, honest.Handlers, stop.Token));
        node.OnTick = Watch;
        for (; floods < most; floods++)
        {
            await FloodAsync(nic, idle);
        }

        stop.Cancel();
        node.RunUntil(() => node.Cpu.Running == 0, 20_000);
        await idle.CloseAsync();
        await honest.CloseAsync();
        Wait(1000);
        IReadOnlyDictionary<string, ulong> counters = await nic.ReadCountersAsync();
        trace.Counters(node.Ticks, counters);
        CountFates(counters);
        if (node.Nic.FastPath.Admission.SlotPool.Monitor.Free != node.Nic.Config.PendingCalls)
        {
            throw new SoakException($"{node.Nic.FastPath.Admission.SlotPool.Monitor.Free} slots are free at the end");
        }
    }

    // Each call of a flood must be accounted for: nobody ever takes one.
    private void CountFates(IReadOnlyDictionary<string, ulong> counters)
    {
        fates["sent"] = sent;
        string[] ways =
        [
            nameof(NicEvent.CallFlushed), nameof(NicEvent.CallExpired),
            .. counters.Keys.Where(static name => name.StartsWith("Dropped.", StringComparison.Ordinal)
                || name.StartsWith("CallDropped", StringComparison.Ordinal)),
        ];
        foreach (string way in ways.Where(way => counters[way] != 0))
        {
            fates[way] = (long)counters[way];
        }

        if (fates.Values.Sum() != 2 * sent)
        {
            IEnumerable<string> seen = counters.Where(counter => counter.Value != 0).Select(counter => $"{counter.Key} {counter.Value}");
            throw new SoakException($"of {sent} calls of floods not all are accounted for: {string.Join(", ", seen)}");
        }
    }

    /// <summary>One flood, with a call of the honest process in it; then its answer, and some time.</summary>
    private async Task FloodAsync(Driver.Nic nic, NicProcess idle)
    {
        int at = random.Between(1, FloodCalls - 1);
        if (kind == FloodKind.Flush)
        {
            // The flush is in flight when the flood comes, so that it meets any part of it.
            (flood, floodTick) = (at, node.Ticks + random.Between(0, FlushLead));
            await nic.CommandAsync(CommandCode.FlushProcess, idle.Number);
            node.RunUntil(() => flood < 0, Patience);
        }
        else
        {
            Send(at);
        }

        node.RunUntil(() => asked is null, Patience);
        if (kind == FloodKind.Expiry && random.OneIn(16))
        {
            // So long that what is queued expires, beside the calls that come then.
            long until = node.Ticks + 150_000;
            while (node.Ticks < until)
            {
                Ask(isJudged: false);
                node.RunUntil(() => asked is null, Patience);
                Wait(random.Between(0, 100));
            }
        }

        Wait(random.Between(0, 100));
    }

    private void Send(int at)
    {
        for (int i = 0; i < FloodCalls; i++)
        {
            if (i == at)
            {
                before = i;
                Ask(isJudged: true);
            }

            if (kind != FloodKind.None)
            {
                node.Wire.Send(Call(Idle, IdlePort, ++xid));
                sent++;
            }
        }
    }

    private void Ask(bool isJudged)
    {
        this.isJudged = isJudged;
        hasEnd = false;
        askedNumber = ++xid;
        asked = node.Wire.Send(Call(Honest, HonestPort, askedNumber));
    }

    private static byte[] Call(uint program, ushort port, uint number)
    {
        byte[] argument = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(argument, number);
        return new FrameBuilder().WithPorts(1000, port).WithRpc(number).WithProcedure(program, 1, 1).WithArguments(argument).Build();
    }

    private void Watch(long tick)
    {
        const ulong Ends = (1ul << (int)NicEvent.CallDroppedQueueFull) | (1ul << (int)NicEvent.CallFlushed)
            | (1ul << (int)NicEvent.CallExpired);
        hasEnd |= (node.Nic.FastPath.Scheduler.Events.Flags & Ends) != 0;
        if (tick >= floodTick)
        {
            Send(flood);
            (flood, floodTick) = (-1, long.MaxValue);
        }

        while (node.Wire.Received.TryDequeue(out SentByNic? frame))
        {
            trace.Frame(frame);
            uint number = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(frame.Bytes.AsSpan(42));
            uint result = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(frame.Bytes.AsSpan(66));
            if (asked is null || number != askedNumber || result != number + 1)
            {
                throw new SoakException(
                    $"tick {tick}: a frame that answers call {number} with {result}, where call {askedNumber} is open: "
                    + Convert.ToHexString(frame.Bytes));
            }

            long wait = frame.FirstTick - asked.FirstTick;
            if (isJudged)
            {
                waits.Add(new FloodWait(wait, before));
            }

            if (hasEnd)
            {
                ends.Add(wait);
            }

            asked = null;
        }
    }

    private void Wait(int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            node.Tick();
        }
    }
}
