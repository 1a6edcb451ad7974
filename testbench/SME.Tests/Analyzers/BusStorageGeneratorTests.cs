// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SME.Analyzers;

namespace SME.Tests.Analyzers;

/// <summary>What is wrong with a bus is told at the bus; what is right compiles.</summary>
public class BusStorageGeneratorTests
{
    /// <summary>Runs the generator on a source and returns the compiler's and its own messages.</summary>
    private static string[] MessagesOf(params string[] sources)
    {
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Test",
            sources.Select(source => CSharpSyntaxTree.ParseText("using SME;\n" + source)),
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(new BusStorageGenerator()).RunGeneratorsAndUpdateCompilation(compilation,
            out Microsoft.CodeAnalysis.Compilation result, out ImmutableArray<Diagnostic> problems);
        Assert.All(driver.GetRunResult().Results, run => Assert.Null(run.Exception));
        return [.. problems.Concat(result.GetDiagnostics().Where(message => message.Severity >= DiagnosticSeverity.Warning))
            .Select(message => $"{message.Id} {message.GetMessage()}")];
    }

    [Theory]
    [InlineData("int Value { get; }")]
    [InlineData("int Value { set; }")]
    [InlineData("int Value { get; init; }")]
    public void A_signal_without_both_accessors_is_SME101(string signal) =>
        Assert.Equal("SME101 signal 'Value' of bus 'IThing' must have both get and set: write '{ get; set; }'",
            Assert.Single(MessagesOf($"public interface IThing : IBus {{ {signal} }}")));

    [Theory]
    [InlineData("string", "it is a reference")]
    [InlineData("float", "floating point")]
    [InlineData("decimal", "floating point")]
    [InlineData("nint", "depends on the machine")]
    [InlineData("int?", "add a bool")]
    [InlineData("int[]", "it is a reference")]
    [InlineData("(int Number, string Text)", "is string: it is a reference")]
    [InlineData("Record", "its member 'Inner' is Inner: its member 'Value' is double: floating point")]
    public void A_type_without_a_fixed_number_of_bits_is_SME102(string type, string reason)
    {
        string message = Assert.Single(MessagesOf($"public record struct Inner(double Value); public record struct Record(int Number, "
            + $"Inner Inner); public interface IThing : IBus {{ {type} Value {{ get; set; }} }}"));
        Assert.StartsWith("SME102 signal 'Value' of bus 'IThing' has type", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("void Clear();", "Clear")]
    [InlineData("int this[int index] { get; set; }", "this[]")]
    [InlineData("int Double => 2;", "Double")]
    [InlineData("event System.Action Changed;", "Changed")]
    public void What_is_no_signal_is_SME103(string member, string name) =>
        Assert.StartsWith($"SME103 '{name}' of bus 'IThing' is no signal",
            Assert.Single(MessagesOf($"public interface IThing : IBus {{ {member} }}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("public class Outer { private interface IThing : IBus { int Value { get; set; } } }", "'IThing' is private;")]
    [InlineData("public class Outer { private class Middle { public interface IThing : IBus { int Value { get; set; } } } }",
        "'Middle' is private;")]
    [InlineData("file interface IThing : IBus { int Value { get; set; } }", "'IThing' is local to its file;")]
    public void A_bus_that_generated_code_cannot_reach_is_SME104(string source, string reason) =>
        Assert.Contains(reason, Assert.Single(MessagesOf(source), message => message.StartsWith("SME104", StringComparison.Ordinal)),
            StringComparison.Ordinal);

    [Fact]
    public void Two_signals_of_one_name_are_SME105() =>
        Assert.Contains("SME105 bus 'IBoth' has two signals named 'Value', one from 'ILeft' and one from 'IRight'; rename one",
            MessagesOf("""
            public interface ILeft : IBus { int Value { get; set; } }
            public interface IRight : IBus { int Value { get; set; } }
            public interface IBoth : ILeft, IRight { }
            """));

    [Fact]
    public void A_partial_bus_is_stored_once() =>
        Assert.Empty(MessagesOf("public partial interface IThing : IBus { int First { get; set; } }",
            "public partial interface IThing : IBus { int Second { get; set; } }",
            "public partial interface IThing { int Third { get; set; } }"));

    [Fact]
    public void Buses_of_every_legal_kind_compile() =>
        Assert.Empty(MessagesOf("""
            namespace A.B_C;
            public enum Kind : byte { None }
            public readonly record struct Record(int Number, Bits<W72> Vector, Kind Kind);
            [System.Runtime.CompilerServices.InlineArray(4)] public struct Four { private Record first; }
            public interface IAll : IBus
            {
                const int Width = 3;
                bool @event { get; set; }
                char Letter { get; set; }
                System.UInt128 Large { get; set; }
                System.Int128 Signed { get; set; }
                Kind Kind { get; set; }
                Record Record { get; set; }
                Four Four { get; set; }
                (int First, Kind Second) Pair { get; set; }
            }
            public interface IGeneric : IBus { int Value { get; set; } }
            public interface IGeneric<T> : IBus where T : struct { T Value { get; set; } }
            public interface IVector<TWidth> : IBus where TWidth : unmanaged, IWidth { Bits<TWidth> Value { get; set; } }
            internal class Outer<T> where T : unmanaged
            {
                internal interface INested<U> : IBus where U : struct { T First { get; set; } U Second { get; set; } }
            }
            public interface IEmpty : IBus { }
            public interface IDerived : IAll { int More { get; set; } }
            """, """
            namespace A_B.C { public interface IAll : SME.IBus { int Value { get; set; } } }
            namespace A.B.C { public interface IAll : SME.IBus { int Value { get; set; } } }
            """));
}
