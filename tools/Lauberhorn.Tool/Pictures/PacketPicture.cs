// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Lauberhorn.Tool.Demo;

namespace Lauberhorn.Tool.Pictures;

/// <summary>A block in the picture of a packet's way.</summary>
/// <param name="Name">What stands in the box.</param>
/// <param name="Block">The namespace of the block's processes, behind <c>Lauberhorn.Hdl</c>; null for something without processes.</param>
/// <param name="Jobs">What it does, a line each.</param>
/// <param name="X">Its left edge, in units of the picture, as all places.</param>
/// <param name="Y">Its upper edge.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
public sealed record PacketBox(string Name, string? Block, IReadOnlyList<string> Jobs, int X, int Y, int Width, int Height);

/// <summary>
/// The picture of a packet's way through the NIC, <c>docs/packet.svg</c>: the blocks in the order in which a call meets them, and the cycle
/// in which each first has ready what it made of the call, from a run.
/// </summary>
public static class PacketPicture
{
    private const int Width = 1180;
    private const int Height = 476;
    private const int Top = 98;
    private const int Tall = 62;
    private const int Back = 256;
    private const int Axis = 42;
    private const int BackAxis = 356;

    // Of the path of a call (CallPath): what comes out of which block.
    private const int Decoded = 1;
    private const int Routed = 2;
    private const int Written = 3;
    private const int Dispatched = 4;
    private const int Delivered = 5;
    private const int Returned = 12;
    private const int ToReply = 13;
    private const int Sent = 14;

    /// <summary>Namespaces that have no box: what all blocks are made of, stores between blocks, and wires.</summary>
    public static IReadOnlyList<string> WithoutBox { get; } = ["Common", "Stores", "Top"];

    /// <summary>The boxes, in the order of a packet; each names the namespace that it draws.</summary>
    public static IReadOnlyList<PacketBox> Boxes { get; } =
    [
        new("Mac", "Receive.Mac", ["length,", "tag"], 86, Top, 62, Tall),
        new("Ethernet", "Receive.Ethernet", ["own", "address"], 156, Top, 66, Tall),
        new("Ip", "Receive.Ip", ["header,", "checksum"], 230, Top, 66, Tall),
        new("Udp", "Receive.Udp", ["port,", "checksum"], 304, Top, 66, Tall),
        new("Rpc", "Receive.Rpc", ["call,", "arguments"], 378, Top, 66, Tall),
        new("Verdict", "Receive.Verdict", ["keep", "or drop"], 452, Top, 70, Tall),
        new("Demux", "Demux", ["which", "service"], 552, Top, 72, Tall),
        new("Merge", "Admission", ["frames for", "the kernel"], 640, Top, 66, Tall),
        new("Admission", "Admission", ["into a slot,", "unmarshalled"], 720, Top, 80, Tall),
        new("Schedule", "Schedule", ["which", "core"], 814, Top, 72, Tall),
        new("Endpoint", "Endpoint", ["answers the", "stalled load;", string.Empty, "fetches the line", "that was left"], 902, Top, 88,
            Back + Tall - Top),
        new("Home port", null, ["of the", "lines"], 1006, Top, 50, Back + Tall - Top),
        new("Reply", "Reply", ["checks, headers, checksums"], 640, Back, 158, Tall),
        new("Control", "Control", ["registers and commands of the operating system"], 86, 404, 436, 48),
        new("Observe", "Observe", ["counters; loads of processes and cores"], 552, 404, 438, 48),
    ];

