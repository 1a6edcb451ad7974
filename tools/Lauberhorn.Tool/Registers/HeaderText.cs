// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Lauberhorn.Contract;

namespace Lauberhorn.Tool.Registers;

/// <summary>The header for the kernel and for C programs.</summary>
internal static class HeaderText
{
    private const int Width = 78;
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Write()
    {
        StringBuilder text = new();
        text.Append("/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */\n");
        Comment(text, $"{RegisterOutput.Origin}; do not edit. The NIC's registers are 64 bits wide and are read and written whole; offsets "
            + $"are in bytes. Numbers are little-endian. docs/registers.md has the same as tables, docs/control.md tells how to use it.");
        text.Append("#ifndef _LAUBERHORN_REGS_H\n#define _LAUBERHORN_REGS_H\n\n#include <linux/types.h>\n\n");
        Registers(text);
        foreach (Type enumeration in RegisterOutput.Enumerations)
        {
            Enumeration(text, enumeration);
        }

        Commands(text);
        Line(text);
        HeaderAddresses.Write(text);
        Statistics(text);
        text.Append("#endif /* _LAUBERHORN_REGS_H */\n");
        return text.ToString();
    }

    private static void Registers(StringBuilder text)
    {
        Define(text, "LAUBERHORN_REG_SIZE", $"0x{RegisterMap.Size:x}");
        Define(text, "LAUBERHORN_MAGIC", $"0x{RegisterMap.MagicValue:x16}ULL");
        Define(text, "LAUBERHORN_VERSION", $"{RegisterMap.VersionValue}");
        text.Append('\n');
        foreach (Register register in RegisterMap.For(NicConfig.Enzian))
        {
            string name = $"LAUBERHORN_REG_{Names.Capitals(register.Name)}";
            Comment(text, register.Meaning + ".");
            Define(text, register.Count == 1 ? name : $"{name}(n)",
                register.Count == 1 ? $"0x{register.Offset:x3}" : $"(0x{register.Offset:x3} + 8 * (n))");
            if (register.Count != 1 && register.Numbering is null && register.CountFrom is null)
            {
                Define(text, $"{name}_COUNT", register.Count.ToString(Culture));
            }

            foreach (RegisterField field in register.Fields.Count > 1 ? register.Fields : [])
            {
                string part = $"LAUBERHORN_{Names.Capitals(register.Name)}_{Names.Capitals(field.Name)}";
                Define(text, $"{part}_SHIFT", field.Bit.ToString(Culture));
                Define(text, $"{part}_BITS", field.Width.ToString(Culture));
            }
        }

        text.Append('\n');
        Comment(text, "Shape of the service table and of the program table: a key lies in either way of its bucket in either table. The "
            + "place is (bucket * tables + table) * ways + way.");
        Define(text, "LAUBERHORN_TABLES", ServiceTableShape.Tables.ToString(Culture));
        Define(text, "LAUBERHORN_WAYS", ServiceTableShape.Ways.ToString(Culture));
        text.Append('\n');
    }

    internal static void Enumeration(StringBuilder text, Type enumeration)
    {
        Comment(text, DocComments.Of(enumeration) + ".");
        text.Append(Culture, $"enum lauberhorn_{Names.Snake(enumeration.Name)} {{\n");
        foreach ((string name, ulong value, string meaning) in RegisterOutput.Values(enumeration))
        {
            Comment(text, meaning + ".", "\t");
            text.Append(Culture, $"\tLAUBERHORN_{Names.Capitals(enumeration.Name)}_{Names.Capitals(name)} = {value},\n");
        }

        text.Append("};\n\n");
    }

    private static void Commands(StringBuilder text)
    {
        foreach (CommandLayout layout in CommandLayout.All)
        {
            string name = $"lauberhorn_{Names.Snake(layout.Name)}_data";
            Comment(text, $"Data of LAUBERHORN_COMMAND_CODE_{Names.Capitals(layout.Code.ToString())}.");
            text.Append(Culture, $"struct {name} {{\n");
            foreach (CommandField field in layout.Fields)
            {
                Comment(text, DocComments.OfMember(layout.Item, field.Member) + ".", "\t");
                int bits = field.Width <= 8 ? 8 : field.Width <= 16 ? 16 : field.Width <= 32 ? 32 : 64;
                text.Append(Culture, $"\t__u{bits} {Names.Snake(field.Name)};\n");
            }

            text.Append(Culture,
                $"}};\n\nstatic inline void\n{name.Replace("lauberhorn_", "lauberhorn_pack_", StringComparison.Ordinal)}(const struct "
                    + $"{name} *in,\n\t__u64 regs[{RegisterMap.CommandDataRegisters}])\n{{\n");
            for (int register = 0; register < RegisterMap.CommandDataRegisters; register++)
            {
                CommandField[] fields = [.. layout.Fields.Where(field => field.Bit / 64 == register)];
                text.Append(Culture,
                    $"\tregs[{register}] = {(fields.Length == 0 ? "0" : string.Join(" |\n\t\t  ", fields.Select(Place)))};\n");
            }

            text.Append("}\n\n");
        }

        static string Place(CommandField field)
        {
            string value = $"(__u64)in->{Names.Snake(field.Name)}";
            string masked = field.Width is 8 or 16 or 32 or 64 ? value : $"({value} & 0x{(1ul << field.Width) - 1:x}ULL)";
            return field.Bit % 64 == 0 ? masked : $"({masked} << {field.Bit % 64})";
        }
    }

