// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace SME;

/// <summary>
/// Finds a process's ports: buses, arrays of buses, streams, and objects whose members are such, in fields, automatic properties and
/// parameters of primary constructors.
/// </summary>
internal sealed class PortScan
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly Process process;

    private PortScan(Process process) => this.process = process;

    internal List<BusUse> Inputs { get; } = [];

    internal List<BusUse> Outputs { get; } = [];

    internal List<BusUse> Internals { get; } = [];

    internal static ProcessInstance Describe(Process process, bool isClocked)
    {
        PortScan scan = new(process);
        foreach (Type type in Hierarchy(process.GetType()).Reverse())
        {
            scan.Look(type, process, string.Empty);
        }

        return ProcessInstance.Of(process, isClocked, scan);
    }

    private static IEnumerable<Type> Hierarchy(Type type)
    {
        for (Type? at = type; at is not null && at != typeof(Process); at = at.BaseType)
        {
            yield return at;
        }
    }

    /// <summary>Looks at what one class declares.</summary>
    /// <param name="type">The class.</param>
    /// <param name="holder">The object.</param>
    /// <param name="prefix">What names begin with; empty for the process itself.</param>
    private void Look(Type type, object holder, string prefix)
    {
        HashSet<string> captured = [];
        foreach (FieldInfo field in type.GetFields(Declared).OrderBy(field => field.MetadataToken))
        {
            (string name, _) = ProcessInstance.SourceMember(field);
            captured.Add(name);
            Mark mark = Mark.Of(field);
            if (!mark.IsNone)
            {
                Add(holder, field, prefix.Length == 0 ? name : prefix + char.ToUpperInvariant(name[0]) + name[1..], mark);
            }
        }

        foreach (ParameterInfo parameter in type.GetConstructors(Declared).SelectMany(constructor => constructor.GetParameters()))
        {
            if (!Mark.Of(parameter).IsNone && !captured.Contains(parameter.Name!))
            {
                throw new ElaborationException(
                    $"{process.Path}: the parameter {parameter.Name} is marked as a port, but no method of {type.Name} uses it, so that it "
                        + $"is no part of the process; "
                    + "use it, take the mark away, or keep the bus in a field that is marked");
            }
        }
    }

    private static ParameterInfo? ParameterOf(Type type, string name) =>
        type.GetConstructors(Declared).SelectMany(constructor => constructor.GetParameters())
            .FirstOrDefault(parameter => parameter.Name == name && !Mark.Of(parameter).IsNone);

    private void Add(object holder, FieldInfo field, string name, Mark mark)
    {
        object value = field.GetValue(holder)
            ?? throw new ElaborationException(
                $"{process.Path}.{name} holds no bus; give it one in the constructor, from a parameter or Scope.CreateBus");
        if (mark.IsGroup)
        {
            int before = Inputs.Count + Outputs.Count;
            foreach (Type type in Hierarchy(value.GetType()).Reverse())
            {
                Look(type, value, name);
            }

            if (Inputs.Count + Outputs.Count == before)
            {
                throw new ElaborationException(
                    $"{process.Path}.{name} is marked [Ports], but no member of {value.GetType().Name} is marked as a bus; mark them "
                        + $"[InputBus] or [OutputBus]");
            }

            return;
        }

        if (value is IStreamHalves stream)
        {
            if (mark.IsInternal || mark.IsInput == mark.IsOutput)
            {
                throw new ElaborationException(
                    $"{process.Path}.{name} is a stream: mark it [InputBus] if the process receives, [OutputBus] if it sends");
            }

            (mark.IsInput ? Inputs : Outputs).Add(new BusUse((BusStorage)stream.Forward, name, -1));
            (mark.IsInput ? Outputs : Inputs).Add(new BusUse((BusStorage)stream.Backward, name + "Ready", -1));
            return;
        }

        BusUse[] uses = value switch
        {
            BusStorage single => [new BusUse(single, name, -1)],
            IEnumerable<IBus> several => [.. several.Select(Use)],
            _ => throw new ElaborationException(
                $"{process.Path}.{name} is marked as a bus, but {field.FieldType} is none; a bus is an interface that extends IBus, or an "
                    + $"array of such, or a stream"),
        };
        Inputs.AddRange(mark.IsInput ? uses : []);
        Outputs.AddRange(mark.IsOutput ? uses : []);
        Internals.AddRange(mark.IsInternal ? uses : []);

        BusUse Use(IBus bus, int index) => new(
            bus as BusStorage ?? throw new ElaborationException($"{process.Path}.{name}[{index}] holds no bus; fill the array in the "
                + $"constructor, as with Scope.CreateBuses"),
            name,
            index);
    }

    /// <summary>What the attributes of a member or parameter say.</summary>
    internal readonly record struct Mark(bool IsInput, bool IsOutput, bool IsInternal, bool IsGroup)
    {
        internal bool IsNone => !IsInput && !IsOutput && !IsGroup;

        /// <summary>Of a field, as the property or the parameter says that it stands for.</summary>
        internal static Mark Of(FieldInfo field)
        {
            (string name, MemberInfo member) = ProcessInstance.SourceMember(field);
            Mark mark = Of((ICustomAttributeProvider)member);
            return mark.IsNone && field.Name.StartsWith('<') && ParameterOf(field.DeclaringType!, name) is { } parameter ? Of(parameter)
                : mark;
        }

        internal static Mark Of(ICustomAttributeProvider member)
        {
            bool isInternal = member.IsDefined(typeof(InternalBusAttribute), true);
            return new Mark(
                isInternal || member.IsDefined(typeof(InputBusAttribute), true),
                isInternal || member.IsDefined(typeof(OutputBusAttribute), true),
                isInternal,
                member.IsDefined(typeof(PortsAttribute), true));
        }
    }
}
