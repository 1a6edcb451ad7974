// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Lauberhorn.Tool.Synthesis;

/// <summary>A cell of a netlist.</summary>
/// <param name="Name">As the synthesiser names it.</param>
/// <param name="Type">A primitive of the device, like <c>LUT6</c>.</param>
/// <param name="Inputs">Nets by input port, least significant bit first; constants are left out (-1).</param>
/// <param name="Outputs">Nets by output port, least significant bit first; -1 where nothing is connected.</param>
/// <param name="Parameters">As the synthesiser prints them.</param>
public sealed record NetlistCell(
    string Name,
    string Type,
    IReadOnlyDictionary<string, int[]> Inputs,
    IReadOnlyDictionary<string, int[]> Outputs,
    IReadOnlyDictionary<string, string> Parameters);

/// <summary>A flat netlist of a device's primitives, as yosys's <c>write_json</c> writes it.</summary>
public sealed class Netlist
{
    private readonly Dictionary<int, string> names = [];

    private Netlist(IReadOnlyList<NetlistCell> cells) => Cells = cells;

    /// <summary>All cells, in the file's order.</summary>
    public IReadOnlyList<NetlistCell> Cells { get; }

    /// <summary>Reads the module that is marked as top, or the only one.</summary>
    /// <param name="json">The file's text.</param>
    /// <exception cref="ToolException">It is not such a file.</exception>
    public static Netlist Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            JsonElement modules = document.RootElement.GetProperty("modules");
            JsonElement top = modules.EnumerateObject().Select(module => module.Value)
                .OrderByDescending(module => module.TryGetProperty("attributes", out JsonElement attributes)
                    && attributes.TryGetProperty("top", out _))
                .First(module => module.GetProperty("cells").EnumerateObject().Any());
            Netlist netlist = new(top.GetProperty("cells").EnumerateObject().Select(ReadCell).ToList());
            netlist.ReadNames(top.GetProperty("netnames"));
            return netlist;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ToolException($"this is no netlist of yosys's write_json: {exception.Message}", exception);
        }
    }

    /// <summary>The name of a net that is closest to the source.</summary>
    /// <param name="net">Its number.</param>
    public string NameOf(int net) => names.TryGetValue(net, out string? name) ? name : $"#{net}";

    private static NetlistCell ReadCell(JsonProperty property)
    {
        Dictionary<string, int[]> inputs = [];
        Dictionary<string, int[]> outputs = [];
        JsonElement directions = property.Value.GetProperty("port_directions");
        foreach (JsonProperty port in property.Value.GetProperty("connections").EnumerateObject())
        {
            bool isOutput = directions.GetProperty(port.Name).GetString() == "output";
            (isOutput ? outputs : inputs)[port.Name] = port.Value.EnumerateArray().Select(Net).ToArray();
        }

        Dictionary<string, string> parameters = property.Value.TryGetProperty("parameters", out JsonElement values)
            ? values.EnumerateObject().ToDictionary(value => value.Name, value => value.Value.ToString())
            : [];
        return new NetlistCell(property.Name, property.Value.GetProperty("type").GetString()!, inputs, outputs, parameters);
    }

    private static int Net(JsonElement bit) => bit.ValueKind == JsonValueKind.Number ? bit.GetInt32() : -1;

    private void ReadNames(JsonElement netNames)
    {
        foreach (JsonProperty name in netNames.EnumerateObject())
        {
            int[] bits = name.Value.GetProperty("bits").EnumerateArray().Select(Net).ToArray();
            for (int i = 0; i < bits.Length; i++)
            {
                string candidate = bits.Length == 1 ? name.Name : $"{name.Name}[{i}]";
                if (bits[i] >= 0 && (!names.TryGetValue(bits[i], out string? known) || Rank(candidate).CompareTo(Rank(known)) < 0))
                {
                    names[bits[i]] = candidate;
                }
            }
        }
    }

    // A name from the source before one that a tool made up ($..., or numbers only), then the shorter one.
    private static (bool, int, string) Rank(string name) => (name.Contains('$', StringComparison.Ordinal), name.Length, name);
}
