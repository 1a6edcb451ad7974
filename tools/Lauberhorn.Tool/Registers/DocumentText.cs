// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Lauberhorn.Contract;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Registers;

/// <summary>The lists for people.</summary>
internal static class DocumentText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Write()
    {
        StringBuilder text = new();
        text.Append(Culture, $"<!-- SPDX-License-Identifier: Apache-2.0 -->\n<!-- {RegisterOutput.Origin}; do not edit. -->\n");
        text.Append("# Registers, commands, lines\n\n");
        text.Append(Markdown.Wrap("Defined in `hdl/Lauberhorn.Contract`; after a change there, `tools/lauberhorn registers` writes this "
            + "page, the C header, the packing of commands and a VHDL package anew. How to use them is in [control.md](control.md)."));
        Registers(text);
        Commands(text);
        Lines(text);
        foreach (Type enumeration in RegisterOutput.Enumerations)
        {
            text.Append(Culture, $"\n## {enumeration.Name}\n\n");
            text.Append(Markdown.Wrap($"{Markdown.Links(DocComments.Of(enumeration, isPage: true))}.")).Append('\n');
            foreach ((string name, ulong value, string meaning) in RegisterOutput.Values(enumeration))
            {
                text.Append(Markdown.Wrap($"**{name}**: {meaning}", $"- {value} "));
            }
        }

        return text.ToString();
    }

    private static void Registers(StringBuilder text)
    {
        text.Append("\n## Registers\n\n");
        text.Append(Markdown.Wrap("All are 64 bits wide and are read and written whole; bits that are not named read 0. "
            + "An entry has the offset in bytes, the name, the bits, the access, and the value after a reset in the preset `enzian`."));
        text.Append('\n');
        foreach (Register register in RegisterMap.For(NicConfig.Enzian))
        {
            string count = register.CountFrom ?? register.Count.ToString(Culture);
            string name = register.Count == 1 ? register.Name : $"{register.Name}[{count}]";
            string reset = register.Reset > 0xFFFF_FFFF ? $"0x{register.Reset:X16}" : register.Reset.ToString(Culture);
            string from = register.ResetFrom is null ? string.Empty : $" (`{register.ResetFrom}`)";
            string numbering = register.Numbering is null ? string.Empty : $"; n is a `{register.Numbering.Name}`";
            string[] facts =
            [
                .. register.Fields.Count == 1 ? new[] { Bits(register.Fields[0]) } : [],
                register.Access switch
                {
                    RegisterAccess.ReadOnly => "read",
                    RegisterAccess.WriteOnly => "write",
                    _ => "read and write",
                },
                .. register.Access == RegisterAccess.WriteOnly ? Array.Empty<string>() : [$"reset {reset}{from}"],
            ];
            string place = $"0x{register.Offset:X3}{(register.Count == 1 ? string.Empty : " + 8n")}";
            text.Append(Markdown.Wrap($"{place} **{name}**, {string.Join(", ", facts)}: {register.Meaning}{numbering}", "- "));
            foreach (RegisterField field in register.Fields.Count > 1 ? register.Fields : [])
            {
                text.Append(Markdown.Wrap($".{field.Name}, {Bits(field)}: {field.Meaning}", "  - "));
            }
        }
    }

    private static void Commands(StringBuilder text)
    {
        text.Append("\n## Data of commands\n\n").Append("A place is the register, n for CommandData[n], and the bits in it.\n");
        foreach (CommandLayout layout in CommandLayout.All)
        {
            text.Append(Culture, $"\n### {layout.Code}\n\n");
            foreach (CommandField field in layout.Fields)
            {
                string meaning = DocComments.OfMember(layout.Item, field.Member, isPage: true);
                string bits = Bits(new RegisterField(field.Name, field.Bit % 64, field.Width, meaning));
                text.Append(Markdown.Wrap($"**{field.Name}**, register {field.Bit / 64}, {bits}: {meaning}", "- "));
            }
        }
    }

    private static void Lines(StringBuilder text)
    {
        text.Append("\n## Control lines\n\n").Append(Markdown.Wrap($"{DocComments.Of(typeof(ControlLine), isPage: true)}.")).Append('\n');
        foreach (ControlLineField field in ControlLine.Fields)
        {
            string meaning = DocComments.OfField(typeof(ControlLine), field.Name, isPage: true);
            text.Append(Markdown.Wrap($"{Bytes(field.Place, field.Bytes)} **{field.Name}**: {meaning}", "- "));
        }

        text.Append("\n## Lines of statistics\n\n");
        text.Append(Markdown.Wrap($"{DocComments.Of(typeof(LoadLine), isPage: true)}.")).Append('\n');
        foreach (LoadLineField field in LoadLine.Fields)
        {
            string of = string.Join(", ", field.Of.Select(of => Names.Snake(of.ToString())));
            string place = Bytes(field.Place, field.Bytes * field.Count);
            string meaning = DocComments.OfField(typeof(LoadLine), field.Name, isPage: true);
            text.Append(Markdown.Wrap($"{place} **{field.Name}** ({of}): {meaning}", "- "));
        }

        text.Append('\n');
        string buckets = DocComments.OfField(typeof(LoadLine), nameof(LoadLine.Buckets), isPage: true);
        text.Append(Markdown.Wrap($"`{nameof(LoadLine.Buckets)}` is {LoadLine.Buckets}. {buckets}."));
    }

    private static string Bytes(int place, int bytes) => bytes == 1 ? $"byte {place}" : $"bytes {place} to {place + bytes - 1}";

    private static string Bits(RegisterField field) =>
        field.Width == 1 ? $"bit {field.Bit}" : $"bits {field.Bit + field.Width - 1}..{field.Bit}";
}
