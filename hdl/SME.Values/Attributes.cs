// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace SME;

/// <summary>
/// Marks a static method (or all methods of a type) whose form must be in its assembly although no process of the
/// assembly calls it, so that processes of other assemblies can.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class HardwareAttribute : Attribute
{
}

/// <summary>
/// Marks a member of a process that is for simulation only (statistics, traces): it has no form, and a call to it vanishes from the VHDL.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Field | AttributeTargets.Property)]
public sealed class SimulationOnlyAttribute : Attribute
{
}

/// <summary>
/// Marks a static method that is written for hardware, with another of the same parameters and result that gives the same and that a
/// processor computes faster: the compiled simulation calls that instead. A test must compare them.
/// </summary>
/// <param name="type">The type that has the other method.</param>
/// <param name="method">Name of the method in that type.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SimulatedByAttribute(Type type, string method) : Attribute
{
    /// <summary>The type that has the other method.</summary>
    public Type Type { get; } = type;

    /// <summary>Name of the method in that type; it has the parameters and result of the marked one.</summary>
    public string Method { get; } = method;
}

/// <summary>
/// Carries the forms of an assembly's types; written by the source generator. They stand at a private method, which is in no reference
/// assembly: what refers to an assembly is not compiled anew when only forms in it have changed.
/// </summary>
/// <param name="typeName">Reflection name of the (open) type.</param>
/// <param name="text">The serialised <c>SME.Form.TypeForm</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TypeFormAttribute(string typeName, string text) : Attribute
{
    /// <summary>Reflection name of the (open) type.</summary>
    public string TypeName { get; } = typeName;

    /// <summary>The serialised form.</summary>
    public string Text { get; } = text;

    /// <summary>All that an assembly carries; none if the source generator had no part in it.</summary>
    /// <param name="assembly">The assembly.</param>
    public static IEnumerable<TypeFormAttribute> Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return assembly.GetType("SME.Generated.Forms")?.GetMethod("Carry", BindingFlags.Static | BindingFlags.NonPublic)?
            .GetCustomAttributes<TypeFormAttribute>() ?? [];
    }
}
