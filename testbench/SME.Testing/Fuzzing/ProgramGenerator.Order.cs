// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using static SME.Testing.Fuzzing.FuzzTypes;

namespace SME.Testing.Fuzzing;

/// <content>
/// Order of evaluation and aliasing: a kit of state and of methods with effects, and expressions in which nearly every part reads what
/// another writes. All of its values have one integer type, so that any of them can stand for any other.
/// </content>
internal sealed partial class ProgramGenerator
{
    // Struct variables; those with a place for an index are elements. The last ones are values or read-only: a method that changes them
    // works on a copy.
    private static readonly string[] KitStructs = ["ks", "kq", "kl", "kw.Inner", "kt[$0]"];
    private static readonly string[] KitCopies = ["KP", "kf", "new №Kit(km, kn)", "KGet()"];
    private static readonly string[] KitPlaces =
    [
        "kn", "kn", "km", "kc", "ks.X", "ks.Y", "kl.X", "kq.Y", "kw.Inner.X",
        "ka[$0]", "ka[$0]", "kv[$0]", "kt[$0].X", "kw.Row[$0]", "ks.Auto",
    ];

    private static readonly string[] KitOperators = ["+", "-", "^", "&", "|", "*"];

    /// <summary>The type of the kit's values; null if the program has none.</summary>
    private IntegerType? kit;

    /// <summary>
    /// Whether a kit's expression may stand here: in the tick itself, not in other methods, which the kit's variables do not reach.
    /// </summary>
    private bool HasKit => kit is not null && !isInHelper && !isInStatic;

