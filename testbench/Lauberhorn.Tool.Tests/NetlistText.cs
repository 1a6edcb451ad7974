// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Lauberhorn.Tool.Tests;

/// <summary>Writes small netlists in the form of yosys's write_json.</summary>
internal sealed class NetlistText
{
    private readonly Dictionary<string, object> cells = [];
    private readonly Dictionary<string, object> names = [];

    public NetlistText Name(string name, params int[] bits)
    {
        names[name] = new { hide_name = 0, bits };
        return this;
    }

    public NetlistText Cell(string type, (string Port, int[] Nets)[] inputs, (string Port, int[] Nets)[] outputs)
    {
        cells[$"cell{cells.Count}"] = new
        {
            type,
            parameters = new Dictionary<string, string>(),
            port_directions = inputs.Select(port => (port.Port, Direction: "input"))
                .Concat(outputs.Select(port => (port.Port, Direction: "output")))
                .ToDictionary(port => port.Port, port => port.Direction),
            connections = inputs.Concat(outputs).ToDictionary(port => port.Port, port => port.Nets),
        };
        return this;
    }

    public NetlistText FlipFlop(int from, int to) => Cell("FDRE", [("C", [1]), ("D", [from])], [("Q", [to])]);

    public NetlistText Lut(int to, params int[] from) =>
        Cell($"LUT{from.Length}", [.. from.Select((net, i) => ($"I{i}", new[] { net }))], [("O", [to])]);

    public override string ToString() => JsonSerializer.Serialize(new
    {
        creator = "a test",
        modules = new Dictionary<string, object> { ["top"] = new { attributes = new { top = "1" }, cells, netnames = names } },
    });
}
