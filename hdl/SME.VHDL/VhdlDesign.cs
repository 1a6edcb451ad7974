// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SME.VHDL;

/// <summary>A file of VHDL-2008.</summary>
/// <param name="Name">Its name, without a directory.</param>
/// <param name="Text">Its text; lines end in a line feed.</param>
public sealed record VhdlFile(string Name, string Text);

/// <summary>A port of the top-level entity.</summary>
/// <param name="Name">Its name in VHDL.</param>
/// <param name="IsInput">Whether hardware outside of the design drives it.</param>
/// <param name="Width">Bits; a bool is a std_logic, everything else a std_logic_vector, also of one bit.</param>
/// <param name="Bus">The bus it belongs to; null for a clock or a reset.</param>
/// <param name="Signal">The signal's name in C#; empty for a clock or a reset.</param>
/// <param name="Members">Which member of a record it is, outermost first; empty for the whole signal.</param>
public sealed record VhdlPort(string Name, bool IsInput, int Width, BusStorage? Bus, string Signal, IReadOnlyList<string> Members)
{
    /// <summary>Whether it is a std_logic, not a vector.</summary>
    public bool IsStdLogic { get; init; }

    /// <summary>The clock domain of a clock or a reset; null otherwise.</summary>
    public ClockDomain? Domain { get; init; }
}

/// <summary>A design in VHDL.</summary>
/// <param name="Entity">Name of the top-level entity.</param>
/// <param name="Files">The files, in an order in which they compile.</param>
/// <param name="Ports">The ports of the top-level entity: clocks and resets, then inputs and outputs in the order of their buses.</param>
/// <param name="Network">What it was made from.</param>
public sealed record VhdlDesign(string Entity, IReadOnlyList<VhdlFile> Files, IReadOnlyList<VhdlPort> Ports, Network Network)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    /// <summary>
    /// Writes the files, <c>files.txt</c> (their names in compile order) and <c>ports.json</c> (the ports, machine-readable).
    /// </summary>
    /// <param name="directory">Where to; made if it is not there.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        UTF8Encoding encoding = new(false);
        foreach (VhdlFile file in Files)
        {
            File.WriteAllText(Path.Combine(directory, file.Name), file.Text, encoding);
        }

        File.WriteAllText(Path.Combine(directory, "files.txt"), string.Concat(Files.Select(file => file.Name + "\n")), encoding);
        File.WriteAllText(Path.Combine(directory, "ports.json"), PortsJson() + "\n", encoding);
    }

    /// <summary>The contents of <c>ports.json</c>: the entity, and for each port name, direction, width, bus, signal and members.</summary>
    public string PortsJson() => JsonSerializer.Serialize(
        new
        {
            entity = Entity,
            ports = Ports.Select(port => new
            {
                name = port.Name,
                direction = port.IsInput ? "in" : "out",
                type = port.IsStdLogic ? "std_logic" : "std_logic_vector",
                width = port.Width,
                bus = port.Bus?.Path,
                signal = port.Signal.Length == 0 ? null : port.Signal,
                members = port.Members,
                clock_domain = port.Domain?.Name,
            }),
        },
        Json).ReplaceLineEndings("\n");
}
