// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests.Fuzzing;

/// <summary>
/// C#'s rules of the order of evaluation and of aliasing, each as the body of a tick that shows a difference if the rule is broken.
/// docs/subset.md has the same rows with the rule in words; <see cref="OrderTests"/> runs them.
/// </summary>
internal static class OrderRows
{
    /// <summary>The types that the rows use.</summary>
    internal static readonly string[] Types =
    [
        """
        public struct №S
        {
            public int X;
            public int Y;
            public №S(int x, int y) { X = x; Y = y; }
            public int Prop { readonly get => Y; set { Y = value + X; } }
            public int Auto { get; set; }
            public readonly int this[int i] => (i & 1) == 0 ? X : Y;
            public readonly int Twice => X * 2;
            public int Bump(int d) { X += d; Y ^= X; X += d; return X; }
            public readonly int Sum(int d) => X + (Y * 3) + d;
            public readonly int Into(ref int r) { r += 5; return X + r; }
            public readonly int BumpCopy() { return Bump(3) + X; }
            public int Twin(in №S other) { X += 4; return other.X + X; }
            public int Self(ref int r) { return X + (r = 9) + X; }
            public int Chain() => X + Bump(1) + X;
            public static №S operator +(in №S l, in №S r) => new(l.X + (r.X * 5), l.Y - r.Y);
            public static №S operator ++(№S l) => new(l.X + 1, l.Y + 2);
            public static implicit operator №S(int x) => new(x, x + 1);
            public readonly void Deconstruct(out int x, out int y) { x = X; y = Y; }
        }
        """,
        "public record struct №R(int X, int Y);",
        "public struct №W\n{\n    public №S Inner;\n    public №V Row;\n}",
        "[InlineArray(4)]\npublic struct №V\n{\n    private int element;\n}",
        """
        public static class №E
        {
            public static int Ext(this in №S s, int d) => s.X + d;
            public static int ExtBump(this ref №S s, int d) { s.X += d; return s.X; }
            public static int ExtRef(this in №S s, ref int r) { r += 2; return s.X + s.Y; }
        }
        """,
    ];

    /// <summary>The members that the rows use: the state, which each tick sets from the inputs, and methods with effects.</summary>
    internal const string Members = """
        private int n, m, u;
        private byte small;
        private №S s, q;
        private №W w;
        private №V v;
        private №R e;
        private readonly int[] a = new int[4];
        private int[] b = new int[4];
        private int[] Get() => b;
        private readonly int[] tableA = [5, 6, 7, 8];
        private readonly int[] tableB = [1, 2, 3, 4];
        private readonly №S[] t = new №S[4];
        private readonly №S fixedS = new(7, 9);
        private №S P { get; set; }
        private int N { get => n + 1; set { n = value; u++; } }
        private int Next() { n += 3; return n; }
        private int Add(int x, int y) { n += 2; return (x * 3) + y; }
        private int In(in int x) { n += 5; return x; }
        private int InTwice(in int x) { int before = x; n += 5; return (before * 7) + x; }
        private int InPass(in int x) { n += 1; return In(in x) + x; }
        private int InS(in №S x) { s.X += 11; return x.X + x.Y; }
        private int InElement(in int x) { a[1] += 13; a[2] += 7; return x; }
        private int Arr(int[] x) { a[0] += 9; return x[0] + x[3]; }
        private int ArrPass(int[] x) { a[2] += 1; return Arr(x) + x[2]; }
        private static int Fill(int[] x, int y) { x[1] = y; return x[1] + x[2]; }
        private int Ref(ref int x) { x += 4; n += 1; return x; }
        private int RefThen(ref int x) { return x + Next() + x; }
        private int RefSet(ref int x) { return n + (x = 100) + n; }
        private int RefTwo(ref int x, in int y) { x += 6; return y; }
        private int Swap(ref int x, ref int y) { (x, y) = (y, x); return x - y; }
        private int Out(out int x, int y) { x = y + 1; return n; }
        private int Value(int x) { n += 8; return x; }
        private int Three(int x, int y, int z) => x + (y * 10) + (z * 100);
        private int ByIn(in int x, int y) => (x * 10) + y;
        private int Sarg(№S x) { s.X++; return x.X; }
        """;

