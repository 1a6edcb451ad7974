// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection;
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Elaboration;

/// <summary>
/// Runs the form of a process as far as its instance decides: type arguments, constants, the loops' bounds and the run-time
/// types of objects are known, calls are put in place, loops are unrolled. What is left are assignments, branches and
/// expressions over bits. Which fields change is found by doing it: a field that turns out to be assigned is a register
/// from then on, and the process is elaborated again. So is a parameter that may see a place change: it is a copy until something writes
/// that place while the method runs, and from then on the place.
/// </summary>
internal sealed partial class ProcessElaborator
{
    private const int DepthLimit = 200;
    private const int StatementLimit = 400_000;

    private readonly ProcessInstance instance;
    private readonly FormLibrary forms;
    private readonly HashSet<(object Owner, FieldInfo Field)> changing;

    // Parameters that see a place change while their method runs, and those that are copies for now, with the cells that they copy.
    private readonly Dictionary<Method, HashSet<int>> seeing;
    private readonly List<(Cell Cell, Method Method, int Parameter)> copies = [];
    private readonly Dictionary<(object Owner, FieldInfo Field), Cell> registers = new(new OwnerComparer());
    private readonly List<Cell> registerList = [];
    private readonly Dictionary<(HardwareType Type, BigInteger Packed), Cell> tables = [];
    private readonly Dictionary<BusStorage, BusPort> ports = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(BusPort Port, int Signal, bool IsOutput), Cell> signals = [];
    private readonly List<OutputSignal> outputs = [];
    private readonly List<OutputSignal> reads = [];
    private readonly List<Constant> states = [];
    private List<Lowered> output = [];
    private State state = new();
    private SourceLocation location = SourceLocation.Unknown;
    private int statements;
    private bool hasChanged;

    private ProcessElaborator(
        ProcessInstance instance, FormLibrary forms, HashSet<(object Owner, FieldInfo Field)> changing,
        Dictionary<Method, HashSet<int>> seeing)
    {
        this.seeing = seeing;
        this.instance = instance;
        this.forms = forms;
        this.changing = changing;
    }

    /// <summary>Elaborates a process.</summary>
    /// <exception cref="ProblemException">The process has no VHDL.</exception>
    public static LoweredProcess Run(ProcessInstance instance, FormLibrary forms)
    {
        Plants.Begin(instance.Process);
        HashSet<(object Owner, FieldInfo Field)> changing = new(new OwnerComparer());
        Dictionary<Method, HashSet<int>> seeing = new(ReferenceEqualityComparer.Instance);
        for (; ; )
        {
            ProcessElaborator elaborator = new(instance, forms, changing, seeing);
            try
            {
                LoweredProcess process = elaborator.Elaborate();
                if (!elaborator.hasChanged)
                {
                    return process;
                }
            }
            catch (ProblemException) when (elaborator.hasChanged)
            {
                // With too little known to change, anything may have looked wrong.
            }
        }
    }

    private LoweredProcess Elaborate()
    {
        foreach (BusUse use in instance.Outputs.Concat(instance.Inputs))
        {
            if (!ports.ContainsKey(use.Bus))
            {
                string name = use.Index < 0 ? use.FieldName : $"{use.FieldName}_{use.Index}";
                ports[use.Bus] = new BusPort(use.Bus, name, instance.Outputs.Any(output => output.Bus == use.Bus));
            }
        }

        bool isAsync = instance.Process is StateProcess;
        (Method method, Type declaring) = FindEntry(isAsync ? "OnTickAsync" : "OnTick");
        Frame frame = new(method, declaring, [], new ObjectNode(instance.Process), 0) { Output = output };
        state.Written = [];
        if (isAsync)
        {
            RunMachine(frame);
        }
        else
        {
            Execute(method.Body, frame);
            state.Written = State.Intersect(state.Written, frame.Return.Written);
        }

        if (!instance.IsClocked && !hasChanged)
        {
            CheckCombinational(method);
        }

        return new LoweredProcess
        {
            Instance = instance,
            Location = method.Location,
            Ports = [.. ports.Values],
            Outputs = outputs,
            Reads = reads,
            Registers = registerList,
            Tables = [.. tables.Values],
            States = states,
            StateRegister = states.Count > 0 ? registerList[0] : null,
            Body = output,
        };
    }

