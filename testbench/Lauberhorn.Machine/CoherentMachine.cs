// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver;

namespace Lauberhorn.Machines;

/// <summary>
/// Cores, private caches, a shared cache, the link, and the directory in front of a NIC's home port. Everything happens on the caller's
/// thread, and everything that is random comes from the seed: two runs with the same programs, parameters and seed are the same, cycle by
/// cycle.
/// </summary>
public sealed partial class CoherentMachine
{
    private const long CheckInterval = 1024;
    private readonly INicPort nic;
    private readonly AddressPlanner addresses;
    private readonly DeterministicRandom random;
    private readonly EventWheel wheel = new();
    private readonly Dictionary<uint, LineRecord> lines = [];
    private Exception? failure;
    private long nextEviction = long.MaxValue;
    private long nextSpeculation = long.MaxValue;

    /// <summary>Creates the machine, with empty caches.</summary>
    /// <param name="parameters">What machine.</param>
    /// <param name="nic">The NIC.</param>
    /// <param name="window">Where the NIC's lines are in memory.</param>
    /// <param name="seed">Seed of the run.</param>
    public CoherentMachine(MachineParameters parameters, INicPort nic, AddressWindow window, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(nic);
        (Parameters, this.nic, Seed) = (parameters, nic, seed);
        addresses = new AddressPlanner(window);
        random = new DeterministicRandom(seed);
        units = new ControllerUnits(StartUnit);
        tags = new LineRecord?[parameters.Tags];
        for (int tag = parameters.Tags - 1; tag >= 0; tag--)
        {
            freeTags.Push((ushort)tag);
        }

        Core[] all = new Core[parameters.Cores];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = new Core(this, i);
        }

