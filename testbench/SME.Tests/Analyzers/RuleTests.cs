// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using SME.Analyzers;
using SME.Testing;

namespace SME.Tests.Analyzers;

/// <summary>What is outside of the subset is reported, by the analyzer and in the form, with its rule and line.</summary>
public class RuleTests
{
    [Theory]
    [InlineData("SME002", "var x = typeof(int) == null;")]
    [InlineData("SME002", "lock (this) { }")]
    [InlineData("SME020", "object q = i.A;")]
    [InlineData("SME020", "nint q = i.A;")]
    [InlineData("SME021", "float f = i.A;")]
    [InlineData("SME021", "o.X = (int)Math.Sqrt(i.A);")]
    [InlineData("SME022", "string s = \"a\";")]
    [InlineData("SME022", "var s = $\"{i.A}\";")]
    [InlineData("SME023", "o.X = new Thing().N;")]
    [InlineData("SME024", "memory = other;")]
    [InlineData("SME024", "int[,] m = new int[2, 2];")]
    [InlineData("SME030", "for (int n = 0; n < i.A; n++) o.X = n;")]
    [InlineData("SME030", "for (int n = i.A; n < 4; n++) o.X = n;")]
    [InlineData("SME030", "for (int n = 1; n < 4; n *= 2) o.X = n;")]
    [InlineData("SME030", "for (int n = 1; n < 4; n++) n++;")]
    [InlineData("SME030", "for (int n = 0; n < state; n++) state++;")]
    [InlineData("SME030", "for (int n = 0; o.W; n++) o.X = n;")]
    [InlineData("SME030", "foreach (int n in list) o.X = n;")]
    [InlineData("SME030", "int[] m = new int[i.A];")]
    [InlineData("SME031", "while (i.D) state++;")]
    [InlineData("SME031", "do state++; while (i.D);")]
    [InlineData("SME033", "goto end; end: state = 1;")]
    [InlineData("SME040", "_ = Wait(); async Task Wait() { await Task.Yield(); }")]
    [InlineData("SME050", "throw new InvalidOperationException();")]
    [InlineData("SME050", "o.X = i.D ? 1 : throw new InvalidOperationException();")]
    [InlineData("SME050", "try { state = 1; } finally { state = 2; }")]
    [InlineData("SME051", "Func<int> f = () => 1;")]
    [InlineData("SME052", "o.X = int.Parse(\"1\");")]
    [InlineData("SME052", "o.X = memory.Sum();")]
    [InlineData("SME053", "Span<int> s = stackalloc int[3];")]
    [InlineData("SME053", "unsafe { int* p = null; }")]
    [InlineData("SME054", "checked { state += i.A; }")]
    [InlineData("SME054", "o.Z = checked((byte)i.A);")]
    [InlineData("SME055", "dynamic d = 1;")]
    [InlineData("SME056", "ref int r = ref state;")]
    [InlineData("SME057", "int? q = i.A;")]
    [InlineData("SME060", "shared = 1;")]
    [InlineData("SME060", "o.X = shared;")]
    [InlineData("SME061", "thing.N = 1;")]
    [InlineData("SME062", "o.X = seen;")]
    [InlineData("SME062", "o.X = Seen();")]
    [InlineData("SME063", "Console.WriteLine(1);")]
    [InlineData("SME063", "System.Diagnostics.Debug.WriteLine(1);")]
    [InlineData("SME064", "if (memory is [1, ..]) state = 1;")]
    [InlineData("SME065", "Swap(ref state, ref state); void Swap(ref int a, ref int b) => (a, b) = (b, a);")]
    public void A_construct_without_hardware_form_is_reported_where_it_stands(string rule, string statement)
    {
        const string Members = """
            private int state; private int[] memory = new int[4]; private int[] other = new int[4]; private List<int> list = [];
            private static int shared; private readonly Thing thing = new();
            [SimulationOnly] private int seen; [SimulationOnly] private int Seen() => seen;
            """;
        string[] problems = Snippet.Problems(statement, Members, "public class Thing { public int N; }");
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.EndsWith(":2", problem));
        Assert.Contains(rule + ":2", problems);
    }

    [Fact]
    public void Recursion_is_reported_at_the_call() =>
        Assert.Equal(["SME032:4"], Snippet.Problems("o.X = Even(i.A) ? 1 : 0;",
            "\nprivate static bool Even(int n) => n == 0 || Odd(n - 1);\nprivate static bool Odd(int n) => n != 0 && Even(n - 1);")[^1..]);

    [Fact]
    public void A_method_of_another_object_cannot_keep_state() =>
        Assert.Equal(["SME061:4"], Snippet.Problems("thing.Next();", "private readonly Thing thing = new();",
            "public class Thing { private int n; public void Next() => n++; }"));

    [Fact]
    public void A_combinational_process_holds_no_state() =>
        Assert.Equal(["SME010:2"], Snippet.Problems("state = i.A; o.X = state; o.Y = 0; o.Z = 0; o.W = false;", "private int state;",
            attributes: string.Empty));

    [Fact]
    public void State_in_a_combinational_process_is_a_warning() =>
        Assert.Equal(DiagnosticSeverity.Warning,
            Snippet.Compile(Snippet.Program("private int state; protected override void OnTick() { state = 1; o.X = 1; o.Y = 0; o.Z = 0; "
                + "o.W = false; }", attributes: string.Empty), analyze: true).Findings.Single().Severity);

    [Theory]
    [InlineData("o.X = 1; o.Y = 1; o.Z = 1;", "W")]
    [InlineData("o.X = 1; o.Y = 1; o.Z = 1; if (i.D) o.W = true;", "W")]
    [InlineData("o.X = 1; o.Y = 1; o.Z = 1; if (i.D) return; o.W = true;", "W")]
    [InlineData("o.X = 1; o.Y = 1; o.Z = 1; switch (i.A) { case 1: o.W = true; break; case 2: o.W = false; break; }", "W")]
    [InlineData("Write(); o.Y = 1; o.Z = 1; o.W = true; void Write() { if (i.D) o.X = 1; }", "X")]
    public void A_combinational_process_writes_its_outputs_on_all_paths(string body, string signal)
    {
        CompiledProgram program = Snippet.Compile(Snippet.Program($"protected override void OnTick() {{ {body} }}",
            attributes: string.Empty), analyze: true);
        Diagnostic finding = Assert.Single(program.Findings);
        Assert.Equal("SME011", finding.Id);
        Assert.Contains($"'o.{signal}'", finding.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("o.X = 1; o.Y = 1; o.Z = 1; if (i.D) o.W = true; else o.W = false;")]
    [InlineData("o.X = 1; o.Y = 1; o.Z = 1; if (i.D) { o.W = true; return; } o.W = true;")]
    [InlineData("o.X = 1; o.Y = 1; o.Z = 1; switch (i.A) { case 1: if (i.D) { o.W = i.D; break; } o.W = true; break; default: o.W = false; "
        + "break; }")]
    [InlineData("Write(o); void Write(IOut bus) { bus.X = i.A switch { 1 => 2, _ => 3 }; bus.Y = 1; bus.Z = 1; bus.W = i.D; }")]
    [InlineData("for (int n = 0; n < 4; n++) { o.X = n; o.Y = 1; o.Z = 1; o.W = i.D; if (i.D) break; }")]
    public void A_combinational_process_that_writes_its_outputs_is_left_alone(string body) =>
        Assert.Empty(Snippet.Problems(body, attributes: string.Empty));

    [Theory]
    [InlineData("s.Ready = i.D; o.X = 1;", "")]
    [InlineData("s.Backward.Ready = i.D; o.X = s.Item;", "")]
    [InlineData("if (s.Valid) s.Ready = true; o.X = 1;", "s.Backward.Ready")]
    [InlineData("s.Ready = true; if (i.D) o.X = 1;", "o.X")]
    [InlineData("s.Ready = true; o.X = p.I.A; t.Valid = false; t.Item = 0; p.O.X = 2;", "", ", [OutputBus] Stream<int> t, [Ports] Pair p")]
    [InlineData("s.Ready = true; o.X = p.I.A; t.Valid = false; if (i.D) { p.O.X = 2; t.Item = 3; }", "p.O.X t.Forward.Item",
        ", [OutputBus] Stream<int> t, [Ports] Pair p")]
    public void Ports_that_are_parameters_are_looked_at_too(string body, string unwritten, string parameters = "")
    {
        string source = $$"""
            public class P([InputBus] IIn i, [InputBus] Stream<int> s, [OutputBus] IOne o{{parameters}}) : SimpleProcess
            {
                protected override void OnTick() { {{body}} }
            }
            public record Pair([InputBus] IIn I, [OutputBus] IOne O);
            public interface IIn : IBus { int A { get; set; } bool D { get; set; } }
            public interface IOne : IBus { int X { get; set; } }
            """;
        Assert.Equal(unwritten, string.Join(' ', Snippet.Compile(source, analyze: true).Findings.Select(
            finding => finding.GetMessage(null).Split('\'')[1]).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_combinational_process_does_not_read_its_outputs() =>
        Assert.Equal(["SME012:2"], Snippet.Problems("o.X = 1; o.Y = (uint)o.X; o.Z = 1; o.W = true;", attributes: string.Empty));

    [Theory]
    [InlineData("await Task.Delay(1);", "SME040")]
    [InlineData("while (i.D) { if (i.A == 1) continue; await ClockAsync(); }", "SME031")]
    [InlineData("while (true) { if (i.D) await ClockAsync(); }", "SME031")]
    [InlineData("while (true) { switch (i.A) { case 1: break; default: await ClockAsync(); break; } }", "SME031")]
    [InlineData("while (true) { while (i.D) await ClockAsync(); }", "SME031")]
    [InlineData("_ = ClockAsync();", "SME040")]
    public void A_state_process_waits_for_its_clock_each_way_round(string body, string rule) =>
        Assert.Equal([rule + ":2"], Snippet.ProblemsOf(Snippet.Program(
            $"protected override async Task OnTickAsync() {{\n{body} await ClockAsync(); }}", attributes: string.Empty,
            baseType: "StateProcess")));

    [Theory]
    [InlineData("while (true) { if (i.D) { await ClockAsync(); continue; } else { await ClockAsync(); } }")]
    [InlineData("while (i.D) { await ClockAsync(); } do { o.X++; await ClockAsync(); } while (o.X < 3);")]
    [InlineData("while (true) { do await ClockAsync(); while (i.D); if (i.A == 3) break; }")]
    [InlineData("for (int n = 0; n < 4; n++) { o.X = n; await ClockAsync(); } for (int n = 0; n < 4; n++) o.X += n; await ClockAsync();")]
    [InlineData("while (true) { if (i.D) return; await ClockAsync(); }")]
    public void A_state_process_that_waits_is_left_alone(string body) =>
        Assert.Empty(Snippet.ProblemsOf(Snippet.Program($"protected override async Task OnTickAsync() {{\n{body} }}",
            attributes: string.Empty, baseType: "StateProcess")));

    [Fact]
    public void Code_that_is_not_hardware_may_use_the_whole_language() =>
        Assert.Empty(Snippet.Problems("o.X = i.A; Trace($\"{i.A}\"); seen++;", """
        [SimulationOnly] private int seen;
        [SimulationOnly] private void Trace(string text) { try { Console.WriteLine(text + seen); } catch (Exception) { throw; } }
        public double Load() => new List<double> { 1.5 }.Sum();
        """, """
        public class Q : SimulationProcess { public override async Task Run() { Console.WriteLine(1.5); await ClockAsync(); } }
        [VhdlTemplate("t")] public class T : SimpleProcess { protected override void OnTick() => Console.WriteLine(1.5); }
        """));

    [Fact]
    public void A_broken_method_has_no_form_but_the_others_have()
    {
        CompiledProgram program = Snippet.Compile(Snippet.Program("protected override void OnTick() { o.X = Good(i.A) + Bad(i.A); } "
            + "private static int Good(int a) => a + 1; private static int Bad(int a) => (int)(a * 1.5);"));
        Assert.Equal(["OnTick", "Good"], program.Forms["P"].Methods.Select(method => method.Name));
        Assert.All(program.Forms["P"].Problems, problem => Assert.Equal("M:P.Bad(System.Int32)", problem.Key));
    }

    [Fact]
    public void Each_rule_has_a_row_in_the_documentation()
    {
        string table = File.ReadAllText(Documentation.PathOf("diagnostics.md"));
        Assert.All(new SubsetAnalyzer().SupportedDiagnostics, rule => Assert.Contains($"</a>{rule.Id}: ", table, StringComparison.Ordinal));
    }
}
