// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Xml.Linq;
using Lauberhorn.Contract;

namespace Lauberhorn.Tool.Registers;

/// <summary>The doc comments of <c>Lauberhorn.Hdl</c>, as plain text.</summary>
internal static class DocComments
{
    private static readonly Dictionary<string, string> Summaries = Load();

    /// <summary>The summary of a type.</summary>
    public static string Of(Type type) => Summary($"T:{type.FullName}");

    /// <summary>The summary of a constant or of an enumeration's value.</summary>
    public static string OfField(Type type, string name) => Summary($"F:{type.FullName}.{name}");

    /// <summary>The summary of a property, or of a positional record's parameter.</summary>
    /// <param name="type">Where the path begins.</param>
    /// <param name="path">Names with points between.</param>
    public static string OfMember(Type type, string path)
    {
        string[] names = path.Split('.');
        foreach (string name in names[..^1])
        {
            type = type.GetProperty(name)!.PropertyType;
        }

        return Summary($"P:{type.FullName}.{names[^1]}");
    }

    private static string Summary(string key) =>
        Summaries.TryGetValue(key, out string? text) ? text : throw new InvalidOperationException($"{key} has no doc comment");

    private static Dictionary<string, string> Load()
    {
        string path = Path.ChangeExtension(typeof(NicConfig).Assembly.Location, ".xml");
        if (!File.Exists(path))
        {
            throw new ToolException($"{path} is not there: build tools/Lauberhorn.Tool again");
        }

        Dictionary<string, string> summaries = [];
        foreach (XElement member in XDocument.Load(path).Descendants("member"))
        {
            string name = member.Attribute("name")!.Value;
            summaries[name] = Text(member.Element("summary"));

            // A positional record's properties are described by its parameters.
            foreach (XElement parameter in name.StartsWith("T:", StringComparison.Ordinal) ? member.Elements("param") : [])
            {
                summaries[$"P:{name[2..]}.{parameter.Attribute("name")!.Value}"] = Text(parameter);
            }
        }

        return summaries;
    }

    private static string Text(XElement? element)
    {
        StringBuilder text = new();
        foreach (XNode node in element?.Nodes() ?? [])
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement reference when reference.Attribute("cref") is XAttribute target => target.Value.Split('(')[0].Split('.', ':')[^1],
                XElement other => Text(other),
                _ => string.Empty,
            });
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
    }
}
