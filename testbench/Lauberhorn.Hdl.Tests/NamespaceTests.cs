// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SME;

namespace Lauberhorn.Hdl.Tests;

/// <summary>
/// The NIC's namespaces, read from its source: each uses only those below it, so that a block can be read, built and tried without what
/// comes after it. A block owns the types that it produces; what flows back is owned by its receiver.
/// </summary>
public class NamespaceTests
{
    private const string Root = "Lauberhorn.Hdl";

    /// <summary>The most uses of one namespace by another.</summary>
    private const int MostArrows = 55;

    /// <summary>All namespaces, from the bottom up.</summary>
    private static readonly string[] Order =
    [
        "Common", "Receive.Mac", "Receive.Ethernet", "Receive.Ip", "Receive.Udp", "Receive.Rpc", "Receive.Verdict", "Demux", "Stores",
        "Admission", "Schedule", "Home", "Endpoint", "Reply", "Observe", "Control", "Top",
    ];

    [Fact]
    public void A_namespace_uses_only_those_below_it()
    {
        Dictionary<(string From, string To), string> arrows = Arrows([.. Trees(SourceDirectory())]);
        Assert.DoesNotContain(arrows.Keys.SelectMany(arrow => new[] { arrow.From, arrow.To }), name => !Order.Contains(name));
        Assert.Empty(Upward(arrows));
        Assert.Equal([("Top", "Control")], arrows.Keys.Where(arrow => arrow.To is "Top" or "Control"));
        Assert.True(arrows.Count <= MostArrows, $"{arrows.Count} arrows:\n{string.Join('\n', arrows.Keys.Order())}");
    }

    [Fact]
    public void An_upward_use_is_found()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        SyntaxTree lower = CSharpSyntaxTree.ParseText(
            "namespace Lauberhorn.Hdl.Demux; class Low { int Of(Reply.High high) => high.Value; }", path: "Low.cs",
            cancellationToken: cancel);
        SyntaxTree upper = CSharpSyntaxTree.ParseText(
            "namespace Lauberhorn.Hdl.Reply; class High { public int Value; Demux.Low low; }", path: "High.cs", cancellationToken: cancel);
        Assert.Equal(["Demux uses Reply, which is above it: High in Low.cs(1)"], Upward(Arrows([lower, upper])));
    }

    [Fact]
    public void A_file_lies_where_its_namespace_says()
    {
        string directory = SourceDirectory();
        foreach (SyntaxTree tree in Trees(directory))
        {
            string path = Path.GetDirectoryName(Path.GetRelativePath(directory, tree.FilePath))!;
            string folder = path.Replace(Path.DirectorySeparatorChar, '.');
            SyntaxNode root = tree.GetRoot(TestContext.Current.CancellationToken);
            string name = root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().Single().Name.ToString();
            Assert.True(name == $"{Root}.{folder}", $"{tree.FilePath}: the namespace is {name}");
        }
    }

    private static IEnumerable<string> Upward(Dictionary<(string From, string To), string> arrows) =>
        from arrow in arrows
        where Array.IndexOf(Order, arrow.Key.To) >= Array.IndexOf(Order, arrow.Key.From)
        select $"{arrow.Key.From} uses {arrow.Key.To}, which is above it: {arrow.Value}";

    /// <summary>Which namespace uses which, each with the first place found.</summary>
    private static Dictionary<(string From, string To), string> Arrows(SyntaxTree[] trees)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            Root,
            trees,
            platform.Split(Path.PathSeparator)
                .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
                .Concat(new[] { typeof(Process), typeof(Bits), typeof(NicConfig) }.Select(type => type.Assembly.Location))
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        Dictionary<(string, string), string> arrows = [];
        foreach (SyntaxTree tree in trees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (name.Ancestors().OfType<BaseTypeDeclarationSyntax>().FirstOrDefault() is not BaseTypeDeclarationSyntax user
                    || NamespaceOf(model.GetSymbolInfo(name).Symbol) is not string used
                    || NamespaceOf(model.GetDeclaredSymbol(user)) is not string own
                    || used == own)
                {
                    continue;
                }

                FileLinePositionSpan place = name.GetLocation().GetLineSpan();
                arrows.TryAdd((own, used), $"{name} in {Path.GetFileName(place.Path)}({place.StartLinePosition.Line + 1})");
            }
        }

        return arrows;
    }

    /// <summary>The namespace of a type, or of a member's type, if it is one of the NIC's.</summary>
    private static string? NamespaceOf(ISymbol? symbol)
    {
        ISymbol? type = symbol is INamedTypeSymbol ? symbol : symbol?.ContainingType;
        string? name = type?.ContainingNamespace?.ToDisplayString();
        return name is not null && name.StartsWith(Root + ".", StringComparison.Ordinal) ? name[(Root.Length + 1)..] : null;
    }

    private static IEnumerable<SyntaxTree> Trees(string directory)
    {
        const string Usings =
            "global using System; global using System.Collections.Generic; global using System.Linq; global using System.IO;";
        CSharpParseOptions options = new(LanguageVersion.CSharp14);
        bool isFirst = true;
        foreach (string path in Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string[] folders = Path.GetRelativePath(directory, path).Split(Path.DirectorySeparatorChar);
            if (folders[0] is not ("bin" or "obj"))
            {
                string text = File.ReadAllText(path);
                yield return CSharpSyntaxTree.ParseText(isFirst ? Usings + text : text, options, path);
                isFirst = false;
            }
        }
    }

    private static string SourceDirectory() => Path.Combine(SourceFiles.Root, "hdl", Root);
}
