// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Xml.Linq;
using CsCheck;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Tests;

public class SequenceDiagramTests
{
    private static SequenceDiagram Call()
    {
        SequenceDiagram diagram = new("A call, <cycle> by cycle", "client", "NIC", "home port", "core") { Megahertz = 250 };
        diagram.Add(new SequenceEvent(10, "core", "home port", "load of line 0"));
        diagram.Add(new SequenceEvent(30, "home port", "NIC", "read"));
        diagram.Add(new SequenceEvent(1000, "client", "NIC", "call: ADD(19, 23)"));
        diagram.Add(new SequenceEvent(1040, "NIC", "home port", "line 0: Request"));
        diagram.Add(new SequenceEvent(1060, "home port", "core", "answer"));
        diagram.Add(new SequenceEvent(1060, "core", "core", "Add(19, 23) = 42"));
        diagram.Add(new SequenceEvent(1080, "core", "home port", "load of line 1"));
        diagram.Add(new SequenceEvent(1100, "home port", "NIC", "read; line 0 is left"));
        diagram.Add(new SequenceEvent(1140, "NIC", "client", "reply: 42"));
        diagram.Add(new SequenceSpan("core", 10, 1060, "stalled"));
        return diagram;
    }

    [Fact]
    public void The_text_has_a_line_for_each_event_with_its_cycle_and_the_step_before_it()
    {
        string[] lines = Call().ToText().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(12, lines.Length);
        Assert.Contains("      1040      +40  NIC       -> home port  line 0: Request", lines);
        Assert.Contains("stalled, 1050 cycles, 4200 ns at 250 MHz", lines[10], StringComparison.Ordinal);
        Assert.Equal("from the first to the last: 1130 cycles, 4520 ns at 250 MHz", lines[^1]);
    }

    [Fact]
    public void The_picture_is_well_formed_and_has_every_event_and_lifeline()
    {
        XDocument svg = XDocument.Parse(Call().ToSvg());
        string[] texts = [.. svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];
        Assert.All(["client", "NIC", "home port", "core", "Add(19, 23) = 42", "1140", "A call, <cycle> by cycle"],
            text => Assert.Contains(text, texts));
        Assert.Equal(8, svg.Descendants().Count(element => element.Attribute("marker-end") is not null));
    }

    [Fact]
    public void Whatever_is_drawn_is_within_the_picture() =>
        Gen.Select(Gen.Long[0, 1_000_000], Gen.Int[0, 5], Gen.Int[0, 5], Gen.String[0, 12]).Array[0, 30].Sample(events =>
        {
            SequenceDiagram diagram = new("any");
            foreach ((long cycle, int from, int to, string text) in events)
            {
                string plain = new([.. text.Where(character => character is >= ' ' and < '\u007F')]);
                diagram.Add(new SequenceEvent(cycle, $"party {from}", $"party {to}", plain));
                diagram.Add(new SequenceSpan($"party {to}", cycle, cycle + from, plain));
            }

            XElement svg = XDocument.Parse(diagram.ToSvg()).Root!;
            double width = Number(svg, "width");
            double height = Number(svg, "height");
            foreach (XElement element in svg.Elements())
            {
                Assert.All(["x", "x1", "x2", "cx"], name => Assert.InRange(Number(element, name), 0, width));
                Assert.All(["y", "y1", "y2", "cy"], name => Assert.InRange(Number(element, name), 0, height));
            }
        });

    private static double Number(XElement element, string name) =>
        element.Attribute(name) is XAttribute attribute ? double.Parse(attribute.Value, CultureInfo.InvariantCulture) : 0;
}