    /// <summary>Declares the kit.</summary>
    /// <returns>The first statements of the tick, which declare its locals.</returns>
    private Line[] DeclareKit()
    {
        kit = random.Pick([S32, S32, S32, U8, S16, U32, S64]);
        string t = kit.Name;
        (string first, string second) = (random.Pick(["+", "-", "^"]), random.Pick(["+", "^", "|", "*"]));
        declarations.Add($$"""
            public struct №Kit
            {
                public {{t}} X;
                public {{t}} Y;
                public №Kit({{t}} x, {{t}} y) { X = x; Y = y; }
                public {{t}} Auto { get; set; }
                public {{t}} Prop { readonly get => Y; set { Y = ({{t}})(value {{first}} X); X++; } }
                public readonly {{t}} this[int i] => (i & 1) == 0 ? X : Y;
                public readonly {{t}} Twice => ({{t}})(X * 2);
                public {{t}} Bump({{t}} d) { X += d; Y ^= X; X += d; return X; }
                public readonly {{t}} Sum({{t}} d) => ({{t}})(X {{second}} (Y * 3) + d);
                public readonly {{t}} Into(ref {{t}} r) { r += 5; return ({{t}})(X + r); }
                public readonly {{t}} Copy({{t}} d) => ({{t}})(Bump(d) + X);
                public {{t}} Self(ref {{t}} r) => ({{t}})(X {{first}} (r = 9) + X);
                public {{t}} Twin(in №Kit other) { X += 4; return ({{t}})(other.X {{first}} X); }
                public static №Kit operator +(in №Kit l, in №Kit r) => new(({{t}})(l.X + (r.X * 5)), ({{t}})(l.Y - r.Y));
                public readonly void Deconstruct(out {{t}} x, out {{t}} y) { x = X; y = Y; }
            }
            """);
        declarations.Add($"public record struct №KitRecord({t} X, {t} Y);");
        declarations.Add($"[InlineArray(4)]\npublic struct №KitRow\n{{\n    private {t} element;\n}}");
        declarations.Add("public struct №KitPair\n{\n    public №Kit Inner;\n    public №KitRow Row;\n}");
        declarations.Add($$"""
            public static class №KitMethods
            {
                public static {{t}} Ext(this in №Kit s, {{t}} d) => ({{t}})(s.X {{first}} d);
                public static {{t}} ExtRef(this in №Kit s, ref {{t}} r) { r += 2; return ({{t}})(s.X {{second}} s.Y); }
                public static {{t}} ExtBump(this ref №Kit s, {{t}} d) { s.X += d; return ({{t}})(s.X {{first}} d); }
            }
            """);
        string[] texts =
        [
            $"private {t} kn = {random.Below(20)};",
            $"private {t} km;",
            "private №Kit ks, kq;",
            $"private readonly №Kit kf = new({random.Below(20)}, {random.Below(20)});",
            "private №KitPair kw;",
            "private №KitRow kv;",
            $"private readonly {t}[] ka = new {t}[4];",
            "private readonly №Kit[] kt = new №Kit[4];",
            "private №Kit KP { get; set; }",
            $"private {t} KN {{ get => ({t})(kn + 1); set {{ kn = value; km ^= value; }} }}",
            $"private {t} KNext() {{ kn += 3; return kn; }}",
            "private №Kit KGet() { km++; return ks; }",
            $"private {t} KIn(in {t} x) {{ kn += 5; ka[1] ^= x; ks.X++; return x; }}",
            $"private {t} KInTwice(in {t} x, {t} y)\n{{\n    {t} before = x;\n    kn += y;\n    ks.X ^= before;\n    kt[1].X = y;\n    "
                + $"kv[2]++;\n"
                + $"    return ({t})((before * 7) {first} x);\n}}",
            $"private {t} KInPass(in {t} x, {t} y) {{ kn ^= y; return ({t})(KIn(in x) {first} x); }}",
            $"private {t} KRef(ref {t} x, {t} y) {{ km += y; x += 4; return ({t})(kn {first} x); }}",
            $"private {t} KRefThen(ref {t} x) {{ return ({t})(x + KNext() {first} x); }}",
            $"private {t} KRefSet(ref {t} x, {t} y) {{ return ({t})(kn + (x = y) {second} (kn + ks.X)); }}",
            $"private {t} KRefIn(ref {t} x, in {t} y) {{ x += 6; return ({t})(y {first} x); }}",
            $"private {t} KOut(out {t} x, {t} y) {{ x = ({t})(y + 1); return ({t})(km {first} kn); }}",
            $"private {t} KArr({t}[] x, {t} y) {{ ka[0] += y; return ({t})(x[0] {first} x[3]); }}",
            $"private static {t} KFill({t}[] x, {t} y) {{ x[1] = y; return ({t})(x[1] {second} x[2]); }}",
            $"private {t} KThree({t} x, {t} y, {t} z) => ({t})(x {first} (y * 3) + (z * 5));",
            $"private {t} KValue({t} x) {{ kn += 8; ks.X += x; ka[2]--; return ({t})(x {first} kn); }}",
            $"private {t} KStruct(in №Kit x, {t} y) {{ ks.X = y; kt[2].Y += y; return ({t})(x.X + (x.Y * 3)); }}",
            $"private {t} KStructCopy(in №Kit x, {t} y) {{ return ({t})(x.Bump(y) {first} x.X); }}",
            $"private {t} KCopy(№Kit x) {{ x.X++; ks.Y ^= x.X; return ({t})(x.X {first} ks.X); }}",
            $"private {t} KBump(ref №Kit x, {t} y) {{ ks = kq; return ({t})(x.Bump(y) {first} x.X); }}",
        ];
        members.AddRange(texts.Select(text => new Member(text, null)));
        DeclareCoupled(t, first);
        return
        [
            new Line($"{t} kc = $0;", [Convert(kit)], []),
            new Line("№Kit kl = ks;", [], []),
            new Line("kn ^= $0;", [Convert(kit)], []),
            new Line("ka[(int)(kn & 3)] = $0;", [Convert(kit)], []),
            new Line("ks.Y = kn;\nkt[1].X += kc;", [], []),
        ];
    }

