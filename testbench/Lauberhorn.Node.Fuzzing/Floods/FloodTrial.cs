// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Cosimulation;
using Lauberhorn.Driver;
using Lauberhorn.Hdl;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Machines;
using Lauberhorn.Reference;
using Lauberhorn.Reference.Frames;

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

/// <summary>What a trial came to.</summary>
/// <param name="Cycles">Ticks of the NIC's clock.</param>
/// <param name="Floods">Floods sent.</param>
/// <param name="Waits">Of each call of the honest process, in ascending order: cycles from its first beat to its answer's.</param>
/// <param name="Trace">All that was seen.</param>
/// <param name="Failure">What went wrong; null if nothing did.</param>
/// <param name="Midst">The same of those calls only that came in the midst of a flood.</param>
internal sealed record FloodOutcome(long Cycles, int Floods, long[] Waits, SoakTrace Trace, string? Failure, long[] Midst)
{
    /// <summary>The median.</summary>
    public long Median => Waits.Length == 0 ? 0 : Waits[Waits.Length / 2];

    /// <summary>The longest.</summary>
    public long Longest => Waits.Length == 0 ? 0 : Waits[^1];
}

/// <summary>
/// Floods of calls of a process that does not take them, each with a call of another process in its midst that does: its answer must come,
/// and in time. Slots and queues are few, so that every flood fills them.
/// </summary>
internal sealed class FloodTrial : IDisposable
{
    private const int FloodCalls = 10;
    private const long Patience = 20_000;
    private const uint Idle = 0x2000_3000;
    private const uint Honest = 0x2000_3001;
    private const ushort IdlePort = 3000;
    private const ushort HonestPort = 3001;
    private readonly Node node;
    private readonly FloodKind kind;
    private readonly SeededRandom random;
    private readonly SoakTrace trace = new();
    private readonly List<long> waits = [];
    private readonly List<long> midst = [];
    private bool isInMidst;
    private SentFrame? asked;
    private uint askedNumber;
    private uint xid;
    private int floods;

    private FloodTrial(FloodKind kind, ulong seed, Machine hardware)
    {
        this.kind = kind;
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

        return new FloodOutcome(trial.node.Ticks, trial.floods, [.. trial.waits.Order()], trial.trace, failure, [.. trial.midst.Order()]);
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
        await idle.SetPolicyAsync(new ProcessPolicy { GuaranteedQueue = 1, MostQueued = (ushort)(kind == FloodKind.FullQueue ? 1 : 3) });
        await idle.RegisterAsync(Idle, 1, 1, IdlePort, (uint value) => value, new ServiceOptions { AddsNull = false });
        NicProcess honest = nic.CreateProcess("honest");
        await honest.SetPolicyAsync(new ProcessPolicy { GuaranteedQueue = 2, MostQueued = 2 });
        await honest.RegisterAsync(Honest, 1, 1, HonestPort, (uint value) => value + 1);
        BoundEndpoint endpoint = await honest.BindEndpointAsync(writesBack: random.OneIn(2));
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
        if (node.Nic.FastPath.Admission.SlotPool.Monitor.Free != node.Nic.Config.PendingCalls)
        {
            throw new SoakException($"{node.Nic.FastPath.Admission.SlotPool.Monitor.Free} slots are free at the end");
        }
    }

    /// <summary>One flood, and a call of the honest process before, in its midst or after; then its answer, and some time.</summary>
    private async Task FloodAsync(Driver.Nic nic, NicProcess idle)
    {
        int calls = kind == FloodKind.None ? 0 : FloodCalls;
        isInMidst = random.OneIn(4);
        int at = random.Between(0, FloodCalls);
        bool hasAsked = !isInMidst && random.OneIn(2);
        if (hasAsked)
        {
            Ask();
            Wait(random.Between(0, 100));
        }

        for (int i = 0; i <= FloodCalls; i++)
        {
            if (i == at && isInMidst)
            {
                Ask();
            }

            if (i < calls)
            {
                node.Wire.Send(Call(Idle, IdlePort, ++xid));
            }
        }

        if (kind == FloodKind.Flush)
        {
            // At any moment: the flood may be coming, be there, or be gone.
            Wait(random.Between(0, 60));
            await nic.CommandAsync(CommandCode.FlushProcess, idle.Number);
        }

        if (!isInMidst && !hasAsked)
        {
            Wait(random.Between(20, 150));
            Ask();
        }

        node.RunUntil(() => asked is null, Patience);
        isInMidst = false;
        if (kind == FloodKind.Expiry && random.OneIn(16))
        {
            // So long that what is queued expires, beside the calls that come then.
            long until = node.Ticks + 150_000;
            while (node.Ticks < until)
            {
                Ask();
                node.RunUntil(() => asked is null, Patience);
                Wait(random.Between(500, 2000));
            }
        }

        Wait(random.Between(0, 100));
    }

    private void Ask()
    {
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

            waits.Add(frame.FirstTick - asked.FirstTick);
            if (isInMidst)
            {
                midst.Add(waits[^1]);
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
