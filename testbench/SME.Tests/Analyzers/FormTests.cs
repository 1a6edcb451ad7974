// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests.Analyzers;

/// <summary>What the statements and expressions of a process become.</summary>
public class FormTests
{
    private static void Becomes(string body, string expected, string members = "", string types = "") =>
        Assert.Equal(expected.ReplaceLineEndings("\n").Trim(), Snippet.Tick(body, members, types));

    [Fact]
    public void A_signal_is_read_and_written() => Becomes("o.X = i.A + 1;", "this.o!X = (this.i!A + 1);");

    [Fact]
    public void Implicit_conversions_are_explicit() => Becomes("o.X = i.C << 3; o.W = i.A < i.B;", """
        this.o!X = ((int)this.i!C << 3);
        this.o!W = ((long)this.i!A < (long)this.i!B);
        """);

    [Fact]
    public void Compound_assignment_computes_in_the_promoted_type() => Becomes("o.Z += i.C; o.Z <<= 2; count++;", """
        this.o!Z = (byte)((int)this.o!Z + (int)this.i!C);
        this.o!Z = (byte)((int)this.o!Z << 2);
        this.count = (this.count + 1#byte);
        """, "private byte count;");

    [Fact]
    public void Effects_keep_their_order() => Becomes("o.X = count + count++ * Next() + count;", """
        t2 = this.count;
        t0 = this.count;
        this.count = (t0 + 1);
        result1 = do this.Next();
        this.o!X = ((t2 + (t0 * result1)) + this.count);
        """, "private int count; private int Next() => ++count;");

    [Fact]
    public void An_index_is_evaluated_before_the_value() => Becomes("memory[count] = count++;", """
        t1 = this.count;
        t0 = this.count;
        this.count = (t0 + 1);
        this.memory[t1] = t0;
        """, "private int count; private int[] memory = new int[4];");

    [Fact]
    public void A_shortcut_keeps_effects_on_its_right_conditional() => Becomes("o.W = i.D && count++ > 3 || i.A == 1;", """
        test1 = this.i!D;
        if (test1)
        {
            t0 = this.count;
            this.count = (t0 + 1);
            test1 = (t0 > 3);
        }
        this.o!W = (test1 || (this.i!A == 1));
        """, "private int count;");

    [Fact]
    public void Chained_assignments_share_one_value() => Becomes("int a, b; a = b = i.A; o.Z = low = (byte)a;", """
        t2 = this.i!A;
        b = t2;
        a = t2;
        t3 = (byte)a;
        this.low = t3;
        this.o!Z = t3;
        """, "private byte low;");

    [Fact]
    public void A_field_that_only_the_constructor_assigns_bounds_a_loop() =>
        Becomes("for (int n = 0; n < size; n++) memory[n] = n; for (int n = memory.Length - 1; n >= 0; n -= 2) o.X = n;", """
        for (n = 0; n < this.size; n += 1)
        {
            this.memory[n] = n;
        }
        for (n = (this.memory.Length - 1); n >= 0; n += -2)
        {
            this.o!X = n;
        }
        """, "private int size = 4; private readonly int[] memory = new int[4];");

    [Fact]
    public void A_local_assigned_once_bounds_a_loop() =>
        Becomes("int half = Bits<W64>.Width / 2; for (int n = 0; n < half; n++) o.X = n;", """
        half = (SME.Bits.Width<W64>() / 2);
        for (n = 0; n < (SME.Bits.Width<W64>() / 2); n += 1)
        {
            this.o!X = n;
        }
        """);

    [Fact]
    public void Foreach_becomes_for() => Becomes("foreach (int m in memory) o.X = m; foreach (IIn b in many) o.X = b.A;", """
        for (mIndex = 0; mIndex < this.memory.Length; mIndex += 1)
        {
            m = this.memory[mIndex];
            this.o!X = m;
        }
        for (bIndex = 0; bIndex < this.many.Length; bIndex += 1)
        {
            this.o!X = this.many[bIndex]!A;
        }
        """, "private readonly int[] memory = new int[4]; [InputBus] private readonly IIn[] many = [];");

    [Fact]
    public void A_switch_over_constants_stays_one() =>
        Becomes("switch (i.C) { case 1: case 2: o.X = 1; break; case 3 or 4: o.X = 2; return; default: o.X = 3; break; }", """
        switch (this.i!C)
        case 1#byte, 2#byte:
        {
            this.o!X = 1;
        }
        case 3#byte, 4#byte:
        {
            this.o!X = 2;
            return;
        }
        default:
        {
            this.o!X = 3;
        }
        """);

