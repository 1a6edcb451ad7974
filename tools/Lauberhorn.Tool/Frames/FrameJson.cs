// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Lauberhorn.Contract;

namespace Lauberhorn.Tool.Frames;

/// <summary>Frames as one JSON object on standard output, written as they come: a capture may be larger than memory.</summary>
public sealed class FrameJson : IDisposable
{
    private readonly Stream output = Console.OpenStandardOutput();
    private readonly Utf8JsonWriter writer;

    /// <summary>Opens the output and writes the document's head.</summary>
    /// <param name="command">The command as the user could type it again.</param>
    /// <param name="capture">The capture as it was named.</param>
    public FrameJson(string command, string capture)
    {
        writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("name", "decode");
        writer.WriteString("command", command);
        writer.WriteString("capture", capture);
        writer.WriteStartArray("frames");
    }

    /// <summary>A frame.</summary>
    /// <param name="number">Its number in the capture, from 1.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="row">What there is to say about it.</param>
    public void Add(int number, int bytes, FrameRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        JsonSerializer.Serialize(writer, new
        {
            number,
            bytes,
            drop = row.Drop == DropReason.None ? null : row.Drop.ToString(),
            kind = row.Drop == DropReason.None ? row.Kind.ToString() : null,
            from = row.From,
            to = row.To,
            call = row.Call is not { } call ? null : new
            {
                xid = call.Xid,
                program = call.Program,
                version = call.Version,
                procedure = call.Procedure,
                credential = call.Credential,
                argumentsOffset = call.ArgumentsOffset,
                arguments = Convert.ToHexStringLower(call.Arguments),
            },
        });
        if (writer.BytesPending > 1 << 16)
        {
            writer.Flush();
        }
    }

    /// <summary>Writes the document's end: counts and problems.</summary>
    /// <param name="counts">How many frames came to which end.</param>
    /// <param name="problem">What is wrong with the file behind the last frame; null if nothing.</param>
    /// <param name="difference">How the hardware differs from the reference; null if it does not, or was not asked.</param>
    public void End(IReadOnlyDictionary<string, int> counts, string? problem, string? difference)
    {
        writer.WriteEndArray();
        writer.WritePropertyName("counts");
        JsonSerializer.Serialize(writer, counts);
        writer.WriteString("problem", problem);
        writer.WriteString("difference", difference);
        writer.WriteEndObject();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        output.Dispose();
    }
}
