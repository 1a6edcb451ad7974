// SPDX-License-Identifier: Apache-2.0
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Elaboration;

/// <summary>A bus at the boundary of a process.</summary>
/// <param name="Bus">The bus.</param>
/// <param name="Name">Name of the field that holds it.</param>
/// <param name="IsOutput">Whether the process drives it.</param>
internal sealed record BusPort(BusStorage Bus, string Name, bool IsOutput);

/// <summary>A signal that a process drives.</summary>
/// <param name="Port">The port.</param>
/// <param name="Signal">Position in the bus.</param>
/// <param name="Cell">What is assigned.</param>
internal sealed record OutputSignal(BusPort Port, int Signal, Cell Cell);

/// <summary>A process instance in which nothing is left to decide.</summary>
internal sealed class LoweredProcess
{
    public required ProcessInstance Instance { get; init; }

    public required SourceLocation Location { get; init; }

    public required IReadOnlyList<BusPort> Ports { get; init; }

    public required IReadOnlyList<OutputSignal> Outputs { get; init; }

    /// <summary>Signals that are read: of other processes, or the current value of registers that are outputs.</summary>
    public required IReadOnlyList<OutputSignal> Reads { get; init; }

    public required IReadOnlyList<Cell> Registers { get; init; }

    public required IReadOnlyList<Cell> Tables { get; init; }

    /// <summary>The names of the states of a state process, with their numbers.</summary>
    public required IReadOnlyList<Constant> States { get; init; }

    /// <summary>The register that holds the state of a state process.</summary>
    public required Cell? StateRegister { get; init; }

    public required List<Lowered> Body { get; init; }
}
