// SPDX-License-Identifier: Apache-2.0

namespace SME.Testing.Fuzzing;

/// <content>
/// Parts of the kit that belong together: what stands in one place reads exactly what stands beside it writes. Free choice brings such
/// neighbours together too, but rarely.
/// </content>
internal sealed partial class ProgramGenerator
{
    // $0 and $1 are any expressions; T is the kit's type.
    private static readonly string[] KitCoupled =
    [
        // Calls that change fields, or the locals that they are given, beside operands that read these.
        "(kn + KNext())", "(ks.X - ks.Bump($0))", "(kc - KRef(ref kc, $0))", "(kc + KOut(out kc, $0))",
        "(kl.X - kl.Bump($0))", "(kl.Y ^ kl.ExtBump($0))",

        // References to fields, and places whose index changes while the method runs.
        "KRefThen(ref kn)", "KRefSet(ref kn, $0)", "KRefSet(ref ks.X, $0)", "KRefThen(ref ka[(int)(kn & 3)])",
        "KRefThen(ref kt[(int)(kn & 3)].X)",
        "KRefIn(ref ka[1], in ka[(int)(kn & 3)])", "KInPass(in kn, $0)",

        // Properties as objects and as arguments: values, whatever happens to what is behind them.
        "KProp(KP, $0)", "KAuto(ks.Auto, $0)", "(KP.Bump($0) - KP.X)", "(KP.Self(ref kn) + KP.X)", "(ks.Auto - KAuto(ks.Auto, $0))",

        // Arguments by name, read-only arrays, and values that are a part of the call's object.
        "Math.Min(val2: kn, val1: kn += $0)", "Math.Max(val2: kc ^= $0, val1: kc)",
        "Math.Clamp(max: (T)((kn & 7) + 60), min: kn++ & (T)7, value: kn)",
        "KThree(y: kn, x: kn += $0, z: kn)", "KArr(ka, $0)", "KArr(ka, ka[0])", "kl.Bump(kl.X)", "kl.ExtBump(kl.X)",
        "kl.Bump((T)(kl.Y + 1))",

        // Conditions with effects, patterns that look again after a guard, and early ends.
        "(kn > 3 && (km = $0) > 5 ? kn : km)", "(kn < 40 || kn++ > $0 ? km : kn)", "(kc > $0 ? kc++ : kn++)",
        "(kn switch { > 30 when (kn = $0) > 60 => km, > 20 => kc, _ => kn })",
        "(kc switch { < 60 when (kc += $0) < 9 => km, < 40 => kn, _ => 7 })",
        "((kn, kc) switch { ( > 9, _) when (kc = $0) > 60 => km, (_, > 20) => 5, _ => kn })", "KExit($0, ref km)", "KExit($0, ref kn)",
    ];

    private void DeclareCoupled(string t, string first)
    {
        string[] texts =
        [
            $"private {t} KProp(in №Kit x, {t} y) {{ KP = new(y, kn); return ({t})(x.X {first} x.Y); }}",
            $"private {t} KAuto(in {t} x, {t} y) {{ ks.Auto ^= y; kn++; return ({t})(x + 1); }}",
            $$"""
            private {{t}} KExit({{t}} x, ref {{t}} y)
            {
                for (int i = 0; i < 3; i++)
                {
                    if (x > y) { y++; if ((x & 4) != 0) { break; } kn ^= x; }
                    if ((x & 1) == 0) { x += 5; continue; }
                    y += x;
                    if ((y & 3) == 3) { return y; }
                    x ^= y;
                }

                if (kn > x) { km += x; return kn; }
                kn ^= x;
                return x;
            }
            """,
        ];
        members.AddRange(texts.Select(text => new Member(text, null)));
    }

    /// <summary>An expression of parts that belong together.</summary>
    private Node Coupled(int depth) => new(
        kit!, $"({kit!.Name}){random.Pick(KitCoupled).Replace("(T)", $"({kit.Name})", StringComparison.Ordinal)}", [Kit(depth)]);

    /// <summary>A statement of parts that belong together.</summary>
    private Line CoupledStatement()
    {
        string t = kit!.Name;
        switch (random.Below(8))
        {
            case 0:
                {
                    // Targets that are found with what an earlier target changes.
                    string targets = random.Pick([
                        "(kn, ka[(int)(kn & 3)])", "(ka[0], ka[(int)(ka[0] & 3)])", "(ks.X, kt[(int)(ks.X & 3)].Y)",
                        "(kc, kv[(int)(kc & 3)])",
                        "(KN, ka[(int)(kn & 3)])", "(ka[(int)(kn & 3)], kn)"]);
                    return new Line($"{targets} = ($0, $1);", [Kit(1), Kit(1)], []);
                }

            case 1:
                {
                    // What is known of an array before one of its elements is written, nobody knows which.
                    (string array, string declaration) = random.Percent(50) && !isState
                        ? (NewName("ky"), $"{t}[] # = [1, 2, 3, 4];")
                        : (NewName("ky"), "№KitRow # = default;\n#[1] = 5;\n#[2] = 6;");
                    string text = declaration
                        + random.Pick(["\n#[(int)($0 & 3)] = $1;", "\n#[(int)($0 & 3)]++;", "\n#[(int)($0 & 3)] ^= $1;"])
                        + $"\nkm = ({t})((km * 3) + #[1] - (#[{random.Pick(["0", "2", "3"])}] * 5));";
                    return new Line(text.Replace("#", array, StringComparison.Ordinal), [Kit(1), Kit(1)], []);
                }

            case 2 or 3:
                {
                    // Sections of a switch that end early.
                    const string text = """
                        switch ((int)($0 & 3))
                        {
                            case 0:
                                if ($1) { kn++; break; }
                                km ^= $2;
                                break;
                            case 1:
                                km++;
                                if ($1) { if (kn > km) { break; } kc += kn; }
                                kn = $2;
                                break;
                            default:
                                if (kn > kc) { kc ^= kn; } else { break; }
                                ka[1] += $2;
                                break;
                        }
                        """;
                    return new Line(text, [Kit(1), KitTest(0), Kit(1)], []);
                }

            case 4:
                return new Line($"kn = ({t})((kn {random.Pick(["<<", ">>", ">>>"])} (int)($0 & 127)) + $0);", [Kit(1)], []);
            case 5:
                {
                    // A local function that only reads a variable which it is also given by reference, or which another one writes.
                    (string reader, string writer) = (NewName("KRead"), NewName("KWrite"));
                    string text = $$"""
                        {{t}} {{reader}}(ref {{t}} x, {{t}} y) { x += y; return ({{t}})(kc - (x * 3)); }
                        {{t}} {{writer}}({{t}} x) { kc ^= x; return ({{t}})(kc + {{reader}}(ref kc, 5)); }
                        km ^= {{(random.Percent(50) ? $"{reader}(ref kc, $0)" : $"{writer}($0)")}};
                        """;
                    return new Line(text, [Kit(1)], []);
                }

            default:
                return new Line($"{random.Pick(["kc", "km", "kq.X", "ka[3]"])} ^= ({t})($0 + ($1 * 3));", [Coupled(1), Coupled(0)], []);
        }
    }
}
