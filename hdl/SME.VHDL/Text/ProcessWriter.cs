// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using SME.Form;
using SME.VHDL.Elaboration;
using SME.VHDL.Hardware;

namespace SME.VHDL.Text;

/// <summary>
/// Writes a process as an entity. The name of the entity is left open (<see cref="Placeholder"/>), so that instances whose text
/// is the same share one.
/// </summary>
internal sealed partial class ProcessWriter
{
    /// <summary>Stands for the entity's name.</summary>
    public const string Placeholder = "\u0001";

    private readonly LoweredProcess process;
    private readonly TypesPackage types;
    private readonly Namer names;
    private readonly List<string> elementNames = [];
    private readonly Dictionary<Cell, string> cellNames = [];
    private readonly Dictionary<Cell, string> registerNames = [];
    private readonly Dictionary<BusPort, string> portNames = [];
    private readonly Dictionary<BusPort, string> nextNames = [];
    private readonly Dictionary<Constant, string> stateNames = [];
    private readonly List<string> variables = [];
    private readonly StringBuilder text = new();
    private int indent;
    private SourceLocation written = SourceLocation.Unknown;

    private ProcessWriter(LoweredProcess process, TypesPackage types)
    {
        this.process = process;
        this.types = types;
        names = new Namer(types.Names);
    }

    /// <summary>Writes an entity.</summary>
    /// <param name="process">The process.</param>
    /// <param name="types">The package, which learns what types there are; what is written is final once it knows all.</param>
    /// <param name="portNames">Name of the entity's port for each bus, in the order of the ports.</param>
    public static string Write(LoweredProcess process, TypesPackage types, out IReadOnlyDictionary<BusPort, string> portNames)
    {
        Plants.Begin(process.Instance.Process);
        ProcessWriter writer = new(process, types);
        string text = writer.Write();
        portNames = writer.portNames;
        return text;
    }

    private string Write()
    {
        bool isClocked = process.Instance.IsClocked;
        foreach (BusPort port in process.Ports)
        {
            portNames[port] = names.Name(port.Name);
        }

        foreach (Constant state in process.States)
        {
            stateNames[state] = names.Name(state.Name!);
        }

        foreach (Cell register in process.Registers)
        {
            string name = names.Name(register.Name);
            cellNames[register] = name;
            registerNames[register] = names.Claim(name + "_reg");
            names.Claim(name + "_next");
        }

        foreach (Cell table in process.Tables)
        {
            cellNames[table] = names.Name(table.Name);
        }

        BusPort[] outputs = process.Ports.Where(port => port.IsOutput).ToArray();
        foreach (BusPort port in outputs)
        {
            nextNames[port] = isClocked ? names.Claim(portNames[port] + "_next") : portNames[port];
        }

        List<Lowered> body = Cleanup.RemoveDead(process.Body);
        string logic = WriteLogic(body, outputs, isClocked);
        Type type = process.Instance.Process.GetType();
        StringBuilder entity = new();
        entity.Append(CultureInfo.InvariantCulture,
            $"-- C#: {TypesPackage.Describe(type)}, {process.Location.File}:{process.Location.Line}\n");
        entity.Append("\nlibrary ieee;\nuse ieee.std_logic_1164.all;\nuse ieee.numeric_std.all;\n");
        entity.Append(CultureInfo.InvariantCulture, $"use work.{types.Name}.all;\n\nentity {Placeholder} is\n  port (\n");
        List<string> ports = isClocked ? ["clk : in std_logic", "rst : in std_logic"] : [];

        // Registers hold their values at reset before any reset too, as the device does after configuration: a memory that is
        // written in the first cycle of the reset is then written with what C# would write.
        ports.AddRange(process.Ports.Select(port => port.IsOutput
            ? $"{portNames[port]} : out {types.BusType(port.Bus)}{(isClocked ? " := " + InitialBus(port.Bus, types) : string.Empty)}"
            : $"{portNames[port]} : in {types.BusType(port.Bus)}"));
        entity.Append("    ").AppendJoin(";\n    ", ports).Append("\n  );\nend entity;\n\n");
        entity.Append(CultureInfo.InvariantCulture, $"architecture rtl of {Placeholder} is\n");
        foreach ((Constant state, string name) in stateNames)
        {
            entity.Append(CultureInfo.InvariantCulture,
                $"  constant {name} : {types.Subtype(state.Type)} := {Literals.BitString(state.Value, state.Width)};\n");
        }

        foreach (Cell table in process.Tables)
        {
            entity.Append(CultureInfo.InvariantCulture,
                $"  constant {cellNames[table]} : {types.Subtype(table.Type)} := {Literals.InContext(table.Value!, types)};\n");
        }

        if (isClocked)
        {
            foreach (Cell register in process.Registers)
            {
                string subtype = types.Subtype(register.Type);
                entity.Append(CultureInfo.InvariantCulture, $"  signal {registerNames[register]} : {subtype} := {ResetValue(register)};\n");
                entity.Append(CultureInfo.InvariantCulture, $"  signal {cellNames[register]}_next : {subtype};\n");
            }

            foreach (BusPort port in outputs)
            {
                entity.Append(CultureInfo.InvariantCulture, $"  signal {nextNames[port]} : {types.BusType(port.Bus)};\n");
            }
        }

        StringBuilder registers = new();
        if (isClocked)
        {
            WriteRegisters(registers, outputs);
        }

        entity.Append(constantDeclarations).Append("begin\n\n").Append(constantDrivers)
            .Append(constantDrivers.Length > 0 ? "\n" : string.Empty);
        entity.Append(logic).Append(registers);
        return entity.Append("end architecture;\n").ToString();
    }