    /// <summary>The last statements of a tick with a kit: what it has become goes out.</summary>
    private Line[] FoldKit(string signal) =>
    [
        new Line(
            $"uint kh = (uint)kn;\nforeach (uint k in (uint[])[{string.Join(", ", KitState.Select(text => $"(uint){text}"))}])\n"
                + $"{{\n    kh = (kh * 31) + k;\n}}\nOutput.{signal} = kh;",
            [],
            [],
            true),
    ];

    private static readonly string[] KitState =
    [
        "km", "kc", "ks.X", "ks.Y", "ks.Auto", "kq.X", "kq.Y", "kl.X", "kl.Y", "KP.X", "KP.Y", "kw.Inner.X", "kw.Inner.Y",
        "ka[0]", "ka[1]", "ka[2]", "ka[3]", "kv[0]", "kv[1]", "kv[2]", "kt[0].X", "kt[1].X", "kt[2].X", "kt[2].Y", "kw.Row[0]", "kw.Row[3]",
    ];

    private Node KitIndex(int depth) => random.Percent(25)
        ? new Node(S32, random.Below(4).ToString(CultureInfo.InvariantCulture), None)
        : new Node(S32, "(int)($0 & 3)", [Kit(random.Percent(60) ? 0 : depth)]);

    private (string Text, List<Node> Operands) KitPlace(int depth)
    {
        string text = random.Pick(KitPlaces);
        return (text, text.Contains('$', StringComparison.Ordinal) ? [KitIndex(depth)] : []);
    }

    private (string Text, List<Node> Operands) KitStruct(int depth, bool withCopies)
    {
        string text = random.Pick(withCopies && random.Percent(25) ? KitCopies : KitStructs);
        return (text, text.Contains('$', StringComparison.Ordinal) ? [KitIndex(depth)] : []);
    }

    private Node KitNode(string template, params Node[] operands) => new(kit!, template, operands);

    /// <summary>A node from a place, whose operands come first, and further operands, which are <c>#0</c>, <c>#1</c> and so on.</summary>
    private Node KitNode((string Text, List<Node> Operands) place, string template, params Node[] operands)
    {
        string text = template.Replace("%", place.Text, StringComparison.Ordinal);
        for (int i = 0; i < operands.Length; i++)
        {
            text = text.Replace($"#{i}", $"${place.Operands.Count + i}", StringComparison.Ordinal);
        }

        return new Node(kit!, text, [.. place.Operands, .. operands]);
    }

    private Node KitLeaf()
    {
        (string text, List<Node> operands) = KitPlace(0);
        return random.Below(8) switch
        {
            0 => KitNode(random.Pick(["KN", "KP.X", "ks.Prop", "ks.Twice", "kl.Twice", "kq.Prop"])),
            1 => Convert(kit!),
            _ when operands.Count > 0 && random.Percent(50) => KitNode(random.Pick(["kn", "km", "ks.X", "kc"])),
            _ => KitNode(text, [.. operands]),
        };
    }

    /// <summary>A condition over the kit.</summary>
    private Node KitTest(int depth) => random.Below(7) switch
    {
        0 => new Node(Bool, $"($0 > $1 {random.Pick(["&&", "||"])} $2 < $3)", [Kit(depth), Kit(0), Kit(depth), Kit(0)]),
        1 => new Node(Bool, $"(($0, $1) {random.Pick(["==", "!="])} ($2, $3))", [Kit(0), Kit(depth), Kit(depth), Kit(0)]),
        2 => new Node(Bool, "($0 is > 3 and < 90)", [Kit(depth)]),
        3 => new Node(Bool, "(ks is { X: > 3, Twice: < 90 })", None),
        4 => new Node(Bool, "(($0, $1) is (> 3, < 90))", [Kit(depth), Kit(depth)]),
        5 => new Node(Bool, "kn.Equals(kn = $0)", [Kit(depth)]),
        _ => new Node(Bool, $"($0 {random.Pick(["<", ">=", "=="])} $1)", [Kit(depth), Kit(depth)]),
    };

