// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Text;
using SME.Testing.Cosimulation;

namespace SME.Tests.Cosimulation;

/// <summary>Small as a record can be, and with an odd number of bits.</summary>
public enum Colour : byte
{
    Red,
    Green = 7,
    Blue = 255,
}

public record struct Inner(byte Low, bool Flag);

public record struct Record(short Signed, Colour Colour, Inner Inner, Bits<W5> Odd);

[InlineArray(3)]
public struct Three
{
    private Bits<W5> element;
}

[InlineArray(2)]
public struct Pair
{
    private Inner element;
}

[InlineArray(12)]
public struct Address
{
    private byte element;
}

/// <summary>A signal of every kind.</summary>
public interface IEverything : IBus
{
    bool Flag { get; set; }

    sbyte Signed { get; set; }

    ushort Short { get; set; }

    [InitialValue(0xdeadbeef)]
    uint Word { get; set; }

    long Long { get; set; }

    UInt128 Huge { get; set; }

    Bits<W12> Narrow { get; set; }

    Bits<W32> Whole { get; set; }

    Bits<W104> Wide { get; set; }

    Bits<W136> Wider { get; set; }

    Colour Colour { get; set; }

    Record Record { get; set; }

    Three Three { get; set; }

    Pair Pair { get; set; }

    Address Address { get; set; }
}

/// <summary>A register for everything, and the VHDL that a back end would write for it.</summary>
[ClockedProcess]
internal sealed class CopyProcess(IEverything input) : SimpleProcess
{
    private static readonly (string Name, string Signal, string[] Members, int Width)[] Parts =
    [
        ("flag", "Flag", [], 1), ("signed", "Signed", [], 8), ("short", "Short", [], 16), ("word", "Word", [], 32),
        ("long", "Long", [], 64),
        ("huge", "Huge", [], 128), ("narrow", "Narrow", [], 12), ("whole", "Whole", [], 32), ("wide", "Wide", [], 104),
        ("wider", "Wider", [], 136), ("colour", "Colour", [], 8),
        ("record_signed", "Record", ["Signed"], 16), ("record_colour", "Record", ["Colour"], 8),
        ("record_inner_low", "Record", ["Inner", "Low"], 8),
        ("record_inner_flag", "Record", ["Inner", "Flag"], 1), ("record_odd", "Record", ["Odd"], 5), ("three", "Three", [], 15),
        ("pair", "Pair", [], 18),
        ("address", "Address", [], 96),
    ];

    [InputBus] private readonly IEverything input = input;
    [OutputBus] public readonly IEverything Output = Scope.CreateBus<IEverything>("output");

    protected override void OnTick()
    {
        Output.Flag = input.Flag;
        Output.Signed = input.Signed;
        Output.Short = input.Short;
        Output.Word = input.Word;
        Output.Long = input.Long;
        Output.Huge = input.Huge;
        Output.Narrow = input.Narrow;
        Output.Whole = input.Whole;
        Output.Wide = input.Wide;
        Output.Wider = input.Wider;
        Output.Colour = input.Colour;
        Output.Record = input.Record;
        Output.Three = input.Three;
        Output.Pair = input.Pair;
        Output.Address = input.Address;
    }

    /// <summary>The VHDL of a network that is nothing but one such process.</summary>
    /// <param name="simulation">The network.</param>
    /// <param name="mistake">An output bit that comes out wrong when <c>narrow</c> is 0x123, such as <c>record_odd</c>; null for
    /// none.</param>
    public BusDesign Design(Simulation simulation, string? mistake = null)
    {
        StringBuilder ports = new();
        StringBuilder resets = new();
        StringBuilder copies = new();
        StringBuilder wires = new();
        StringBuilder signals = new();
        List<BusPort> list = [];
        foreach ((string name, string signal, string[] members, int width) in Parts)
        {
            string type = width == 1 ? "std_logic" : $"std_logic_vector({width - 1} downto 0)";
            string zero = name == "word" ? "x\"deadbeef\"" : width == 1 ? "'0'" : "(others => '0')";
            ports.Append($"; input_{name} : in {type}; output_{name} : out {type}");
            signals.Append($"signal r_{name} : {type};\n");
            resets.Append($"r_{name} <= {zero};\n");
            copies.Append($"r_{name} <= input_{name};\n");
            wires.Append(
                $"output_{name} <= r_{name}{(name == mistake ? $" when r_narrow /= x\"123\" else not r_{name}" : string.Empty)};\n");
            list.Add(new BusPort(new RtlPort($"input_{name}", true, width), (BusStorage)input, signal, members));
            list.Add(new BusPort(new RtlPort($"output_{name}", false, width), (BusStorage)Output, signal, members));
        }

        string vhdl = $"""
            library ieee; use ieee.std_logic_1164.all;
            entity copy is port (clk, rst : in std_logic{ports}); end;
            architecture rtl of copy is {signals} begin
            process (clk) begin if rising_edge(clk) then
            if rst = '1' then {resets} else {copies} end if; end if; end process;
            {wires} end;
            """;
        return new BusDesign(simulation.Network,
            new RtlDesign("copy", [new RtlFile("copy.vhd", vhdl)], list.Select(port => port.Port).ToArray(), RtlDesign.DefaultClocks), list,
            [ClockDomain.Default]);
    }
}
