// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Driver.Tests;

/// <summary>
/// Caches in front of lines that change by themselves, as plain C#: a line that is loaded reads the same until it is given up.
/// </summary>
/// <param name="planner">Where lines are.</param>
internal sealed class ModelCaches(AddressPlanner planner) : ICoreMemory
{
    private readonly Dictionary<ulong, byte[]> copies = [];

    /// <summary>What a line has that is loaded from the NIC; zeros if it is not in here.</summary>
    public Dictionary<EndpointLine, Bits<W1024>> Home { get; } = [];

    /// <summary>Lines that were loaded from the NIC.</summary>
    public List<EndpointLine> Loaded { get; } = [];

    public async ValueTask LoadLineAsync(ulong address, Memory<byte> destination)
    {
        await Task.Yield();
        if (!copies.TryGetValue(address, out byte[]? copy))
        {
            EndpointLine line = new LineMap(planner.Window.ProgressColourBits).Line(planner.Number(address));
            Loaded.Add(line);
            copies[address] = copy = new byte[LineMessage.LineBytes];
            Home.GetValueOrDefault(line).CopyTo(copy);
        }

        copy.CopyTo(destination);
    }

    public ValueTask StoreAsync(ulong address, ReadOnlyMemory<byte> bytes) =>
        throw new NotSupportedException("nobody stores to these lines");

    public ValueTask BarrierAsync() => ValueTask.CompletedTask;

    public async ValueTask CleanInvalidateAsync(ulong address)
    {
        await Task.Yield();
        copies.Remove(address);
    }
}
