// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using CsCheck;

namespace SME.Tests;

// These processes are never hardware: the simulation runs what the subset does not have, too.
#pragma warning disable SME011, SME050, SME052
/// <summary>The compiled tick does what the plain one does, on processes of every shape and in networks of any.</summary>
public class CompilationTests
{
    public enum Kind : byte
    {
        None,
        Some,
        Many = 7,
    }

    public readonly record struct Record(int Number, Kind Kind, Bits<W72> Vector);

    [InlineArray(3)]
    public struct Three
    {
        private short first;
    }

    public interface IBase : IBus
    {
        int Number { get; set; }
    }

    public interface IWide : IBase
    {
        Record Record { get; set; }

        Three Array { get; set; }

        bool Flag { get; set; }
    }

    private abstract class Block(IBase first, IBase second) : SimpleProcess
    {
        [InputBus] protected readonly IBase First = first;
        [InputBus] protected readonly IBase Second = second;
        [OutputBus] private readonly IWide output = Scope.CreateBus<IWide>();

        public IWide Output => output;

        protected int Both() => First.Number + Second.Number;

        protected virtual int Weight => 3;
    }

    [ClockedProcess]
    private sealed class Plain(IBase first, IBase second) : Block(first, second)
    {
        private readonly uint mask = 0xff0f;
        private int count;

        protected override int Weight => 5;

        protected override void OnTick()
        {
            count += Both() * Weight;
            Output.Number = count ^ (int)mask;
            Output.Flag = count > 0 ? First.Number > 3 : Second.Number < 3;
            Output.Record = new Record(count, (count & 3) switch { 0 => Kind.None, 1 => Kind.Some, _ => Kind.Many },
                (Bits<W72>)(ulong)count);
        }
    }

    [ClockedProcess]
    private sealed class OwnOutput(IBase first, IBase second) : Block(first, second)
    {
        protected override void OnTick()
        {
            if (Output.Number > 1000)
            {
                return;
            }

            Output.Number += (First.Number & 15) + 1;
            Record old = Output.Record;
            Output.Record = old with { Number = old.Number + Second.Number, Vector = old.Vector + (Bits<W72>)3UL };
        }
    }

    [ClockedProcess]
    private sealed class Guarded(IBase first, IBase second) : Block(first, second)
    {
        protected override void OnTick()
        {
            try
            {
                Output.Number = checked((First.Number * 3) + 1);
            }
            catch (OverflowException)
            {
                Output.Number = 0;
            }
        }
    }

    [ClockedProcess]
    private sealed class HandsOut(IBase first, IBase second) : Block(first, second)
    {
        private readonly List<IBase> hidden = [];

        protected override void OnTick()
        {
            if (hidden.Count == 0)
            {
                hidden.Add(Output);
            }

            Write(hidden, Both());
        }

        private static void Write(List<IBase> buses, int value) => buses.ForEach(bus => bus.Number = value);
    }

    private sealed class Combine(IBase first, IBase second) : Block(first, second)
    {
        protected override void OnTick()
        {
            int sum = 0;
            Three array = default;
            for (int i = 0; i < 3; i++)
            {
                array[i] = (short)(Scaled(First.Number) + i);
                sum += array[i];
            }

            Output.Array = array;
            Output.Number = sum;
            Output.Flag = (sum & 1) == 0;
            Output.Record = default;
            Finish(Both());

            int Scaled(int value) => (value * Weight) + sum;
            void Finish(int value) => Output.Record = new Record(value, Kind.Some, default);
        }
    }

    private sealed class Choose(IBase first, IBase second) : Block(first, second)
    {
        protected override void OnTick()
        {
            IBase chosen = First.Number > Second.Number ? First : Second;
            Output.Number = chosen.Number;
            Output.Record = default;
            Output.Array = default;
            Output.Flag = false;
        }
    }

    public interface IVector : IBus
    {
        Bits<W136> Bits { get; set; }
    }

    /// <summary>Changes parts of a vector in a variable, in loops, with parts of itself, on either path.</summary>
    private sealed class ChangesParts(IBase input) : SimpleProcess
    {
        [InputBus] private readonly IBase input = input;
        [OutputBus] public readonly IVector Output = Scope.CreateBus<IVector>();

        protected override void OnTick()
        {
            Bits<W136> bits = (Bits<W136>)(ulong)(uint)input.Number;
            Bits<W136> other = bits;
            for (int i = 0; i < 17; i++)
            {
                bits = bits.WithByte(i, (byte)(bits.GetByte((i + 3) % 17) + i));
                other = i % 3 == 0 ? bits.WithBit(i, bits[i + 1]) : other;
                bits = bits.WithBit(8 * i, input.Number > i ? bits[i] : Step(ref bits));
            }

            Bits<W136> before = bits;
            bits = bits.WithSlice(13, bits.Slice<W9>(90));
            bits = bits.WithSlice(3, other.Slice<W128>(8));
            bits = other.WithSlice(5, before.Slice<W66>(64)).WithByte(1, 7);
            Output.Bits = bits ^ before;
        }

