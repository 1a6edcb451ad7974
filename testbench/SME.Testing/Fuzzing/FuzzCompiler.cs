// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using SME.Analyzers;
using SME.Form;

namespace SME.Testing.Fuzzing;

/// <summary>Compiles programs in this process, with the source generators that a project would have.</summary>
internal static class FuzzCompiler
{
    private const string Prologue = """
        using System;
        using System.Linq;
        using System.Numerics;
        using System.Runtime.CompilerServices;
        using System.Threading.Tasks;
        using SME;


        """;

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var file
                && (file.StartsWith("System.", StringComparison.Ordinal) || file is "netstandard.dll" or "SME.dll" or "SME.Values.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly ImmutableArray<ISourceGenerator> Generators =
    [
        .. typeof(BusStorageGenerator).Assembly.GetTypes()
            .Where(type => typeof(IIncrementalGenerator).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => ((IIncrementalGenerator)Activator.CreateInstance(type)!).AsSourceGenerator()),
    ];

    /// <summary>How many programs have been compiled; makes the names of assemblies different.</summary>
    private static int count;

    /// <summary>Compiles programs into one assembly in memory.</summary>
    /// <param name="programs">The programs; number i is called <c>P</c>i.</param>
    /// <param name="errors">What the compiler complains about, with the number of the program; empty if nothing.</param>
    /// <returns>The assembly; null if there are errors.</returns>
    internal static Assembly? Compile(IReadOnlyList<FuzzProgram> programs, out IReadOnlyList<(int Program, string Error)> errors) =>
        Compile(programs, [.. Enumerable.Range(0, programs.Count)], out errors);

    /// <summary>Compiles programs each with a deliberate fault of its own.</summary>
    /// <param name="programs">The programs; number i is called <c>P</c>i.</param>
    /// <param name="plants">The fault of each.</param>
    /// <param name="errors">What the compiler complains about, with the number of the program; empty if nothing.</param>
    /// <returns>The assembly of each program; null if there are errors.</returns>
    internal static Assembly[]? Compile(
        IReadOnlyList<FuzzProgram> programs, IReadOnlyList<Plant> plants, out IReadOnlyList<(int Program, string Error)> errors)
    {
        Assembly?[] assemblies = new Assembly?[programs.Count];
        List<(int, string)> all = [];
        foreach (IGrouping<Plant, int> group in Enumerable.Range(0, programs.Count).GroupBy(index => plants[index]))
        {
            int[] numbers = [.. group];
            Plants.Sow(group.Key);
            Assembly? assembly = Compile([.. numbers.Select(number => programs[number])], numbers, out IReadOnlyList<(int, string)> found);
            Plants.Sow(Plant.None);
            all.AddRange(found);
            foreach (int number in numbers)
            {
                assemblies[number] = assembly;
            }
        }

        errors = all;
        return Array.TrueForAll(assemblies, assembly => assembly is not null) ? [.. assemblies.Select(assembly => assembly!)] : null;
    }

    private static Assembly? Compile(
        IReadOnlyList<FuzzProgram> programs, int[] numbers, out IReadOnlyList<(int Program, string Error)> errors)
    {
        string assembly = $"Fuzz{Interlocked.Increment(ref count)}";
        SyntaxTree[] trees = [.. programs.Select((program, index) => TreeOf(program, $"P{numbers[index]}"))];
        CSharpCompilationOptions options = new(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable);
        CSharpCompilation compilation = CSharpCompilation.Create(assembly, trees, References, options);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(Generators, parseOptions: ParseOptions);
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Microsoft.CodeAnalysis.Compilation generated,
            out ImmutableArray<Diagnostic> diagnostics);
        using MemoryStream stream = new();
        Microsoft.CodeAnalysis.Emit.EmitResult result = generated.Emit(stream);
        errors = diagnostics.Concat(result.Diagnostics).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => (ProgramOf(diagnostic), diagnostic.ToString())).ToArray();
        if (!result.Success)
        {
            return null;
        }

        stream.Position = 0;
        return new AssemblyLoadContext(assembly, true).LoadFromStream(stream);
    }

    /// <summary>Constructs a process, and its input bus, in the open simulation.</summary>
    internal static (BusStorage Input, BusStorage Output) Construct(Assembly assembly, int program)
    {
        MethodInfo create = typeof(Scope).GetMethod(nameof(Scope.CreateBus))!;
        object input = create.MakeGenericMethod(assembly.GetType($"IP{program}In")!).Invoke(null, [$"P{program}In"])!;
        object process = Activator.CreateInstance(assembly.GetType($"P{program}")!, input)!;
        BusStorage output = (BusStorage)process.GetType().GetField("Output")!.GetValue(process)!;
        return ((BusStorage)input, output);
    }

    private static SyntaxTree TreeOf(FuzzProgram program, string name) =>
        CSharpSyntaxTree.ParseText(SourceText.From(Prologue + program.Text(name), System.Text.Encoding.UTF8), ParseOptions, name + ".cs");

    private static int ProgramOf(Diagnostic diagnostic)
    {
        string file = Path.GetFileNameWithoutExtension(diagnostic.Location.GetLineSpan().Path ?? string.Empty);
        return file.StartsWith('P') && int.TryParse(file.AsSpan(1), out int number) ? number : -1;
    }
}
