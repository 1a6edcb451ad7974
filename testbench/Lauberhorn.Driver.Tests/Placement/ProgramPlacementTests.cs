// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Driver.Placement;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Driver.Tests.Placement;

public class ProgramPlacementTests
{
    [Fact]
    public void Every_program_is_found_with_its_old_or_its_new_versions_after_each_step() => Gen.ULong.Sample(
        seed =>
        {
            SeededRandom random = new(seed);
            const int programs = 64;
            ProgramPlacement placement = new(programs);
            ServiceTableShape shape = ServiceTableShape.For(programs, "test");
            Dictionary<int, ProgramEntry> places = [];
            Dictionary<(ushort, uint), ProgramEntry> expected = [];
            for (int i = 0; i < 300; i++)
            {
                (ushort Port, uint Program) key = (random.Pick<ushort>(111, 2049), (uint)(100_000 + random.Between(0, 40)));
                uint lowest = (uint)random.Between(0, 3);
                ProgramEntry? old = expected.TryGetValue(key, out ProgramEntry before) ? before : null;
                ProgramEntry? entry = old is not null && random.OneIn(4) ? null : new ProgramEntry
                {
                    IsValid = true,
                    Port = key.Port,
                    Program = key.Program,
                    LowestVersion = lowest,
                    HighestVersion = lowest + (uint)random.Between(0, 3),
                };
                if (old is null && expected.Count == programs)
                {
                    Assert.Throws<TableFullException>(() => placement.Set(key.Port, key.Program, 1, 1));
                    continue;
                }

                foreach (TableStep step in entry is ProgramEntry set
                    ? placement.Set(key.Port, key.Program, set.LowestVersion, set.HighestVersion) : placement.Remove(key.Port, key.Program))
                {
                    Assert.Equal(CommandCode.SetProgram, step.Code);
                    places[step.Index] = step.Program;
                    Assert.True(Find(key) == old || Find(key) == entry);
                    Assert.All(expected.Where(item => item.Key != key), item => Assert.Equal(item.Value, Find(item.Key)));
                }

                Assert.Equal(entry, Find(key));
                if (entry is ProgramEntry now)
                {
                    expected[key] = now;
                }
                else
                {
                    expected.Remove(key);
                }
            }

            Assert.Equal(expected.Count, places.Values.Count(entry => entry.IsValid));
            Assert.Equal(expected.Count, placement.Count);

            ProgramEntry? Find((ushort Port, uint Program) key)
            {
                List<ProgramEntry> found = [];
                for (int i = 0; i < 4; i++)
                {
                    int place = ServiceTableShape.Place(i >> 1, TableHash.OfProgram(key.Port, key.Program, i >> 1, shape.BucketBits),
                        i & 1);
                    if (places.TryGetValue(place, out ProgramEntry entry) && entry.IsValid && (entry.Port, entry.Program) == key)
                    {
                        found.Add(entry);
                    }
                }

                return found.Distinct().Count() switch
                {
                    0 => null,
                    1 => found[0],
                    _ => throw new InvalidOperationException("two entries differ")
                };
            }
        },
        iter: 20);

    [Theory]
    [InlineData("tiny")]
    [InlineData("enzian")]
    public void All_programs_of_a_preset_fit_and_no_more(string preset)
    {
        int programs = NicConfig.Preset(preset).Programs;
        ProgramPlacement placement = new(programs);
        for (int i = 0; i < programs; i++)
        {
            placement.Set(2049, (uint)(100_000 + i), 1, 4);
        }

        Assert.Contains($"{programs}", Assert.Throws<TableFullException>(() => placement.Set(2049, 99_999, 1, 4)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => placement.Set(2049, 100_000, 4, 1));
        Assert.Throws<KeyNotFoundException>(() => placement.Remove(2049, 99_999));
    }
}
