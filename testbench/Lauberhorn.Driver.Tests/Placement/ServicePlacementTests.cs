// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Driver.Placement;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Driver.Tests.Placement;

public class ServicePlacementTests
{
    [Fact]
    public void A_small_table_keeps_every_key_found_and_is_full_only_when_there_is_no_way() => Gen.ULong.Sample(
        seed => Run(NicConfig.Tiny.Services, new SeededRandom(seed), 60, 12, AnyKey, mayHaveNoWay: true), iter: 2000);

    [Theory]
    [InlineData("enzian", 1, false)]
    [InlineData("enzian", 2, true)]
    [InlineData("large", 3, false)]
    [InlineData("large", 4, true)]
    public void A_large_table_takes_all_its_services_and_keeps_every_key_found(string preset, ulong seed, bool areInSequence)
    {
        int services = NicConfig.Preset(preset).Services;
        Run(services, new SeededRandom(seed), services + 20_000, 2 * services, areInSequence ? Sequence : AnyKey, mayHaveNoWay: false);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(65_536)]
    public void Blocks_of_keys_in_any_proportion_fit(int services)
    {
        // Ports, programs, versions and procedures from 1 to all, each as a power of two of numbers in sequence.
        for (int shape = 0; shape < 24; shape++)
        {
            SeededRandom random = new((ulong)shape);
            int bits = int.Log2(services);
            int procedures = random.Between(0, bits);
            int versions = random.Between(0, bits - procedures);
            int programs = random.Between(0, bits - procedures - versions);
            ServicePlacement placement = new(services);
            for (int i = 0; i < services; i++)
            {
                ServiceKey key = new(
                    (ushort)(2049 + (i >> (procedures + versions + programs))),
                    (uint)(0x2000_0000 + (i >> (procedures + versions) & ((1 << programs) - 1))),
                    (uint)(i >> procedures & ((1 << versions) - 1)),
                    (uint)(i & ((1 << procedures) - 1)));
                placement.Insert(key, default);
            }

            Assert.Equal(services, placement.Count);
        }
    }

    [Fact]
    public void A_full_table_says_so_and_does_not_change()
    {
        ServicePlacement placement = new(4096);
        for (uint i = 0; i < 4096; i++)
        {
            placement.Insert(new ServiceKey(2049, 100_003, 3, i), default);
        }

        TableFullException exception =
            Assert.Throws<TableFullException>(() => placement.Insert(new ServiceKey(2049, 100_003, 4, 0), default));
        Assert.Contains("4096", exception.Message, StringComparison.Ordinal);
        Assert.False(placement.Contains(new ServiceKey(2049, 100_003, 4, 0)));
        Assert.Equal(4096, placement.Count);
        placement.Remove(new ServiceKey(2049, 100_003, 3, 17));
        IReadOnlyList<TableStep> steps = placement.Insert(new ServiceKey(2049, 100_003, 4, 0), default);
        Assert.Equal(CommandCode.None, steps[0].Code);
        Assert.Equal(CommandCode.SetService, steps[1].Code);
    }

    [Fact]
    public void What_is_wrong_is_said()
    {
        ServicePlacement placement = new(8);
        ServiceKey key = new(111, 100_000, 2, 3);
        Assert.Contains("not registered", Assert.Throws<KeyNotFoundException>(() => placement.Remove(key)).Message,
            StringComparison.Ordinal);
        Assert.Contains("not registered", Assert.Throws<KeyNotFoundException>(() => placement.Replace(key, default)).Message,
            StringComparison.Ordinal);
        placement.Insert(key, default);
        Assert.Contains("already", Assert.Throws<ArgumentException>(() => placement.Insert(key, default)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Random changes: the table fills, and then stays at and around full.</summary>
    private static void Run(int services, SeededRandom random, int changes, int keys, Func<SeededRandom, int, ServiceKey> makeKey,
        bool mayHaveNoWay)
    {
        ServicePlacement placement = new(services);
        ServiceTables tables = new(services);
        ServiceKey[] all = [.. Enumerable.Range(0, keys).Select(i => makeKey(random, i)).Distinct()];
        Dictionary<ServiceKey, int> at = [];
        List<ServiceKey> present = [];
        int wasFull = 0;
        for (int i = 0; i < changes; i++)
        {
            ServiceKey key = all[random.Between(0, all.Length - 1)];
            Service service = new() { CodePointer = random.Next(), Process = (ushort)random.Next() };
            bool isThere = placement.Contains(key);
            if (isThere && placement.Count < services && !random.OneIn(16))
            {
                // Fill it first.
                key = all[random.Between(0, all.Length - 1)];
                isThere = placement.Contains(key);
            }

            if (isThere && random.OneIn(2))
            {
                tables.Apply(key, service, placement.Replace(key, service));
            }
            else if (isThere)
            {
                Leave(key);
            }
            else
            {
                if (placement.Count == services)
                {
                    wasFull++;
                    Assert.Throws<TableFullException>(() => placement.Insert(key, service));
                    Leave(present[random.Between(0, present.Count - 1)]);
                }

                Come(key, service);
            }

            if (random.OneIn(50))
            {
                placement.Drained();
                tables.Drain();
            }

            if (services < 100)
            {
                tables.CheckAll();
            }
        }

        while (placement.Count < services && !mayHaveNoWay)
        {
            ServiceKey key = all[random.Between(0, all.Length - 1)];
            if (!placement.Contains(key))
            {
                Come(key, new Service { CodePointer = random.Next() });
            }
        }

        tables.CheckAll();
        Assert.Equal(tables.Expected.Count, placement.Count);

        void Come(ServiceKey key, Service service)
        {
            try
            {
                tables.Apply(key, service, placement.Insert(key, service));
                at[key] = present.Count;
                present.Add(key);
            }
            catch (TableFullException) when (mayHaveNoWay)
            {
                Assert.False(tables.HasRoomFor(key));
            }
        }

        void Leave(ServiceKey key)
        {
            tables.Apply(key, null, placement.Remove(key));
            at.Remove(key, out int place);
            present[place] = present[^1];
            at[present[place]] = place;
            present.RemoveAt(present.Count - 1);
            at.Remove(key);
        }
    }

    private static ServiceKey AnyKey(SeededRandom random, int index) =>
        new((ushort)random.Next(), (uint)random.Next(), (uint)random.Next(), (uint)random.Next());

    private static ServiceKey Sequence(SeededRandom random, int index) =>
        new(2049, (uint)(100_000 + (index >> 7)), (uint)(index >> 5 & 3), (uint)(index & 31));
}
