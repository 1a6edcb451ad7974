// SPDX-License-Identifier: Apache-2.0
using System.Threading.Tasks.Sources;
using Lauberhorn.Driver;

namespace Lauberhorn.Machines;

/// <summary>
/// A core, as its program sees it: an <c>async</c> method that loads, stores, computes and waits. It does one thing at a time, in program
/// order; only prefetches run beside, and stores wait behind it, if the machine has a store buffer. Each method returns in the cycle in
/// which the instruction would retire.
/// </summary>
public sealed partial class Core : ICoreMemory, IValueTaskSource
{
    private readonly CoherentMachine machine;
    private readonly CacheLine?[] cache;
    private readonly byte[] word = new byte[8];
    private readonly Queue<int> interrupts = new();
    private ManualResetValueTaskSourceCore<bool> source;
    private LineRecord? line;
    private int offset;
    private int length;
    private bool isStore;
    private Memory<byte> destination;
    private ReadOnlyMemory<byte> stored;
    private bool missWaits;
    private bool fencing;
    private bool idling;
    private long nextFill;

    internal Core(CoherentMachine machine, int number)
    {
        this.machine = machine;
        Number = number;
        cache = new CacheLine?[machine.Parameters.Level1Sets * machine.Parameters.Level1Ways];
    }

    /// <summary>The core's number, from 0.</summary>
    public int Number { get; }

    /// <summary>The machine's cycle count now, from 0.</summary>
    public long Cycle => machine.Cycle;

    /// <summary>What the program that runs here may touch; null for everything, as the kernel may.</summary>
    public AddressSpace? Space { get; set; }

    /// <summary>Whether the core is stalled in a load.</summary>
    public bool IsStalled => line is not null;

    /// <summary>Loads and stores that missed its cache.</summary>
    public long Misses { get; private set; }

    /// <summary>Prefetches in flight.</summary>
    public int Prefetches { get; internal set; }

    /// <summary>Loads bytes of one line.</summary>
    /// <param name="address">Address of the first.</param>
    /// <param name="destination">Gets the bytes.</param>
    public ValueTask LoadAsync(ulong address, Memory<byte> destination)
    {
        this.destination = destination;
        return Access(address, destination.Length, store: false);
    }

    /// <inheritdoc/>
    public ValueTask LoadLineAsync(ulong address, Memory<byte> destination) => LoadAsync(address, destination[..128]);

    /// <inheritdoc/>
    public ValueTask StoreAsync(ulong address, ReadOnlyMemory<byte> bytes)
    {
        if (machine.Parameters.StoreBuffer > 0)
        {
            return BufferAsync(address, bytes);
        }

        stored = bytes;
        return Access(address, bytes.Length, store: true);
    }

    /// <inheritdoc/>
    public ValueTask CleanInvalidateAsync(ulong address)
    {
        CheckMapped(address);
        LineRecord record = machine.Find(address, out _);
        return buffer.Count > 0 ? DrainAndCleanAsync(record) : Clean(record);
    }

    /// <summary>Loads 8 bytes, little-endian.</summary>
    /// <param name="address">Their address, a multiple of 8.</param>
    public async ValueTask<ulong> LoadWordAsync(ulong address)
    {
        await LoadAsync(address, word);
        return BitConverter.ToUInt64(word);
    }

    /// <summary>Stores 8 bytes, little-endian.</summary>
    /// <param name="address">Their address, a multiple of 8.</param>
    /// <param name="value">The value.</param>
    public ValueTask StoreWordAsync(ulong address, ulong value)
    {
        BitConverter.TryWriteBytes(word, value);
        return StoreAsync(address, word);
    }

    /// <summary>
    /// Asks for a line and does not wait for it. A hint: dropped if the line is not mapped, or the core has as many misses in flight as it
    /// can.
    /// </summary>
    /// <param name="address">An address in it.</param>
    /// <param name="forStore">Whether it is to be written.</param>
    public void Prefetch(ulong address, bool forStore = false)
    {
        if (Space?.Maps(address) == false)
        {
            return;
        }

        LineRecord record = machine.Find(address, out _);
        CacheLine? copy = record.CopyOf(this);
        if (!HasMissFree || (copy is not null && (!forStore || copy.State != CacheState.Shared)))
        {
            return;
        }

        Prefetches++;
        machine.Miss(this, record, forStore, isPrefetch: true);
    }

    /// <summary>Computes for some cycles.</summary>
    /// <param name="cycles">The number of cycles; 0 does nothing.</param>
    public ValueTask ComputeAsync(long cycles)
    {
        if (cycles <= 0)
        {
            return ValueTask.CompletedTask;
        }

        source.Reset();
        machine.ResumeIn(this, cycles);
        return new ValueTask(this, source.Version);
    }

    /// <summary>Waits until all its prefetches are done.</summary>
    public ValueTask FenceAsync()
    {
        if (Prefetches == 0)
        {
            return ValueTask.CompletedTask;
        }

        source.Reset();
        fencing = true;
        return new ValueTask(this, source.Version);
    }

    /// <summary>Waits for an interrupt; one that came before counts.</summary>
    /// <returns>Its number.</returns>
    public async ValueTask<int> WaitForInterruptAsync()
    {
        if (interrupts.Count == 0)
        {
            source.Reset();
            idling = true;
            await new ValueTask(this, source.Version);
        }

        return interrupts.Dequeue();
    }

    /// <summary>Takes an interrupt that has come, if one has; never waits.</summary>
    /// <param name="number">Its number.</param>
    public bool TryTakeInterrupt(out int number) => interrupts.TryDequeue(out number);

