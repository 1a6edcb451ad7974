// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using SME.Components;

namespace SME.Tests;

#pragma warning disable SME010, SME030, SME056 // Never hardware: the simulation runs more than the subset has.
/// <summary>Processes that rest: each of these depends on something else than its inputs, and must run when it changes.</summary>
public class RestTests
{
    public interface INumber : IBus
    {
        int Value { get; set; }
    }

    public readonly record struct Pair(int Left, byte Right);

    private static INumber Bus(string? name = null) => Scope.CreateBus<INumber>(name);

    /// <summary>A counter that stops at a limit, and goes on when that rises.</summary>
    [ClockedProcess]
    private sealed class Limited(INumber limit) : SimpleProcess
    {
        [InputBus] private readonly INumber limit = limit;
        [OutputBus] public readonly INumber Output = Bus();
        private int count;

        protected override void OnTick()
        {
            if (count < limit.Value)
            {
                count++;
            }

            Output.Value = count / 3;
        }
    }

    /// <summary>State in a record that changes by way of a method.</summary>
    [ClockedProcess]
    private sealed class InRecord(INumber limit) : SimpleProcess
    {
        [InputBus] private readonly INumber limit = limit;
        [OutputBus] public readonly INumber Output = Bus();
        private Pair pair;

        protected override void OnTick()
        {
            Step(ref pair, limit.Value);
            Output.Value = pair.Left & ~7;
        }

        private static void Step(ref Pair pair, int limit) =>
            pair = pair.Right == 0 ? new Pair(pair.Left + limit, (byte)(limit & 3)) : pair with { Right = (byte)(pair.Right - 1) };
    }

    /// <summary>State in an array, which shows two ticks later.</summary>
    [ClockedProcess]
    private sealed class InArray(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly INumber Output = Bus();
        private readonly int[] stages = new int[3];

        protected override void OnTick()
        {
            Output.Value = stages[2];
            stages[2] = stages[1];
            stages[1] = stages[0];
            stages[0] = input.Value;
        }
    }

    /// <summary>State in an array that changes through a reference.</summary>
    [ClockedProcess]
    private sealed class ByReference(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly INumber Output = Bus();
        private readonly Pair[] pairs = new Pair[2];

        protected override void OnTick()
        {
            ref Pair pair = ref pairs[input.Value & 1];
            pair = pair with { Right = (byte)Math.Min(pair.Right + 1, 20) };
            Output.Value = pairs[0].Right + pairs[1].Right;
        }
    }

    /// <summary>No state but the output itself.</summary>
    [ClockedProcess]
    private sealed class OfOutput(INumber limit) : SimpleProcess
    {
        [InputBus] private readonly INumber limit = limit;
        [OutputBus] public readonly INumber Output = Bus();

        protected override void OnTick()
        {
            if (Output.Value < limit.Value)
            {
                Output.Value++;
            }
        }
    }

    /// <summary>No state but a bus of its own.</summary>
    [ClockedProcess]
    private sealed class OfInternal(INumber limit) : SimpleProcess
    {
        [InputBus] private readonly INumber limit = limit;
        [OutputBus] public readonly INumber Output = Bus();
        [InternalBus] private readonly INumber count = Bus();

        protected override void OnTick()
        {
            count.Value = Math.Min(count.Value + 1, limit.Value & 31);
            Output.Value = count.Value >> 1;
        }
    }

    /// <summary>What it computes depends on a field that the test bench sets.</summary>
    [ClockedProcess]
    private sealed class FromOutside(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly INumber Output = Bus();

        public int Offset { get; set; }

        protected override void OnTick() => Output.Value = input.Value + Offset;
    }

    /// <summary>What it computes depends on the time.</summary>
    [ClockedProcess]
    private sealed class OfTime(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly INumber Output = Bus();

        protected override void OnTick() => Output.Value = input.Value + (int)(Scope.Simulation.Ticks >> 1);
    }

    /// <summary>Says that it rests although it counts.</summary>
    private sealed class Wrong : Monitor
    {
        private int count;

        protected override void Check()
        {
            count++;
            Rests = true;
        }
    }

    [Fact]
    public void A_process_that_should_not_rest_is_found()
    {
        using Simulation simulation = new() { CompileAfter = 0, RestFrom = 0, ChecksRest = true };
        _ = new Wrong();
        simulation.Tick();
        Assert.Contains("count", Assert.Throws<InvalidOperationException>(() => simulation.Tick()).Message, StringComparison.Ordinal);
    }

    private sealed class Counted(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly INumber Output = Bus();

        protected override void OnTick() => Output.Value = input.Value * 5 % 17;
    }

    private sealed class Address(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly IRamAddress Output = Scope.CreateBus<IRamAddress>();

        protected override void OnTick() => Output.Address = (uint)input.Value & 7;
    }

    private sealed class Read(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly IRamRead Output = Scope.CreateBus<IRamRead>();

        protected override void OnTick()
        {
            Output.Enable = (input.Value & 1) != 0;
            Output.Address = (uint)input.Value & 7;
        }
    }

    private sealed class Write(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly IRamWrite<int> Output = Scope.CreateBus<IRamWrite<int>>();

        protected override void OnTick()
        {
            Output.Enable = (input.Value & 1) == 0;
            Output.Address = (uint)(input.Value >> 1) & 7;
            Output.Item = input.Value;
        }
    }

    [ClockedProcess]
    private sealed class Last(IRamData<int> data) : SimpleProcess
    {
        [InputBus] private readonly IRamData<int> data = data;
        [OutputBus] public readonly INumber Output = Bus();

        protected override void OnTick() => Output.Value = data.Item;
    }

