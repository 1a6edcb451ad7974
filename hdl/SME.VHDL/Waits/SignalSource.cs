// SPDX-License-Identifier: Apache-2.0
using SME.VHDL.Hardware;

namespace SME.VHDL.Waits;

/// <summary>Where a value comes from: a signal of a bus, or a register of a process.</summary>
/// <param name="Bus">The bus; null for a register.</param>
/// <param name="Signal">The signal's position in the bus.</param>
/// <param name="Register">The register; null for a signal.</param>
internal readonly record struct SignalSource(BusStorage? Bus, int Signal, Cell? Register)
{
    public override string ToString() => Bus is null ? Register!.Name : $"{Bus.Path}.{Bus.Signals[Signal].Name}";
}
