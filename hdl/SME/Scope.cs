// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// A named part of a design. Processes and buses belong to the scope that is open when they are constructed, and their
/// paths begin with it; in the VHDL a scope is a block. The outermost scope is the simulation's own and has no name.
/// </summary>
public sealed class Scope : IDisposable
{
    [ThreadStatic]
    private static Scope? current;

    private readonly Scope? previous;
    private readonly List<Scope> scopes = [];
    private readonly List<Process> processes = [];
    private readonly List<BusStorage> buses = [];

    internal Scope(string name, Scope? outer, Simulation simulation, ClockDomain domain)
    {
        Name = name;
        Simulation = simulation;
        Domain = domain;
        Parent = outer;
        previous = current;
        outer?.scopes.Add(this);
        current = this;
    }

    /// <summary>Opens a scope inside the current one; it ends with <see cref="Dispose"/>.</summary>
    /// <param name="name">Its name; made unique by a number if the outer scope has it already.</param>
    /// <param name="domain">The clock domain of what is constructed inside; null for that of the current scope.</param>
    public static Scope Open(string name, ClockDomain? domain = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Scope outer = Current;
        string unique = name;
        for (int number = 1; outer.scopes.Any(scope => scope.Name == unique); number++)
        {
            unique = $"{name}{number}";
        }

        return new Scope(unique, outer, outer.Simulation, domain ?? outer.Domain);
    }

    /// <summary>The scope that is open on this thread.</summary>
    /// <exception cref="InvalidOperationException">No simulation exists on this thread.</exception>
    public static Scope Current =>
        current ?? throw new InvalidOperationException(
            "no simulation is open: construct processes and buses after 'new Simulation()', on the same thread");

    /// <summary>Its name within the outer scope.</summary>
    public string Name { get; }

    /// <summary>The scope around it; null for the simulation's own.</summary>
    public Scope? Parent { get; }

    /// <summary>The simulation that it belongs to.</summary>
    public Simulation Simulation { get; }

    /// <summary>The clock domain of the processes constructed in it.</summary>
    public ClockDomain Domain { get; }

    /// <summary>Scopes inside it, in order of construction.</summary>
    public IReadOnlyList<Scope> Scopes => scopes;

    /// <summary>Processes constructed in it, in order.</summary>
    public IReadOnlyList<Process> Processes => processes;

    /// <summary>Buses created in it, in order.</summary>
    public IReadOnlyList<BusStorage> Buses => buses;

    /// <summary>Names from the outermost scope to this one, joined by dots; empty for the simulation's own.</summary>
    public string Path => Parent is null ? string.Empty : Parent.Path.Length == 0 ? Name : $"{Parent.Path}.{Name}";

    /// <summary>Creates a bus in the current scope.</summary>
    /// <typeparam name="TBus">The interface.</typeparam>
    /// <param name="name">Its name; null to name it after the field that holds it.</param>
    public static TBus CreateBus<TBus>(string? name = null)
        where TBus : class, IBus
    {
        BusStorage storage = BusRegistry.Create(typeof(TBus));
        storage.Name = name ?? string.Empty;
        storage.Scope = Current;
        storage.Reset();
        Current.buses.Add(storage);
        return (TBus)(object)storage;
    }

    /// <summary>Creates several buses of a type in the current scope.</summary>
    /// <typeparam name="TBus">The interface.</typeparam>
    /// <param name="count">How many.</param>
    /// <param name="name">Their name, to which each one's index is added; null to name them after the field that holds them.</param>
    public static TBus[] CreateBuses<TBus>(int count, string? name = null)
        where TBus : class, IBus
    {
        TBus[] buses = new TBus[count];
        for (int i = 0; i < count; i++)
        {
            buses[i] = CreateBus<TBus>(name is null ? null : $"{name}{i}");
        }

        return buses;
    }

    /// <summary>The bus of that type (and name, if given) in the current scope or one around it; created if there is none.</summary>
    /// <typeparam name="TBus">The interface.</typeparam>
    /// <param name="name">The name; null for the first of the type.</param>
    public static TBus CreateOrLoadBus<TBus>(string? name = null)
        where TBus : class, IBus
    {
        for (Scope? scope = Current; scope is not null; scope = scope.Parent)
        {
            if (scope.buses.Find(bus => bus is TBus && (name is null || bus.Name == name)) is TBus found)
            {
                return found;
            }
        }

        return CreateBus<TBus>(name);
    }

    /// <summary>Closes the scope: what is constructed next belongs to the one around it.</summary>
    public void Dispose()
    {
        // Closing an outer scope closes what was left open inside of it; closing one twice does nothing.
        for (Scope? open = current; open is not null; open = open.previous)
        {
            if (open == this)
            {
                current = previous;
                return;
            }
        }
    }

    internal void Add(Process process) => processes.Add(process);
}