    /// <summary>Reads one of its inputs, or none: which, another says.</summary>
    [ClockedProcess]
    private sealed class Chosen(INumber choice, INumber left, INumber right) : SimpleProcess
    {
        [InputBus] private readonly INumber choice = choice;
        [InputBus] private readonly INumber left = left;
        [InputBus] private readonly INumber right = right;
        [OutputBus] public readonly INumber Output = Bus();

        protected override void OnTick()
        {
            if ((choice.Value & 3) == 0)
            {
                Output.Value = left.Value;
                return;
            }

            for (int i = 0; i < (choice.Value & 1); i++)
            {
                Output.Value = right.Value + Half(left);
            }
        }

        private int Half(INumber bus) => choice.Value < 5 ? 0 : bus.Value / 2;
    }

    /// <summary>Reads one of several buses.</summary>
    private sealed class OneOf(INumber choice, params INumber[] several) : SimpleProcess
    {
        [InputBus] private readonly INumber choice = choice;
        [InputBus] private readonly INumber[] several = several;
        [OutputBus] public readonly INumber Output = Bus();

        protected override void OnTick() => Output.Value = several[choice.Value & 1].Value;
    }

    private static List<string> Trace(int[] inputs, long compileAfter, int restFrom, bool checks = false)
    {
        using Simulation simulation = new() { CompileAfter = compileAfter, RestFrom = restFrom, ChecksRest = checks };
        INumber source = Bus("source");
        using (Scope.Open("slow", new ClockDomain("slow", 3, 1)))
        {
            _ = new InArray(new Limited(source).Output);
        }

        FromOutside outside = new(source);
        INumber address = new Counted(new InRecord(source).Output).Output;
        IRamWrite<int> write = new Write(new Limited(source).Output).Output;
        _ = new Last(new DistributedRam<int>(write, new Address(address).Output, 8).Data);
        _ = new Last(new SimpleDualPortRam<int>(write, new Read(source).Output, 8).Data);
        _ = new InArray(source);
        _ = new ByReference(address);
        _ = new OfOutput(source);
        OfTime time = new(source);
        _ = new OfInternal(time.Output);
        _ = new OneOf(source, address, new Chosen(source, address, time.Output).Output);
        simulation.AddTopLevelInputs(source);
        List<string> trace = [];
        for (int i = 0; i < inputs.Length; i++)
        {
            source.Value = inputs[i];
            outside.Offset = i >> 3;
            simulation.Tick();
            trace.Add(string.Join(' ', simulation.Network.Buses.Select(bus =>
                $"{bus.Path} {string.Join(',', bus.Signals.Select((_, at) => bus.GetValue(at)))}")));
        }

        Assert.True(simulation.Network.IsCompiled || compileAfter >= inputs.Length);
        return trace;
    }

    [Fact]
    public void Whatever_a_process_depends_on_wakes_it() =>
        Gen.Select(Gen.Select(Gen.OneOf(Gen.Int[0, 9], Gen.Int), Gen.Int[1, 12]).Array[1, 12], Gen.Int[0, 20]).Sample(
            (inputs, after) =>
            {
                int[] held = [.. inputs.SelectMany(input => Enumerable.Repeat(input.Item1, input.Item2))];
                Assert.Equal(Trace(held, long.MaxValue, int.MaxValue), Trace(held, after, 0));
                Assert.Equal(Trace(held, long.MaxValue, int.MaxValue), Trace(held, after, 0, true));
            },
            iter: 300);

    /// <summary>Shares an array with the test bench, and writes it only if it gets a number that never comes.</summary>
    private sealed class Watched(INumber input, int[] runs) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly INumber Output = Bus();
        private readonly int[] runs = runs;

        protected override void OnTick()
        {
            if (input.Value == 1000)
            {
                runs[0] = 1;
            }

            Output.Value = input.Value + 1;
        }
    }

    [Fact]
    public void A_process_rests_while_its_inputs_do_not_change()
    {
        using Simulation simulation = new() { CompileAfter = 0, RestFrom = 0 };
        INumber source = Bus("source");
        INumber last = new Counted(new Limited(new Counted(source).Output).Output).Output;
        _ = new OfTime(new Watched(last, new int[1]).Output);
        simulation.AddTopLevelInputs(source);
        source.Value = 3;
        simulation.Tick(40);
        Assert.Equal(["OfTime"], simulation.Network.Awake.Select(process => process.Process.Name));
        source.Value = 10;
        simulation.Tick(2);
        Assert.Contains("Limited", simulation.Network.Awake.Select(process => process.Process.Name));
    }

    [Fact]
    public void A_process_rests_that_writes_what_is_there()
    {
        using Simulation simulation = new() { CompileAfter = 0, RestFrom = 0 };
        INumber source = Bus("source");
        InArray array = new(source);
        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(array.Output);
        source.Value = 7;
        simulation.Tick(3);
        Assert.Equal(["InArray"], simulation.Network.Awake.Select(process => process.Process.Name));
        simulation.Tick(2);
        Assert.Equal(7, array.Output.Value);
        Assert.Empty(simulation.Network.Awake);
    }

    [Fact]
    public void Time_jumps_when_nothing_is_awake()
    {
        using Simulation simulation = new() { CompileAfter = 0, RestFrom = 0 };
        INumber source = Bus("source");
        Limited limited = new(new Counted(source).Output);
        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(limited.Output);
        source.Value = 3;
        simulation.Tick(1_000_000_000_000);
        Assert.Equal(1_000_000_000_000, simulation.Ticks);
        Assert.Equal(5, limited.Output.Value);
        source.Value = 10;
        simulation.Tick(1_000_000_000_000);
        Assert.Equal(2_000_000_000_000, simulation.Ticks);
        Assert.Equal(5, limited.Output.Value);
        Assert.Empty(simulation.Network.Awake);
    }
}
