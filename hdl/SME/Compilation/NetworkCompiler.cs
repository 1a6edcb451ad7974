// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;

namespace SME.Compilation;

/// <summary>
/// Turns the tick of a network into machine code: one method (or some, if it is large) in which the work of each process
/// stands in the order of the schedule. It does the same as <see cref="Network"/>'s plain loop, without looking anything
/// up: no virtual calls, no interfaces, and no second copy of a bus whose readers have all run when it is written.
/// </summary>
internal sealed partial class NetworkCompiler
{
    private const int LengthOfPiece = 6000;

    // The run-time system's compiler gives up on putting methods in place of calls in methods of more than 512 variables.
    private const int LengthOfRestingPiece = 600;

    private readonly Network network;
    private readonly TickCount ticks;
    private readonly Dictionary<ProcessInstance, Body?> bodies = [];
    private readonly HashSet<BusStorage> direct = [];
    private readonly List<(string Name, CodeRecorder Code, TickState State, PieceNeed Need)> pieces = [];
    private CodeRecorder generator = null!;
    private TickState state = null!;
    private PieceNeed need = null!;
    private Label again;
    private Label done;
    private int length;

    private NetworkCompiler(Network network, TickCount ticks)
    {
        this.network = network;
        this.ticks = ticks;
    }

    /// <summary>Compiles a tick.</summary>
    /// <param name="network">The network.</param>
    /// <param name="schedule">The order of its processes.</param>
    /// <param name="ticks">Counts the ticks.</param>
    /// <param name="plan">Which processes rest; null if none may.</param>
    /// <returns>Runs a number of ticks.</returns>
    internal static Action<long> Compile(Network network, Schedule schedule, TickCount ticks, out RestPlan? plan)
    {
        NetworkCompiler compiler = new(network, ticks);
        compiler.Analyse(schedule);
        if (compiler.bodies.Count >= network.Simulation.RestFrom)
        {
            compiler.plan = new RestPlan(network, schedule, compiler.bodies);
            compiler.WriteResting(schedule);
        }
        else
        {
            compiler.Write(schedule);
        }

        plan = compiler.plan;
        return compiler.Finish();
    }

    private void Analyse(Schedule schedule)
    {
        ILookup<Type, Type> storages = network.Buses.SelectMany(bus => bus.GetType().GetInterfaces().Select(type => (type, bus.GetType())))
            .ToLookup(pair => pair.type, pair => pair.Item2);
        foreach (ProcessInstance instance in schedule.Clocked.Concat(schedule.Combinational))
        {
            bodies[instance] = instance.Process is SimpleProcess simple ? Body.Of(simple, storages) : null;
        }

        foreach ((ProcessInstance instance, Body? body) in bodies)
        {
            if (body is { Escapes: false })
            {
                direct.UnionWith(instance.Outputs.Select(use => use.Bus).Where(
                    bus => !instance.IsClocked || !schedule.NeedsCopy.Contains(bus)));
            }
        }

        // A read that was not declared may come at any time.
        foreach ((ProcessInstance instance, Body? body) in bodies)
        {
            BusStorage[] declared = [.. instance.Inputs.Select(use => use.Bus)];
            direct.ExceptWith(Accesses(body).Where(access => !access.IsWrite).SelectMany(access => access.Buses).Except(declared));
        }

        // A write that may go to one of several buses must go the same way for all.
        SignalAccess[] writes = [.. bodies.Values.SelectMany(Accesses).Where(access => access.IsWrite)];
        int before;
        do
        {
            before = direct.Count;
            foreach (SignalAccess access in writes.Where(access => !access.Buses.All(direct.Contains)))
            {
                direct.ExceptWith(access.Buses);
            }
        }
        while (direct.Count != before);
    }

    private static IEnumerable<SignalAccess> Accesses(Body? body) => (body?.All ?? []).SelectMany(inner => inner.Accesses.Values);