    /// <summary>Raises an interrupt.</summary>
    /// <param name="number">Its number.</param>
    public void Interrupt(int number)
    {
        interrupts.Enqueue(number);
        if (idling)
        {
            idling = false;
            machine.ResumeIn(this, 1);
        }
    }

    void IValueTaskSource.GetResult(short token) => source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);

    internal void Resume() => source.SetResult(true);

    /// <summary>The earliest cycle at which this core's next miss may leave the shared cache.</summary>
    internal long NextFill(long now, int interval)
    {
        long at = Math.Max(now, nextFill);
        nextFill = at + interval;
        return at;
    }

    /// <summary>A line has come: does what waits for it.</summary>
    internal void Granted(LineRecord record, CacheState state)
    {
        CacheLine copy = record.CopyOf(this) ?? Insert(record);
        copy.State = state;
        if (line == record && (!isStore || state != CacheState.Shared))
        {
            line = null;
            missWaits = false;
            Perform(copy);
            machine.ResumeIn(this, 0);
        }

        if (draining?.Line == record && state != CacheState.Shared)
        {
            Drain(copy);
        }

        StartWaitingMisses();
    }

    internal void PrefetchDone()
    {
        Prefetches--;
        StartWaitingMisses();
        if (fencing && Prefetches == 0)
        {
            fencing = false;
            machine.ResumeIn(this, 0);
        }
    }

    internal bool Awaits(LineRecord record) => line == record || draining?.Line == record;

    internal void Drop(CacheLine copy)
    {
        int set = SetOf(copy.Line);
        for (int i = set; i < set + machine.Parameters.Level1Ways; i++)
        {
            if (cache[i] == copy)
            {
                cache[i] = null;
                return;
            }
        }
    }

    private int SetOf(LineRecord record) => (int)(record.Number % (uint)machine.Parameters.Level1Sets) * machine.Parameters.Level1Ways;

    private CacheLine Insert(LineRecord record)
    {
        int set = SetOf(record);
        int victim = set;
        for (int i = set; i < set + machine.Parameters.Level1Ways; i++)
        {
            if (cache[i] is null)
            {
                victim = i;
                break;
            }

            if (cache[i]!.LastUse < cache[victim]!.LastUse)
            {
                victim = i;
            }
        }

        if (cache[victim] is CacheLine old)
        {
            CoherentMachine.MergeIntoLevel2(old);
            old.Line.Copies.Remove(old);
        }

        CacheLine copy = new() { Core = this, Line = record, LastUse = Cycle };
        record.Data.CopyTo(copy.Data, 0);
        record.Copies.Add(copy);
        cache[victim] = copy;
        return copy;
    }

    private void CheckMapped(ulong address)
    {
        if (Space?.Maps(address) == false)
        {
            throw new PageFaultException($"cycle {Cycle}: core {Number} touches 0x{address:X}, which its process does not have mapped");
        }
    }

    private ValueTask Access(ulong address, int count, bool store)
    {
        if (line is not null)
        {
            throw new InvalidOperationException(
                $"core {Number} is told to access 0x{address:X} while it still waits for line 0x{line.Number:X}; await each access");
        }

        LineRecord record = machine.Find(address, out offset);
        MayTouch(address);
        if (count == 0 || offset + count > 128)
        {
            throw new ArgumentException($"core {Number} accesses {count} bytes at 0x{address:X}; an access has at least one byte and stays "
                + $"in its line of 128", nameof(address));
        }

        CheckMapped(address);
        length = count;
        isStore = store;
        CacheLine? copy = record.CopyOf(this);
        if (copy is not null && (!store || copy.State != CacheState.Shared))
        {
            Perform(copy);
            return ComputeAsync(machine.Parameters.Level1Latency);
        }

        Misses++;
        source.Reset();
        missWaits = !HasMissFree;
        line = record;
        if (!missWaits)
        {
            machine.Miss(this, record, store, isPrefetch: false);
        }

        return new ValueTask(this, source.Version);
    }

    private void Perform(CacheLine copy)
    {
        copy.LastUse = Cycle;
        if (isStore)
        {
            Write(copy, offset, stored.Span);
        }
        else
        {
            machine.CheckLoad(copy, offset, length);
            copy.Data.AsSpan(offset, length).CopyTo(destination.Span);
            ForwardStores(copy.Line, offset, destination.Span[..length]);
        }
    }

    private void Write(CacheLine copy, int at, ReadOnlySpan<byte> bytes)
    {
        machine.CheckStore(copy, at, bytes);
        bytes.CopyTo(copy.Data.AsSpan(at));
        copy.Dirty |= (bytes.Length == 128 ? UInt128.MaxValue : (UInt128.One << bytes.Length) - 1) << at;
        copy.State = CacheState.Modified;
    }

    private ValueTask Clean(LineRecord record)
    {
        source.Reset();
        machine.CleanInvalidate(this, record);
        return new ValueTask(this, source.Version);
    }

    // Misses in flight: prefetches, what the program waits for, and a store that leaves the buffer.
    private bool HasMissFree
    {
        get
        {
            int most = machine.Parameters.OutstandingMisses;
            return most == 0 || Prefetches + (line is not null && !missWaits ? 1 : 0) + (drainMisses && !drainWaits ? 1 : 0) < most;
        }
    }

    private void StartWaitingMisses()
    {
        if (missWaits && HasMissFree)
        {
            missWaits = false;
            machine.Miss(this, line!, isStore, isPrefetch: false);
        }

        if (drainWaits && HasMissFree)
        {
            drainWaits = false;
            machine.Miss(this, draining!.Line, exclusive: true, isPrefetch: false);
        }
    }
}