    private (Method Method, Type Declaring) FindEntry(string name)
    {
        for (Type? type = instance.Process.GetType(); type is not null && type != typeof(Process); type = type.BaseType)
        {
            TypeForm? form = forms.Find(FormLibrary.Open(type));
            if (form is null)
            {
                continue;
            }

            if (form.Problems.FirstOrDefault(problem => problem.Key.Length == 0).Value is { } problem)
            {
                throw new ProblemException(problem);
            }

            foreach (Method method in form.Methods)
            {
                if (method.Name == name && method.Parameters == 0 && !method.IsStatic)
                {
                    ThrowProblems(form, method.Id);
                    return (method, type);
                }
            }

            if (form.Problems.FirstOrDefault(problem => problem.Key.EndsWith("." + name, StringComparison.Ordinal)).Value is { } ownProblem)
            {
                throw new ProblemException(ownProblem);
            }
        }

        throw Rules.Fail(
            Rules.NoForm,
            $"{instance.Path}: {instance.Process.GetType()} has no form of {name}; its project must reference SME.Analyzers as an "
                + $"analyzer, or the process must derive from SimulationProcess if it is no hardware",
            SourceLocation.Unknown);
    }

    private static void ThrowProblems(TypeForm form, string id)
    {
        foreach ((string key, Problem problem) in form.Problems)
        {
            if (key == id)
            {
                throw new ProblemException(problem);
            }
        }
    }

    private void RunMachine(Frame frame)
    {
        StateMachine machine = StateMachine.From(frame.Method);
        if (machine.Problems.Count > 0)
        {
            throw new ProblemException(machine.Problems[0]);
        }

        Method whole = frame.Method with { Variables = machine.Variables };
        Frame inner = new(whole, frame.Declaring, frame.Arguments, frame.Self, 0) { Output = output };
        HardwareType type = HardwareType.Unsigned(Make.IndexWidth(machine.States.Count));
        foreach (MachineState one in machine.States)
        {
            states.Add(new Constant(type, one.Index, "at_" + one.Name));
        }

        Cell register = new(machine.Variables[machine.StateVariable].Name, type, CellKind.Register) { Value = states[0] };
        registerList.Add(register);
        inner.Variables[machine.StateVariable] = register;
        foreach (int index in machine.Registers.Where(index => index != machine.StateVariable && !Plants.Is(Plant.AwaitForgets)).Order())
        {
            MethodVariable variable = machine.Variables[index];
            Type clr = inner.Resolve(variable.Type, frame.Method.Location);
            HardwareType kind = HardwareTypes.Find(clr)
                ?? throw Rules.Fail(Rules.Type,
                    $"the variable '{variable.Name}' lives across an await and so must be a register, but {clr} has no fixed width; make "
                        + $"it a field", frame.Method.Location);
            Cell cell = new(variable.Name, kind, CellKind.Register) { Value = Constants.Zero(kind) };
            registerList.Add(cell);
            inner.Variables[index] = cell;
        }

        State before = state;
        List<(IReadOnlyList<Constant> Labels, List<Lowered> Body)> sections = [];
        List<State> after = [];
        foreach (MachineState one in machine.States)
        {
            (List<Lowered> body, State end, _) = Branch(before, () => Execute(one.Body, inner));
            sections.Add(([states[one.Index]], body));
            after.Add(end);
        }

        state = State.Join(after);
        if (sections.Count == 1)
        {
            output.AddRange(sections[0].Body);
        }
        else
        {
            output.Add(new LoweredCase(frame.Method.Location, new Read(register), sections, []));
        }
    }

    private void CheckCombinational(Method method)
    {
        if (registerList.Count > 0)
        {
            throw Rules.Fail(
                Rules.StateInCombinational,
                $"{instance.Path} assigns the field '{registerList[0].Name}', so it has state, which a combinational process cannot hold; "
                    + $"mark the class [ClockedProcess], or use a local variable",
                method.Location);
        }

        foreach (BusPort port in ports.Values.Where(port => port.IsOutput))
        {
            for (int i = 0; i < port.Bus.Signals.Count; i++)
            {
                if (!signals.TryGetValue((port, i, true), out Cell? cell) || state.Written?.Contains(cell) == false)
                {
                    throw Rules.Fail(
                        Rules.UnwrittenOutput,
                        $"{instance.Path} does not write {port.Name}.{port.Bus.Signals[i].Name} on every path, so it would have to "
                            + $"remember its value, which a combinational process cannot; write a default first, or mark the class "
                                + $"[ClockedProcess]",
                        method.Location);
                }
            }
        }
    }

    private sealed class OwnerComparer : IEqualityComparer<(object Owner, FieldInfo Field)>
    {
        public bool Equals((object Owner, FieldInfo Field) x, (object Owner, FieldInfo Field) y) =>
            ReferenceEquals(x.Owner, y.Owner) && x.Field.Module == y.Field.Module && x.Field.MetadataToken == y.Field.MetadataToken
                && x.Field.DeclaringType == y.Field.DeclaringType;

        public int GetHashCode((object Owner, FieldInfo Field) obj) =>
            HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj.Owner), obj.Field.MetadataToken);
    }
}
