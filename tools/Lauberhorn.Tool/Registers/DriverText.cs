// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Lauberhorn.Hdl;
using Lauberhorn.Hdl.Control;

namespace Lauberhorn.Tool.Registers;

/// <summary>The driver's constants and the packing of commands' data. Enumerations and lines it has from the hardware's own types.</summary>
internal static class DriverText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Write()
    {
        StringBuilder text = new();
        text.Append(Culture, $"// SPDX-License-Identifier: Apache-2.0\n// {RegisterOutput.Origin}; do not edit.\n");
        text.Append("using Lauberhorn.Hdl.Control;\nusing Lauberhorn.Hdl.Demux;\n\nnamespace Lauberhorn.Driver;\n\n");
        text.Append("/// <summary>Where the NIC's registers are: offsets in bytes, all registers 64 bits wide. See docs/registers.md.</summary>\npublic static class RegisterMap\n{\n");
        text.Append(Culture, $"    /// <summary>What <see cref=\"Magic\"/> reads.</summary>\n    public const ulong MagicValue = 0x{RegisterMap.MagicValue:X16};\n\n");
        text.Append(Culture, $"    /// <summary>What <see cref=\"Version\"/> reads: the layout that this driver knows.</summary>\n    public const ulong VersionValue = {RegisterMap.VersionValue};\n\n");
        text.Append(Culture, $"    /// <summary>The first of the capabilities, one register each.</summary>\n    public const uint Capabilities = 0x{RegisterMap.Capabilities:X3};\n\n");
        IReadOnlyList<Register> registers = RegisterMap.For(NicConfig.Enzian);
        foreach (Register register in registers)
        {
            text.Append(Culture, $"    /// <summary>{Escape(register.Meaning)}.{FirstOf(register)}</summary>\n");
            text.Append(Culture, $"    public const uint {register.Name} = 0x{register.Offset:X3};\n\n");
            foreach (RegisterField field in register.Fields.Count > 1 ? register.Fields : [])
            {
                text.Append(Culture, $"    /// <summary>In <see cref=\"{register.Name}\"/>: the lowest bit of {Escape(char.ToLowerInvariant(field.Meaning[0]) + field.Meaning[1..])}; {field.Width} bits.</summary>\n");
                text.Append(Culture, $"    public const int {register.Name}{field.Name}Bit = {field.Bit};\n\n");
            }
        }

        text.Length--;
        text.Append("}\n\n/// <summary>Writes the data of commands into the data registers; <see cref=\"Hdl.Control.CommandData\"/> reads them.</summary>\npublic static partial class CommandEncoding\n{\n");
        text.Append(Culture, $"    /// <summary>Data registers.</summary>\n    public const int Registers = {RegisterMap.CommandDataRegisters};\n");
        foreach (CommandLayout layout in CommandLayout.All.Where(layout => layout.Item is not null))
        {
            text.Append(Culture, $"\n    /// <summary>The data of <see cref=\"CommandCode.{layout.Code}\"/>.</summary>\n    /// <param name=\"item\">What they say.</param>\n");
            text.Append(Culture, $"    public static ulong[] Of({layout.Item!.Name} item) =>\n    [\n");
            for (int register = 0; register <= layout.Fields.Max(field => field.Bit) / 64; register++)
            {
                IEnumerable<string> terms = layout.Fields.Where(field => field.Bit / 64 == register).Select(field => Term(layout.Item, field));
                text.Append(Culture, $"        {string.Join(" | ", terms.DefaultIfEmpty("0"))},\n");
            }

            text.Append("    ];\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Term(Type item, CommandField field)
    {
        Type type = field.Member.Split('.').Aggregate(item, (outer, name) => outer.GetProperty(name)!.PropertyType);
        int shift = field.Bit % 64;
        string value = type == typeof(bool) ? $"(item.{field.Member} ? 1ul : 0)" : $"(ulong)item.{field.Member}";
        return shift == 0 ? value : $"({value} << {shift})";
    }

    private static string FirstOf(Register register) => register switch
    {
        { CountFrom: string from } => $" The first of as many as <see cref=\"{from}\"/> says.",
        { Count: 1 } => string.Empty,
        _ => $" The first of {register.Count}.",
    };

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
