// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Lauberhorn.Contract;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;
using Lauberhorn.Tool.Registers;

namespace Lauberhorn.Tool.Pages;

/// <summary>
/// The NIC's parameters: what each means, from its doc comment; its unit and range, from its attribute; its values in presets.
/// </summary>
internal static partial class ConfigurationText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Write()
    {
        StringBuilder text = new();
        NicConfig[] presets = [.. NicConfig.Presets];
        text.Append(Markdown.Table(
            ["Parameter", "Unit", "Range", .. presets.Select(preset => $"`{preset.Name}`")],
            VerbTable.Parameters.Select(parameter => (IReadOnlyList<string>)
                [$"`{parameter.Name}`", Unit(parameter), Range(parameter), .. presets.Select(preset => Value(parameter, preset))])));
        text.Append('\n');
        foreach (PropertyInfo parameter in VerbTable.Parameters)
        {
            string meaning = Markdown.Links(DocComments.OfMember(typeof(NicConfig), parameter.Name, isPage: true));
            text.Append(Markdown.Wrap($"`{parameter.Name}`: {meaning}.", "- "));
        }

        return text.ToString();
    }

    private static string Unit(PropertyInfo parameter) => Rule(parameter)?.Unit ?? "a name";

    private static string Range(PropertyInfo parameter) => Rule(parameter) is { } rule
        ? Grouped(rule.Range + (rule.Besides.Length == 0 ? string.Empty : $"; {rule.Besides}"))
        : string.Join(", ", Enum.GetNames(parameter.PropertyType).Select(name => $"`{name}`"));

    private static string Grouped(string words) =>
        LongNumber().Replace(words, number => int.Parse(number.Value, Culture).ToString("N0", Culture));

    private static string Value(PropertyInfo parameter, NicConfig preset) =>
        parameter.GetValue(preset) is int number ? number.ToString("N0", Culture) : $"`{parameter.GetValue(preset)}`";

    // A number without a unit and a range would be a parameter of which nobody says what it may be.
    private static ParameterAttribute? Rule(PropertyInfo parameter) =>
        parameter.GetCustomAttribute<ParameterAttribute>()
        ?? (parameter.PropertyType.IsEnum ? null : throw new InvalidOperationException($"NicConfig.{parameter.Name} has no [Parameter]"));

    [GeneratedRegex("[0-9]{4,}")]
    private static partial Regex LongNumber();
}
