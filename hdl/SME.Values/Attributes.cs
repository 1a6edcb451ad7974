// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// Marks a static method (or all methods of a type) whose form must be in its assembly although no process of the
/// assembly calls it, so that processes of other assemblies can.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class HardwareAttribute : Attribute
{
}

/// <summary>Marks a member of a process that is for simulation only (statistics, traces): it has no form, and a call to it vanishes from the VHDL.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Field | AttributeTargets.Property)]
public sealed class SimulationOnlyAttribute : Attribute
{
}

/// <summary>
/// Marks a static method that is written for hardware, with another of the same parameters and result that gives the same and that a
/// processor computes faster: the compiled simulation calls that instead. A test must compare them.
/// </summary>
/// <param name="type">The type that has the other method.</param>
/// <param name="method">Its name.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SimulatedByAttribute(Type type, string method) : Attribute
{
    /// <summary>The type that has the other method.</summary>
    public Type Type { get; } = type;

    /// <summary>Its name.</summary>
    public string Method { get; } = method;
}

/// <summary>Carries the forms of an assembly's types; written by the source generator.</summary>
/// <param name="typeName">Reflection name of the (open) type.</param>
/// <param name="text">The serialised <c>SME.Form.TypeForm</c>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class TypeFormAttribute(string typeName, string text) : Attribute
{
    /// <summary>Reflection name of the (open) type.</summary>
    public string TypeName { get; } = typeName;

    /// <summary>The serialised form.</summary>
    public string Text { get; } = text;
}
