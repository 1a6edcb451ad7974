// SPDX-License-Identifier: Apache-2.0
using SME.Form;

namespace SME.Testing.Fuzzing;

/// <summary>How long it took to find a deliberate fault.</summary>
/// <param name="Plant">The fault.</param>
/// <param name="Programs">After how many programs of the campaign it was found; all of them if it was not.</param>
/// <param name="Seed">The seed of the program that found it; null if none did.</param>
public sealed record PlantResult(string Plant, long Programs, ulong? Seed)
{
    /// <summary>Whether some program has shown the fault.</summary>
    public bool IsFound => Seed is not null;
}

/// <summary>
/// Sows deliberate faults in the way from C# to VHDL, one after the other, and looks after how many programs a campaign notices. A program
/// whose VHDL is the same with the fault as without cannot, so only the others are run.
/// </summary>
internal sealed class PlantTrial(long count, ulong seed, int cycles)
{
    /// <summary>How many programs are compiled together; most faults show within so many.</summary>
    private const int BatchSize = 16;

    /// <summary>How many programs that may notice a fault are run at once.</summary>
    private const int RunAtOnce = 3;

    /// <summary>Number of programs in one model.</summary>
    private const int ModelSize = 48;

    /// <summary>All faults that can be planted.</summary>
    internal static IReadOnlyList<Plant> All { get; } = [.. Enum.GetValues<Plant>().Where(plant => plant != Plant.None)];

    /// <summary>Looks for faults.</summary>
    /// <param name="plants">Which.</param>
    /// <param name="onFound">Called with each that is found; null for none.</param>
    internal IReadOnlyList<PlantResult> Run(IReadOnlyList<Plant> plants, Action<PlantResult>? onFound = null)
    {
        Dictionary<Plant, PlantResult> found = [];
        for (long start = 0; start < count && found.Count < plants.Count; start += BatchSize)
        {
            FuzzProgram[] programs = Enumerable.Range(0, (int)Math.Min(BatchSize, count - start))
                .Select(index => ProgramGenerator.Make(FuzzRandom.SeedOf(seed, start + index))).ToArray();
            foreach ((Plant plant, int index) in Find([.. plants.Where(plant => !found.ContainsKey(plant))], programs))
            {
                found[plant] = new PlantResult(plant.ToString(), start + index + 1, programs[index].Seed);
                onFound?.Invoke(found[plant]);
            }
        }

        return [.. plants.Select(plant => found.GetValueOrDefault(plant) ?? new PlantResult(plant.ToString(), count, null))];
    }

    /// <summary>Which faults the programs notice, each with the number of the first program that does.</summary>
    private Dictionary<Plant, int> Find(IReadOnlyList<Plant> plants, FuzzProgram[] programs)
    {
        string?[] whole = FuzzBatch.Describe(programs, Plant.None);
        Dictionary<Plant, Queue<int>> suspects = [];
        foreach (Plant plant in plants)
        {
            string?[] sick = FuzzBatch.Describe(programs, plant);
            suspects[plant] = new(
                Enumerable.Range(0, programs.Length).Where(index => whole[index] is not null && sick[index] != whole[index]));
        }

        Dictionary<Plant, int> found = [];
        while (suspects.Values.Any(queue => queue.Count > 0))
        {
            // Many faults are run as one network, each in processes of its own.
            (Plant Plant, int Index)[] next = [.. suspects.SelectMany(suspect =>
                Enumerable.Range(0, Math.Min(RunAtOnce, suspect.Value.Count)).Select(_ => (suspect.Key, suspect.Value.Dequeue())))];
            foreach ((Plant Plant, int Index)[] part in next.Chunk(ModelSize))
            {
                IReadOnlyList<FuzzOutcome> outcomes = FuzzBatch.Run(
                    [.. part.Select(pair => programs[pair.Index])], cycles, [.. part.Select(pair => pair.Plant)]);
                for (int i = 0; i < part.Length; i++)
                {
                    if (outcomes[i].Verdict is Verdict.Mismatch or Verdict.Rejected && found.TryAdd(part[i].Plant, part[i].Index))
                    {
                        suspects[part[i].Plant].Clear();
                    }
                }
            }
        }

        return found;
    }
}
