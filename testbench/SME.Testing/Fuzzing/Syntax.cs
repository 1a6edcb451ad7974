// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace SME.Testing.Fuzzing;

/// <summary>
/// An expression of a random program: text with places <c>$0</c> to <c>$9</c> for its operands. That is all that printing and
/// shrinking need to know; the C# compiler says whether a shrunk program still makes sense.
/// </summary>
/// <param name="Type">Its type.</param>
/// <param name="Template">The text.</param>
/// <param name="Operands">The operands.</param>
/// <param name="IsLiteral">Whether it is a constant of the source.</param>
internal sealed record Node(FuzzType Type, string Template, Node[] Operands, bool IsLiteral = false)
{
    /// <summary>Whether C# may calculate it when it compiles, and would complain if that overflows.</summary>
    internal bool IsConstant => IsLiteral || (Operands.Length > 0 && Array.TrueForAll(Operands, operand => operand.IsConstant));

    internal int Size => 1 + Operands.Sum(operand => operand.Size);

    public override string ToString() => Templates.Fill(Template, index => Operands[index].ToString(), (_, _) => string.Empty);
}

/// <summary>A statement: text with places <c>$0</c> for expressions and <c>@0</c> for blocks.</summary>
/// <param name="Template">The text, with lines separated by line feeds.</param>
/// <param name="Operands">The expressions.</param>
/// <param name="Blocks">The blocks.</param>
/// <param name="IsFixed">Whether the program would mean nothing without it (an assignment that completes a combinational process).</param>
internal sealed record Line(string Template, Node[] Operands, Line[][] Blocks, bool IsFixed = false)
{
    internal int Size => 3 + Operands.Sum(operand => operand.Size) + Blocks.Sum(block => block.Sum(line => line.Size));

    internal string Text(string indent) =>
        indent + Templates.Fill(Template.Replace("\n", "\n" + indent, StringComparison.Ordinal), index => Operands[index].ToString(),
            (index, at) => Print(Blocks[index], at));

    internal static string Print(Line[] block, string indent) =>
        block.Length == 0 ? "{\n" + indent + "}"
            : "{\n" + string.Concat(block.Select(line => line.Text(indent + "    ") + "\n")) + indent + "}";
}

/// <summary>A method or local state of the process class.</summary>
/// <param name="Header">What stands before the body; for a field or a type, everything.</param>
/// <param name="Body">The body; null for none.</param>
/// <param name="IsFixed">Whether the program would mean nothing without it.</param>
internal sealed record Member(string Header, Line[]? Body, bool IsFixed = false)
{
    internal int Size => Body is null ? 5 : 10 + Body.Sum(line => line.Size);
}

/// <summary>
/// A random program: one process class, its buses and its types. It gets its name, which is part of the names of all of
/// these, when it is compiled, so that many variants of one program fit into one assembly.
/// </summary>
/// <param name="Seed">What it was made from.</param>
/// <param name="Kind">Base class.</param>
/// <param name="IsClocked">Whether it has the mark of a clocked process.</param>
/// <param name="Types">Declarations of types.</param>
/// <param name="Inputs">Signals of the input bus.</param>
/// <param name="Outputs">Signals of the output bus.</param>
/// <param name="Members">Fields and methods.</param>
internal sealed record FuzzProgram(
    ulong Seed,
    string Kind,
    bool IsClocked,
    string[] Types,
    (string Name, FuzzType Type)[] Inputs,
    (string Name, FuzzType Type)[] Outputs,
    Member[] Members)
{
    /// <summary>Stands for the name.</summary>
    internal const string NamePlace = "\u2116";

    internal int Size => Members.Sum(member => member.Size) + Inputs.Length + Outputs.Length + (Types.Length * 3);

    /// <summary>The program as C# source.</summary>
    /// <param name="name">Name of the class; the buses are <c>I</c>name<c>In</c> and <c>I</c>name<c>Out</c>.</param>
    internal string Text(string name)
    {
        StringBuilder text = new();
        foreach (string type in Types)
        {
            text.Append(type).Append("\n\n");
        }

        Bus(text, "In", Inputs);
        Bus(text, "Out", Outputs);
        text.Append(IsClocked ? "[ClockedProcess]\n" : string.Empty);
        text.Append($"public sealed class {NamePlace}(I{NamePlace}In input) : {Kind}\n{{\n");
        text.Append($"    [InputBus] private readonly I{NamePlace}In input = input;\n");
        text.Append($"    [OutputBus] public readonly I{NamePlace}Out Output = Scope.CreateBus<I{NamePlace}Out>();\n");
        foreach (Member member in Members)
        {
            text.Append("\n    ").Append(member.Header.Replace("\n", "\n    ", StringComparison.Ordinal));
            if (member.Body is not null)
            {
                text.Append("\n    ").Append(Line.Print(member.Body, "    "));
            }

            text.Append('\n');
        }

        return text.Append("}\n").ToString().Replace(NamePlace, name, StringComparison.Ordinal);
    }

    private void Bus(StringBuilder text, string suffix, (string Name, FuzzType Type)[] signals)
    {
        text.Append($"public interface I{NamePlace}{suffix} : IBus\n{{\n");
        foreach ((string name, FuzzType type) in signals)
        {
            text.Append($"    {type} {name} {{ get; set; }}\n");
        }

        text.Append("}\n\n");
    }
}

/// <summary>Fills places in a text.</summary>
internal static class Templates
{
    internal static string Fill(string template, Func<int, string> operand, Func<int, string, string> block)
    {
        StringBuilder text = new();
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i] is '$' or '@' && i + 1 < template.Length && char.IsAsciiDigit(template[i + 1]))
            {
                int index = template[i + 1] - '0';
                text.Append(template[i] == '$' ? operand(index) : block(index, Indentation(text)));
                i++;
            }
            else
            {
                text.Append(template[i]);
            }
        }

        return text.ToString();
    }

    private static string Indentation(StringBuilder text)
    {
        int start = text.Length;
        while (start > 0 && text[start - 1] != '\n')
        {
            start--;
        }

        string line = text.ToString(start, text.Length - start);
        return line[..^line.TrimStart().Length];
    }
}
