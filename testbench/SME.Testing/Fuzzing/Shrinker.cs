// SPDX-License-Identifier: Apache-2.0
namespace SME.Testing.Fuzzing;

/// <summary>
/// Makes a failing program small: takes parts away and simplifies expressions as long as it still fails. Variants are tried
/// in batches, smallest first; those that do not compile fall out by themselves.
/// </summary>
internal static class Shrinker
{
    private const int BatchSize = 32;

    /// <summary>Removes parts of a failing program for as long as it fails in the same way.</summary>
    /// <param name="failing">The program and how it fails.</param>
    /// <param name="cycles">How many cycles it takes to fail.</param>
    /// <param name="limit">When to stop, small or not.</param>
    /// <returns>The smallest program found that fails in the same way.</returns>
    internal static FuzzOutcome Shrink(FuzzOutcome failing, int cycles, TimeSpan limit)
    {
        DateTime end = DateTime.UtcNow + limit;
        HashSet<string> tried = [failing.Program.Text("P")];
        FuzzOutcome smallest = failing;
        while (true)
        {
            FuzzProgram[] variants = Variants(smallest.Program)
                .Where(variant => variant.Size <= smallest.Program.Size && tried.Add(variant.Text("P")))
                .OrderBy(variant => variant.Size).ToArray();
            FuzzOutcome? better = null;
            foreach (FuzzProgram[] batch in variants.Chunk(BatchSize))
            {
                if (DateTime.UtcNow > end)
                {
                    return smallest;
                }

                better = FuzzBatch.Run(batch, cycles)
                    .Where(outcome => outcome.Verdict == failing.Verdict && IsSameFailure(outcome, failing))
                    .MinBy(outcome => outcome.Program.Size);
                if (better is not null)
                {
                    break;
                }
            }

            if (better is null)
            {
                return smallest;
            }

            smallest = better;
        }
    }

    // A rejection for another reason is another finding.
    private static bool IsSameFailure(FuzzOutcome outcome, FuzzOutcome failing) =>
        outcome.Verdict == Verdict.Mismatch || Kind(outcome.Detail) == Kind(failing.Detail);

    private static string Kind(string detail) => string.Concat(detail.Split('\n')[0].Where(char.IsLetter).Take(60)) is var letters
        ? letters[..Math.Min(letters.Length, 40)] : letters;

    private static IEnumerable<FuzzProgram> Variants(FuzzProgram program)
    {
        for (int i = 0; i < program.Members.Length; i++)
        {
            Member member = program.Members[i];
            if (!member.IsFixed)
            {
                yield return program with { Members = Without(program.Members, i) };
            }

            if (member.Body is not null)
            {
                foreach (Line[] body in Variants(member.Body))
                {
                    yield return program with { Members = With(program.Members, i, member with { Body = body }) };
                }
            }
        }

        for (int i = 0; i < program.Outputs.Length && program.Outputs.Length > 1; i++)
        {
            string place = $"Output.{program.Outputs[i].Name} = ";
            FuzzProgram less = program with { Outputs = Without(program.Outputs, i) };
            yield return less with
            {
                Members = less.Members.Select(
                    member => member.Body is null ? member
                        : member with
                        {
                            Body = member.Body.Where(line => !line.Template.StartsWith(place, StringComparison.Ordinal))
                            .ToArray()
                        }).ToArray(),
            };
        }

        for (int i = 0; i < program.Inputs.Length && program.Inputs.Length > 1; i++)
        {
            yield return program with { Inputs = Without(program.Inputs, i) };
        }

        for (int i = 0; i < program.Types.Length; i++)
        {
            yield return program with { Types = Without(program.Types, i) };
        }
    }

    private static IEnumerable<Line[]> Variants(Line[] block)
    {
        // First large pieces, then single lines.
        for (int size = block.Length / 2; size > 1; size /= 2)
        {
            for (int start = 0; start + size <= block.Length; start += size)
            {
                if (!block.Skip(start).Take(size).Any(line => line.IsFixed))
                {
                    yield return block.Where((_, index) => index < start || index >= start + size).ToArray();
                }
            }
        }

        for (int i = 0; i < block.Length; i++)
        {
            Line line = block[i];
            if (!line.IsFixed)
            {
                yield return Without(block, i);
            }

            foreach (Line[] inner in line.Blocks)
            {
                yield return [.. block[..i], .. inner, .. block[(i + 1)..]];
            }

            for (int j = 0; j < line.Blocks.Length; j++)
            {
                foreach (Line[] inner in Variants(line.Blocks[j]))
                {
                    yield return With(block, i, line with { Blocks = With(line.Blocks, j, inner) });
                }
            }

            for (int j = 0; j < line.Operands.Length; j++)
            {
                foreach (Node operand in Variants(line.Operands[j]))
                {
                    yield return With(block, i, line with { Operands = With(line.Operands, j, operand) });
                }
            }
        }
    }

    private static IEnumerable<Node> Variants(Node node)
    {
        foreach (Node inner in Descendants(node).Where(inner => inner.Type == node.Type))
        {
            yield return inner;
        }

        string? simple = node.Type switch
        {
            BoolType => "false",
            IntegerType { Width: <= 64 } integer => $"({integer})1",
            _ => $"default({node.Type})",
        };
        if (node.Operands.Length > 0 || (!node.IsLiteral && node.Template != simple))
        {
            yield return new Node(node.Type, simple, [], true);
        }

        for (int i = 0; i < node.Operands.Length; i++)
        {
            foreach (Node operand in Variants(node.Operands[i]))
            {
                yield return node with { Operands = With(node.Operands, i, operand) };
            }
        }
    }

    private static IEnumerable<Node> Descendants(Node node) => node.Operands.SelectMany(operand => Descendants(operand).Prepend(operand));

    private static T[] Without<T>(T[] array, int index) => [.. array[..index], .. array[(index + 1)..]];

    private static T[] With<T>(T[] array, int index, T value) => [.. array[..index], value, .. array[(index + 1)..]];
}
