// SPDX-License-Identifier: Apache-2.0
using SME.Form;
using SME.Testing.Fuzzing;

namespace SME.Tests.Fuzzing;

/// <summary>The fuzzer finds deliberate faults in the back end. <c>tools/lauberhorn fuzz hdl --plants</c> looks for all of them.</summary>
public class PlantTests
{
    private const ulong Seed = 777;
    private const int Cycles = 150;

    /// <summary>Each fault makes C# and RTL differ in a program written for it, and the same program without it is right.</summary>
    [Fact]
    public void Each_plant_shows_in_its_row()
    {
        // OrderTests run its rows without faults; the programs that are written here run so here.
        Plant[] plants = [.. PlantTrial.All];
        Plant[] own = [.. plants.Where(PlantRows.HasOwnBody)];
        Plant[] shown = [.. plants, .. own];
        IReadOnlyList<FuzzOutcome> outcomes = FuzzBatch.Run(
            [.. shown.Select(PlantRows.Program)], Cycles, [.. plants, .. own.Select(_ => Plant.None)]);
        Assert.All(Enumerable.Range(0, shown.Length), i =>
        {
            Verdict expected = i < plants.Length ? Verdict.Mismatch : Verdict.Equal;
            string what = i < plants.Length ? "with" : "without";
            Assert.True(outcomes[i].Verdict == expected, $"{what} {shown[i]}: {outcomes[i].Verdict}: {outcomes[i].Detail}");
        });
    }

    [Fact]
    public void Deliberate_faults_are_found_by_random_programs()
    {
        Plant[] plants =
        [
            Plant.OperandReadLate, Plant.UpdaterSeesOldVariable, Plant.InIsCopy, Plant.GuardIgnored, Plant.JoinTakesFirst,
            Plant.ExtendsWithZeros,
        ];
        IReadOnlyList<PlantResult> results = new PlantTrial(16, Seed, Cycles).Run(plants);
        Assert.All(results, result => Assert.True(
            result.IsFound, $"{result.Plant}: tools/lauberhorn fuzz hdl --plants --count 16 --cycles {Cycles} --seed {Seed}"));
    }

    [Fact]
    public void A_fault_is_sown_only_where_it_is_looked_for()
    {
        Assert.False(Plants.Is(Plant.InIsCopy));
        Plants.Sow(Plant.InIsCopy);
        Assert.True(Plants.Is(Plant.InIsCopy));
        Plants.Sow(Plant.None);
        Assert.False(Plants.Is(Plant.InIsCopy));
        Plants.SowEach(process => process is string ? Plant.InIsCopy : Plant.None);
        Plants.Begin("a process");
        Assert.True(Plants.Is(Plant.InIsCopy));
        Plants.Begin(7);
        Assert.False(Plants.Is(Plant.InIsCopy));
        Plants.SowEach(null);
        Plants.Begin("a process");
        Assert.False(Plants.Is(Plant.InIsCopy));
        Assert.True(PlantTrial.All.Count >= 20);
    }
}