    /// <summary>Sets the state at the beginning of a tick.</summary>
    internal const string Before = """
        n = input.A & 7;
        m = input.B & 1023;
        u = (input.A >> 3) & 15;
        small = (byte)input.B;
        s = new №S(input.A & 31, input.B & 31);
        q = new №S(input.B & 63, input.A & 63);
        P = q;
        e = new №R(input.A & 3, input.B & 3);
        for (int k = 0; k < 4; k++)
        {
            a[k] = (input.B & 255) + (k * 3);
            v[k] = (input.A & 255) - k;
            t[k] = new №S(k + (input.A & 7), input.B & 7);
        }
        w.Inner = s;
        w.Row = v;
        int r = 0;
        """;

    /// <summary>Folds the state into the outputs at the end of a tick.</summary>
    internal const string After = """
        Output.R = r;
        uint h = (uint)r;
        h = (h * 31) + (uint)n; h = (h * 31) + (uint)m; h = (h * 31) + (uint)u; h = (h * 31) + small;
        h = (h * 31) + (uint)s.X; h = (h * 31) + (uint)s.Y; h = (h * 31) + (uint)q.X; h = (h * 31) + (uint)q.Y;
        h = (h * 31) + (uint)P.X; h = (h * 31) + (uint)P.Y; h = (h * 31) + (uint)e.X; h = (h * 31) + (uint)e.Y;
        h = (h * 31) + (uint)w.Inner.X; h = (h * 31) + (uint)w.Inner.Y; h = (h * 31) + (uint)s.Auto;
        for (int k = 0; k < 4; k++)
        {
            h = (h * 31) + (uint)a[k]; h = (h * 31) + (uint)v[k]; h = (h * 31) + (uint)t[k].X; h = (h * 31) + (uint)t[k].Y;
            h = (h * 31) + (uint)w.Row[k];
        }
        Output.H = h;
        """;

