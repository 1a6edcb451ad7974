// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace SME;

/// <summary>Marks a field of a process that holds a bus (or an array of buses) it reads.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class InputBusAttribute : Attribute
{
}

/// <summary>Marks a field of a process that holds a bus (or an array of buses) it drives. A bus has one driver.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class OutputBusAttribute : Attribute
{
}

/// <summary>Marks a field of a process that holds a bus used by the process alone: registers that show in waveforms.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class InternalBusAttribute : Attribute
{
}

/// <summary>
/// Marks a process as clocked: it reads the values that settled at the end of the last tick, and what it writes appears
/// after this tick, as from registers. A process without the mark is combinational.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ClockedProcessAttribute : Attribute
{
}

/// <summary>The value of a signal at reset. Without it a signal starts with all bits zero.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InitialValueAttribute : Attribute
{
    /// <summary>Starts with all bits zero, as every signal does; for programs written for upstream SME.</summary>
    public InitialValueAttribute()
    {
    }

    /// <summary>Starts with a value.</summary>
    /// <param name="value">A constant that converts to the signal's type.</param>
    public InitialValueAttribute(object value) => Value = value;

    /// <summary>The value, or null for all bits zero.</summary>
    public object? Value { get; }
}

/// <summary>Marks a bus whose signals all have initial values; here that is always so. For programs written for upstream SME.</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class InitializedBusAttribute : Attribute
{
}

/// <summary>The same as <see cref="InitializedBusAttribute"/>, by the name that upstream's README uses.</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class InitializedAttribute : Attribute
{
}

/// <summary>Marks a bus of the top level that hardware outside of the design drives.</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class TopLevelInputBusAttribute : Attribute
{
}

/// <summary>Marks a bus of the top level that hardware outside of the design reads.</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class TopLevelOutputBusAttribute : Attribute
{
}

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