    /// <summary>An expression over the kit, most of the time with effects.</summary>
    private Node Kit(int depth)
    {
        if (depth <= 0)
        {
            return KitLeaf();
        }

        int inner = depth - 1;
        string t = kit!.Name;
        switch (random.Below(37))
        {
            case 0 or 1 or 2 or 3:
                return KitNode($"({t})($0 {random.Pick(KitOperators)} $1)", Kit(inner), Kit(inner));
            case 4 or 5:
                return KitNode(KitPlace(inner), random.Pick(["%++", "%--", "(++%)", "(--%)"]));
            case 6 or 7:
                return KitNode(KitPlace(inner), "(% = #0)", Kit(inner));
            case 8 or 9:
                return KitNode(KitPlace(inner), $"(% {random.Pick(KitOperators)}= #0)", Kit(inner));
            case 10 or 11:
                return KitNode(KitStruct(inner, true), "%.Bump(#0)", Kit(inner));
            case 12:
                return KitNode(KitStruct(inner, true), random.Pick(["%.Sum(#0)", "%.Copy(#0)", "%.Ext(#0)"]), Kit(inner));
            case 13:
                return random.Percent(50)
                    ? KitNode(KitStruct(inner, true), "%[(int)#0 & 1]", Kit(inner))
                    : KitNode(KitStruct(inner, false), "(%.Prop = #0)", Kit(inner));
            case 14:
                {
                    (string target, List<Node> index) = KitStruct(0, false);
                    string[] calls = index.Count > 0
                        ? ["%.Self(ref ks.X)", "%.ExtRef(ref kn)", "%.Into(ref km)", "%.Twin(in kt[1])"]
                        : [
                            "%.Self(ref %.X)", "%.ExtRef(ref %.Y)", "%.Into(ref %.X)", "%.Twin(in %)", "%.Twin(in ks)",
                            "%.ExtBump(%.X)", "%.Bump(%.X)",
                        ];
                    return KitNode((target, index), random.Pick(calls));
                }

            case 15:
                return random.Percent(70) ? Referring("KIn(in %)") : KitNode(KitPlace(inner), "KIn(%)");
            case 16:
                return Referring("KInTwice(in %, #0)", Kit(inner));
            case 17:
                return Referring(
                    random.Pick(["KRef(ref %, #0)", "KRefSet(ref %, #0)", "KOut(out %, #0)", "KInPass(in %, #0)"]), Kit(inner));
            case 18:
                return Referring(
                    random.Pick(["KRefThen(ref %)", "KRefIn(ref %, in kn)", "KRefIn(ref %, in ka[1])", "KRefIn(ref %, ks.X)"]));
            case 19:
                return KitNode(random.Pick(["KArr(ka, $0)", "KFill(ka, $0)"]), Kit(inner));
            case 20:
                return KitNode(
                    random.Pick(["KThree($0, $1, $2)", "KThree(z: $0, x: $1, y: $2)", "KThree(y: $0, z: $1, x: $2)"]),
                    Kit(inner),
                    Kit(0),
                    Kit(inner));
            case 21:
                return KitNode(KitStruct(inner, true), random.Pick(["KStruct(%, #0)", "KStructCopy(%, #0)"]), Kit(inner));
            case 22:
                return KitNode(
                    KitStruct(inner, false), random.Pick(["KStruct(in %, #0)", "KStructCopy(in %, #0)", "KBump(ref %, #0)"]), Kit(inner));
            case 23:
                return KitNode(KitStruct(inner, true), "KCopy(%)");
            case 24:
                return KitNode(
                    random.Pick(["(KN = $0)", $"(KN {random.Pick(KitOperators)}= $0)", $"({t})(KN++ + $0)", "KValue($0)"]), Kit(inner));
            case 25:
                return new Node(kit, "($0 ? $1 : $2)", [KitTest(inner), Kit(inner), Kit(inner)]);
            case 26:
                return new Node(
                    kit,
                    "((int)($0 & 3) switch { 0 => $1, < 2 when $4 => $2, 1 or 2 => $3, _ => $1 })",
                    [Kit(inner), Kit(inner), Kit(inner), Kit(inner), KitTest(0)]);
            case 27:
                return KitNode("Math.Max(val2: $0, val1: $1)", Kit(inner), Kit(inner));
            case 28:
                return KitNode(
                    random.Pick([
                        "($0, $1, $2).Item2", "new №Kit($0, $1).Sum($2)", "new №Kit(y: $0, x: $1).Sum($2)",
                        "new №Kit { X = $0, Y = $1 }.Sum($2)", "(new №KitRecord($0, kc) with { X = $1, Y = $2 }).X"]),
                    Kit(inner),
                    Kit(inner),
                    Kit(inner));
            case 29:
                return KitNode("ka[^(1 + (int)($0 & 3))]", Kit(inner));
            case 30:
                return KitNode(random.Pick([
                    "(ks + (ks = kq)).X", "(kq + kl + ks).Y", "(ks += ks = kq).X", "(ks = kt[1]).X", "(kt[(int)(kn & 3)] = kq).Y"]));
            case 32 or 33 or 34:
                return Coupled(inner);
            case 31:
                return random.Percent(50) ? KitNode("KNext()") : KitNode($"({t})($0 + KNext() - $1)", Kit(0), Kit(0));
            default:
                return KitNode($"({t})($0 {random.Pick(KitOperators)} {random.Below(10)})", Kit(inner));
        }
    }