    private string WriteLogic(List<Lowered> body, BusPort[] outputs, bool isClocked)
    {
        indent = 2;
        HashSet<Cell> exposed = Cleanup.FindExposed(body);
        foreach (Cell register in process.Registers)
        {
            variables.Add($"{cellNames[register]} : {types.Subtype(register.Type)}");
            Line($"{cellNames[register]} := {registerNames[register]};");
        }

        if (isClocked)
        {
            foreach (BusPort port in outputs)
            {
                Line($"{nextNames[port]} <= {portNames[port]};");
            }
        }
        else
        {
            // Each output is written on every path; where flags decide the path, only a default shows that to the tools.
            HashSet<Cell> assigned = Cleanup.FindAssigned(body);
            foreach (BusPort port in outputs.Where(
                port => process.Outputs.Any(output => output.Port == port && !assigned.Contains(output.Cell))))
            {
                Line($"{nextNames[port]} <= {ResetBus(port)};");
            }
        }

        StringBuilder head = new(text.ToString());
        text.Clear();
        WriteList(body);
        StringBuilder defaults = new();
        foreach (Cell cell in exposed)
        {
            if (cellNames.TryGetValue(cell, out string? name))
            {
                defaults.Append(CultureInfo.InvariantCulture, $"    {name} := {Literals.InContext(Constants.Zero(cell.Type), types)};\n");
            }
        }

        foreach (Cell register in process.Registers)
        {
            Line($"{cellNames[register]}_next <= {cellNames[register]};");
        }

        StringBuilder logic = new("  logic : process (all)\n");
        foreach (string variable in variables)
        {
            logic.Append(CultureInfo.InvariantCulture, $"    variable {variable};\n");
        }

        return logic.Append("  begin\n").Append(head).Append(defaults).Append(text).Append("  end process;\n\n").ToString();
    }

    private void WriteRegisters(StringBuilder entity, BusPort[] outputs)
    {
        entity.Append("  registers : process (clk)\n  begin\n    if rising_edge(clk) then\n      if rst = '1' then\n");
        foreach (Cell register in process.Registers)
        {
            entity.Append(CultureInfo.InvariantCulture,
                $"        {registerNames[register]} <= "
                    + $"{(register == process.StateRegister ? ResetValue(register) : Literal(register.Value!))};\n");
        }

        foreach (BusPort port in outputs)
        {
            entity.Append(CultureInfo.InvariantCulture, $"        {portNames[port]} <= {ResetBus(port)};\n");
        }

        entity.Append("      else\n");
        foreach (Cell register in process.Registers)
        {
            entity.Append(CultureInfo.InvariantCulture, $"        {registerNames[register]} <= {cellNames[register]}_next;\n");
        }

        foreach (BusPort port in outputs)
        {
            entity.Append(CultureInfo.InvariantCulture, $"        {portNames[port]} <= {nextNames[port]};\n");
        }

        entity.Append("      end if;\n    end if;\n  end process;\n\n");
    }

    private string ResetValue(Cell register) =>
        register == process.StateRegister ? stateNames[process.States[0]] : Literals.InContext(register.Value!, types);

    /// <summary>The values of a bus at reset, as an aggregate.</summary>
    public static string InitialBus(BusStorage bus, TypesPackage types) => "(" + string.Join(", ", bus.Signals.Select((signal, i) =>
        $"{types.SignalName(bus, i)} => "
            + $"{Literals.InContext(Constants.From(signal.InitialValue, TypesPackage.TypeOf(bus, signal)), types)}")) + ")";

    private void Line(string line) => text.Append(' ', 2 * indent).Append(line).Append('\n');

    private void Line(string line, SourceLocation location)
    {
        if (location.Line == 0 || (location.Line == written.Line && location.File == written.File))
        {
            Line(line);
            return;
        }

        written = location;
        Line(string.Create(CultureInfo.InvariantCulture, $"{line}  -- {System.IO.Path.GetFileName(location.File)}:{location.Line}"));
    }

    private string NameOf(Cell cell)
    {
        if (cellNames.TryGetValue(cell, out string? name))
        {
            return name;
        }

        if (cell.Kind is CellKind.Input or CellKind.Output)
        {
            OutputSignal signal = (cell.Kind == CellKind.Input ? process.Reads : process.Outputs).First(signal => signal.Cell == cell);
            string prefix = cell.Kind == CellKind.Input ? portNames[signal.Port] : nextNames[signal.Port];
            name = $"{prefix}.{types.SignalName(signal.Port.Bus, signal.Signal)}";
        }
        else
        {
            name = names.Name(cell.Name);
            variables.Add($"{name} : {types.Subtype(cell.Type)}");
        }

        cellNames[cell] = name;
        return name;
    }

    /// <summary>A new variable that the text needs.</summary>
    private string Temporary(HardwareType type, string hint)
    {
        string name = names.Claim(hint);
        variables.Add($"{name} : {types.Subtype(type)}");
        return name;
    }
}
