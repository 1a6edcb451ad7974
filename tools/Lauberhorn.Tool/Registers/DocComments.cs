// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Text;
using System.Xml.Linq;
using Lauberhorn.Contract;

namespace Lauberhorn.Tool.Registers;

/// <summary>The doc comments of the NIC and of what it shares with software, as plain text.</summary>
internal static class DocComments
{
    // Stands on both sides of a name that the comment refers to.
    private const char Mark = '\u0001';

    private static readonly Dictionary<string, string> Summaries = Load();

    /// <summary>The summary of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="isPage">Whether names are put between backticks.</param>
    public static string Of(Type type, bool isPage = false) => Summary($"T:{type.FullName}", isPage);

    /// <summary>The summary of a constant or of an enumeration's value.</summary>
    /// <param name="type">The type.</param>
    /// <param name="name">The constant or value.</param>
    /// <param name="isPage">Whether names are put between backticks.</param>
    public static string OfField(Type type, string name, bool isPage = false) => Summary($"F:{type.FullName}.{name}", isPage);

    /// <summary>The summary of a property, or of a positional record's parameter.</summary>
    /// <param name="type">Where the path begins.</param>
    /// <param name="path">Names with points between.</param>
    /// <param name="isPage">Whether names are put between backticks.</param>
    public static string OfMember(Type type, string path, bool isPage = false)
    {
        string[] names = path.Split('.');
        foreach (string name in names[..^1])
        {
            type = type.GetProperty(name)!.PropertyType;
        }

        return Summary($"P:{type.FullName}.{names[^1]}", isPage);
    }

    /// <summary>What a type's constructors say of a parameter, names between backticks; null if they have none of that name.</summary>
    /// <param name="type">The type.</param>
    /// <param name="name">The parameter.</param>
    public static string? OfParameter(Type type, string name) =>
        Summaries.GetValueOrDefault($"C:{type.FullName}.{name}")?.Replace(Mark, '`');

    private static string Summary(string key, bool isPage) => !Summaries.TryGetValue(key, out string? text)
        ? throw new InvalidOperationException($"{key} has no doc comment")
        : isPage ? text.Replace(Mark, '`') : text.Replace(Mark.ToString(), string.Empty, StringComparison.Ordinal);

    private static Dictionary<string, string> Load()
    {
        Dictionary<string, string> summaries = [];
        foreach (Assembly assembly in new[] { typeof(NicConfig).Assembly, typeof(Hdl.Top.Nic).Assembly, typeof(SME.Simulation).Assembly })
        {
            string path = Path.ChangeExtension(assembly.Location, ".xml");
            if (!File.Exists(path))
            {
                throw new ToolException($"{path} is not there: build tools/Lauberhorn.Tool again");
            }

            foreach (XElement member in XDocument.Load(path).Descendants("member"))
            {
                Add(summaries, member);
            }
        }

        return summaries;
    }

    private static void Add(Dictionary<string, string> summaries, XElement member)
    {
        string name = member.Attribute("name")!.Value;
        summaries[name] = Text(member.Element("summary"));
        bool isType = name.StartsWith("T:", StringComparison.Ordinal);
        int constructor = name.IndexOf(".#ctor", StringComparison.Ordinal);
        foreach (XElement parameter in member.Elements("param"))
        {
            // A positional record's properties are described by its parameters.
            string? owner = isType ? $"P:{name[2..]}" : constructor > 0 ? $"C:{name[2..constructor]}" : null;
            if (owner is not null)
            {
                summaries[$"{owner}.{parameter.Attribute("name")!.Value}"] = Text(parameter);
            }
        }
    }

    private static string Text(XElement? element)
    {
        StringBuilder text = new();
        foreach (XNode node in element?.Nodes() ?? [])
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement reference when reference.Attribute("cref") is XAttribute target =>
                    $"{Mark}{target.Value.Split('(')[0].Split('.', ':')[^1]}{Mark}",
                XElement other => Text(other),
                _ => string.Empty,
            });
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
    }
}