    private void Write(Schedule schedule)
    {
        Begin(string.Empty);
        foreach (ProcessInstance instance in schedule.TestBench.Concat(schedule.Clocked))
        {
            Work(instance);
        }

        foreach (BusStorage bus in schedule.Registered)
        {
            Commit(bus);
        }

        foreach (ProcessInstance instance in schedule.Combinational)
        {
            Work(instance);
            foreach (BusStorage bus in instance.Outputs.Select(use => use.Bus).Distinct())
            {
                Commit(bus);
            }
        }
    }

    /// <summary>Opens a piece.</summary>
    /// <param name="first">Path of its first process, which profilers show.</param>
    private void Begin(string first)
    {
        generator = new CodeRecorder();
        state = new TickState();
        need = new PieceNeed();
        pieces.Add(($"Tick{pieces.Count} {first}", generator, state, need));
        length = 0;
        again = generator.DefineLabel();
        done = generator.DefineLabel();
        state.Profile = network.Profile is null ? 0 : RestPlan.AddressOf(network.Profile.Words);
        BeginResting();
        generator.Emit(OpCodes.Ldarg_1);
        generator.Emit(OpCodes.Brfalse, done);
        generator.MarkLabel(again);
    }

    /// <summary>Closes a piece: it repeats itself as often as its argument says, and the last one counts the tick.</summary>
    private void End(bool isLast)
    {
        if (isLast && network.Profile is not null)
        {
            SetRunning(0);
        }

        if (isLast)
        {
            need.IsAlways = true;
            BodyEmitter.LoadObject(generator, state, ticks);
            generator.Emit(OpCodes.Ldflda,
                typeof(TickCount).GetField(nameof(TickCount.Done), BindingFlags.Instance | BindingFlags.NonPublic)!);
            AddOne();
        }

        generator.Emit(OpCodes.Ldarg_1);
        generator.Emit(OpCodes.Ldc_I4_1);
        generator.Emit(OpCodes.Conv_I8);
        generator.Emit(OpCodes.Sub);
        generator.Emit(OpCodes.Dup);
        generator.Emit(OpCodes.Starg, (short)1);
        generator.Emit(OpCodes.Ldc_I4_0);
        generator.Emit(OpCodes.Conv_I8);
        generator.Emit(OpCodes.Bgt, again);
        generator.MarkLabel(done);
        generator.Emit(OpCodes.Ret);
    }

    private void MakeRoom(string what, int places, int instructions)
    {
        int most = plan is null ? LengthOfPiece : LengthOfRestingPiece;
        if (state.Count > 0 && (state.Count + places + 8 > TickState.Capacity || length + instructions > most))
        {
            CloseGroup();
            End(false);
            Begin(what);
        }

        length += instructions;
    }

    private void SkipWithoutEdge(ProcessInstance instance, Label skip)
    {
        if (instance.IsClocked && instance.Domain.Period != 1)
        {
            BodyEmitter.LoadObject(generator, state, instance.Domain);
            BodyEmitter.LoadObject(generator, state, ticks);
            generator.Emit(OpCodes.Ldfld, typeof(TickCount).GetField(nameof(TickCount.Done),
                BindingFlags.Instance | BindingFlags.NonPublic)!);
            generator.Emit(OpCodes.Call, typeof(ClockDomain).GetMethod(nameof(ClockDomain.HasEdge))!);
            generator.Emit(OpCodes.Brfalse, skip);
        }
    }

    /// <summary>Notes that a process runs, if somebody wants to know.</summary>
    private void Count(ProcessInstance instance)
    {
        if (network.Profile is { } profile)
        {
            SetRunning(profile.PlaceOf(instance));
            LoadProfile(profile.PlaceOf(instance));
            AddOne();
        }
    }

    /// <summary>Adds one to the number of 64 bits whose place is on the stack.</summary>
    private void AddOne()
    {
        generator.Emit(OpCodes.Dup);
        generator.Emit(OpCodes.Ldind_I8);
        generator.Emit(OpCodes.Ldc_I4_1);
        generator.Emit(OpCodes.Conv_I8);
        generator.Emit(OpCodes.Add);
        generator.Emit(OpCodes.Stind_I8);
    }