    /// <summary>A call that is given a place by reference; a property is none.</summary>
    private Node Referring(string template, params Node[] operands)
    {
        (string Text, List<Node> Operands) place = KitPlace(1);
        return KitNode(place.Text == "ks.Auto" ? ("kn", []) : place, template, operands);
    }

    /// <summary>A statement over the kit.</summary>
    private Line KitStatement(int depth)
    {
        string t = kit!.Name;
        switch (random.Below(18))
        {
            case 0 or 1 or 2:
                return Deconstruct();
            case 13 or 14 or 15 or 16 or 17:
                return CoupledStatement();
            case 3 when rounds <= 4:
                return KitFor(depth);
            case 4 when rounds <= 4:
                {
                    rounds *= 4;
                    string variable = NewName("x");
                    bool isStruct = random.Percent(35);
                    Line body = new(random.Pick<string>(isStruct
                        ? [$"kn += {variable}.Sum($0);", $"kt[(int)($0 & 3)].X += {variable}.X;", $"km ^= {variable}.Bump($0);"]
                        : [
                            $"ka[(int)($0 & 3)] += {variable};", $"kv[2] ^= ({t})({variable} + $0);",
                            $"kn = ({t})(kn * 3 + {variable} - $0);", $"km += KIn(in {variable});",
                        ]), [Kit(1)], []);
                    Line more = new("kc ^= $0;", [Kit(1)], []);
                    rounds /= 4;
                    return isStruct ? new Line($"foreach (№Kit {variable} in kt)\n@0", [], [[body, more]])
                        : new Line($"foreach ({t} {variable} in {random.Pick(["ka", "kv", "kw.Row"])})\n@0", [], [[body, more]]);
                }

            case 5:
                return KitFunction();
            case 6:
                return new Line("KP = $0;", [new Node(kit, random.Pick(["ks", "new №Kit(kn, km)", "kt[1]", "kq + ks"]), None)], []);
            case 7:
                return new Line("ks.Auto += ($0);\n(kq, kl) = (kl, kq);", [Kit(2)], []);
            case 8:
                return new Line("ks = kt[(int)($0 & 3)];\nkw.Inner = ks;", [Kit(1)], []);
            default:
                {
                    (string text, List<Node> operands) = KitPlace(2);
                    operands.Add(Kit(3));
                    return new Line($"{text} {random.Pick(["=", "=", "+=", "^=", "-="])} ${operands.Count - 1};", [.. operands], []);
                }
        }
    }

