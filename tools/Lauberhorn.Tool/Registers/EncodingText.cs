// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Lauberhorn.Contract;

namespace Lauberhorn.Tool.Registers;

/// <summary>The packing of commands' data, for the driver.</summary>
internal static class EncodingText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Write()
    {
        StringBuilder text = new();
        text.Append(Culture, $"// SPDX-License-Identifier: Apache-2.0\n// {RegisterOutput.Origin}; do not edit.\n");
        text.Append("namespace Lauberhorn.Contract;\n\n/// <summary>Writes the data of commands into the data registers; <see cref=\"CommandData\"/> reads them.</summary>\npublic static class CommandEncoding\n{\n");
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
}