    private void SetRunning(int place)
    {
        LoadProfile(0);
        generator.Emit(OpCodes.Ldc_I4, place);
        generator.Emit(OpCodes.Conv_I8);
        generator.Emit(OpCodes.Stind_I8);
    }

    private void LoadProfile(int place)
    {
        generator.Emit(OpCodes.Ldarg_0);
        generator.Emit(OpCodes.Ldfld, typeof(TickState).GetField(nameof(TickState.Profile), Inner)!);
        generator.Emit(OpCodes.Ldc_I4, place * sizeof(long));
        generator.Emit(OpCodes.Conv_I);
        generator.Emit(OpCodes.Add);
    }

    private void CallTick(ProcessInstance instance)
    {
        BodyEmitter.LoadObject(generator, state, instance.Process);
        generator.Emit(OpCodes.Callvirt, typeof(Process).GetMethod(nameof(Process.Tick), BindingFlags.Instance | BindingFlags.NonPublic)!);
    }

    private void Work(ProcessInstance instance)
    {
        Body? body = bodies.GetValueOrDefault(instance);
        int places = body is null ? 1 : BodyEmitter.PlacesOf(body);
        bool isWritten = body is not null && places + 8 < TickState.Capacity;
        MakeRoom(instance.Path, isWritten ? places + 1 : 2, isWritten ? body!.Length : 1);
        need.IsAlways = true;
        Label skip = generator.DefineLabel();
        SkipWithoutEdge(instance, skip);
        Count(instance);
        if (isWritten)
        {
            new BodyEmitter(generator, state, instance.Process, direct.Contains).Emit(body!);
        }
        else
        {
            direct.ExceptWith(instance.Outputs.Select(use => use.Bus));
            CallTick(instance);
        }

        generator.MarkLabel(skip);
    }

    private void Commit(BusStorage bus)
    {
        if (direct.Contains(bus))
        {
            return;
        }

        MakeRoom(bus.Path, 1, 6);
        Type type = bus.GetType();
        if (type.GetField("Current") is not { } current || type.GetField("Next") is not { } next)
        {
            BodyEmitter.LoadObject(generator, state, bus);
            generator.Emit(OpCodes.Callvirt, typeof(BusStorage).GetMethod(nameof(BusStorage.Commit))!);
            return;
        }

        LocalBuilder storage = generator.DeclareLocal(type);
        BodyEmitter.LoadObject(generator, state, bus);
        generator.Emit(OpCodes.Stloc, storage);
        generator.Emit(OpCodes.Ldloc, storage);
        generator.Emit(OpCodes.Ldloc, storage);
        generator.Emit(OpCodes.Ldfld, next);
        generator.Emit(OpCodes.Stfld, current);
    }

    private Action<long> Finish()
    {
        End(true);
        Action<long>[] parts = [.. pieces.Select(piece => piece.Code.Compile<Action<long>>(piece.Name, piece.State))];
        foreach (Action<long> part in parts)
        {
            // No tick, but what cannot become machine code is found now, when the plain loop can still go on.
            part(0);
        }

        if (parts.Length == 1 && plan is null)
        {
            return parts[0];
        }

        if (plan is null)
        {
            return count =>
            {
                for (long i = 0; i < count; i++)
                {
                    foreach (Action<long> part in parts)
                    {
                        part(1);
                    }
                }
            };
        }

        RestPlan rests = plan;
        PieceStep[] steps = [.. pieces.Select((piece, at) => piece.Need.Step(parts[at], rests))];

        return count =>
        {
            for (long i = 0; i < count; i++)
            {
                foreach (ref readonly PieceStep step in steps.AsSpan())
                {
                    if (step.IsNeeded)
                    {
                        step.Run(1);
                    }
                }

                if (rests.IsStill)
                {
                    // Nothing is awake, and nobody can change an input before the last of these ticks.
                    ticks.Done += count - 1 - i;
                    return;
                }
            }
        };
    }
}