    [Fact]
    public void A_break_inside_a_section_skips_the_rest_of_it() =>
        Becomes("switch (i.C) { case 1: if (i.D) { if (i.A == 1) break; o.X = 1; } o.X = 2; break; case 2: if (i.D) break; o.X = 3; "
            + "break; }", """
        switch (this.i!C)
        case 1#byte:
        {
            left0 = false;
            if (this.i!D)
            {
                if ((this.i!A == 1))
                {
                    left0 = true;
                }
                else
                {
                    this.o!X = 1;
                }
            }
            if (!left0)
            {
                this.o!X = 2;
            }
        }
        case 2#byte:
        {
            if (!this.i!D)
            {
                this.o!X = 3;
            }
        }
        """);

    [Fact]
    public void Patterns_and_guards_become_conditions() =>
        Becomes("switch (i.A) { case > 3 and < 10 when i.D: o.X = 1; break; case not 0: o.X = 2; break; }", """
        if ((((this.i!A > 3) && (this.i!A < 10)) && this.i!D))
        {
            this.o!X = 1;
        }
        else
        {
            if (!(this.i!A == 0))
            {
                this.o!X = 2;
            }
        }
        """);

    [Fact]
    public void The_last_arm_of_a_switch_expression_is_the_rest() => Becomes("o.X = i.C switch { 1 => 5, 2 or 3 => i.A, _ => 7 };", """
        switch (this.i!C)
        case 1#byte:
        {
            this.o!X = 5;
        }
        case 2#byte, 3#byte:
        {
            this.o!X = this.i!A;
        }
        default:
        {
            this.o!X = 7;
        }
        """);

    [Fact]
    public void A_switch_over_a_tuple_looks_at_its_parts() =>
        Becomes("o.X = (i.A, i.D) switch { (0, true) => 1, (> 5, _) => 2, _ => 3 };", """
        if (((this.i!A == 0) && this.i!D))
        {
            this.o!X = 1;
        }
        else
        {
            if ((this.i!A > 5))
            {
                this.o!X = 2;
            }
            else
            {
                this.o!X = 3;
            }
        }
        """);

    private const string Records = """
        public record struct Pair(int Left, byte Right) { public readonly int Sum => Left + Right; }
        public struct Total { public int Value; public Total(int start) { Value = start; } public void Add(int x) => Value += x;
            public static Total operator +(Total a, int b) { a.Add(b); return a; } }
        [System.Runtime.CompilerServices.InlineArray(4)] public struct Four { private byte element; }
        """;

    [Fact]
    public void Records_are_made_changed_compared_and_taken_apart() =>
        Becomes("Pair p = new(i.A, 1) { Right = 2 }; p = p with { Left = 3 }; var (l, r) = p; o.W = p == new Pair(l, r); o.X = p.Sum; o.W "
            + "= p is { Left: > 1, Right: 2 };", """
        p = default(Pair) with { Left = this.i!A, Right = 2#byte };
        p = p with { Left = 3 };
        t3 = p;
        l = t3.Left;
        r = t3.Right;
        this.o!W = (p == default(Pair) with { Left = l, Right = r });
        this.o!X = p.get_Sum();
        this.o!W = ((p.Left > 1) && (p.Right == 2#byte));
        """, types: Records);

    [Fact]
    public void A_struct_with_code_is_called() => Becomes("total.Add(i.A); Total t = new(5); t += 3; o.X = t.Value;", """
        do this.total.Add(this.i!A);
        made1 = default(Total);
        do made1.#ctor(5);
        t = made1;
        result2 = do Total.op_Addition(t, 3);
        t = result2;
        this.o!X = t.Value;
        """, "private Total total;", Records);

    [Fact]
    public void Inline_arrays_are_indexed() =>
        Becomes("Four f = default; f[1] = i.C; f[i.A & 3]++; foreach (byte b in f) o.X += b; o.Z = f[^1];", """
        f = default(Four);
        f[1] = this.i!C;
        f[(this.i!A & 3)] = (f[(this.i!A & 3)] + 1#byte);
        for (bIndex = 0; bIndex < 4; bIndex += 1)
        {
            b = f[bIndex];
            this.o!X = (this.o!X + (int)b);
        }
        this.o!Z = f[(4 - 1)];
        """, types: Records);

    [Fact]
    public void Local_arrays_live_in_one_variable() => Becomes("int[] a = [1, i.A]; int[] b = new int[4]; b[a[0]] = a[^1]; o.X = b[1];", """
        a = new int[](2) { 1, this.i!A };
        b = new int[](4) {  };
        b[a[0]] = a[(a.Length - 1)];
        this.o!X = b[1];
        """);

    [Fact]
    public void A_local_function_gets_what_it_captures() =>
        Becomes("int v = i.A; int w = 2; Add(3); o.X = v; void Add(int x) => v += x * w;", """
        v = this.i!A;
        w = 2;
        do this.Add@76(3, v, w);
        this.o!X = v;
        """);