        private static bool Step(ref Bits<W136> bits)
        {
            bits += (Bits<W136>)5UL;
            return bits[2];
        }
    }

    [Fact]
    public void Parts_of_vectors_change_in_place_as_copies_would() => Gen.Int.Array[1, 10].Sample(
        inputs => Assert.Equal(TraceOfParts(inputs, long.MaxValue), TraceOfParts(inputs, 0)),
        iter: 100);

    private static List<string> TraceOfParts(int[] inputs, long compileAfter)
    {
        using Simulation simulation = new() { CompileAfter = compileAfter };
        IBase source = Scope.CreateBus<IBase>("source");
        ChangesParts process = new(source);
        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(process.Output);
        List<string> trace = [];
        foreach (int input in inputs)
        {
            source.Number = input;
            simulation.Tick();
            trace.Add(process.Output.Bits.ToString());
        }

        return trace;
    }

    [ClockedProcess]
    private sealed class Rotate(IBase[] inputs) : SimpleProcess
    {
        [InputBus] private readonly IBase[] inputs = inputs;
        [OutputBus] public readonly IBase[] Outputs = Scope.CreateBuses<IBase>(3);
        private readonly int[] memory = new int[4];
        private byte at;

        protected override void OnTick()
        {
            memory[at & 3]++;
            at++;
            for (int i = 0; i < Outputs.Length; i++)
            {
                Outputs[(i + at) % Outputs.Length].Number = inputs[i % inputs.Length].Number + memory[i];
            }

            foreach (IBase output in Outputs)
            {
                if (at == 100)
                {
                    output.Number = 1;
                }
            }
        }
    }

    /// <summary>One process: its type, its two inputs, whether these may come from processes that are made later, and its domain.</summary>
    public sealed record Part(int Type, int First, int Second, int Domain);