        Cores = all;
        nextEviction = NextOf(Parameters.EvictionsPerMillion);
        nextSpeculation = NextOf(Parameters.SpeculationsPerMillion);
    }

    /// <summary>Sizes and latencies of the machine.</summary>
    public MachineParameters Parameters { get; }

    /// <summary>The cores, by number; each has a private cache.</summary>
    public IReadOnlyList<Core> Cores { get; }

    /// <summary>Seed of the run: give it to the constructor to have the same run again.</summary>
    public ulong Seed { get; }

    /// <summary>Cycles of the NIC's clock so far.</summary>
    public long Cycle { get; private set; }

    /// <summary>Programs that have not ended.</summary>
    public int Running { get; private set; }

    /// <summary>
    /// Called in each cycle before anything happens to a line. What is done to cores then, such as a prefetch beside their programs, counts
    /// for the cycle.
    /// </summary>
    public Action<long> OnCycle { get; set; } = static _ => { };

    /// <summary>
    /// Starts a program on a core. It runs up to its first wait at once, then as the machine is stepped. What it throws comes out of
    /// <see cref="Step"/>.
    /// </summary>
    /// <param name="core">The core; one program at a time.</param>
    /// <param name="program">The program. It awaits nothing but the core's methods and what is built from them.</param>
    public Task Start(Core core, Func<Core, Task> program)
    {
        ArgumentNullException.ThrowIfNull(core);
        ArgumentNullException.ThrowIfNull(program);
        Running++;
        SynchronizationContext? context = SynchronizationContext.Current;
        try
        {
            // Or a test framework's context would resume programs on threads of its own.
            SynchronizationContext.SetSynchronizationContext(null);
            return Watch(core, program);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Advances cores, caches and link by one cycle of the machine's clock.</summary>
    /// <exception cref="MachineException">The protocol was broken, a fill was held too long, or lines deadlock.</exception>
    public void Step()
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        if (context is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        try
        {
            OnCycle(Cycle);
            TakeFromNic();
            OfferToNic();
            if (Cycle >= nextEviction)
            {
                EvictAtRandom();
                nextEviction = NextOf(Parameters.EvictionsPerMillion);
            }

            if (Cycle >= nextSpeculation)
            {
                Cores[random.Below(Cores.Count)].Speculate();
                nextSpeculation = NextOf(Parameters.SpeculationsPerMillion);
            }

            List<Happening> due = wheel.Due(Cycle);
            for (int i = 0; i < due.Count; i++)
            {
                Happen(due[i]);
            }

            due.Clear();
            if (Cycle % CheckInterval == 0)
            {
                CheckTimes();
            }

            nic.Tick();
            Cycle++;
        }
        finally
        {
            if (context is not null)
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Steps until something is so.</summary>
    /// <param name="done">Asked before each cycle; null for: all programs have ended.</param>
    /// <param name="limit">The most cycles.</param>
    /// <exception cref="TimeoutException">It is not so after that many cycles.</exception>
    public void Run(Func<bool>? done = null, long limit = 10_000_000)
    {
        long end = Cycle + limit;
        while (done is null ? Running > 0 : !done())
        {
            if (Cycle >= end)
            {
                throw new TimeoutException($"{Parameters.Name}, seed {Seed}: not done after {limit} cycles; {Running} programs "
                    + $"run{StalledCores()}");
            }

            Step();
        }
    }

    internal LineRecord Find(ulong address, out int offset)
    {
        uint number = addresses.Number(address);
        offset = (int)(address % addresses.Window.Stride);
        return Find(number);
    }

    /// <summary>Bytes from a line to the next.</summary>
    internal ulong Stride => addresses.Window.Stride;

    internal int RandomBelow(int bound) => random.Below(bound);

    internal void DrainIn(Core core, long cycles) => wheel.Add(Cycle, cycles, new Happening(MachineEvent.Drain, core, null));

    internal void ResumeIn(Core core, long cycles) => wheel.Add(Cycle, cycles, new Happening(MachineEvent.Resume, core, null));

    private LineRecord Find(uint number)
    {
        if (!lines.TryGetValue(number, out LineRecord? record))
        {
            record = new LineRecord(number);
            lines.Add(number, record);
        }

        return record;
    }

    private async Task Watch(Core core, Func<Core, Task> program)
    {
        try
        {
            await program(core);
        }
        catch (Exception exception)
        {
            failure ??= exception;
        }
        finally
        {
            Running--;
        }
    }

    private void Happen(in Happening happening)
    {
        switch (happening.Kind)
        {
            case MachineEvent.Resume:
                happening.Core!.Resume();
                break;
            case MachineEvent.ReachLevel2:
                ReachLevel2(happening.Line!, new LineRequest(happening.Core!, happening.Exclusive, happening.IsPrefetch));
                break;
            case MachineEvent.Grant:
                Grant(happening.Line!);
                break;
            case MachineEvent.ReachDirectory:
                ReachDirectory(UnitWork.Read, happening.Line!);
                break;
            case MachineEvent.DataReachesLevel2:
                DataReachLevel2(happening.Line!);
                break;
            case MachineEvent.Snoop:
                Snoop(happening.Line!);
                break;
            case MachineEvent.CleanReachesLevel2:
                Clean(happening.Line!, happening.Core!);
                break;
            case MachineEvent.AnswerReachesDirectory:
                returns.Enqueue(answersUnderWay[happening.Line!]);
                answersUnderWay.Remove(happening.Line!);
                break;
            case MachineEvent.Drain:
                happening.Core!.DrainNext();
                break;
            case MachineEvent.FetchedDataReachDirectory:
                returns.Enqueue(fetchedDataUnderWay[happening.Line!]);
                fetchedDataUnderWay.Remove(happening.Line!);
                break;
            default:
                ReachDirectory(UnitWork.Eviction, happening.Line!);
                break;
        }
    }

    private long Late() => Parameters.ReorderCycles == 0 ? 0 : random.Below(Parameters.ReorderCycles + 1);

    private long NextOf(int perMillion) => perMillion > 0 ? Cycle + 1 + random.Below(2_000_000 / perMillion) : long.MaxValue;
}