    [Fact]
    public void References_out_and_in_are_arguments() =>
        Becomes("int a = 1, b = 2; Swap(ref a, ref b); Set(out int c, in a); Set(out memory[c], b); o.X = c;", """
        a = 1;
        b = 2;
        do P.Swap(a, b);
        do P.Set(c, a);
        do P.Set(this.memory[c], b);
        this.o!X = c;
        """, "private int[] memory = new int[4]; private static void Swap(ref int a, ref int b) => (a, b) = (b, a); private static void "
            + "Set(out int a, in int b) => a = b;");

    [Fact]
    public void Generic_helpers_and_static_abstract_members_are_calls() =>
        Becomes("o.X = Same(i.A) + Of<Five>(); for (int n = 0; n < Size<Five>(); n++) o.X = n;", """
        this.o!X = (P.Same<int>(this.i!A) + P.Of<Five>());
        for (n = 0; n < P.Size<Five>(); n += 1)
        {
            this.o!X = n;
        }
        """, "private static T Same<T>(T x) where T : struct => x; private static int Of<T>() where T : INumberOf => T.Value + T.Twice(2); "
            + "private static int Size<T>() where T : INumberOf => T.Value;",
        "public interface INumberOf { static abstract int Value { get; } static abstract int Twice(int x); } public struct Five : "
            + "INumberOf { public static int Value => 5; public static int Twice(int x) => 2 * x; }");

    [Fact]
    public void Vectors_use_operators_conversions_and_intrinsics() =>
        Becomes("Bits<W64> v = (Bits<W64>)i.E; v = (v & ~v) + v << 3; o.W = v[3] || v == Bits<W64>.AllOnes; o.Y = "
            + "(uint)(ulong)v.Slice<W16>(4); o.Z = v.WithByte(1, i.C).GetByte(1);", """
        v = (Bits<W64>)this.i!E;
        v = (((v & ~v) + v) << 3);
        this.o!W = (SME.Bits.Item<W64>(v, 3) || (v == SME.Bits.AllOnes<W64>()));
        this.o!Y = (uint)(ulong)SME.Bits.Slice<W64, W16>(v, 4);
        this.o!Z = SME.Bits.GetByte<W64>(SME.Bits.WithByte<W64>(v, 1, this.i!C), 1);
        """);

    [Fact]
    public void Library_functions_are_intrinsics() =>
        Becomes("o.X = System.Numerics.BitOperations.PopCount(i.B) + Math.Max(i.A, 3) + int.Min(1, i.A); o.Y = "
            + "System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(i.B);", """
        this.o!X = ((System.Numerics.BitOperations.PopCount(this.i!B) + System.Math.Max(this.i!A, 3)) + System.Math.Min(1, this.i!A));
        this.o!Y = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(this.i!B);
        """);

    [Fact]
    public void Wide_integers_are_integers() =>
        Becomes("UInt128 u = (UInt128)i.E << 64 | i.B; u += 1u; Int128 s = -(Int128)i.A; o.W = s < 0 && u == new UInt128(1, 2); o.Y = "
            + "(uint)u;", """
        u = (((UInt128)this.i!E << 64) | (UInt128)this.i!B);
        u = (u + (UInt128)1u);
        s = -(Int128)this.i!A;
        this.o!W = ((s < (Int128)0) && (u == (((UInt128)1uL << 64) | (UInt128)2uL)));
        this.o!Y = (uint)u;
        """);

    [Fact]
    public void Enums_compute_in_their_underlying_type() =>
        Becomes("Kind k = (Kind)i.C; k++; k |= Kind.B; k = k + 1; o.X = k - Kind.A; o.W = k.HasFlag(Kind.B);", """
        k = (Kind)this.i!C;
        k = (Kind)((byte)k + 1#byte);
        k = (k | (Kind)2);
        k = (Kind)((byte)k + 1#byte);
        this.o!X = (int)((byte)k - (byte)(Kind)1);
        this.o!W = ((k & (Kind)2) == (Kind)2);
        """, types: "public enum Kind : byte { None, A, B }");

    [Fact]
    public void Tuples_are_structs() =>
        Becomes("var t = Both(i.A); (int a, bool b) = t; (a, int c) = (t.Number, a); o.W = (a, b) == (c, true);", """
        t = P.Both(this.i!A);
        t3 = t;
        a = t3.Item1;
        b = t3.Item2;
        t5 = t.Item1;
        t6 = a;
        a = t5;
        c = t6;
        subject7 = a;
        subject8 = b;
        subject9 = c;
        this.o!W = ((subject7 == subject9) && (subject8 == true));
        """, "private static (int Number, bool Odd) Both(int n) => (n, (n & 1) != 0);");