    /// <summary>Draws the picture as SVG.</summary>
    /// <param name="path">The path of one call.</param>
    public static string Draw(CallPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        long[] cycles = [.. path.Events.Select(one => one.Cycle)];
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" role="img"
              aria-labelledby="title what" font-family="Helvetica, Arial, sans-serif" font-size="12">
              <!-- SPDX-License-Identifier: Apache-2.0 -->
              <!-- Drawn by tools/lauberhorn pictures. -->
              <title id="title">A packet's way through the NIC</title>
              <desc id="what">A call passes {string.Join(", ", Boxes.Take(11).Select(box => box.Name))}, and is in a cache line
                that a core waits for after {cycles[Delivered]} cycles of 4 ns. The line that the core leaves becomes a reply on the wire in
                {cycles[Sent] - cycles[Returned]} cycles.</desc>
            {Style}
              <rect class="paper" width="{Width}" height="{Height}"/>

            """);
        Text(svg, "small", 8, 108, "wire:");
        Text(svg, "small", 8, 144, "64 bytes");
        Text(svg, "small", 8, 156, "a cycle");
        svg.Append("  <rect class=\"group\" x=\"76\" y=\"64\" width=\"456\" height=\"106\" rx=\"8\"/>\n");
        Text(svg, "note", 88, 84, "receive path: checks on the fly, never stalls");
        foreach (PacketBox box in Boxes)
        {
            Box(svg, box);
        }

        // The call's way, from box to box.
        int middle = Top + (Tall / 2);
        Way(svg, $"M58 {middle} H84");
        PacketBox[] row = [.. Boxes.Take(11)];
        for (int i = 0; i + 1 < row.Length; i++)
        {
            Way(svg, $"M{row[i].X + row[i].Width} {middle} H{row[i + 1].X - 2}");
        }

        Way(svg, $"M990 {middle} H1004");
        Way(svg, $"M1056 {middle} H1086");

        // And the reply's.
        int back = Back + (Tall / 2);
        Way(svg, $"M1088 {back} H1058");
        Way(svg, $"M1006 {back} H992");
        Way(svg, $"M902 {back} H800");
        Way(svg, $"M640 {back} H60");
        Way(svg, $"M673 {Back} V{Top + Tall + 2}");
        Text(svg, "note", 8, back + 4, "wire");
        Text(svg, "small", 520, 208, "what only the kernel");
        Text(svg, "small", 520, 221, "can send goes to it");
        Core(svg);

        Marks(svg, Axis, (72, 0), (538, cycles[Decoded]), (632, cycles[Routed]), (807, cycles[Written]), (894, cycles[Dispatched]),
            (998, cycles[Delivered]));
        Marks(svg, BackAxis, (998, 0), (850, cycles[ToReply] - cycles[Returned]), (76, cycles[Sent] - cycles[Returned]));
        Text(svg, "note", 72, Axis - 24,
            $"cycles from the call's first beat; {cycles[Delivered]} cycles of 4 ns to the line for which the core waits");
        Text(svg, "note", 76, BackAxis + 20,
            $"cycles from the line's return; {cycles[Sent] - cycles[Returned]} cycles to the reply's first beat");
        return svg.Append("</svg>\n").ToString();
    }

    private const string Style = """
          <defs>
            <marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
              <path class="tip" d="M0 0 L10 5 L0 10 z"/>
            </marker>
            <style>
              .paper { fill: #ffffff }
              .box { fill: #dbeafe; stroke: #1d4ed8; stroke-width: 1.4 }
              .group { fill: #f8fafc; stroke: #cbd5e1 }
              .line { fill: #fef3c7; stroke: #b45309; stroke-width: 1.2 }
              .way { fill: none; stroke: #334155; stroke-width: 1.5; marker-end: url(#tip) }
              .tip { fill: #334155 }
              .axis { stroke: #b91c1c; stroke-width: 1.4 }
              .cycle { text-anchor: middle; font-weight: bold; fill: #b91c1c }
              .name { text-anchor: middle; font-size: 12.5px; font-weight: bold; fill: #0f172a }
              .job { text-anchor: middle; font-size: 9.5px; fill: #334155 }
              .small { font-size: 10px; fill: #334155 }
              .note { fill: #334155 }
              @media (prefers-color-scheme: dark) {
                .paper { fill: #0d1117 }
                .box { fill: #172554; stroke: #60a5fa }
                .group { fill: #161b22; stroke: #475569 }
                .line { fill: #451a03; stroke: #fbbf24 }
                .way { stroke: #cbd5e1 }
                .tip { fill: #cbd5e1 }
                .axis { stroke: #f87171 }
                .cycle { fill: #f87171 }
                .name { fill: #f1f5f9 }
                .job, .small, .note { fill: #cbd5e1 }
              }
            </style>
          </defs>
        """;

    private static void Box(StringBuilder svg, PacketBox box)
    {
        svg.Append(CultureInfo.InvariantCulture,
            $"  <rect class=\"box\" x=\"{box.X}\" y=\"{box.Y}\" width=\"{box.Width}\" height=\"{box.Height}\" rx=\"4\"/>\n");
        int middle = box.X + (box.Width / 2);
        int first = box.Y + 24;
        if (box.Name == "Home port")
        {
            Text(svg, "name", middle, first, "Home");
            Text(svg, "name", middle, first + 15, "port");
            first += 15;
        }
        else
        {
            Text(svg, "name", middle, first, box.Name);
        }

        foreach ((int i, string job) in box.Jobs.Index())
        {
            Text(svg, "job", middle, first + 17 + (13 * i), job);
        }
    }

    private static void Core(StringBuilder svg)
    {
        svg.Append("  <rect class=\"group\" x=\"1088\" y=\"64\" width=\"84\" height=\"288\" rx=\"8\"/>\n");
        Text(svg, "name", 1130, 84, "CPU core");
        svg.Append("  <rect class=\"line\" x=\"1098\" y=\"98\" width=\"64\" height=\"32\" rx=\"3\"/>\n");
        svg.Append("  <rect class=\"line\" x=\"1098\" y=\"130\" width=\"64\" height=\"40\" rx=\"3\"/>\n");
        Text(svg, "job", 1130, 112, "header");
        Text(svg, "job", 1130, 124, "32 bytes");
        Text(svg, "job", 1130, 148, "arguments");
        Text(svg, "job", 1130, 160, "96 bytes");
        foreach ((int i, string text) in new[] { "one cache line:", "its load stalls", "until a call", "is in it" }.Index())
        {
            Text(svg, "job", 1130, 188 + (13 * i), text);
        }

        foreach ((int i, string text) in new[] { "results in the", "same line; a load", "of the next one", "sends them" }.Index())
        {
            Text(svg, "job", 1130, 282 + (13 * i), text);
        }
    }

    // An axis of cycles below a row of boxes.
    private static void Marks(StringBuilder svg, int y, params (int X, long Cycle)[] marks)
    {
        svg.Append(CultureInfo.InvariantCulture,
            $"  <path class=\"axis\" d=\"M{marks.Min(mark => mark.X)} {y} H{marks.Max(mark => mark.X)}\"/>\n");
        foreach ((int x, long cycle) in marks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"  <path class=\"axis\" d=\"M{x} {y - 5} V{y + 5}\"/>\n");
            Text(svg, "cycle", x, y - 8, cycle.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Way(StringBuilder svg, string way) =>
        svg.Append(CultureInfo.InvariantCulture, $"  <path class=\"way\" d=\"{way}\"/>\n");

    private static void Text(StringBuilder svg, string kind, int x, int y, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"  <text class=\"{kind}\" x=\"{x}\" y=\"{y}\">{text}</text>\n");
}
