// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Lauberhorn.Hdl.Tests;

/// <summary>
/// How large files, classes, ticks and constructors are, read from all C# sources of the repository. What is too large is listed in
/// <c>tools/sizes</c> with the size that it may have at most: it may shrink and not grow, and once it is no longer too large its
/// line must go. Nothing new is listed.
/// </summary>
public class SizeTests
{
    /// <summary>The most that each kind of thing may have, in its unit.</summary>
    private static readonly Dictionary<string, int> Limits = new()
    {
        // Lines.
        ["file"] = 400,

        // Lines, of all its parts together.
        ["class"] = 600,

        // Lines.
        ["tick"] = 70,

        // Parameters.
        ["constructor"] = 8,
    };

    [Fact]
    public void Nothing_is_too_large_but_what_is_listed()
    {
        Dictionary<(string Kind, string Name), int> sizes = [];
        foreach (string path in new[] { "hdl", "host-driver", "testbench", "tools" }.SelectMany(SourceFiles.In))
        {
            Measure(SourceFiles.NameOf(path), File.ReadAllText(path), sizes);
        }

        string[] complaints = Complaints(sizes, Listed(File.ReadAllLines(Path.Combine(SourceFiles.Root, "tools", "sizes"))));
        Assert.True(complaints.Length == 0, $"tools/sizes:\n{string.Join('\n', complaints)}");
    }

    [Fact]
    public void What_grows_is_new_or_could_be_struck_is_found()
    {
        string methods = string.Concat(Enumerable.Repeat("    void M()\n    {\n    }\n", 150));
        string tick = "    protected override void OnTick()\n    {\n" + string.Concat(Enumerable.Repeat("        x++;\n", 70)) + "    }\n";
        Dictionary<(string Kind, string Name), int> sizes = [];
        Measure("a/Long.cs", $"namespace A;\nclass Long\n{{\n{methods}}}\n", sizes);
        Measure("b/Part.cs", $"namespace B;\npartial class Part\n{{\n{methods}}}\n", sizes);
        Measure("b/Part.Two.cs", $"namespace B;\npartial class Part\n{{\n{methods}}}\n", sizes);
        const string Nine = "int a, int b, int c, int d, int e, int f, int g, int h, int i";
        Measure("c/Wide.cs", $"namespace C;\nrecord Wide({Nine});\nclass Few(int a);\n", sizes);
        Measure("c/Made.cs", $"namespace C;\nclass Made\n{{\n    public Made({Nine})\n    {{\n    }}\n}}\n", sizes);
        Measure("d/Tick.cs", $"namespace D;\nclass Ticks : P\n{{\n{tick}}}\n", sizes);
        Assert.Equal(
            [
                "class B.Part: 906, at most 600 are allowed",
                "constructor C.Made: 9, at most 8 are allowed",
                "constructor C.Wide: 9, at most 8 are allowed",
                "file a/Long.cs: 454, at most 400 are allowed",
                "file b/Part.Two.cs: 454, at most 400 are allowed",
                "file b/Part.cs: 454, at most 400 are allowed",
                "tick D.Ticks: 73, at most 70 are allowed",
            ],
            Complaints(sizes, []));
        Assert.Equal(
            [
                "class B.Part: 906, it was 905: make it smaller again",
                "constructor C.Few: 1, at most 8 are allowed: strike it from the list",
                "constructor C.Gone: there is no such thing: strike it from the list",
            ],
            Complaints(sizes, Listed(
            [
                "# comment", "class B.Part 905", "constructor C.Made 9", "constructor C.Wide 10", "constructor C.Few 9",
                "constructor C.Gone 9",
                "file a/Long.cs 454", "file b/Part.cs 500", "file b/Part.Two.cs 454", "tick D.Ticks 73",
            ])));
    }

    /// <summary>What is wrong with sizes, in order.</summary>
    private static string[] Complaints(
        Dictionary<(string Kind, string Name), int> sizes, Dictionary<(string Kind, string Name), int> listed)
    {
        IEnumerable<string> found =
            from size in sizes
            let limit = Limits[size.Key.Kind]
            let isListed = listed.ContainsKey(size.Key)
            let most = isListed ? listed[size.Key] : limit
            let what = $"{size.Key.Kind} {size.Key.Name}: {size.Value}"
            where size.Value > most || (isListed && size.Value <= limit)
            select !isListed ? $"{what}, at most {limit} are allowed"
                : size.Value > most ? $"{what}, it was {most}: make it smaller again"
                : $"{what}, at most {limit} are allowed: strike it from the list";
        IEnumerable<string> gone =
            from name in listed.Keys
            where !sizes.ContainsKey(name)
            select $"{name.Kind} {name.Name}: there is no such thing: strike it from the list";
        return [.. found.Concat(gone).Order(StringComparer.Ordinal)];
    }

    private static Dictionary<(string Kind, string Name), int> Listed(IEnumerable<string> lines) => lines
        .Select(line => line.Split(' '))
        .Where(parts => parts[0].Length != 0 && parts[0] != "#")
        .ToDictionary(parts => (parts[0], parts[1]), parts => int.Parse(parts[2], CultureInfo.InvariantCulture));

    /// <summary>Adds what is in a file; parts of a class add up, and the constructor with the most parameters counts.</summary>
    private static void Measure(string path, string text, Dictionary<(string Kind, string Name), int> sizes)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.CSharp14), path);
        sizes[("file", path)] = text.AsSpan().Count('\n');
        foreach (TypeDeclarationSyntax type in tree.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>())
        {
            string name = NameOf(type);
            sizes[("class", name)] = sizes.GetValueOrDefault(("class", name)) + Lines(type);
            IEnumerable<int> parameters = type.Members.OfType<ConstructorDeclarationSyntax>()
                .Select(constructor => constructor.ParameterList.Parameters.Count)
                .Append(type.ParameterList?.Parameters.Count ?? 0)
                .Append(sizes.GetValueOrDefault(("constructor", name)));
            sizes[("constructor", name)] = parameters.Max();
            foreach (MethodDeclarationSyntax method in type.Members.OfType<MethodDeclarationSyntax>())
            {
                if (method.Identifier.Text is "OnTick" or "OnTickAsync")
                {
                    sizes[("tick", name)] = Lines(method);
                }
            }
        }
    }

    /// <summary>Lines of a declaration, without its doc comment.</summary>
    private static int Lines(SyntaxNode node)
    {
        FileLinePositionSpan span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    /// <summary>Namespace, types around it, and its own name with the number of its type parameters.</summary>
    private static string NameOf(TypeDeclarationSyntax type)
    {
        int arity = type.TypeParameterList?.Parameters.Count ?? 0;
        string own = arity == 0 ? type.Identifier.Text : $"{type.Identifier.Text}`{arity}";
        return type.Parent switch
        {
            TypeDeclarationSyntax outer => $"{NameOf(outer)}.{own}",
            BaseNamespaceDeclarationSyntax space => $"{space.Name}.{own}",
            _ => own,
        };
    }
}