    private static void Line(StringBuilder text)
    {
        Comment(text, DocComments.Of(typeof(ControlLine)) + ".");
        text.Append("struct lauberhorn_control_line {\n");
        foreach (ControlLineField field in ControlLine.Fields.Where(field => !field.IsOfSent))
        {
            ControlLineField[] sent = [.. ControlLine.Fields.Where(other => other.IsOfSent && other.Place >= field.Place
                && other.Place < field.Place + field.Bytes)];
            if (sent.Length == 0)
            {
                Member(text, field, "\t");
                continue;
            }

            text.Append("\tunion {\n");
            Member(text, field, "\t\t");
            text.Append("\t\tstruct {\n");
            int place = field.Place;
            foreach (ControlLineField part in sent)
            {
                Member(text, part, "\t\t\t");
                place = part.Place + part.Bytes;
            }

            if (place != field.Place + field.Bytes)
            {
                Comment(text, "0.", "\t\t\t");
                text.Append(Culture, $"\t\t\t__u8 reserved[{field.Place + field.Bytes - place}];\n");
            }

            text.Append("\t\t};\n\t};\n");
        }

        text.Append("};\n\n");
        Define(text, "LAUBERHORN_LINE_BYTES", NicConfig.LineBytes.ToString(Culture));
        Define(text, "LAUBERHORN_LINE_INLINE_BYTES", ControlLine.InlineBytes.ToString(Culture));
        text.Append('\n');
    }

    private static void Statistics(StringBuilder text)
    {
        Comment(text, DocComments.Of(typeof(LoadLine)) + ".");
        text.Append('\n');
        Comment(text, DocComments.OfField(typeof(LoadLine), nameof(LoadLine.Buckets)) + ".");
        Define(text, "LAUBERHORN_STATISTICS_BUCKETS", LoadLine.Buckets.ToString(Culture));
        text.Append('\n');
        foreach (StatisticsOf of in Enum.GetValues<StatisticsOf>())
        {
            Comment(text, $"{DocComments.OfField(typeof(StatisticsOf), of.ToString())} line of statistics.");
            text.Append(Culture, $"struct lauberhorn_{Names.Snake(of.ToString())}_statistics {{\n");
            int place = 0;
            int gaps = 0;
            foreach (LoadLineField field in LoadLine.Fields.Where(field => field.Of.Contains(of)))
            {
                Reserved(field.Place);
                Comment(text, DocComments.OfField(typeof(LoadLine), field.Name) + ".", "\t");
                text.Append(Culture,
                    $"\t{Number(field.Bytes)}{Names.Snake(field.Name)}{(field.Count > 1 ? $"[{field.Count}]" : string.Empty)};\n");
                place = field.Place + (field.Bytes * field.Count);
            }

            Reserved(NicConfig.LineBytes);
            text.Append("};\n\n");

            void Reserved(int next)
            {
                if (next != place)
                {
                    Comment(text, "0.", "\t");
                    text.Append(Culture, $"\t__u8 reserved{(gaps++ == 0 ? string.Empty : gaps)}[{next - place}];\n");
                }
            }
        }
    }

    private static void Member(StringBuilder text, ControlLineField field, string indent)
    {
        Comment(text, DocComments.OfField(typeof(ControlLine), field.Name) + ".", indent);
        text.Append(Culture,
            $"{indent}{Number(field.Bytes)}{Names.Snake(field.Name)}{(field.Bytes > 8 ? $"[{field.Bytes}]" : string.Empty)};\n");
    }

    private static string Number(int bytes) => bytes switch
    {
        2 => "__le16 ",
        4 => "__le32 ",
        8 => "__le64 ",
        _ => "__u8 ",
    };

    internal static void Define(StringBuilder text, string name, string value) =>
        text.Append(Culture, $"#define {name}{new string('\t', Math.Max(1, (48 - 8 - name.Length + 7) / 8))}{value}\n");

    /// <summary>A comment in lines of at most <see cref="Width"/> columns.</summary>
    internal static void Comment(StringBuilder text, string words, string indent = "")
    {
        int room = Width - (8 * indent.Length) - 3;
        List<string> lines = [];
        StringBuilder line = new();
        foreach (string word in words.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > room - (lines.Count == 0 ? 3 : 0))
            {
                lines.Add(line.ToString());
                line.Clear();
            }

            line.Append(line.Length == 0 ? string.Empty : " ").Append(word);
        }

        lines.Add(line.ToString());
        if (lines.Count == 1)
        {
            text.Append(Culture, $"{indent}/* {lines[0]} */\n");
            return;
        }

        text.Append(Culture, $"{indent}/*\n");
        lines.ForEach(each => text.Append(Culture, $"{indent} * {each}\n"));
        text.Append(Culture, $"{indent} */\n");
    }
}
