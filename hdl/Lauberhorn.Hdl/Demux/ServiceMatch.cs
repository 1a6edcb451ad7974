// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Demux;

/// <summary>Compares the four entries where a key may be with the key. Latency 1 tick; a key per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class KeyCompare(
    [InputBus] ILookUp lookUp,
    [InputBus] IRamData<ServiceKeyEntry> entry00,
    [InputBus] IRamData<ServiceKeyEntry> entry01,
    [InputBus] IRamData<ServiceKeyEntry> entry10,
    [InputBus] IRamData<ServiceKeyEntry> entry11) : SimpleProcess
{
    [OutputBus] private readonly IKeyMatch match = Scope.CreateBus<IKeyMatch>("match");

    internal IKeyMatch Match => match;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        ServiceKey sought = lookUp.Sought;
        match.Is00 = entry00.Item.IsValid && entry00.Item.Key == sought;
        match.Is01 = entry01.Item.IsValid && entry01.Item.Key == sought;
        match.Is10 = entry10.Item.IsValid && entry10.Item.Key == sought;
        match.Is11 = entry11.Item.IsValid && entry11.Item.Key == sought;
        match.Number00 = entry00.Item.ServiceNumber;
        match.Number01 = entry01.Item.ServiceNumber;
        match.Number10 = entry10.Item.ServiceNumber;
        match.Number11 = entry11.Item.ServiceNumber;
    }
}

/// <summary>
/// Selects the service's number and reads the service's entry. While an entry moves it is in two places, with one number: so the numbers
/// are ORed. Combinational.
/// </summary>
public sealed class ServiceSelect([InputBus] IKeyMatch match, int depth) : SimpleProcess
{
    [OutputBus] private readonly IFoundService found = Scope.CreateBus<IFoundService>("found");
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("read");
    private readonly uint mask = (uint)(depth - 1);

    internal IFoundService Found => found;

    internal IRamRead Read => read;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        uint number = (match.Is00 ? match.Number00 : 0u) | (match.Is01 ? match.Number01 : 0u)
            | (match.Is10 ? match.Number10 : 0u) | (match.Is11 ? match.Number11 : 0u);
        found.IsFound = match.Is00 || match.Is01 || match.Is10 || match.Is11;
        found.Number = (ushort)(number & mask);
        read.Enable = true;
        read.Address = number & mask;
    }
}

/// <summary>Registers the look-up's result while the service's entry is read. Latency 1 tick; one per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class FoundDelay([InputBus] IFoundService input) : SimpleProcess
{
    [OutputBus] private readonly IFoundService output = Scope.CreateBus<IFoundService>("output");

    internal IFoundService Output => output;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        output.IsFound = input.IsFound;
        output.Number = input.Number;
    }
}
