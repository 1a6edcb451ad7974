// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace SME;

/// <summary>
/// A process: private state, and buses that it reads and drives. It joins the open scope when it is constructed. Its
/// constructor runs as ordinary C#; what its fields hold afterwards is their value at reset.
/// </summary>
public abstract class Process
{
    private protected Process()
    {
        Scope = Scope.Current;
        Scope.Add(this);
    }

    /// <summary>Name within its scope; the type's name, numbered if there are several, unless set before elaboration.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>The scope in which it was constructed.</summary>
    public Scope Scope { get; }

    /// <summary>Its clock: that of the scope in which it was constructed.</summary>
    public ClockDomain Domain => Scope.Domain;

    /// <summary>Scope and name, joined by dots.</summary>
    public string Path => Scope.Path.Length == 0 ? Name : $"{Scope.Path}.{Name}";

    internal abstract void Tick();
}

/// <summary>
/// A process whose <see cref="OnTick"/> runs once per tick. With <see cref="ClockedProcessAttribute"/> it reads the values
/// of the last tick and writes registers; without, it is combinational: it runs after what drives its inputs, holds no
/// state and writes every signal of its outputs on every path.
/// </summary>
public abstract class SimpleProcess : Process
{
    /// <summary>The process's work in one tick. This method is turned into hardware.</summary>
    protected abstract void OnTick();

    internal sealed override void Tick() => OnTick();
}

/// <summary>
/// A clocked process written as a sequence: each <c>await ClockAsync()</c> in <see cref="OnTickAsync"/> ends a tick and is a
/// state of the hardware. When the method ends, it begins anew in the next tick.
/// </summary>
public abstract class StateProcess : Process
{
    private ProcessClock clock;
    private Func<Task>? start;

    /// <summary>The process's work. This method is turned into hardware.</summary>
    protected abstract Task OnTickAsync();

    /// <summary>Ends the tick.</summary>
    protected ClockAwaitable ClockAsync() => new(this);

    internal sealed override void Tick() => clock.Resume(start ??= OnTickAsync, this);

    internal void SetContinuation(Action continuation) => clock.Continuation = continuation;
}

/// <summary>
/// A process of the test bench: any C#, never turned into hardware. It reads and writes buses like a clocked process.
/// The simulation ends when all simulation processes have.
/// </summary>
public abstract class SimulationProcess : Process
{
    private ProcessClock clock;
    private Func<Task>? start;
    private int wait;

    /// <summary>The process's work; ends when the process has nothing more to do.</summary>
    public abstract Task Run();

    /// <summary>Waits for the next tick.</summary>
    protected ClockAwaitable ClockAsync() => new(this);

    /// <summary>Waits for a number of ticks.</summary>
    /// <param name="ticks">How many, 0 or more.</param>
    protected ClockAwaitable ClockAsync(int ticks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ticks);
        return new(this, ticks);
    }

    /// <summary>Whether <see cref="Run"/> has ended.</summary>
    public bool IsFinished { get; private set; }

    internal sealed override void Tick()
    {
        if (wait > 0)
        {
            wait--;
        }
        else if (!IsFinished)
        {
            IsFinished = clock.Resume(start ??= Run, this);
        }
    }

    internal void SetContinuation(Action continuation, int ticks)
    {
        wait = ticks - 1;
        clock.Continuation = continuation;
    }
}

/// <summary>Where an asynchronous process goes on: no scheduler and no thread pool, the simulation calls it.</summary>
internal struct ProcessClock
{
    private Task? running;

    internal Action? Continuation { get; set; }

    /// <summary>Runs the process to its next wait. True when its method has ended.</summary>
    internal bool Resume(Func<Task> start, Process process)
    {
        if (running is null)
        {
            running = start();
        }
        else
        {
            Action next = Continuation ?? throw new InvalidOperationException(
                $"{process.Path} waits for something other than its clock; await nothing but ClockAsync() and methods that do the same");
            Continuation = null;
            next();
        }

        if (!running.IsCompleted)
        {
            return false;
        }

        Task ended = running;
        running = null;
        ended.GetAwaiter().GetResult();
        return true;
    }
}

/// <summary>What <c>await ClockAsync()</c> waits for: the next tick.</summary>
public readonly struct ClockAwaitable : ICriticalNotifyCompletion, IEquatable<ClockAwaitable>
{
    private readonly Process process;
    private readonly int ticks;

    internal ClockAwaitable(Process process, int ticks = 1)
    {
        this.process = process;
        this.ticks = ticks;
    }

    /// <summary>False: the process waits; true only if it was to wait for 0 ticks.</summary>
    public bool IsCompleted => ticks == 0;

    /// <summary>The awaiter, this value itself.</summary>
    public ClockAwaitable GetAwaiter() => this;

    /// <summary>Nothing to get.</summary>
    public void GetResult()
    {
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation)
    {
        switch (process)
        {
            case SimulationProcess simulation:
                simulation.SetContinuation(continuation, ticks);
                break;
            case StateProcess state:
                state.SetContinuation(continuation);
                break;
        }
    }

    /// <inheritdoc/>
    public bool Equals(ClockAwaitable other) => process == other.process && ticks == other.ticks;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ClockAwaitable other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(process, ticks);

    /// <summary>Whether both wait for the same clock edge.</summary>
    public static bool operator ==(ClockAwaitable left, ClockAwaitable right) => left.Equals(right);

    /// <summary>Whether they wait for different clock edges.</summary>
    public static bool operator !=(ClockAwaitable left, ClockAwaitable right) => !left.Equals(right);
}