    [Fact]
    public void Simulation_only_members_and_assertions_vanish() =>
        Becomes("seen++; Trace(i.A++.ToString()); System.Diagnostics.Debug.Assert(i.A > 0, \"positive\"); o.X = 1;", "this.o!X = 1;",
        "[SimulationOnly] private long seen; [SimulationOnly] private void Trace(string text) => Console.WriteLine(text);");

    [Fact]
    public void Properties_with_code_are_methods_and_others_fields() =>
        Becomes("Auto = i.A; Computed += Auto; o.X = Computed; o.Y = Fixed;", """
        this.Auto = this.i!A;
        do this.set_Computed((this.get_Computed() + this.Auto));
        this.o!X = this.get_Computed();
        this.o!Y = this.Fixed;
        """, "public int Auto { get; set; } private int store; private int Computed { get => store + 1; set => store = value; } private "
            + "uint Fixed { get; } = 3;");

    [Fact]
    public void Constants_of_elaboration_need_no_literals() =>
        Becomes("const int three = 3; o.X = three * 2 + default(int) + Table[i.A & 1] + config.Size; o.Z = (byte)'a';", """
        this.o!X = ((6 + P.Table[(this.i!A & 1)]) + this.config.Size);
        this.o!Z = 97#byte;
        """, "private static readonly int[] Table = [1, 2]; private readonly Config config = new(3);",
        "public sealed record Config(int Size);");

    [Fact]
    public void A_bus_can_be_matched_and_given_another_name() =>
        Becomes("if (i is { A: 3, D: true }) Send(o, 1); IOut other = o; other.Z = 2;", """
        if (((this.i!A == 3) && this.i!D))
        {
            do P.Send(this.o, 1);
        }
        this.o!Z = 2#byte;
        """, "private static void Send(IOut bus, int value) => bus.X = value;");

    [Fact]
    public void Generic_numbers_are_numbers() => Becomes("o.X = Half(i.A);", "this.o!X = P.Half<int>(this.i!A);",
        "private static T Half<T>(T x) where T : struct, System.Numerics.IBinaryInteger<T> => (x + T.One) / T.CreateTruncating(2) + (x << "
            + "1);");

    [Fact]
    public void A_struct_keeps_the_parameters_of_its_constructor() => Becomes("Counter c = new(3); o.X = c.Next();", """
        made1 = default(Counter);
        do made1.#ctor(3);
        c = made1;
        result2 = do c.Next();
        this.o!X = result2;
        """, types: "public struct Counter(int step) { private int total = step; public int Next() => total += step; }");

    [Fact]
    public void A_base_class_calls_the_overrides_of_a_process()
    {
        SME.Testing.CompiledProgram program =
            Snippet.Compile(Snippet.Program("protected override int Delta(int x) => x + i.A; protected override void After() { "
                + "base.After(); total++; } protected override IOut Out => o;", """
            public abstract class Middle : SimpleProcess
            {
                protected int total;
                protected abstract IOut Out { get; }
                protected override void OnTick() { total += Delta(3); Out.X = total; After(); }
                protected abstract int Delta(int x);
                protected virtual void After() => total--;
            }
            """, baseType: "Middle"), analyze: true);
        Assert.Empty(program.Findings);
        Assert.Equal("t1 = this.total;\nresult0 = do virtual this.Delta(3);\nthis.total = (t1 + result0);\nvirtual this.get_Out()!X = "
            + "this.total;\ndo virtual this.After();", Snippet.Body(program.Forms["Middle"], "OnTick"));
        Assert.Equal(["get_Out", "Delta", "After"],
            program.Forms["P"].Methods.Select(method => method.Name)
                .OrderBy(name => "get_Out Delta After".IndexOf(name, StringComparison.Ordinal)));
        Assert.All(program.Forms["P"].Methods,
            method => Assert.Contains(method.Overrides, id => id.Contains("Middle", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_state_process_waits() => Assert.Equal("""
        while (!this.i!D)
        {
            await;
        }
        n = 0;
        while ((n < 4))
        {
            this.o!X = n;
            await;
        }
        update
        {
            n = (n + 1);
        }
        sum = 0;
        do
        {
            sum = (sum + this.i!A);
            await;
        }
        update
        {
            t2 = this.count;
            this.count = (t2 + 1);
            goesOn3 = (t2 < 4);
        }
        while (goesOn3);
        """.ReplaceLineEndings("\n"), Snippet.Body(Snippet.Compile(Snippet.Program(
            "private int count; protected override async Task OnTickAsync() { while (!i.D) await ClockAsync(); for (int n = 0; n < 4; n++) "
                + "{ o.X = n; await ClockAsync(); } int sum = 0; do { sum += i.A; await ClockAsync(); } while (count++ < 4); }",
            attributes: string.Empty, baseType: "StateProcess")).Forms["P"], "OnTickAsync"));
}
