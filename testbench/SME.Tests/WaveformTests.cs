// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using CsCheck;

namespace SME.Tests;

/// <summary>Waveforms and tables, read back from the files.</summary>
public class WaveformTests
{
    public enum Colour : byte
    {
        Red,
        Green = 5,
    }

    public readonly record struct Inner(short Low, Bits<W66> High);

    public readonly record struct Outer(bool Flag, Inner Inner, Colour Colour);

    [InlineArray(2)]
    public struct Pair
    {
        private Inner first;
    }

    public interface IEverything : IBus
    {
        bool Flag { get; set; }

        sbyte Small { get; set; }

        UInt128 Large { get; set; }

        Colour Colour { get; set; }

        Bits<W512> Vector { get; set; }

        Outer Record { get; set; }

        Pair Array { get; set; }
    }

    [ClockedProcess]
    private sealed class Scramble(int seed) : SimpleProcess
    {
        [OutputBus] public readonly IEverything Output = Scope.CreateBus<IEverything>();
        private int count = seed;

        protected override void OnTick()
        {
            count = (count * 1103515245) + 12345;
            if ((count & 0x30000) == 0)
            {
                return;
            }

            Output.Flag = (count & 16) != 0;
            Output.Small = (sbyte)(count >> 8);
            Output.Large = (UInt128)(uint)count << 77;
            Output.Colour = (count & 32) == 0 ? Colour.Red : Colour.Green;
            Output.Vector = (Bits<W512>)(ulong)count << 300;
            Output.Record = new Outer(!Output.Flag, new Inner((short)count, (Bits<W66>)((UInt128)(uint)count << 40)), (Colour)(count & 6));
            Pair pair = default;
            pair[1] = Output.Record.Inner;
            Output.Array = pair;
        }
    }

    private static string TemporaryFile() => Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    /// <summary>Runs the process and calls back for each state, the one at reset first.</summary>
    private static void Run(int seed, int ticks, Action<Simulation> configure, Action<long, IEverything> state)
    {
        using Simulation simulation = new();
        Scramble scramble;
        using (Scope.Open("part"))
        {
            scramble = new Scramble(seed);
        }

        simulation.AddTopLevelOutputs(scramble.Output);
        configure(simulation);
        simulation.AddMonitor(running => state(running.Ticks, scramble.Output));
        simulation.Tick(ticks);
    }

    [Fact]
    public void A_waveform_holds_every_value_at_its_time() =>
        Gen.Select(Gen.Int, Gen.Int[1, 30]).Sample(
            (seed, ticks) =>
            {
                string path = TemporaryFile();
                List<(long Time, Dictionary<string, string> Values)> expected = [];
                Run(seed, ticks, simulation => simulation.BuildWaveform(path), (tick, bus) => expected.Add((2 * tick, Expected(bus))));
                VcdFile file = new(path);
                File.Delete(path);
                foreach ((long time, Dictionary<string, string> values) in expected)
                {
                    foreach ((string name, string value) in values)
                    {
                        Assert.Equal(value, file.At($"design.part.Scramble_Output.{name}", time));
                        Assert.Equal(value, file.At($"design.part.Scramble_Output.{name}", time + 1));
                    }

                    Assert.Equal(time == 0 ? "0" : "1", file.At("design.clk", time));
                    Assert.Equal("0", file.At("design.clk", time + 1));
                }

                Assert.Equal(expected[0].Values.Count + 1, file.Names.Count());
            },
            iter: 50);

    private static Dictionary<string, string> Expected(IEverything bus) => new()
    {
        ["Flag"] = bus.Flag ? "1" : "0",
        ["Small"] = Binary((byte)bus.Small),
        ["Large"] = Binary(bus.Large),
        ["Colour"] = bus.Colour.ToString(),
        ["Colour_value"] = Binary((byte)bus.Colour),
        ["Vector"] = Binary(BigInteger.Parse("0" + bus.Vector, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)),
        ["Record.Flag"] = bus.Record.Flag ? "1" : "0",
        ["Record.Inner.Low"] = Binary((ushort)bus.Record.Inner.Low),
        ["Record.Inner.High"] = Binary((UInt128)bus.Record.Inner.High),
        ["Record.Colour"] = bus.Record.Colour.ToString(),
        ["Record.Colour_value"] = Binary((byte)bus.Record.Colour),
        ["Array_0.Low"] = Binary((ushort)bus.Array[0].Low),
        ["Array_0.High"] = Binary((UInt128)bus.Array[0].High),
        ["Array_1.Low"] = Binary((ushort)bus.Array[1].Low),
        ["Array_1.High"] = Binary((UInt128)bus.Array[1].High),
    };

    private static string Binary(BigInteger value) => value.IsZero ? "0" : value.ToString("b", CultureInfo.InvariantCulture).TrimStart('0');

    [Fact]
    public void Only_changes_are_written()
    {
        string path = TemporaryFile();
        using (Simulation simulation = new())
        {
            INumber source = Scope.CreateBus<INumber>("source");
            simulation.AddTopLevelInputs(source).AddTopLevelOutputs(new Increment(source).Output).BuildWaveform(path).Tick(10);
            source.Value = 3;
            simulation.Tick(10);
        }

        // Two numbers and the clock at first, both numbers once more, and the clock's 20 edges up and down.
        Assert.Equal(3 + 2 + 40, new VcdFile(path).ChangeCount);
        File.Delete(path);
    }

    [Fact]
    public void A_table_has_a_line_of_names_and_one_for_each_state()
    {
        string path = TemporaryFile();
        List<string> flags = [];
        Run(5, 40, simulation => simulation.BuildCSVFile(path),
            (_, bus) =>
                flags.Add(
                    $"{(bus.Flag ? 1 : 0)},{bus.Small},{bus.Large},{bus.Colour},{bus.Vector},"
                    + $"{(bus.Record.Flag ? 1 : 0)},{bus.Record.Inner.Low}"));
        string[] lines = File.ReadAllLines(path);
        File.Delete(path);
        Assert.StartsWith("part.Scramble_Output.Flag,part.Scramble_Output.Small,", lines[0], StringComparison.Ordinal);
        Assert.Equal(flags, lines[1..].Select(line => string.Join(',', line.Split(',')[..7])));
    }
}