    private static readonly Gen<Part> Parts = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 100], Gen.Int[0, 100], Gen.Int[0, 5],
        (type, first, second, domain) => new Part(type, first, second, domain));

    /// <summary>Builds a network and returns what all its buses hold after each tick.</summary>
    private static List<string> Trace(Part[] parts, int[] inputs, long compileAfter, int restFrom = int.MaxValue, bool checks = false)
    {
        using Simulation simulation = new() { CompileAfter = compileAfter, RestFrom = restFrom, ChecksRest = checks };
        IBase source = Scope.CreateBus<IBase>("source");

        // Clocked processes may read anything, also what is made after them; combinational ones read what is there.
        ClockDomain[] domains = [ClockDomain.Default, ClockDomain.Default, ClockDomain.Default, ClockDomain.Default, new("two", 2, 1),
            new("three", 3)];
        List<IBase> made = [source];
        IBase[] late = [.. parts.Select(_ => Scope.CreateBus<IBase>())];
        int used = 0;
        foreach (Part part in parts)
        {
            using Scope scope = Scope.Open("part", domains[part.Domain]);
            bool isClocked = part.Type is not (4 or 5);
            IBase first = isClocked && part.First > 50 ? late[part.First % late.Length] : made[part.First % made.Count];
            IBase second = isClocked && part.Second > 50 ? late[part.Second % late.Length] : made[part.Second % made.Count];
            IBase[] outputs = part.Type switch
            {
                0 => [new Plain(first, second).Output],
                1 => [new OwnOutput(first, second).Output],
                2 => [new Guarded(first, second).Output],
                3 => [new HandsOut(first, second).Output],
                4 => [new Combine(first, second).Output],
                5 => [new Choose(first, second).Output],
                _ => new Rotate([first, second]).Outputs,
            };
            made.AddRange(outputs);
            if (isClocked)
            {
                _ = new Forward(outputs[0], late[used++]);
            }
        }

        simulation.AddTopLevelInputs([source, .. late[used..]]);
        List<string> trace = [];
        foreach (int input in inputs)
        {
            source.Number = input;
            simulation.Tick();
            trace.Add(string.Join(' ', simulation.Network.Buses.Select(bus =>
                $"{bus.Path}({string.Join(',', bus.Signals.Select((_, i) => Text(bus.GetValue(i))))})")));
        }

        Assert.Equal(compileAfter < inputs.Length, simulation.Network.IsCompiled);
        return trace;

        static string? Text(object value) => value is Three three ? $"{three[0]}.{three[1]}.{three[2]}" : value.ToString();
    }

    [ClockedProcess]
    private sealed class Forward(IBase input, IBase output) : SimpleProcess
    {
        [InputBus] private readonly IBase input = input;
        [OutputBus] private readonly IBase output = output;

        protected override void OnTick() => output.Number = input.Number;
    }

    [Fact]
    public void Any_network_gives_the_same_values_compiled_and_plain() =>
        Gen.Select(Parts.Array[1, 12], Gen.Int.Array[0, 12])
            .Sample((parts, inputs) => Assert.Equal(Trace(parts, inputs, long.MaxValue), Trace(parts, inputs, 0)), iter: 300);

    [Fact]
    public void A_network_may_be_compiled_between_any_two_ticks() =>
        Gen.Select(Parts.Array[1, 6], Gen.Int.Array[10], Gen.Int[0, 9])
            .Sample((parts, inputs, after) => Assert.Equal(Trace(parts, inputs, long.MaxValue), Trace(parts, inputs, after)), iter: 100);

    [ClockedProcess]
    private sealed class MakesInPlace(IBase input) : SimpleProcess
    {
        [InputBus] private readonly IBase input = input;
        [OutputBus] public readonly IWide Output = Scope.CreateBus<IWide>();

        protected override void OnTick()
        {
            // The compiler calls the record's constructor on the place of a variable, with an output's receiver already on the stack.
            Output.Flag = Of(input.Number) == (new Record(input.Number, Kind.Some, (Bits<W72>)3) with { Number = 7 });
            Output.Record = (new Record(1, Kind.Many, default) with { Kind = Kind.None }) with { Vector = (Bits<W72>)(ulong)input.Number };
        }

        private static Record Of(int number) => number > 5 ? new Record(number, Kind.Some, (Bits<W72>)3)
            : default(Record) with { Number = number };
    }

    [Fact]
    public void Records_are_made_in_place_beside_a_signal_that_waits_for_them()
    {
        Assert.Equal(Outputs(long.MaxValue), Outputs(0));

        static string[] Outputs(long compileAfter)
        {
            using Simulation simulation = new() { CompileAfter = compileAfter };
            IBase source = Scope.CreateBus<IBase>("source");
            MakesInPlace process = new(source);
            simulation.AddTopLevelInputs(source).AddTopLevelOutputs(process.Output);
            return [.. Enumerable.Range(0, 10).Select(Next)];

            string Next(int number)
            {
                source.Number = number;
                simulation.Tick();
                Assert.Equal(compileAfter == 0, simulation.Network.IsCompiled);
                return $"{process.Output.Flag} {process.Output.Record}";
            }
        }
    }

    [Fact]
    public void A_large_network_is_compiled_in_pieces()
    {
        Part[] parts = [.. Enumerable.Range(0, 600).Select(i => new Part(i % 7, (i * 7) % 101, (i * 13) % 101, i % 6))];
        int[] inputs = [.. Enumerable.Range(0, 20).Select(i => i * 37)];
        Assert.Equal(Trace(parts, inputs, long.MaxValue), Trace(parts, inputs, 0));
    }

    [Fact]
    public void Any_network_gives_the_same_values_whether_its_processes_rest_or_not() =>
        Gen.Select(Parts.Array[1, 12], Gen.Select(Gen.Int, Gen.Int[1, 6]).Array[0, 8], Gen.Int[0, 9]).Sample(
            (parts, inputs, after) =>
            {
                // Inputs that stay for some ticks, so that there is time to rest.
                int[] held = [.. inputs.SelectMany(input => Enumerable.Repeat(input.Item1, input.Item2))];
                int compileAfter = Math.Clamp(after, 0, Math.Max(0, held.Length - 1));
                Assert.Equal(Trace(parts, held, long.MaxValue), Trace(parts, held, compileAfter, 0));
                Assert.Equal(Trace(parts, held, long.MaxValue), Trace(parts, held, compileAfter, 0, true));
            },
            iter: 300);

    [Fact]
    public void A_large_network_rests_in_pieces()
    {
        Part[] parts = [.. Enumerable.Range(0, 600).Select(i => new Part(i % 7, (i * 7) % 101, (i * 13) % 101, i % 6))];
        int[] inputs = [.. Enumerable.Range(0, 40).Select(i => i / 8 * 37)];
        Assert.Equal(Trace(parts, inputs, long.MaxValue), Trace(parts, inputs, 0, 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    public void A_tick_allocates_nothing(int restFrom)
    {
        using Simulation simulation = new() { CompileAfter = 10, RestFrom = restFrom };
        IBase source = Scope.CreateBus<IBase>("source");
        IBase at = source;
        for (int i = 0; i < 10; i++)
        {
            at = i % 2 == 0 ? new Plain(at, source).Output : new Combine(at, at).Output;
        }

        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(at);
        simulation.Tick(100);
        Assert.True(simulation.Network.IsCompiled);
        long before = GC.GetAllocatedBytesForCurrentThread();
        simulation.Tick(1000);
        for (int i = 0; i < 100; i++)
        {
            simulation.Tick();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
