// SPDX-License-Identifier: Apache-2.0
using SME.Form;

namespace Lauberhorn.Fuzzing.Tests;

/// <summary>The fuzzer finds deliberate faults in the back end. <c>tools/lauberhorn fuzz hdl --plants</c> looks for all of them.</summary>
public class PlantTests
{
    private const ulong Seed = 777;

    [Fact]
    public void Deliberate_faults_are_found()
    {
        Plant[] plants =
        [
            Plant.OperandReadLate, Plant.UpdaterSeesOldVariable, Plant.InIsCopy, Plant.GuardIgnored, Plant.JoinTakesFirst, Plant.ExtendsWithZeros,
        ];
        IReadOnlyList<PlantResult> results = new PlantTrial(16, Seed, 150).Run(plants);
        Assert.All(results, result => Assert.True(result.IsFound, $"{result.Plant}: tools/lauberhorn fuzz hdl --plants --count 16 --cycles 150 --seed {Seed}"));
    }

    [Fact]
    public void A_fault_is_sown_only_where_it_is_looked_for()
    {
        Assert.False(Plants.Is(Plant.InIsCopy));
        Plants.Sow(Plant.InIsCopy);
        Assert.True(Plants.Is(Plant.InIsCopy));
        Plants.Sow(Plant.None);
        Assert.False(Plants.Is(Plant.InIsCopy));
        Assert.True(PlantTrial.All.Count >= 20);
    }
}
