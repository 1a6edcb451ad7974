// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SME.Form;

namespace SME.Analyzers.Forms;

/// <summary>Finds the operations of methods, and what they are called in messages.</summary>
internal sealed class Sources(Compilation compilation, string projectDirectory, CancellationToken cancel)
{
    private readonly Dictionary<SyntaxTree, SemanticModel> models = [];
    private readonly Dictionary<IMethodSymbol, IOperation?> bodies = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<string, string> files = [];
    private readonly Dictionary<SourceLocation, Location> origins = [];
    private readonly string root = projectDirectory.Replace('\\', '/').TrimEnd('/');

    public Compilation Compilation => compilation;

    public CancellationToken Cancel => cancel;

    /// <summary>The definition of a method, with the body if it is partial.</summary>
    public static IMethodSymbol Definition(
        IMethodSymbol method) => method.OriginalDefinition.PartialImplementationPart ?? method.OriginalDefinition;

    /// <summary>Whether a symbol is declared in the project's own source.</summary>
    public bool HasSource(ISymbol symbol) =>
        SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, compilation.Assembly)
            && symbol.DeclaringSyntaxReferences.Length > 0;

    /// <summary>The operation of a method's body, local function, accessor or constructor; null if it has none.</summary>
    public IOperation? BodyOf(IMethodSymbol method)
    {
        IMethodSymbol definition = Definition(method);
        if (!bodies.TryGetValue(definition, out IOperation? body))
        {
            body = FindBody(definition);
            bodies.Add(definition, body);
        }

        return body;
    }

    /// <summary>The operation of a piece of syntax.</summary>
    public IOperation? OperationOf(SyntaxNode syntax)
    {
        cancel.ThrowIfCancellationRequested();
        if (!models.TryGetValue(syntax.SyntaxTree, out SemanticModel? model))
        {
            model = compilation.GetSemanticModel(syntax.SyntaxTree);
            models.Add(syntax.SyntaxTree, model);
        }

        return model.GetOperation(syntax, cancel);
    }

    /// <summary>A place in the source with the path relative to the project, the same on every machine.</summary>
    public SourceLocation Locate(Location location)
    {
        if (!location.IsInSource)
        {
            return SourceLocation.Unknown;
        }

        FileLinePositionSpan span = location.GetLineSpan();
        if (!files.TryGetValue(span.Path, out string? file))
        {
            file = Relative(span.Path.Replace('\\', '/'));
            files.Add(span.Path, file);
        }

        SourceLocation result = new(file, span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1);
        origins[result] = location;
        return result;
    }

    /// <summary>The location in the source that was located here; null if none was.</summary>
    public Location? Origin(SourceLocation location) => origins.TryGetValue(location, out Location? origin) ? origin : null;

    private string Relative(string path)
    {
        if (root.Length == 0)
        {
            return path.Substring(path.LastIndexOf('/') + 1);
        }

        string[] from = root.Split('/');
        string[] to = path.Split('/');
        int common = 0;
        while (common < from.Length && common < to.Length - 1
            && string.Equals(from[common], to[common], StringComparison.OrdinalIgnoreCase))
        {
            common++;
        }

        return common == 0 || (common == 1 && from[0].Length == 0)
            ? path.Substring(path.LastIndexOf('/') + 1)
            : string.Concat(Enumerable.Repeat("../", from.Length - common)) + string.Join("/", to.Skip(common));
    }

    private IOperation? FindBody(IMethodSymbol definition)
    {
        if (!HasSource(definition))
        {
            return null;
        }

        SyntaxNode? syntax = definition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancel);
        return syntax switch
        {
            LocalFunctionStatementSyntax local => (OperationOf(local) as ILocalFunctionOperation)?.Body,
            BaseMethodDeclarationSyntax { Body: null, ExpressionBody: null } => null,
            AccessorDeclarationSyntax { Body: null, ExpressionBody: null } => null,
            BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax => OperationOf(syntax),
            _ => null,
        };
    }
}
