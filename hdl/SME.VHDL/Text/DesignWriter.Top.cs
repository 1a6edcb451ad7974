// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using SME.VHDL.Elaboration;
using SME.VHDL.Hardware;

namespace SME.VHDL.Text;

/// <content>The top-level entity: plain ports outside, a record signal for each bus inside, a block for each scope.</content>
internal sealed partial class DesignWriter
{
    private string WriteTop(List<VhdlPort> ports, IReadOnlyDictionary<ProcessInstance,
        (string Entity, IReadOnlyDictionary<BusPort, string> Ports)> instances)
    {
        // Ports have names of their own right: they are the interface.
        Namer names = new(types.Names);
        StringBuilder connections = new();
        Dictionary<ClockDomain, (string Clock, string Reset)> clocks = [];
        foreach (ClockDomain domain in network.Domains)
        {
            bool isDefault = domain == ClockDomain.Default;
            string clock = isDefault ? "clk" : names.Name($"{domain.Name}_clk");
            string reset = isDefault ? "rst" : names.Name($"{domain.Name}_rst");
            clocks[domain] = (clock, reset);
            ports.Add(new VhdlPort(clock, true, 1, null, string.Empty, []) { IsStdLogic = true, Domain = domain });
            ports.Add(new VhdlPort(reset, true, 1, null, string.Empty, []) { IsStdLogic = true, Domain = domain });
        }

        List<(BusStorage Bus, bool IsInput, List<(VhdlPort Port, HardwareType Type, string Access)> Leaves)> top = [];
        foreach ((BusStorage bus, bool isInput) in inputList.Select(bus => (bus, true)).Concat(outputList.Select(bus => (bus, false))))
        {
            List<(VhdlPort Port, HardwareType Type, string Access)> leaves = [];
            for (int i = 0; i < bus.Signals.Count; i++)
            {
                Flatten(bus, bus.Signals[i].Name, [], TypesPackage.TypeOf(bus, bus.Signals[i]), types.SignalName(bus, i),
                    $"{bus.Name}_{bus.Signals[i].Name}", isInput, leaves, names);
            }

            ports.AddRange(leaves.Select(leaf => leaf.Port));
            top.Add((bus, isInput, leaves));
        }

        // Signals are declared outside of all blocks, so that a scope can use what another one drives.
        Dictionary<BusStorage, string> signals = new(ReferenceEqualityComparer.Instance);
        StringBuilder declarations = new();
        foreach (BusStorage bus in UsedBuses())
        {
            string name = names.Name(bus.Path);
            signals[bus] = name;
            string initial = network.DriverOf(bus) is null or { IsSimulationOnly: true } && !inputs.Contains(bus)
                ? $" := {ProcessWriter.InitialBus(bus, types)}"
                : string.Empty;
            declarations.Append(CultureInfo.InvariantCulture, $"  signal {name} : {types.BusType(bus)}{initial};\n");
        }

        foreach ((BusStorage bus, bool isInput, List<(VhdlPort Port, HardwareType Type, string Access)> leaves) in top)
        {
            foreach ((VhdlPort port, HardwareType type, string access) in leaves)
            {
                string signal = $"{signals[bus]}.{access}";
                connections.Append(isInput
                    ? $"  {signal} <= {(port.IsStdLogic ? port.Name : types.Unpack(type, port.Name))};\n"
                    : $"  {port.Name} <= {(port.IsStdLogic ? signal : types.Pack(type, signal))};\n");
            }
        }

        StringBuilder body = new();
        WriteScope(network.Simulation.Scope, 1, names, signals, clocks, instances, declarations, body);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture,
            $"\nlibrary ieee;\nuse ieee.std_logic_1164.all;\nuse ieee.numeric_std.all;\nuse work.{types.Name}.all;\n\nentity {entity} is\n "
                + $" port (\n    ");
        text.AppendJoin(";\n    ", ports.Select(port => $"{port.Name} : {(port.IsInput ? "in" : "out")} "
            + (port.IsStdLogic
                ? "std_logic"
                : string.Create(CultureInfo.InvariantCulture, $"std_logic_vector({port.Width - 1} downto 0)"))));
        text.Append(CultureInfo.InvariantCulture,
            $"\n  );\nend entity;\n\narchitecture rtl of {entity} is\n{declarations}begin\n\n{connections}\n{body}end architecture;\n");
        return text.ToString();
    }

    /// <summary>A port for each leaf of a signal: members of records one by one, arrays as one vector.</summary>
    private void Flatten(BusStorage bus, string signal, IReadOnlyList<string> members, HardwareType type, string access, string path,
        bool isInput, List<(VhdlPort Port, HardwareType Type, string Access)> leaves, Namer names)
    {
        if (type is HardwareRecord record)
        {
            for (int i = 0; i < record.Fields.Count; i++)
            {
                string name = record.Fields[i].Name;
                Flatten(bus, signal, [.. members, name], record.Fields[i].Type, $"{access}.{types.FieldName(record, i)}", $"{path}_{name}",
                    isInput, leaves, names);
            }

            return;
        }

        leaves.Add((new VhdlPort(names.Name(path), isInput, type.Width, bus, signal, members) { IsStdLogic = type is HardwareBoolean },
            type, access));
    }

    private IEnumerable<BusStorage> UsedBuses()
    {
        HashSet<BusStorage> used = new(inputList.Concat(outputList), ReferenceEqualityComparer.Instance);
        foreach (ProcessInstance instance in network.Processes.Where(instance => !instance.IsSimulationOnly))
        {
            used.UnionWith(instance.Inputs.Concat(instance.Outputs).Select(use => use.Bus));
        }

        return network.Buses.Where(used.Contains);
    }

    private void WriteScope(
        Scope scope,
        int depth,
        Namer names,
        Dictionary<BusStorage, string> signals,
        Dictionary<ClockDomain, (string Clock, string Reset)> clocks,
        IReadOnlyDictionary<ProcessInstance, (string Entity, IReadOnlyDictionary<BusPort, string> Ports)> instances,
        StringBuilder declarations,
        StringBuilder body)
    {
        string margin = new(' ', 2 * depth);
        foreach (Process process in scope.Processes)
        {
            ProcessInstance instance = network.Processes.First(other => other.Process == process);
            if (instances.TryGetValue(instance, out (string Entity, IReadOnlyDictionary<BusPort, string> Ports) written))
            {
                List<string> map = [];
                if (instance.IsClocked)
                {
                    (string clock, string reset) = clocks[instance.Domain];
                    map.Add($"clk => {clock}");
                    map.Add($"rst => {reset}");
                }

                map.AddRange(written.Ports.Select(port => $"{port.Value} => {signals[port.Key.Bus]}"));
                WriteInstance(Label(process, names), written.Entity, [], map, margin, body);
            }
            else if (TemplateOf(instance) is { } template)
            {
                WriteTemplate(instance, template, margin, names, signals, clocks, declarations, body);
            }
        }

        foreach (Scope inner in scope.Scopes)
        {
            StringBuilder innerBody = new();
            WriteScope(inner, depth + 1, names, signals, clocks, instances, declarations, innerBody);
            if (innerBody.Length > 0)
            {
                string name = names.Name(inner.Path + "_scope");
                body.Append(CultureInfo.InvariantCulture, $"{margin}{name} : block\n{margin}begin\n{innerBody}{margin}end block;\n\n");
            }
        }
    }

    private static void WriteInstance(
        string label, string entityName, IReadOnlyList<string> generics, IReadOnlyList<string> map, string margin, StringBuilder body)
    {
        body.Append(CultureInfo.InvariantCulture, $"{margin}{label} : entity work.{entityName}\n");
        if (generics.Count > 0)
        {
            body.Append(margin).Append("  generic map (\n    ").Append(margin).AppendJoin($",\n    {margin}", generics).Append('\n')
                .Append(margin).Append("  )\n");
        }

        body.Append(margin).Append("  port map (\n    ").Append(margin).AppendJoin($",\n    {margin}", map).Append('\n').Append(margin)
            .Append("  );\n\n");
    }

    private void WriteTemplate(
        ProcessInstance instance,
        VhdlTemplateAttribute template,
        string margin,
        Namer names,
        Dictionary<BusStorage, string> signals,
        Dictionary<ClockDomain, (string Clock, string Reset)> clocks,
        StringBuilder declarations,
        StringBuilder body)
    {
        if (instance.Process is not IVhdlTemplate described)
        {
            throw Rules.Fail(Rules.Template,
                $"{instance.Path} has [VhdlTemplate] and must implement IVhdlTemplate, which says what its generics are",
                Form.SourceLocation.Unknown);
        }

        ProcessInstance[] parts = [instance,
            .. network.Processes.Where(part => part.Process is IVhdlTemplatePart other && other.Whole == instance.Process)];
        List<string> map = [];
        if (parts.FirstOrDefault(part => part.IsClocked) is { } clocked)
        {
            map.Add($"clk => {clocks[clocked.Domain].Clock}");
            if (template.HasReset)
            {
                map.Add($"rst => {clocks[clocked.Domain].Reset}");
            }
        }

        foreach (ProcessInstance part in parts)
        {
            foreach ((BusUse use, bool isOutput) in part.Inputs.Select(use => (use, false)).Concat(part.Outputs.Select(use => (use, true))))
            {
                for (int i = 0; i < use.Bus.Signals.Count; i++)
                {
                    SignalDescription signal = use.Bus.Signals[i];
                    HardwareType type = TypesPackage.TypeOf(use.Bus, signal);
                    string port = Namer.Snake($"{use.FieldName}_{signal.Name}");
                    string inner = $"{signals[use.Bus]}.{types.SignalName(use.Bus, i)}";
                    if (IsDeclaredBool(signal))
                    {
                        map.Add($"{port} => {inner}");
                        continue;
                    }

                    // The vector goes by a signal of its own: conversions in port maps are what tools get wrong.
                    string vector = names.Name($"{instance.Path}_{port}");
                    declarations.Append(CultureInfo.InvariantCulture,
                        $"  signal {vector} : std_logic_vector({type.Width - 1} downto 0);\n");
                    map.Add($"{port} => {vector}");
                    body.Append(margin).Append(isOutput ? $"{inner} <= {types.Unpack(type, vector)};\n"
                        : $"{vector} <= {types.Pack(type, inner)};\n");
                }
            }
        }

        WriteInstance(Label(instance.Process, names), template.Name,
            described.Generics.Select(generic => $"{generic.Name} => {GenericValue(generic, instance)}").ToArray(), map, margin, body);
    }

    /// <summary>
    /// The name of an instance. GHDL calls the wires at an instance's ports label_port and does not look whether the name is
    /// taken: a bus that is named after its process would make a top-level port of just that name. Hence the ending.
    /// </summary>
    private static string Label(Process process, Namer names) => names.Name(process.Path + "_i");

    /// <summary>Whether the interface itself says bool; a type parameter that happens to be bool is a vector.</summary>
    private static bool IsDeclaredBool(SignalDescription signal)
    {
        Type declaring = FormLibrary.Open(signal.DeclaredIn);
        return declaring.GetProperty(signal.Name)?.PropertyType == typeof(bool);
    }

    private static string GenericValue(VhdlGeneric generic, ProcessInstance instance)
    {
        switch (generic.Value)
        {
            case int number:
                return number.ToString(CultureInfo.InvariantCulture);
            case bool condition:
                return condition ? "true" : "false";
            case string words:
                return $"\"{words.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            case Type type when HardwareTypes.Find(type) is { } hardware:
                return hardware.Width.ToString(CultureInfo.InvariantCulture);
            case Array { Length: > 0 } array when HardwareTypes.Find(array.GetType().GetElementType()!) is { } element:
                Node packed = Constants.From(array, new HardwareArray(element, array.Length));
                return $"std_logic_vector'({Literals.BitString(Constants.Packed(packed), packed.Width)})";
            default:
                throw Rules.Fail(Rules.Template,
                    $"{instance.Path}: the generic '{generic.Name}' is neither a number, a bool, a string, a hardware type nor an array of "
                        + $"values of one", Form.SourceLocation.Unknown);
        }
    }
}
