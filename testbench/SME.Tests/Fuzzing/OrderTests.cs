// SPDX-License-Identifier: Apache-2.0
using SME.Testing.Fuzzing;
namespace SME.Tests.Fuzzing;

/// <summary>
/// C#'s rules of the order of evaluation and of aliasing, row by row: the plain tick, the compiled tick and RTL agree, or a diagnostic
/// refuses.
/// </summary>
public class OrderTests
{
    private const int Cycles = 400;

    private static readonly Lazy<IReadOnlyDictionary<string, FuzzOutcome>> Outcomes = new(Run);

    /// <summary>The names of the rows.</summary>
    public static TheoryData<string> Names => new(OrderRows.All.Select(row => row.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Order_and_aliasing_are_those_of_CSharp(string name)
    {
        (_, string body) = OrderRows.All.Single(row => row.Name == name);
        FuzzOutcome outcome = Outcomes.Value[name];
        if (body.StartsWith('!'))
        {
            Assert.Equal(Verdict.Rejected, outcome.Verdict);
            Assert.Contains(body[1..7], outcome.Detail, StringComparison.Ordinal);
        }
        else
        {
            Assert.True(outcome.Verdict == Verdict.Equal, $"{outcome.Verdict}: {outcome.Detail}\n{body}");
        }
    }

    private static Dictionary<string, FuzzOutcome> Run()
    {
        FuzzProgram[] programs = OrderRows.All.Select((row, index) => Program(row.Body, (ulong)index)).ToArray();
        Dictionary<string, FuzzOutcome> outcomes = [];
        foreach (int[] part in Enumerable.Range(0, programs.Length).Chunk(64))
        {
            IReadOnlyList<FuzzOutcome> found = FuzzBatch.Run(part.Select(index => programs[index]).ToArray(), Cycles);
            for (int i = 0; i < part.Length; i++)
            {
                outcomes[OrderRows.All[part[i]].Name] = found[i];
            }
        }

        return outcomes;
    }

    /// <summary>The program with a body; one that waits is a state process.</summary>
    internal static FuzzProgram Program(string body, ulong seed)
    {
        bool waits = body.Contains("await ", StringComparison.Ordinal);
        string header = waits ? "protected override async Task OnTickAsync()" : "protected override void OnTick()";
        string end = waits ? "\nawait ClockAsync();" : string.Empty;
        string text = body.StartsWith('!') ? body[8..] : body;
        return new FuzzProgram(
            seed,
            waits ? "StateProcess" : "SimpleProcess",
            !waits,
            OrderRows.Types,
            [("A", FuzzTypes.S32), ("B", FuzzTypes.S32)],
            [("R", FuzzTypes.S32), ("H", FuzzTypes.U32)],
            [
                new Member(OrderRows.Members, null),
                new Member($"{header}\n{{\n{OrderRows.Before}\n{text}\n{OrderRows.After}{end}\n}}", null, true),
            ]);
    }
}
