// SPDX-License-Identifier: Apache-2.0
using SME.Form;
using SME.Testing;

namespace SME.Tests.Analyzers;

/// <summary>Compiles small processes.</summary>
internal static class Snippet
{
    private const string Buses = """
        public interface IIn : IBus { int A { get; set; } uint B { get; set; } byte C { get; set; }
            bool D { get; set; } ulong E { get; set; } }
        public interface IOut : IBus { int X { get; set; } uint Y { get; set; } byte Z { get; set; } bool W { get; set; } }
        """;

    /// <summary>The program around a clocked process <c>P</c> with an input <c>i</c> and an output <c>o</c>.</summary>
    /// <param name="members">Members of the process; on line 1.</param>
    /// <param name="types">Further types.</param>
    /// <param name="attributes">Attributes of the process.</param>
    /// <param name="baseType">Its base class.</param>
    public static string Program(string members, string types = "", string attributes = "[ClockedProcess]",
        string baseType = "SimpleProcess") =>
        $"{attributes} public partial class P(IIn i) : {baseType} {{ [InputBus] private readonly IIn i = i; [OutputBus] private readonly "
            + $"IOut o = Scope.CreateBus<IOut>(); {members}\n}}\n{types}\n{Buses}";

    /// <summary>The form of a process's tick, printed, with the statements given as its body.</summary>
    public static string Tick(string body, string members = "", string types = "")
    {
        CompiledProgram program = Compile(Program($"protected override void OnTick() {{ {body} }} {members}", types));
        return Body(program.Forms["P"], "OnTick");
    }

    public static CompiledProgram Compile(string source, bool analyze = false)
    {
        CompiledProgram program = FormCompiler.Compile(source, analyze: analyze);
        Assert.True(program.Image is not null, string.Join('\n', program.Errors));
        return program;
    }

    /// <summary>The lines of a method's body without the braces around it; fails if the type has problems.</summary>
    public static string Body(TypeForm form, string method)
    {
        Assert.True(form.Problems.Count == 0, FormPrinter.Print(form));
        string[] lines = FormPrinter.Print(form.Methods.Single(candidate => candidate.Name == method)).TrimEnd().Split('\n');
        return string.Join('\n', lines[2..^1].Select(line => line[4..]));
    }

    /// <summary>The ids and lines that are reported about a tick with these statements, and the same from the form.</summary>
    public static string[] Problems(string body, string members = "", string types = "", string attributes = "[ClockedProcess]") =>
        ProblemsOf(Program($"protected override void OnTick() {{\n{body} }} {members}", types, attributes));

    public static string[] ProblemsOf(string source)
    {
        CompiledProgram program = Compile(source, analyze: true);
        string[] reported =
            [.. program.Findings.Select(finding => $"{finding.Id}:{finding.Location.GetLineSpan().StartLinePosition.Line + 1}")
                .Order(StringComparer.Ordinal)];
        string[] recorded = [.. program.Forms.Values.SelectMany(form => form.Problems)
            .Select(problem => $"{problem.Value.Id}:{problem.Value.Location.Line}").Order(StringComparer.Ordinal)];
        Assert.Equal(reported, recorded);
        Assert.Equal(program.Findings.Select(finding => finding.ToString()), program.Reported.Select(finding => finding.ToString()));
        Assert.All(program.Forms.Values.SelectMany(form => form.Problems),
            problem => Assert.Equal("Program.cs", problem.Value.Location.File));
        return reported;
    }
}
