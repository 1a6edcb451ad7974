// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Lauberhorn.Contract;

namespace Lauberhorn.Tool.Registers;

/// <summary>The tables for people.</summary>
internal static class DocumentText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Write()
    {
        StringBuilder text = new();
        text.Append(Culture, $"<!-- SPDX-License-Identifier: Apache-2.0 -->\n<!-- {RegisterOutput.Origin}; do not edit. -->\n# Registers, commands, lines\n\n");
        text.Append("Defined in `hdl/Lauberhorn.Contract`; after a change there, `tools/lauberhorn registers` writes this page, the C header, the packing of\ncommands and a VHDL package anew. How to use them is in [control.md](control.md).\n\n");
        text.Append("## Registers\n\nAll are 64 bits wide and are read and written whole; bits that are not named read 0. Reset values are those of the preset `enzian`.\n\n| Offset | Register | Bits | Access | Reset | Meaning |\n|---|---|---|---|---|---|\n");
        foreach (Register register in RegisterMap.For(NicConfig.Enzian))
        {
            string offset = register.Count == 1 ? $"0x{register.Offset:X3}" : $"0x{register.Offset:X3} + 8n";
            string name = register.Count == 1 ? register.Name : $"{register.Name}[{register.CountFrom ?? register.Count.ToString(Culture)}]";
            string reset = register.Reset > 0xFFFF_FFFF ? $"0x{register.Reset:X16}" : register.Reset.ToString(Culture);
            string from = register.ResetFrom is null ? string.Empty : $" (`{register.ResetFrom}`)";
            string numbering = register.Numbering is null ? string.Empty : $"; n is a `{register.Numbering.Name}`";
            string access = register.Access switch
            {
                RegisterAccess.ReadOnly => "read",
                RegisterAccess.WriteOnly => "write",
                _ => "read, write",
            };
            string value = register.Access == RegisterAccess.WriteOnly ? string.Empty : reset + from;
            text.Append(Culture, $"| {offset} | {name} | {(register.Fields.Count == 1 ? Bits(register.Fields[0]) : string.Empty)} | {access} | {value} | {register.Meaning}{numbering} |\n");
            foreach (RegisterField field in register.Fields.Count > 1 ? register.Fields : [])
            {
                text.Append(Culture, $"| | &nbsp;&nbsp;.{field.Name} | {Bits(field)} | | | {field.Meaning} |\n");
            }
        }

        text.Append("\n## Data of commands\n\nRegister n is CommandData[n].\n\n| Command | Field | Register | Bits | Meaning |\n|---|---|---|---|---|\n");
        foreach (CommandLayout layout in CommandLayout.All)
        {
            foreach (CommandField field in layout.Fields)
            {
                string meaning = DocComments.OfMember(layout.Item, field.Member);
                text.Append(Culture, $"| {layout.Code} | {field.Name} | {field.Bit / 64} | {Bits(new RegisterField(field.Name, field.Bit % 64, field.Width, meaning))} | {meaning} |\n");
            }
        }

        text.Append(Culture, $"\n## Control lines\n\n{DocComments.Of(typeof(ControlLine))}.\n\n| Bytes | Field | Meaning |\n|---|---|---|\n");
        foreach (ControlLineField field in ControlLine.Fields)
        {
            text.Append(Culture, $"| {Bytes(field.Place, field.Bytes)} | {field.Name} | {DocComments.OfField(typeof(ControlLine), field.Name)} |\n");
        }

        text.Append(Culture, $"\n## Lines of statistics\n\n{DocComments.Of(typeof(LoadLine))}.\n\n| Of | Bytes | Field | Meaning |\n|---|---|---|---|\n");
        foreach (LoadLineField field in LoadLine.Fields)
        {
            string of = string.Join(", ", field.Of.Select(of => Names.Snake(of.ToString())));
            text.Append(Culture, $"| {of} | {Bytes(field.Place, field.Bytes * field.Count)} | {field.Name} | {DocComments.OfField(typeof(LoadLine), field.Name)} |\n");
        }

        text.Append(Culture, $"\n{nameof(LoadLine.Buckets)} is {LoadLine.Buckets}. {DocComments.OfField(typeof(LoadLine), nameof(LoadLine.Buckets))}.\n");

        foreach (Type enumeration in RegisterOutput.Enumerations)
        {
            text.Append(Culture, $"\n## {enumeration.Name}\n\n{DocComments.Of(enumeration)}.\n\n| Value | Name | Meaning |\n|---|---|---|\n");
            foreach ((string name, ulong value, string meaning) in RegisterOutput.Values(enumeration))
            {
                text.Append(Culture, $"| {value} | {name} | {meaning} |\n");
            }
        }

        return text.ToString();
    }

    private static string Bytes(int place, int bytes) => bytes == 1 ? $"{place}" : $"{place} to {place + bytes - 1}";

    private static string Bits(RegisterField field) => field.Width == 1 ? $"{field.Bit}" : $"{field.Bit + field.Width - 1}..{field.Bit}";
}