    /// <summary>The rows: a name, and the body. A body that begins with <c>!SMEnnn</c> is refused with that diagnostic.</summary>
    internal static readonly (string Name, string Body)[] All =
    [
        // Operands, left to right (12.4.1).
        ("operand-increment", "r = n + n++ + n;"),
        ("operand-call", "r = n + Next() + n;"),
        ("operand-assignment", "r = n * 3 + (n = 4) - n;"),
        ("operand-element", "r = a[n & 3] + (a[n & 3] = 5) + a[n++ & 3] + a[n & 3];"),
        ("operand-struct", "r = s.X + s.Bump(2) + s.X;"),
        ("operand-inline", "r = v[1] + (v[n & 3] = 9) + v[1];"),
        ("operand-conditional", "r = n + (m > 500 ? (n = 3) : n++) + n;"),
        ("operand-short-circuit", "bool f = n > 3 && (n = 2) > 1 || n++ > 1; r = f ? n : -n;"),
        ("operand-no-short-circuit", "bool f = n > 3 & (n = 2) > 1 | n++ > 1; r = f ? n : -n;"),
        ("operand-switch", "r = n + ((m & 3) switch { 0 => n++, 1 => n = 7, _ => Next() }) + n;"),
        ("operand-guard", "r = (m & 3) switch { 0 when n++ > 3 => n, 1 when Next() > 6 => n + 1, _ => n * 2 };"),
        ("operand-pattern", "r = (n is > 3 ? n++ : --n) + n;"),
        ("operand-pattern-tuple", "r = (n, n++) is (> 3, < 6) ? n : 1000 + n;"),
        ("operand-pattern-member", "r = s is { X: > 9, Twice: < 40 } ? s.Bump(1) : n;"),
        ("operand-tuple", "(int, int, int) p = (n, n++, n); r = p.Item1 + (p.Item2 * 10) + (p.Item3 * 100);"),
        ("operand-tuple-equality", "bool f = (n, m) == (n++, n = 3); r = f ? n : n + 50;"),
        ("operand-nested-call", "r = Add(Add(n, n++), Add(n++, n)) + n;"),
        ("operand-operator-in", "№S c = s + (s = q); r = c.X + c.Y;"),
        ("operand-cast", "r = (byte)n + (int)(long)(n = 77) + (sbyte)n;"),
        ("operand-unary", "r = -n + ~(n = 5) - -n;"),
        ("operand-shift", "r = (m << (n++ & 3)) + (m >> n);"),
        ("operand-creation", "№S c = new(n++, n); r = c.X * 100 + c.Y;"),
        ("operand-initialiser", "№S c = new(n, n++) { X = n++, Y = n }; r = c.X * 100 + c.Y;"),
        ("operand-with", "№R c = e with { X = e.Y = n++, Y = e.Y + n }; r = c.X * 100 + c.Y;"),
        ("operand-collection", "int[] c = [n++, n, Next(), n]; r = c[0] + c[1] * 10 + c[2] * 100 + c[3] * 1000;"),
        ("operand-property", "r = N + (N = 4) + N + N++ + n;"),
        ("operand-indexer", "r = s[n++] + s[s.X = n] + s[0];"),
        ("operand-hat", "r = a[^(1 + (n++ & 1))] + a[^1] + n;"),

        // Assignment: the target's parts, then the value, then the write (12.21).
        ("assign-index-first", "a[n & 3] = n++; r = n;"),
        ("assign-index-call", "a[Next() & 3] = Next(); r = n;"),
        ("assign-index-assigned", "a[n & 3] = (n = 2) + 40; r = n;"),
        ("assign-index-effect", "a[n++ & 3] = n; r = n;"),
        ("assign-nested-index", "t[n & 3].X = n = (n + 1) & 3; r = n;"),
        ("assign-index-of-element", "a[a[0] & 3] = a[0] = 6; r = n;"),
        ("assign-chain", "r = n = a[n & 3] = m = n + 1;"),
        ("assign-value", "r = (small = (byte)(m + 200)) + (small += 100);"),
        ("assign-switch-index-effect", "a[n-- & 3] = (m & 1) switch { 0 => m, _ => 5 }; r = ++n;"),
        ("assign-switch-index-call", "t[Next() & 3].X = (m & 1) switch { 0 when n > 3 => m++, _ => n }; r = n;"),
        ("assign-switch", "a[n & 3] = (m & 1) switch { 0 => n++, _ => n = 1 }; r = n;"),
        ("assign-local-switch", "int c = n; c = (m & 1) switch { 0 => c + (c = 3), _ => c++ + c }; r = c;"),
        ("assign-signal", "Output.R = n; r = n++ + Output.R;"),
        ("assign-property", "N = n++ + 2; r = n;"),
        ("assign-struct-property", "s.Prop = s.X = 4; r = s.Y;"),
        ("assign-struct-auto", "s.Auto = n++; s.Auto += s.Auto++ + n; r = s.Auto;"),
        ("assign-element-property", "t[n & 3].Prop = n++; r = n;"),
        ("assign-itself", "s = new №S(s.Y, s.X); e = e with { X = e.Y, Y = e.X }; r = s.X;"),
        ("compound-reads-first", "n += n++ + (n = 3); r = n;"),
        ("compound-call", "n += Next(); r = n;"),
        ("compound-index", "a[n++ & 3] += n; r = n;"),
        ("compound-index-changed", "a[n & 3] += n++ + (a[0] = 3); r = n;"),
        ("compound-index-twice", "a[n++ & 3] += a[n++ & 3] += n; r = n;"),
        ("compound-member", "t[n & 3].X += n++ + (t[1].X = 5); r = n;"),
        ("compound-property", "N += n++; r = n;"),
        ("compound-shift", "m <<= n++ & 3; r = m + n;"),
        ("compound-operator", "s += s = q; r = s.X;"),
        ("compound-nested", "m += m -= m *= 3; r = m;"),
        ("compound-element-call", "a[n & 3] -= Add(n++, a[n & 3]); r = n;"),
        ("increment-element", "r = a[n++ & 3]++ + a[n & 3]-- + --a[n-- & 3];"),
        ("increment-property", "r = N++ + ++N + n;"),
        ("increment-operator", "№S c = s++; r = c.X + s.X + (++s).Y;"),
        ("increment-byte", "small = 255; r = small++ + small + --small;"),

        // Deconstruction: the targets' parts, then all values, then the writes from left to right (12.21.2).
        ("deconstruct-index-after-write", "(n, a[n & 3]) = (n + 1, m); r = n;"),
        ("deconstruct-index-value", "(a[n & 3], m) = (n++, n); r = n;"),
        ("deconstruct-index-effects", "(a[n++ & 3], a[n++ & 3]) = (n++, n); r = n;"),
        ("deconstruct-swap", "(n, m) = (m, n); (a[0], a[1], a[2]) = (a[1], a[2], a[0]); r = n;"),
        ("deconstruct-swap-members", "(s.X, s.Y) = (s.Y, s.X); r = s.X;"),
        ("deconstruct-nested-struct", "(n, t[n & 3].X, t[n & 3].Y) = (2, n, m); r = n;"),
        ("deconstruct-struct", "(n, a[n & 3]) = s; r = n;"),
        ("deconstruct-record", "(n, a[n & 3]) = e; r = n;"),
        ("deconstruct-tuple-value", "(int, int) p = (m, n); (n, a[n & 3]) = p; r = n;"),
        ("deconstruct-same-twice", "(n, n) = (n + 1, n + 2); r = n;"),
        ("deconstruct-inline", "(n, v[n & 3]) = (3, n); r = n;"),
        ("deconstruct-property", "(N, a[n & 3]) = (N + 1, N); r = n;"),
        ("deconstruct-array-index", "(a[0], a[a[0] & 3]) = (m, n); r = n;"),
        ("deconstruct-declared", "(int c, a[n & 3]) = (n++, Next()); r = c + n;"),
        ("deconstruct-call", "(n, a[n & 3]) = (Next(), Next()); r = n;"),
        ("deconstruct-discard", "(_, a[n & 3], _) = (n++, m, n++); r = n;"),

        // Loops.
        ("for-two-updaters", "for (int k = 0; k < 4; k++, r += k) { }"),
        ("for-updater-before", "for (int k = 0; k < 4; r += k, k++) { }"),
        ("for-three-updaters", "for (int k = 0; k < 6; r += k, k += 2, r = (r * 10) + k, m += k) { n += k; }"),
        ("for-updaters-down", "for (int k = 3; k >= 0; k--, r = (r * 10) + k) { n ^= k; }"),
        ("for-updaters-index", "for (int k = 0; k < 3; k++, a[k] += r) { r += a[k]; }"),
        ("for-updaters-byte", "for (byte k = 250; k < 254; k += 2, r += k) { n += k; }"),
        ("for-updaters-second", "for (int k = 0, j = 9; k < 4; k++, j -= k) { r += j * k; }"),
        ("for-declared-from", "for (int k = 2, j = k + 1; k < 5; k++) { r += j * k; j += n; }"),
        ("for-updaters-break", "for (int k = 0; k < 4; k++, r += k) { if (n == k) { break; } r += 100; }"),
        ("for-updaters-nested", "for (int k = 0; k < 3; k++, r += k) { for (int j = 0; j < k; j++, r += j * k) { n++; } }"),
        ("for-updaters-call", "for (int k = 0; k < 3; k++, r += Add(k, n)) { n++; }"),
        ("for-limit-kept", "int Get() => n; n = 3; int c = Get(); n = 5; for (int k = 0; k < c; k++) { r += n + k; }"),
        ("for-limit-member", "n = 2; int c = N; n = 5; for (int k = 0; k < c; k++) { r += n + k; }"),
        ("for-limit-in", "int F(in int x) { int c = 0; for (int k = 0; k < x; k++) { c += k; } return c; } n = 2; r = F(in n) + F(4);"),
        ("for-updater-assigns", "!SME030 for (int k = 0; k < 9; k++, k += r) { r += n; }"),
        ("for-effects-body", "for (int k = 0; k < 4; k++) { a[k] = r += a[(k + 1) & 3]; }"),
        ("foreach-live", "foreach (int x in a) { a[2] += x; a[3] = r; r = (r * 3) + x; }"),
        ("foreach-inline-live", "foreach (int x in v) { v[2] += x; v[3] = r; r = (r * 3) + x; }"),
        ("foreach-copy", "foreach (№S x in t) { t[3].X += x.X; r += x.Sum(r); }"),
        ("foreach-receiver", "foreach (№S x in t) { r += x.Bump(1) + x.X; }"),
        ("foreach-nested", "foreach (int x in a) { foreach (int y in a) { a[1] = x + y; r += y; } }"),

        // Arguments, left to right as they are written (12.6.2.3).
        ("argument-order", "r = Three(n, n++, n);"),
        ("argument-named", "r = Three(z: n++, x: n, y: n++);"),
        ("argument-named-library", "r = Math.Clamp(max: 5 + (n++ & 1), min: n & 3, value: n);"),
        ("argument-call", "r = Three(Next(), n, Next());"),
        ("argument-value-kept", "r = Value(n) + n;"),
        ("argument-value-member", "r = Sarg(s) + s.X;"),
        ("argument-value-element", "r = Value(a[n & 3]) + a[n & 3];"),
        ("argument-in-after", "r = ByIn(n, n++);"),
        ("argument-in-explicit", "r = ByIn(in n, n = 3);"),
        ("argument-in-value", "r = ByIn(n + 0, n++);"),
        ("argument-in-element", "r = ByIn(in a[n & 3], a[n & 3] = n++);"),
        ("argument-ref-index", "r = Ref(ref a[n & 3]) + n;"),
        ("argument-ref-index-changed", "r = RefTwo(ref a[n & 3], n++) + n;"),
        ("argument-out-index", "r = Out(out a[n & 3], n++) + n;"),
        ("argument-out-field", "r = Out(out n, n + 5) + n;"),
        ("argument-array-after", "r = Fill(a, a[2] = n++);"),
        ("argument-constructor", "№S c = new(y: n++, x: n); r = c.X * 100 + c.Y;"),

        // Parameters: by value is a copy; in, ref, out, this and arrays are the place itself (15.6.2).
        ("in-field", "r = In(in n);"),
        ("in-field-implicit", "r = InTwice(n);"),
        ("in-local-function", "int c = n; int F(in int x) { c += 5; return x; } r = F(in c);"),
        ("in-pass-on", "r = InPass(in n);"),
        ("in-element", "r = InElement(in a[1]) + InElement(in a[n & 3]);"),
        ("in-element-index-kept", "int F(in int x) { n++; a[0] = 5; return x; } r = F(in a[n & 3]);"),
        ("in-struct-field", "int F(in int x) { s.X += 5; return x; } r = F(in s.X);"),
        ("in-struct", "r = InS(in s);"),
        ("in-element-field", "int F(in int x) { t[1].X += 5; return x; } r = F(in t[n & 3].X);"),
        ("in-inline", "int F(in int x) { v[1] += 5; return x; } r = F(in v[n & 3]);"),
        ("in-nested", "int F(in №S x) { w.Inner.X += 5; return x.X; } r = F(in w.Inner);"),
        ("in-whole", "int F(in №S x) { s = q; return x.X; } r = F(in s);"),
        ("in-value", "int F(in int x) { n += 5; return x; } r = F(n + 1);"),
        ("in-converted", "int F(in long x) { n += 5; return (int)x; } r = F(n);"),
        ("in-property", "int F(in №S x) { P = s; return x.X; } r = F(P);"),
        ("in-ref", "r = RefTwo(ref n, in n);"),
        ("in-receiver", "int F(in №S x) { return x.Bump(2) + x.X; } r = F(in s);"),
        ("in-early-return", "int F(in int x) { if (m > 500) { n++; return x; } n += 2; return x * 3; } r = F(in n);"),
        ("in-loop", "int F(in int x) { int c = 0; for (int k = 0; k < 3; k++) { n += k; c += x; } return c; } r = F(in n);"),
        ("in-this", "int F(ref int x) { return s.ExtRef(ref x); } r = F(ref s.X);"),
        ("this-in", "r = s.Ext(n++) + s.Ext(s.X = 3);"),
        ("this-in-changed", "r = s.ExtRef(ref s.Y);"),
        ("this-ref", "r = s.ExtBump(2) + s.X;"),
        ("ref-readonly", "int F(ref readonly int x) { n += 5; return x; } r = F(in n);"),
        ("array-written-by-other", "r = Arr(a);"),
        ("array-pass-on", "r = ArrPass(a);"),
        ("array-local-function", "int[] c = [n, m, 1, 2]; int F(int[] x) { c[0] += 9; return x[0]; } r = F(c);"),
        ("array-captured-passed", "int[] c = [n, m, 1, 2]; void F() { Fill(c, 5); } F(); r = c[1];"),
        ("array-captured-read", "int[] c = [n, m, 1, 2]; int F(ref int x) { x += 3; return c[0]; } r = F(ref c[0]);"),
        ("array-alias", "int[] c = a; c[1] = n; r = a[1] + Arr(c);"),
        ("array-replaced", "b = [n, m, 3, 4]; b[n & 3] = b[1]; r = b[0] + b[3];"),
        ("array-replaced-in-value", "!SME024 b[0] = (b = [n, 2, 3, 4])[1]; r = b[0];"),
        ("array-replaced-in-method", "!SME024 int F(int[] x) { b = [1, 2, 3, 4]; return x[0]; } r = F(b);"),
        ("array-replaced-in-foreach", "!SME024 foreach (int x in b) { b = [n, m, 1, 2]; r += x; }"),
        ("array-replaced-beside-alias", "!SME024 int[] c = b; b = [n, m, 1, 2]; r = c[0];"),
        ("array-exchanged", "!SME024 int[] c = [1, 2, 3, 4]; (b, c) = (c, c); b[0] = 5; r = c[0];"),
        ("array-returned", "!SME201 int[] c = Get(); c[0] = n; r = b[0];"),
        ("array-made-and-returned", "int[] F(int x) { int[] c = [x, n++, 3, 4]; return c; } int[] d = F(n); d[0] += 5; r = d[0] + d[1];"),
        ("array-chosen-target", "!SME024 (n > 3 ? a : b)[0] = m; r = a[0] + b[0];"),
        ("array-chosen-argument", "!SME024 r = Arr(n > 3 ? a : b);"),
        ("array-chosen-table", "!SME202 r = (n > 3 ? tableA : tableB)[m & 3];"),
        ("ref-aliases-field", "r = RefThen(ref n);"),
        ("ref-aliases-field-set", "r = RefSet(ref n);"),
        ("ref-pass-on", "int F(ref int x) { return x + Ref(ref x) + n; } r = F(ref n);"),
        ("ref-index-kept", "int F(ref int x) { n++; x = 5; return x; } r = F(ref a[n & 3]);"),
        ("ref-captured", "int c = n; int F(ref int x) { x += 3; return c; } r = F(ref c) + c;"),
        ("ref-captured-written", "int c = n; int F(ref int x) { c += 3; return x + (x = 2) + c; } r = F(ref c);"),
        ("ref-two-through", "int F(ref int x) { return RefTwo(ref x, in n); } r = F(ref n);"),
        ("ref-swap", "r = Swap(ref a[0], ref n);"),
        ("ref-same-twice", "!SME065 r = Swap(ref n, ref n);"),
        ("out-aliases", "int F(out int x) { x = 3; n++; return x + n; } r = F(out n);"),
        ("captured-read", "int c = n; int F() { return c + G() + c; } int G() { c += 4; return c; } r = F() + c;"),
        ("captured-order", "int c = n; int F(int x) { c += x; return c; } r = c + F(2) + c + F(c);"),
        ("value-of-receiver", "№S c = s; r = c.Bump(c.X) + c.X;"),
        ("value-of-receiver-field", "r = s.Bump(s.X) + s.X;"),
        ("value-of-receiver-element", "r = t[n & 3].Bump(t[n & 3].X) + t[n & 3].X;"),
        ("value-of-captured", "int c = n; int F(int x) { c += 3; return x; } r = F(c) + c;"),
        ("value-written", "int F(int x) { x += 3; n++; return x; } r = F(n) + n;"),

        // The object of a struct's method: the place if it is a variable, a copy if it is a value or read-only (12.6.6).
        ("receiver-place-after", "r = s.Sum(s.X = 3);"),
        ("receiver-place-after-local", "№S c = s; r = c.Sum(c.X = 3) + c.Sum(c.Bump(1));"),
        ("receiver-place-index", "r = t[n & 3].Sum(n++) + t[n & 3].Bump(n++) + n;"),
        ("receiver-place-property", "r = s.Twice + s.Bump(s.Twice) + s.Twice;"),
        ("receiver-place-indexer", "r = s[(s.X = 3) & 0] + s[s.Bump(1) & 1];"),
        ("receiver-library", "r = m.Equals(m = 3) ? 1 : 2;"),
        ("receiver-library-bits",
            "Bits<W8> c = (Bits<W8>)(ulong)(uint)n; r = (int)(ulong)c.Resize<W16>() + (c[(int)(ulong)(c = (Bits<W8>)6UL) & 1] ? 8 : 9);"),
        ("receiver-property-copy", "r = P.Bump(2) + P.X;"),
        ("receiver-property-sum", "r = P.Sum((P = s).X);"),
        ("receiver-readonly-copy", "r = fixedS.Bump(2) + fixedS.X;"),
        ("receiver-in-readonly-method", "r = s.BumpCopy() + s.X;"),
        ("receiver-call-copy", "№S F() => s; r = F().Bump(2) + s.X;"),
        ("receiver-nested", "r = w.Inner.Bump(2) + w.Inner.X;"),
        ("receiver-aliased-in", "r = s.Twin(in s);"),
        ("receiver-aliased-ref", "r = s.Into(ref s.X) + s.X;"),
        ("receiver-aliased-self", "r = s.Self(ref s.X) + s.X;"),
        ("receiver-chain", "r = s.Chain() + s.X;"),
        ("receiver-assigned-during", "int F(ref №S x) { s = q; return x.Bump(1) + x.X; } r = F(ref s);"),
        ("receiver-inline-copy", "№V c = v; c[0] = 5; r = v[0] + c[0];"),
    ];
}
