// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver.Placement;
using Lauberhorn.Hdl.Control;

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
}
