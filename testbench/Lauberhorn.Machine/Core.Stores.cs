// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Machines;

/// <content>
/// The store buffer: stores of the program wait here, and the core performs them in any order but that of overlapping bytes, as a weakly
/// ordered memory model lets it, until a barrier. Loads may pass them, and see them.
/// </content>
public sealed partial class Core
{
    private readonly List<BufferedStore> buffer = [];
    private BufferedStore? draining;
    private bool drainMisses;
    private bool drainWaits;
    private bool isDrainPlanned;
    private bool awaitsDrain;

    /// <summary>Stores that wait to be performed.</summary>
    public int StoresWaiting => buffer.Count;

    /// <inheritdoc/>
    public ValueTask BarrierAsync() => buffer.Count > 0 ? DrainAsync() : ValueTask.CompletedTask;

    /// <summary>Performs a store of those that may be next.</summary>
    internal void DrainNext()
    {
        isDrainPlanned = false;
        List<BufferedStore> next = [.. buffer.Where((store, i) => !buffer.Take(i).Any(store.Overlaps))];
        draining = next[machine.RandomBelow(next.Count)];
        CacheLine? copy = draining.Line.CopyOf(this);
        if (copy is not null && copy.State != CacheState.Shared)
        {
            Drain(copy);
            return;
        }

        Misses++;
        drainWaits = !HasMissFree;
        drainMisses = true;
        if (!drainWaits)
        {
            machine.Miss(this, draining.Line, exclusive: true, isPrefetch: false);
        }
    }

    private void Drain(CacheLine copy)
    {
        copy.LastUse = Cycle;
        Write(copy, draining!.Offset, draining.Bytes);
        buffer.Remove(draining);
        (draining, drainMisses, drainWaits) = (null, false, false);
        PlanDrain();
        if (awaitsDrain)
        {
            awaitsDrain = false;
            machine.ResumeIn(this, 0);
        }
    }

    private void PlanDrain()
    {
        if (!isDrainPlanned && draining is null && buffer.Count > 0)
        {
            isDrainPlanned = true;
            machine.DrainIn(this, machine.RandomBelow(machine.Parameters.StoreBufferCycles + 1));
        }
    }

    private async ValueTask BufferAsync(ulong address, ReadOnlyMemory<byte> bytes)
    {
        LineRecord record = machine.Find(address, out int at);
        MayTouch(address);
        if (bytes.Length == 0 || at + bytes.Length > 128)
        {
            string message = $"core {Number} stores {bytes.Length} bytes at 0x{address:X}; a store has one or more, all in a line of 128";
            throw new ArgumentException(message, nameof(address));
        }

        while (buffer.Count >= machine.Parameters.StoreBuffer)
        {
            await NextDrainAsync();
        }

        buffer.Add(new BufferedStore(record, at, bytes.ToArray()));
        PlanDrain();
        await ComputeAsync(machine.Parameters.Level1Latency);
    }

    private async ValueTask DrainAsync()
    {
        while (buffer.Count > 0)
        {
            await NextDrainAsync();
        }
    }

    // The line's own stores come before it is cleaned, all others before the barrier behind.
    private async ValueTask DrainAndCleanAsync(LineRecord record)
    {
        while (buffer.Exists(store => store.Line == record))
        {
            await NextDrainAsync();
        }

        await Clean(record);
        await DrainAsync();
    }

    private ValueTask NextDrainAsync()
    {
        source.Reset();
        awaitsDrain = true;
        return new ValueTask(this, source.Version);
    }

    private void ForwardStores(LineRecord record, int from, Span<byte> bytes)
    {
        foreach (BufferedStore store in buffer)
        {
            if (store.Line != record)
            {
                continue;
            }

            for (int i = 0; i < store.Bytes.Length; i++)
            {
                int at = store.Offset + i - from;
                if (at >= 0 && at < bytes.Length)
                {
                    bytes[at] = store.Bytes[i];
                }
            }
        }
    }

    private sealed record BufferedStore(LineRecord Line, int Offset, byte[] Bytes)
    {
        public bool Overlaps(BufferedStore other) =>
            Line == other.Line && Offset < other.Offset + other.Bytes.Length && other.Offset < Offset + Bytes.Length;
    }
}
