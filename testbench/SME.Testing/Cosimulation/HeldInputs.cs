// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace SME.Testing.Cosimulation;

/// <summary>
/// A module around a design that takes its inputs, but the clocks, when an event comes: whenever the shim has set them. Without it
/// Verilator writes the logic behind inputs twice, once for changes of inputs and once for clocks; a quarter of what is compiled.
/// </summary>
internal static class HeldInputs
{
    /// <summary>The module's name.</summary>
    internal const string Module = "held_inputs";

    /// <summary>The input whose change is the event.</summary>
    internal const string Event = "held_inputs_event";

    /// <summary>Writes the module in Verilog.</summary>
    /// <param name="design">What is in it.</param>
    internal static string Write(RtlDesign design)
    {
        RtlPort[] clocks = [.. design.Clocks.Select(clock => new RtlPort(clock.Clock, true, 1))];
        IEnumerable<string> resetNames = design.Clocks.Select(clock => clock.Reset).OfType<string>().Distinct();
        RtlPort[] resets = [.. resetNames.Select(name => new RtlPort(name, true, 1))];
        RtlPort[] held = [.. resets, .. design.Ports.Where(port => port.IsInput)];
        StringBuilder text = new($"\nmodule {Module}\n  (input {Event}");
        foreach (RtlPort port in clocks.Concat(resets).Concat(design.Ports))
        {
            text.Append($",\n   {(port.IsInput ? "input" : "output")} {Range(port)}{port.Name}");
        }

        text.Append(");\n");
        foreach (RtlPort port in held)
        {
            text.Append($"  reg {Range(port)}{Module}_{port.Name} = 0;\n  always @({Event}) {Module}_{port.Name} = {port.Name};\n");
        }

        IEnumerable<string> connections = clocks.Concat(design.Ports.Where(port => !port.IsInput))
            .Select(port => $".{port.Name}({port.Name})").Concat(held.Select(port => $".{port.Name}({Module}_{port.Name})"));
        text.Append($"  {design.Entity} {Module}_design\n    ({string.Join(",\n     ", connections)});\nendmodule\n");
        return VerilogNames.Escape(text.ToString());
    }

    private static string Range(RtlPort port) => port.Width > 1 ? $"[{port.Width - 1}:0] " : string.Empty;
}
