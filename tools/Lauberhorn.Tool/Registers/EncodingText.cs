// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Text;
using Lauberhorn.Contract;

namespace Lauberhorn.Tool.Registers;

/// <summary>Packing of commands' data for the driver, unpacking for the hardware, and the places for who needs a single bit.</summary>
internal static class EncodingText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Write()
    {
        StringBuilder text = new();
        text.Append(Culture, $"// SPDX-License-Identifier: Apache-2.0\n// {RegisterOutput.Origin}; do not edit.\nusing SME;\n\nnamespace "
            + $"Lauberhorn.Contract;\n\n");
        Places(text);
        Unpacking(text);
        Packing(text);
        return text.ToString();
    }

    private static void Places(StringBuilder text)
    {
        text.Append("/// <summary>Where in the data registers a field of a command is: its lowest bit, counted from bit 0 of register "
            + "0.</summary>\n");
        text.Append("public static class CommandPlaces\n{\n");
        string gap = string.Empty;
        foreach (CommandLayout layout in CommandLayout.All)
        {
            foreach (CommandField field in layout.Fields)
            {
                string[] path = [layout.Item.Name, .. field.Member.Split('.')];
                string reference = path.Length == 2 ? string.Join('.', path) : $"{MemberType(layout.Item, path[1]).Name}.{path[2]}";
                text.Append(Culture, $"{gap}    /// <summary><see cref=\"{reference}\"/>, {field.Width} "
                    + $"bit{(field.Width == 1 ? string.Empty : "s")}.</summary>\n");
                text.Append(Culture, $"    public const int {layout.Name}{field.Name} = {field.Bit};\n");
                gap = "\n";
            }
        }

        text.Append("}\n\n");
    }

    private static void Unpacking(StringBuilder text)
    {
        text.Append("/// <summary>What the data registers hold for each command, as the blocks take it. Register n is bits 64n to 64n + "
            + "63.</summary>\n");
        text.Append("[Hardware]\npublic static class CommandData\n{\n");
        string gap = string.Empty;
        foreach (CommandLayout layout in CommandLayout.All)
        {
            text.Append(Culture, $"{gap}    /// <summary>The data of <see cref=\"CommandCode.{layout.Code}\"/>.</summary>\n    /// <param "
                + $"name=\"data\">The data registers.</param>\n");
            text.Append(Culture, $"    public static {layout.Item.Name} {layout.Name}(Bits<W512> data) => new()\n    {{\n");
            foreach (PropertyInfo member in Members(layout.Item))
            {
                text.Append(Culture, $"        {member.Name} = {Value(layout, member, member.Name)},\n");
            }

            text.Append("    };\n");
            gap = "\n";
        }

        text.Append("}\n\n");
    }

    private static void Packing(StringBuilder text)
    {
        text.Append("/// <summary>Writes the data of commands into the data registers; <see cref=\"CommandData\"/> reads "
            + "them.</summary>\npublic static class CommandEncoding\n{\n");
        string gap = string.Empty;
        foreach (CommandLayout layout in CommandLayout.All)
        {
            text.Append(Culture, $"{gap}    /// <summary>The data of <see cref=\"CommandCode.{layout.Code}\"/>.</summary>\n    /// <param "
                + $"name=\"item\">What they say.</param>\n");
            text.Append(Culture, $"    public static ulong[] Of({layout.Item.Name} item) =>\n    [\n");
            for (int register = 0; register <= layout.Fields.Max(field => field.Bit) / 64; register++)
            {
                string[] terms = [.. layout.Fields.Where(field => field.Bit / 64 == register).Select(field => Term(layout.Item, field))
                    .DefaultIfEmpty("0")];
                text.Append(Culture, $"        {string.Join("\n            | ", terms)},\n");
            }

            text.Append("    ];\n");
            gap = "\n";
        }

        text.Append("}\n");
    }

    private static IEnumerable<PropertyInfo> Members(Type item) =>
        item.GetProperties(BindingFlags.Instance | BindingFlags.Public).OrderBy(member => member.MetadataToken);

    private static Type MemberType(Type item, string member) => item.GetProperty(member)!.PropertyType;

    /// <summary>A member's value from the data registers: of a type that has places itself, made by its constructor.</summary>
    private static string Value(CommandLayout layout, PropertyInfo member, string path)
    {
        if (member.GetCustomAttribute<PlaceAttribute>() is null)
        {
            Type inner = member.PropertyType;
            return $"new {inner.Name}(\n            "
                + $"{string.Join(",\n            ", Members(inner).Select(part => Value(layout, part, $"{path}.{part.Name}")))})";
        }

        Type type = member.PropertyType;
        CommandField field = layout.Fields.Single(field => field.Member == path);
        string place = $"CommandPlaces.{layout.Name}{field.Name}";
        string bits = $"data.Slice<W{field.Width}>({place})";
        return type == typeof(bool) ? $"data[{place}]"
            : type.IsEnum ? $"({type.Name})({Number(Enum.GetUnderlyingType(type))}){bits}"
            : type.IsPrimitive ? $"({Number(type)}){bits}"
            : bits;
    }

    private static string Number(Type type) =>
        type == typeof(byte) ? "byte" : type == typeof(ushort) ? "ushort" : type == typeof(uint) ? "uint" : "ulong";

    private static string Term(Type item, CommandField field)
    {
        Type type = field.Member.Split('.').Aggregate(item, MemberType);
        int shift = field.Bit % 64;
        string value = type == typeof(bool) ? $"(item.{field.Member} ? 1ul : 0)" : $"(ulong)item.{field.Member}";
        return shift == 0 ? value : $"({value} << {shift})";
    }
}
