// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver.Placement;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Schedule;

namespace Lauberhorn.Driver;

/// <summary>Writes the data of commands into the eight data registers; <see cref="CommandData"/> reads them.</summary>
public static partial class CommandEncoding
{
    /// <summary>The data of a step.</summary>
    /// <param name="step">The step; not <see cref="CommandCode.None"/>.</param>
    public static ulong[] Of(TableStep step) => step.Code switch
    {
        CommandCode.SetService => Of(step.Service),
        CommandCode.SetServiceKey => Of(step.Key),
        CommandCode.SetProgram => Of(step.Program),
        _ => throw new ArgumentException($"{step.Code} is no step of a table's change", nameof(step)),
    };

    /// <summary>What is stored to a core's register, <see cref="RegisterMap.CoreState"/>.</summary>
    /// <param name="item">What runs there.</param>
    public static ulong Of(CoreState item) =>
        ((ulong)item.Process << RegisterMap.CoreStateProcessBit)
        | ((ulong)item.Endpoint << RegisterMap.CoreStateEndpointBit)
        | ((item.HasProcess ? 1ul : 0) << RegisterMap.CoreStateHasProcessBit)
        | ((item.HasEndpoint ? 1ul : 0) << RegisterMap.CoreStateHasEndpointBit)
        | ((item.MayPreempt ? 1ul : 0) << RegisterMap.CoreStateMayPreemptBit);
}
