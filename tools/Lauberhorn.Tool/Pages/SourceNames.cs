// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Lauberhorn.Tool.Pages;

/// <summary>
/// The names that the sources have, by their syntax alone: identifiers and words of literals in C#, words in all other sources, and files.
/// Comments do not count.
/// </summary>
public sealed partial class SourceNames
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> members = new(StringComparer.Ordinal);
    private readonly HashSet<string> memberNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> bases = new(StringComparer.Ordinal);

    private SourceNames()
    {
    }

    /// <summary>All files and directories, by their path from the root of the repository, with '/' between.</summary>
    public HashSet<string> Paths { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a repository.</summary>
    /// <param name="root">Its root.</param>
    public static SourceNames Read(string root)
    {
        SourceNames all = new();
        foreach (string file in Files(root))
        {
            string path = Path.GetRelativePath(root, file);
            for (string? part = path; !string.IsNullOrEmpty(part); part = Path.GetDirectoryName(part))
            {
                all.Paths.Add(part);
            }
        }

        SourceNames[] parts =
        [
            .. all.Paths.AsParallel().Where(IsSource).Select(path => Of(File.ReadAllText(Path.Combine(root, path)), path)),
        ];
        foreach (SourceNames part in parts)
        {
            all.Add(part);
        }

        return all;
    }

    /// <summary>Reads one source.</summary>
    /// <param name="text">The source.</param>
    /// <param name="path">Its path, whose end says what language it is in.</param>
    public static SourceNames Of(string text, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        SourceNames one = new();
        if (path.EndsWith(".cs", StringComparison.Ordinal))
        {
            one.AddCSharp(text);
        }
        else
        {
            one.names.UnionWith(Word().Matches(text).Select(match => match.Value));
        }

        return one;
    }

    /// <summary>Whether the sources have a name.</summary>
    /// <param name="name">The name.</param>
    public bool Has(string name) => names.Contains(name);

    /// <summary>Whether a name has all these parts in it.</summary>
    /// <param name="parts">The parts.</param>
    public bool HasParts(IReadOnlyCollection<string> parts) =>
        names.Any(name => parts.All(part => name.Contains(part, StringComparison.Ordinal)));

    /// <summary>
    /// Whether a type has a member, itself or by what it is derived from. True where that cannot be told: the
    /// type is not ours, or a member has its name.
    /// </summary>
    /// <param name="type">The type's name.</param>
    /// <param name="member">The member's.</param>
    public bool HasMember(string type, string member)
    {
        if (!members.TryGetValue(type, out HashSet<string>? own) || memberNames.Contains(type))
        {
            return true;
        }

        return own.Contains(member) || (bases.TryGetValue(type, out HashSet<string>? up) && up.Any(one => HasMember(one, member)));
    }

    // What git knows and what is new, but nothing that was built: a directory that git ignores is left out.
    private static IEnumerable<string> Files(string directory)
    {
        IEnumerable<string> below = Directory.EnumerateDirectories(directory)
            .Where(one => Path.GetFileName(one) is not ("bin" or "obj" or ".git" or "build" or "node_modules"))
            .SelectMany(Files);
        return Directory.EnumerateFiles(directory).Concat(below);
    }

    private static bool IsSource(string path) =>
        Path.GetExtension(path) is ".cs" or ".c" or ".h" or ".x" or ".sh" or ".awk" or ".py" or ".vhd"
            or ".props" or ".targets" or ".csproj"
        || path is "tools/check" or "tools/test" or "tools/lauberhorn" or "tools/record-captures" or "tools/front/verbs" or ".ci/run";

    private void Add(SourceNames other)
    {
        names.UnionWith(other.names);
        memberNames.UnionWith(other.memberNames);
        Merge(members, other.members);
        Merge(bases, other.bases);

        static void Merge(Dictionary<string, HashSet<string>> into, Dictionary<string, HashSet<string>> from)
        {
            foreach ((string key, HashSet<string> values) in from)
            {
                if (!into.TryAdd(key, values))
                {
                    into[key].UnionWith(values);
                }
            }
        }
    }

    private void AddCSharp(string text)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(text).GetRoot();
        foreach (SyntaxToken token in root.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken))
            {
                names.Add(token.ValueText);
            }
            else if (token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken
                or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken)
            {
                names.UnionWith(Word().Matches(token.ValueText).Select(match => match.Value));
            }
        }

        foreach (BaseTypeDeclarationSyntax type in root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
        {
            HashSet<string> own = Set(members, type.Identifier.ValueText);
            own.UnionWith(MembersOf(type));
            memberNames.UnionWith(type is EnumDeclarationSyntax ? [] : ValuesOf(type));
            HashSet<string> up = Set(bases, type.Identifier.ValueText);
            up.UnionWith(type is EnumDeclarationSyntax ? [] : type.BaseList?.Types.Select(one => NameOf(one.Type)) ?? []);
        }

        static HashSet<string> Set(Dictionary<string, HashSet<string>> sets, string key)
        {
            if (!sets.TryGetValue(key, out HashSet<string>? set))
            {
                sets[key] = set = new(StringComparer.Ordinal);
            }

            return set;
        }
    }

    private static string NameOf(TypeSyntax type) => type switch
    {
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        _ => type.ToString(),
    };

    // What can stand in front of a point without being a type.
    private static IEnumerable<string> ValuesOf(BaseTypeDeclarationSyntax type) => ((TypeDeclarationSyntax)type).Members
        .SelectMany(member => member switch
        {
            PropertyDeclarationSyntax property => [property.Identifier.ValueText],
            BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => variable.Identifier.ValueText),
            _ => Enumerable.Empty<string>(),
        })
        .Concat(((TypeDeclarationSyntax)type).ParameterList?.Parameters.Select(parameter => parameter.Identifier.ValueText) ?? []);

    private static IEnumerable<string> MembersOf(BaseTypeDeclarationSyntax type)
    {
        if (type is EnumDeclarationSyntax enumeration)
        {
            return enumeration.Members.Select(member => member.Identifier.ValueText);
        }

        TypeDeclarationSyntax declaration = (TypeDeclarationSyntax)type;
        IEnumerable<string> parameters = declaration.ParameterList?.Parameters.Select(parameter => parameter.Identifier.ValueText) ?? [];
        return parameters.Concat(declaration.Members.SelectMany(member => member switch
        {
            MethodDeclarationSyntax method => [method.Identifier.ValueText],
            PropertyDeclarationSyntax property => [property.Identifier.ValueText],
            EventDeclarationSyntax happening => [happening.Identifier.ValueText],
            BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => variable.Identifier.ValueText),
            BaseTypeDeclarationSyntax inner => [inner.Identifier.ValueText],
            _ => Enumerable.Empty<string>(),
        }));
    }

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Word();
}
