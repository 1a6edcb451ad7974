// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using SME.VHDL;

namespace SME.Tests.VHDL;

/// <summary>Records, arrays, methods, generics, objects, loops.</summary>
public class StructureTests
{
    public enum Kind : byte
    {
        None,
        Signal,
        Wire = 7,
    }

    [InlineArray(5)]
    public struct Five
    {
        private ushort element;
    }

    public readonly record struct Point(sbyte X, sbyte Y);

    public readonly record struct Item(Kind Kind, Point At, bool Valid)
    {
        public bool IsWire => Kind == Kind.Wire && Valid;

        public Item Moved(sbyte by) => this with { At = At with { X = (sbyte)(At.X + by) } };
    }

    public interface IStructures : IBus
    {
        Item Item { get; set; }

        Five Five { get; set; }

        byte Index { get; set; }

        bool Go { get; set; }
    }

    public interface IStructureResults : IBus
    {
        Item Item { get; set; }

        Five Five { get; set; }

        int Number { get; set; }

        [InitialValue(Kind.Signal)]
        Kind Kind { get; set; }

        bool Flag { get; set; }
    }

    private abstract class Step<T>(IStructures input) : SimpleProcess
    {
        [InputBus] protected readonly IStructures input = input;
        [OutputBus] public readonly IStructureResults Output = Scope.CreateBus<IStructureResults>();

        protected abstract int Weight(int value);

        protected int Sum(Five five)
        {
            int sum = 0;
            for (int i = 0; i < 5; i++)
            {
                if (five[i] > 60_000)
                {
                    continue;
                }

                if (five[i] == 3 && i > 1)
                {
                    break;
                }

                sum += Weight(five[i]) << i;
            }

            return sum;
        }
    }

    [ClockedProcess]
    private sealed class Tracker(IStructures input, int factor) : Step<int>(input)
    {
        private static readonly byte[] Table = [1, 1, 2, 3, 5, 8, 13];
        private readonly int[] memory = new int[4];
        private readonly Item[] items = [new(Kind.Wire, new(1, 2), true), default, default];
        private Point last = new(-3, 4);
        private Five copy;

        protected override int Weight(int value) => value * factor;

        protected override void OnTick()
        {
            Item item = input.Item;
            if (input.Go)
            {
                last = item.At;
                copy[input.Index % 5] = (ushort)(copy[input.Index % 5] + 1);
                copy[2] = (ushort)input.Index;
                items[input.Index % 3] = item;
                Remember(ref memory[input.Index & 3], item.At.X);
            }

            Output.Item = items[(input.Index + 1) % 3].Moved((sbyte)input.Index);
            Output.Five = copy;
            Output.Number = Sum(input.Five) + memory[(input.Index >> 2) & 3] + Table[input.Index % 7] + Table[2];
            Output.Kind = item.Kind switch
            {
                Kind.None => Kind.Signal,
                Kind.Signal when item.Valid => Kind.Wire,
                Kind.Wire => Kind.None,
                _ => Output.Kind,
            };
            Output.Flag = item.IsWire || last == item.At || Find(input.Five, 3) is > 2;
        }

        private static void Remember(ref int place, int value)
        {
            if (value < 0)
            {
                place--;
                return;
            }

            place += value;
        }

        private static int Find(Five five, ushort wanted)
        {
            for (int i = 0; i < 5; i++)
            {
                if (five[i] == wanted)
                {
                    return i;
                }
            }

            return -1;
        }
    }

    private sealed class Choice(IStructures input) : Step<Kind>(input)
    {
        protected override int Weight(int value) => value + 1;

        protected override void OnTick()
        {
            int[] local = new int[3];
            for (int i = 0; i < 3; i++)
            {
                local[i] = i * i;
            }

            local[input.Index % 3] += Sum(input.Five);
            int number = local[0] ^ local[1];
            switch (input.Index)
            {
                case 0 or 5:
                    number = 1;
                    break;
                case > 200:
                    number += local[2];
                    break;
                default:
                    number--;
                    break;
            }

            Output.Number = number;
            (int a, int b) = Split(number);
            Output.Kind = a > b ? Kind.None : input.Item.Kind;
            Output.Item = input.Go ? input.Item : new Item(Kind.Signal, new Point(1, -1), a == 0);
            Five five = input.Five;
            five[3] = (ushort)b;
            Output.Five = five;
            Output.Flag = input.Item == Changed(input.Item, input.Go);
        }

        private static Item Changed(Item item, bool change) => change ? item with { Valid = !item.Valid } : item;

        private static (int High, int Low) Split(int value) => (value >> 16, value & 0xffff);
    }

    [Fact]
    public void Clocked_processes_with_records_arrays_methods_and_objects() =>
        LockstepTests.Check(
            "tracker",
            () => [Scope.CreateBus<IStructures>("x")],
            bus => [new Tracker((IStructures)bus[0], 3).Output, new Tracker((IStructures)bus[0], 3).Output,
                new Tracker((IStructures)bus[0], 5).Output],
            2000);

    [Fact]
    public void Combinational_processes_with_local_arrays_and_switches() =>
        LockstepTests.Check("choice", () => [Scope.CreateBus<IStructures>("x")], bus => [new Choice((IStructures)bus[0]).Output], 2000);

    [Fact]
    public void Instances_with_the_same_parameters_share_an_entity()
    {
        using Simulation simulation = new();
        IStructures input = Scope.CreateBus<IStructures>("x");
        simulation.AddTopLevelInputs(input).AddTopLevelOutputs(new Tracker(input, 3).Output, new Tracker(input, 3).Output,
            new Tracker(input, 5).Output);
        VhdlDesign design = VhdlGenerator.Generate(simulation, "shared");
        Assert.Equal(2, design.Files.Count(file => file.Name.StartsWith("tracker", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_same_design_gives_the_same_bytes()
    {
        string[] texts = new string[2];
        for (int i = 0; i < 2; i++)
        {
            using Simulation simulation = new();
            IStructures input = Scope.CreateBus<IStructures>("x");
            simulation.AddTopLevelInputs(input).AddTopLevelOutputs(new Tracker(input, 3).Output, new Choice(input).Output);
            VhdlDesign design = VhdlGenerator.Generate(simulation, "same");
            texts[i] = string.Concat(design.Files.Select(file => file.Name + file.Text)) + design.PortsJson();
        }

        Assert.Equal(texts[0], texts[1]);
    }
}
