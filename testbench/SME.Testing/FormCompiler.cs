// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;
using SME.Analyzers;
using SME.Form;

namespace SME.Testing;

/// <summary>Result of compiling a program.</summary>
/// <param name="Image">The assembly; null if the program has errors (those of the hardware subset do not count).</param>
/// <param name="Forms">The forms of its processes, by reflection name.</param>
/// <param name="Errors">The compiler's errors.</param>
/// <param name="Findings">The diagnostics of the hardware subset, ordered by place; empty unless asked for.</param>
public sealed record CompiledProgram(
    byte[]? Image, IReadOnlyDictionary<string, TypeForm> Forms, IReadOnlyList<Diagnostic> Errors, IReadOnlyList<Diagnostic> Findings)
{
    /// <summary>
    /// The same diagnostics from the generator of the forms, which reports them in builds without analyzers; empty unless asked for.
    /// </summary>
    public IReadOnlyList<Diagnostic> Reported { get; init; } = [];

    /// <summary>Loads the assembly into this process.</summary>
    /// <exception cref="InvalidOperationException">The program has errors; the message lists them.</exception>
    public Assembly Load() => Assembly.Load(Image ?? throw new InvalidOperationException(string.Join('\n', Errors)));
}

/// <summary>
/// Compiles a C# program with processes in memory, as a project that sets <c>UsesSmeAnalyzers</c> is compiled: with bus
/// storage, forms and the checks of the subset, with the usual implicit usings and <c>SME</c>.
/// </summary>
public static class FormCompiler
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading.Tasks;
        global using SME;
        """;

    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(FindReferences);

    private static readonly HashSet<string> Subset = [.. new SubsetAnalyzer().SupportedDiagnostics.Select(rule => rule.Id)];

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14, DocumentationMode.None);

    /// <summary>Compiles a program.</summary>
    /// <param name="source">The source of its one file, which is called <c>Program.cs</c>.</param>
    /// <param name="assemblyName">Simple name of the assembly; assemblies that are loaded together need different ones.</param>
    /// <param name="analyze">Whether the analyzer runs too, as in the IDE; it does the same work a second time.</param>
    /// <param name="references">Further assemblies that the program uses.</param>
    public static CompiledProgram Compile(
        string source, string assemblyName = "Program", bool analyze = false, params MetadataReference[] references)
    {
        ArgumentNullException.ThrowIfNull(source);
        SyntaxTree[] trees =
        [
            CSharpSyntaxTree.ParseText(source, ParseOptions, "/project/Program.cs", System.Text.Encoding.UTF8),
            CSharpSyntaxTree.ParseText(Usings, ParseOptions, "/project/Usings.cs", System.Text.Encoding.UTF8),
        ];
        CSharpCompilationOptions options = new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Release);
        CSharpCompilation compilation = CSharpCompilation.Create(assemblyName, trees, [.. References.Value, .. references], options);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new BusStorageGenerator().AsSourceGenerator(), new FormGenerator().AsSourceGenerator()],
            parseOptions: ParseOptions,
            optionsProvider: new BuildProperties(analyze));
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Microsoft.CodeAnalysis.Compilation output,
            out ImmutableArray<Diagnostic> problems);
        List<Diagnostic> reported = [.. problems.Where(problem => Subset.Contains(problem.Id)).OrderBy(problem =>
            problem.Location.SourceSpan.Start)];
        using MemoryStream stream = new();
        EmitResult result = output.Emit(stream);
        List<Diagnostic> errors = [.. result.Diagnostics.Concat(problems.Except(reported)).Where(diagnostic =>
            diagnostic.Severity == DiagnosticSeverity.Error || diagnostic.Id.StartsWith("CS87", StringComparison.Ordinal))];
        return new CompiledProgram(result.Success ? stream.ToArray() : null, FormsOf(output), errors, analyze ? Analyze(output) : [])
        {
            Reported = reported,
        };
    }

    private static Dictionary<string, TypeForm> FormsOf(Microsoft.CodeAnalysis.Compilation output)
    {
        INamedTypeSymbol? carrier = output.Assembly.GetTypeByMetadataName("SME.Generated.Forms");
        return carrier is null
            ? []
            : carrier.GetMembers("Carry").Single().GetAttributes().ToDictionary(
                attribute => (string)attribute.ConstructorArguments[0].Value!,
                attribute => FormReader.Read((string)attribute.ConstructorArguments[1].Value!));
    }

    private static List<Diagnostic> Analyze(Microsoft.CodeAnalysis.Compilation output)
    {
        CompilationWithAnalyzers analysis = output.WithAnalyzers([new SubsetAnalyzer()]);
        return [.. analysis.GetAnalyzerDiagnosticsAsync(CancellationToken.None).GetAwaiter().GetResult()
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    private static ImmutableArray<MetadataReference> FindReferences()
    {
        // What this process runs on is what the program is compiled against.
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return
        [
            .. platform.Split(Path.PathSeparator).Where(path => Path.GetDirectoryName(path) == runtime)
                .Select(path => MetadataReference.CreateFromFile(path)),
            MetadataReference.CreateFromFile(typeof(SME.Process).Assembly.Location),
            MetadataReference.CreateFromFile(typeof(SME.Bits).Assembly.Location),
        ];
    }

    /// <summary>Tells the generators the project's directory, and whether analyzers run, as the build does.</summary>
    private sealed class BuildProperties(bool reports) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(new()
        {
            ["build_property.ProjectDir"] = "/project/",
            ["build_property.SmeGeneratorReports"] = reports ? "true" : string.Empty,
        });

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => Options.None;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => Options.None;

        private sealed class Options(Dictionary<string, string> values) : AnalyzerConfigOptions
        {
            public static Options None { get; } = new([]);

            public override bool TryGetValue(
                string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
        }
    }
}
