// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool.Synthesis;

/// <summary>Role of a cell on a path.</summary>
public enum PathRole
{
    /// <summary>Goes on from inputs to outputs.</summary>
    Logic,

    /// <summary>Ends at the inputs; another starts at the outputs.</summary>
    Register,

    /// <summary>Does both: addresses go on to the outputs, the rest ends in memory, and the outputs also show that memory.</summary>
    Memory,
}

/// <summary>What one primitive of an UltraScale+ device costs (Xilinx UG974 names them).</summary>
/// <param name="Role">What paths do in it.</param>
/// <param name="Levels">What it adds to a path through it.</param>
/// <param name="Luts">LUT sites that it occupies as logic.</param>
/// <param name="LutRams">LUT sites that it occupies as memory or shift register.</param>
/// <param name="FlipFlops">Flip-flops.</param>
/// <param name="BlockRams">Block RAMs of 36 Kib.</param>
public readonly record struct Primitive(
    PathRole Role, double Levels, int Luts = 0, int LutRams = 0, int FlipFlops = 0, double BlockRams = 0)
{
    /// <summary>The primitive of a name; null if this table does not know it.</summary>
    /// <param name="cell">The cell.</param>
    public static Primitive? Of(NetlistCell cell) => cell.Type switch
    {
        "LUT1" or "LUT2" or "LUT3" or "LUT4" or "LUT5" or "LUT6" or "INV" => new Primitive(PathRole.Logic, 1, Luts: 1),
        "CARRY4" or "CARRY8" or "MUXF7" or "MUXF8" or "MUXF9" => new Primitive(PathRole.Logic, 0.25),
        "IBUF" or "OBUF" or "BUFG" or "BUFGCTRL" or "GND" or "VCC" => new Primitive(PathRole.Logic, 0),
        "FDRE" or "FDSE" or "FDCE" or "FDPE" or "FDRE_1" or "FDSE_1" or "FDCE_1" or "FDPE_1" =>
            new Primitive(PathRole.Register, 0, FlipFlops: 1),
        "RAMB36E2" => new Primitive(PathRole.Register, 0, BlockRams: 1),
        "RAMB18E2" => new Primitive(PathRole.Register, 0, BlockRams: 0.5),
        "URAM288" or "URAM288_BASE" => new Primitive(PathRole.Register, 0),
        "DSP48E2" => Multiplier(cell),
        "SRL16E" or "SRLC16E" or "SRLC32E" => new Primitive(PathRole.Memory, 1, LutRams: 1),
        "RAM32X1S" or "RAM64X1S" => new Primitive(PathRole.Memory, 1, LutRams: 1),
        "RAM32X1D" or "RAM64X1D" or "RAM128X1S" => new Primitive(PathRole.Memory, 1, LutRams: 2),
        "RAM32M" or "RAM64M" or "RAM128X1D" or "RAM256X1S" => new Primitive(PathRole.Memory, 1, LutRams: 4),
        "RAM32M16" or "RAM64M8" or "RAM256X1D" or "RAM512X1S" or "RAM32X16DR8" or "RAM64X8SW" =>
            new Primitive(PathRole.Memory, 1, LutRams: 8),
        _ => null,
    };

    /// <summary>Whether a path goes on from an input bit to an output bit.</summary>
    /// <param name="cell">A cell of this primitive.</param>
    /// <param name="input">The input port.</param>
    /// <param name="inputBit">Its bit.</param>
    /// <param name="output">The output port.</param>
    /// <param name="outputBit">Its bit.</param>
    public bool Connects(NetlistCell cell, string input, int inputBit, string output, int outputBit) => Role switch
    {
        PathRole.Register => false,
        // A carry chain runs upwards: a sum takes the carries below it and its own propagate, a carry also its own generate.
        PathRole.Logic when cell.Type.StartsWith("CARRY", StringComparison.Ordinal) => input switch
        {
            "S" => inputBit <= outputBit,
            "DI" => output == "CO" ? inputBit <= outputBit : inputBit < outputBit,
            _ => true,
        },
        PathRole.Logic => true,
        _ => IsReadAddress(input, output),
    };

    // RAM32M and its like have an address per output (DOA by ADDRA); dual-port ones read by A and by DPRA; shift registers by A.
    private static bool IsReadAddress(string input, string output) => output switch
    {
        "DPO" => input.StartsWith("DPRA", StringComparison.Ordinal),
        "SPO" or "O" or "Q" => input == "A" || (input.Length == 2 && input[0] == 'A' && char.IsDigit(input[1])),
        _ when output.StartsWith("DO", StringComparison.Ordinal) => input == $"ADDR{output[2..]}",
        _ => false,
    };

    // Registered somewhere inside, it is a register to its neighbours; else it is logic, as slow as four LUTs and their wires.
    private static Primitive Multiplier(NetlistCell cell)
    {
        bool isRegistered = new[] { "AREG", "BREG", "MREG", "PREG" }.Any(name =>
            cell.Parameters.TryGetValue(name, out string? value) && value.Trim('0').Length > 0);
        return isRegistered ? new Primitive(PathRole.Register, 0) : new Primitive(PathRole.Logic, 4);
    }
}
