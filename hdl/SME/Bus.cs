// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Reflection;

namespace SME;

/// <summary>
/// A bus: an interface whose properties, each with <c>get</c> and <c>set</c>, are its signals. It is never implemented by
/// hand; a source generator writes its storage.
/// </summary>
public interface IBus
{
}

/// <summary>One signal of a bus.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Type">Its type: bool, an integer, char, an enum, <see cref="Bits{TWidth}"/>, a record struct or an inline array of
/// these.</param>
/// <param name="DeclaredIn">The interface that declares it (the bus's own, or one it extends).</param>
/// <param name="InitialValue">Its value at reset.</param>
public sealed record SignalDescription(string Name, Type Type, Type DeclaredIn, object InitialValue);

/// <summary>
/// The base of the storage that the source generator writes for each bus. Reading gives the current values; writing sets
/// the next ones, which <see cref="Commit"/> makes current.
/// </summary>
public abstract class BusStorage
{
    private SignalDescription[]? signals;

    /// <summary>The interface of the bus.</summary>
    public abstract Type BusType { get; }

    /// <summary>Name within its scope; made from the type or the field that holds it, if none was given.</summary>
    public string Name { get; internal set; } = string.Empty;

    /// <summary>The scope in which it was created.</summary>
    public Scope? Scope { get; internal set; }

    /// <summary>Scope and name, joined by dots; unique in an elaborated network.</summary>
    public string Path => Scope is null || Scope.Path.Length == 0 ? Name : $"{Scope.Path}.{Name}";

    /// <summary>The signals: those of extended interfaces first, then in the order of declaration.</summary>
    public IReadOnlyList<SignalDescription> Signals => signals ??= Describe();

    /// <summary>Makes the next values current.</summary>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public abstract void Commit();

    /// <summary>Sets current and next values to the initial ones.</summary>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public abstract void Reset();

    /// <summary>Reads a signal's current value by its position in <see cref="Signals"/>; slow, for tools.</summary>
    /// <param name="index">The position.</param>
    public abstract object GetValue(int index);

    /// <summary>Writes a signal's next value by its position in <see cref="Signals"/>; slow, for tools.</summary>
    /// <param name="index">The position.</param>
    /// <param name="value">A value of the signal's type.</param>
    public abstract void SetValue(int index, object value);

    /// <summary>The interfaces whose signals it has, in order: those that the bus extends, as written, and the bus itself.</summary>
    protected abstract Type[] Declarers { get; }

    private SignalDescription[] Describe() =>
        Declarers.SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .OrderBy(property => property.MetadataToken)
            .Select(property => new SignalDescription(property.Name, property.PropertyType, type, InitialValues.Of(property)))).ToArray();
}

/// <summary>Finds the storage of a bus type; filled by the module initialisers that the source generator writes.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public static class BusRegistry
{
    private static readonly Dictionary<Type, Type> StorageTypes = [];

    /// <summary>Adds a bus type.</summary>
    /// <param name="bus">The interface, open if generic.</param>
    /// <param name="storage">The class derived from <see cref="BusStorage"/>, open if generic.</param>
    public static void Add(Type bus, Type storage)
    {
        lock (StorageTypes)
        {
            StorageTypes[bus] = storage;
        }
    }

    /// <summary>Makes the storage of a bus.</summary>
    /// <param name="bus">The interface, closed.</param>
    /// <exception cref="ArgumentException">The interface is no bus, or the source generator did not run on its assembly.</exception>
    public static BusStorage Create(Type bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        System.Runtime.CompilerServices.RuntimeHelpers.RunModuleConstructor(bus.Module.ModuleHandle);
        Type? storage;
        lock (StorageTypes)
        {
            StorageTypes.TryGetValue(bus.IsGenericType ? bus.GetGenericTypeDefinition() : bus, out storage);
        }

        if (storage is null)
        {
            throw new ArgumentException($"{bus} has no storage: a bus is an interface that extends IBus, in a project that references "
                + $"SME.Analyzers as an analyzer");
        }

        return (BusStorage)Activator.CreateInstance(bus.IsGenericType ? storage.MakeGenericType(bus.GetGenericArguments()) : storage)!;
    }
}
