// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using SME.VHDL.Elaboration;

namespace SME.VHDL.Text;

/// <summary>Writes a design: the package of types, an entity for each kind of process, the templates it uses, and the top.</summary>
internal sealed partial class DesignWriter
{
    private readonly Network network;
    private readonly VhdlOptions options;
    private readonly IReadOnlyList<LoweredProcess> processes;
    private readonly string entity;
    private readonly TypesPackage types;
    private readonly HashSet<BusStorage> inputs = new(ReferenceEqualityComparer.Instance);
    private readonly List<BusStorage> inputList = [];
    private readonly List<BusStorage> outputList = [];

    public DesignWriter(Network network, string entityName, VhdlOptions options, IReadOnlyList<LoweredProcess> processes)
    {
        this.network = network;
        this.options = options;
        this.processes = processes;
        Namer check = new();
        entity = check.Name(entityName);
        types = new TypesPackage(entity + "_types");
        types.Names.Reserve(entity);
        FindTopLevel();
    }

    /// <summary>The template of a process; null if it is translated.</summary>
    public static VhdlTemplateAttribute? TemplateOf(
        ProcessInstance instance) => instance.Process.GetType().GetCustomAttribute<VhdlTemplateAttribute>();

    public VhdlDesign Write()
    {
        // Twice: names inside the entities depend on all that the package has, and that is known only after the first time.
        for (int round = 0; round < 2; round++)
        {
            foreach (LoweredProcess process in processes)
            {
                ProcessWriter.Write(process, types, out _);
            }

            WriteTop([], new Dictionary<ProcessInstance, (string, IReadOnlyDictionary<BusPort, string>)>());
        }

        string header = string.Concat(options.Header.Select(line => $"-- {line}\n"));
        Namer files = new();
        files.Reserve(entity);
        files.Reserve(types.Name);
        foreach (string template in Templates())
        {
            files.Reserve(template);
        }

        List<VhdlFile> entities = [];
        Dictionary<string, string> known = [];
        Dictionary<ProcessInstance, (string Entity, IReadOnlyDictionary<BusPort, string> Ports)> instances = [];
        foreach (LoweredProcess process in processes)
        {
            string text = ProcessWriter.Write(process, types, out IReadOnlyDictionary<BusPort, string> ports);
            if (!known.TryGetValue(text, out string? name))
            {
                name = files.Name(TypesPackage.ShortName(process.Instance.Process.GetType()));
                known.Add(text, name);
                entities.Add(new VhdlFile(name + ".vhd", header + text.Replace(ProcessWriter.Placeholder, name, StringComparison.Ordinal)));
            }

            instances.Add(process.Instance, (name, ports));
        }

        List<VhdlPort> topPorts = [];
        string top = WriteTop(topPorts, instances);
        return new VhdlDesign(
            entity,
            [
                new VhdlFile(types.Name + ".vhd", types.Text(header)),
                .. Templates().Select(name => new VhdlFile(name + ".vhd", ReadTemplate(name))),
                .. entities,
                new VhdlFile(entity + ".vhd", header + top),
            ],
            topPorts,
            network);
    }

    private IEnumerable<string> Templates() =>
        network.Processes.Select(TemplateOf).OfType<VhdlTemplateAttribute>().Select(template => template.Name).Distinct()
            .Order(StringComparer.Ordinal);

    private static string ReadTemplate(string name)
    {
        using System.IO.Stream stream = typeof(DesignWriter).Assembly.GetManifestResourceStream(name + ".vhd")
            ?? throw Rules.Fail(Rules.Template, $"there is no template '{name}'; templates are files in hdl/SME.VHDL/Templates",
                Form.SourceLocation.Unknown);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private void FindTopLevel()
    {
        HashSet<BusStorage> outputSet = new(ReferenceEqualityComparer.Instance);
        foreach (BusStorage bus in network.Simulation.TopLevelInputs.Cast<BusStorage>())
        {
            AddInput(bus);
        }

        foreach (BusStorage bus in network.Simulation.TopLevelOutputs.Cast<BusStorage>())
        {
            AddOutput(bus);
        }

        // What the test bench drives and hardware reads comes from outside, named or not.
        foreach (BusStorage bus in network.Buses)
        {
            if (network.DriverOf(bus) is { IsSimulationOnly: true } && network.ReadersOf(bus).Any(reader => !reader.IsSimulationOnly))
            {
                AddInput(bus);
            }
        }

        if (outputList.Count == 0)
        {
            // Nothing is named, as in a first experiment: all that the test bench reads.
            foreach (BusStorage bus in network.Buses)
            {
                if (network.DriverOf(bus) is { IsSimulationOnly: false }
                    && network.ReadersOf(bus).Any(reader => reader.Process is SimulationProcess))
                {
                    AddOutput(bus);
                }
            }
        }

        void AddInput(BusStorage bus)
        {
            if (inputs.Add(bus))
            {
                inputList.Add(bus);
            }
        }

        void AddOutput(BusStorage bus)
        {
            if (outputSet.Add(bus))
            {
                outputList.Add(bus);
            }
        }
    }
}