    private Line Deconstruct()
    {
        string t = kit!.Name;
        List<string> targets = [];
        List<Node> operands = [];
        int count = random.Between(2, 3);
        for (int i = 0; i < count; i++)
        {
            (string text, List<Node> index) = KitPlace(1);
            string target = random.Below(12) switch
            {
                0 => "KN",
                1 => "ks.Prop",
                2 when i > 0 => "_",
                _ => text,
            };
            if (index.Count > 0 && target == text)
            {
                target = target.Replace("$0", $"${operands.Count}", StringComparison.Ordinal);
                operands.AddRange(index);
            }

            targets.Add(target);
        }

        string whole = $"({string.Join(", ", targets)})";
        if (count == 2 && random.Percent(30))
        {
            string value = random.Pick(["ks", "kt[1]", "new №KitRecord(km, kn)", $"(({t}, {t}))(kn, kc)", "KGet()"]);
            return new Line($"{whole} = {value};", [.. operands], []);
        }

        int first = operands.Count;
        operands.AddRange(Enumerable.Range(0, count).Select(_ => Kit(1)));
        return new Line($"{whole} = ({string.Join(", ", Enumerable.Range(first, count).Select(i => $"${i}"))});", [.. operands], []);
    }

    private Line KitFor(int depth)
    {
        string t = kit!.Name;
        int count = random.Between(2, 4);
        string variable = NewName("i");
        rounds *= count;
        (int loopsBefore, bool switchBefore, bool stateBefore) = (loops, isInSwitch, isState);
        (loops, isInSwitch, isState) = (0, false, false);
        Line[] body =
        [
            new Line($"kn ^= ({t})($0 + {variable});", [Kit(1)], []),
            .. random.Percent(40) ? [KitStatement(depth + 1)] : Array.Empty<Line>(),
        ];
        Node[] updates = [Kit(0), Kit(1)];
        (loops, isInSwitch, isState) = (loopsBefore, switchBefore, stateBefore);
        rounds /= count;
        string second = random.Pick(
            [$"km += ({t})({variable} + $0)", $"ka[{variable} & 3] += $0", $"kc = KThree(kc, ({t}){variable}, $0)"]);
        string third = $"kn = ({t})((kn * 3) + {variable} - $1)";
        string header = random.Below(5) switch
        {
            0 => $"int {variable} = 0; {variable} < {count}; {variable}++, {second}, {third}",
            1 => $"int {variable} = 0; {variable} < {count}; {second}, {variable}++, {third}",
            2 => $"int {variable} = {count}; {variable} > 0; {variable}--, {second}, {third}",
            3 => $"int {variable} = 0, {variable}o = {variable} + 3; {variable} < {2 * count}; "
                + $"{variable} += 2, {variable}o -= {variable}, {second}, kc += ({t})({variable}o + $1)",
            _ => $"byte {variable} = 250; {variable} < {250 + count}; {variable}++, {second}, {third}",
        };
        return new Line($"for ({header})\n@0", updates, [body]);
    }

    private Line KitFunction()
    {
        string t = kit!.Name;
        string function = NewName("KLocal");
        string body = random.Pick([
            $"{{ x += 3; kc += y; return ({t})(x + kc); }}",
            $"{{ kc ^= y; return ({t})(x + (x = 2) + kc); }}",
            $"{{ x += y; return ({t})(kc - x); }}",
            $"{{ {t} before = y; x ^= 5; kn += kc; return ({t})(before + (y * 3)); }}",
            $"{{ if (x > y) {{ kc--; return y; }} x = ({t})(kc + 1); return ({t})(x + y); }}",
        ]);
        (string Text, List<Node> Operands) place = KitPlace(1);
        place = random.Percent(50) || place.Text == "ks.Auto" ? ("kc", []) : place;
        Node call = KitNode(place, $"{function}(ref %, {random.Pick(["in kc", "kc", "in kn", "kn", "#0"])})", Kit(1));
        return new Line($"{t} {function}(ref {t} x, in {t} y) {body}\nkm ^= $0;", [call], []);
    }
}
