// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// Marks a field, or a parameter of the primary constructor, of a process that holds a bus (or an array of buses) that it reads. On a
/// <see cref="Stream{T}"/> it marks both halves: the process receives, so it reads the forward half and drives the backward one.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class InputBusAttribute : Attribute
{
}

/// <summary>
/// Marks a field, or a parameter of the primary constructor, of a process that holds a bus (or an array of buses) that it drives. A bus
/// has one driver. On a <see cref="Stream{T}"/> it marks both halves: the process sends, so it drives the forward half and reads the
/// backward one.
/// </summary>
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
/// Marks a field, or a parameter of the primary constructor, of a process that holds an object whose members are its ports: buses and
/// streams that are marked there, as in <c>record Lookup([InputBus] IKey Key, [OutputBus] IPlace Place)</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class PortsAttribute : Attribute
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
