// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Machines;
using SME;

namespace Lauberhorn.Node.Tests.Machines;

/// <summary>What the protocols allow and the friendliest machine does not do; docs/machine.md has the table.</summary>
public sealed class UnfriendlyMachineTests
{
    private static readonly AddressWindow Window = new(0x100_0000_0000, 128, AddressHash.ThunderX, 4);
    private static readonly AddressPlanner Planner = new(Window);

    [Fact]
    public void Returns_of_different_lines_overtake_one_another()
    {
        List<uint> order = [];
        EchoHome home = new() { OnReturn = line => order.Add(line.Line) };
        CoherentMachine machine = new(MachineParameters.Enzian with { ReorderCycles = 60 }, home, Window, seed: 3);
        uint[] numbers = [.. Enumerable.Range(0, 16).Select(i => (uint)i)];
        machine.Start(machine.Cores[0], async core =>
        {
            foreach (uint number in numbers)
            {
                await core.StoreWordAsync(Planner.Address(number), number);
            }
        });
        machine.Run();
        Array.ForEach(numbers, number => home.Fetch(number));
        machine.Run(() => home.FetchesUnderWay == 0);
        Assert.Equal(numbers, order.Order());
        Assert.NotEqual(numbers, order);
    }

    [Fact]
    public void An_upgrade_whose_copy_is_fetched_before_the_NIC_sees_it_gets_the_lines_bytes()
    {
        EchoHome home = new();
        CoherentMachine machine = new(MachineParameters.Enzian with { SharedLoads = true }, home, Window);
        bool isStoring = false;
        machine.Start(machine.Cores[0], async core =>
        {
            await core.LoadWordAsync(Planner.Address(9));
            isStoring = true;
            await core.StoreWordAsync(Planner.Address(9), 3);
            Assert.Equal(5u, await core.LoadWordAsync(Planner.Address(9) + 64));
        });
        machine.Run(() => isStoring);
        home.Fetch(9);
        machine.Run(() => home.FetchesUnderWay == 0);
        Assert.Equal([HomeReadKind.Shared], home.Kinds);
        home.Line(9)[64] = 5;
        machine.Run();
        Assert.Equal([HomeReadKind.Shared, HomeReadKind.Upgrade], home.Kinds);
    }

    [Fact]
    public void The_bytes_of_a_fetched_line_may_come_ahead_of_the_answer()
    {
        List<(uint Line, bool IsAnswer, bool HasBytes)> returns = [];
        EchoHome home = new() { OnReturn = line => returns.Add((line.Line, line.IsAnswer, line.Mask != Bits<W128>.Zero)) };
        CoherentMachine machine = new(MachineParameters.Enzian with { SplitAnswerPercent = 100 }, home, Window);
        machine.Start(machine.Cores[0], async core =>
        {
            await core.StoreWordAsync(Planner.Address(4), 44);
            await core.LoadWordAsync(Planner.Address(5));
        });
        machine.Run();
        home.Fetch(4);
        home.Fetch(5);
        machine.Run(() => home.FetchesUnderWay == 0);
        Assert.Equal([(4, false, true), (4, true, false)], returns.Where(line => line.Line == 4));
        Assert.Equal([(5, true, false)], returns.Where(line => line.Line == 5));
        Assert.Equal(44, home.Line(4)[0]);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_core_with_one_miss_at_a_time_waits_behind_a_prefetch_that_stalls(int misses, bool waits)
    {
        EchoHome home = new() { Hold = static read => read.Line == 6 ? 5000 : 0 };
        CoherentMachine machine = new(MachineParameters.Ideal with { OutstandingMisses = misses }, home, Window);
        long loaded = 0;
        machine.Start(machine.Cores[0], async core =>
        {
            core.Prefetch(Planner.Address(6));
            await core.LoadWordAsync(Planner.Address(7));
            loaded = core.Cycle;
            core.Prefetch(Planner.Address(8));
            await core.FenceAsync();
        });
        machine.Run();
        Assert.Equal(waits, loaded > 5000);
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(8, true, false)]
    [InlineData(8, false, true)]
    public void A_line_may_leave_with_a_later_store_only_unless_a_barrier_is_between(int storeBuffer, bool barrier, bool isTorn)
    {
        int torn = 0;
        for (ulong seed = 1; seed <= 200; seed++)
        {
            byte[]? first = null;
            EchoHome home = new();
            home.OnReturn = line =>
            {
                byte[] bytes = new byte[128];
                line.Data.CopyTo(bytes);
                first ??= line.Mask == Bits<W128>.Zero || bytes[0] == 0 ? null : bytes;
            };
            MachineParameters parameters = MachineParameters.Ideal with { StoreBuffer = storeBuffer, EvictionsPerMillion = 100_000 };
            CoherentMachine machine = new(parameters, home, Window, seed);
            machine.Start(machine.Cores[0], async core =>
            {
                ulong address = Planner.Address(4);
                for (int i = 1; i < 4; i++)
                {
                    await core.StoreAsync(address + (ulong)(i * 32), new byte[] { 7 });
                }

                if (barrier)
                {
                    await core.BarrierAsync();
                }

                // The kind.
                await core.StoreAsync(address, new byte[] { 16 });
                await core.CleanInvalidateAsync(address);
                Assert.Equal(0, core.StoresWaiting);
            });
            machine.Run();

            // What has come home by the time at which byte 0 does.
            byte[] home4 = home.Line(4);
            Assert.Equal((16, 7, 7, 7), (home4[0], home4[32], home4[64], home4[96]));
            torn += first!.Where((value, i) => i is 32 or 64 or 96 && value != 7).Any() ? 1 : 0;
        }

        Assert.Equal(isTorn, torn > 0);
    }

    [Fact]
    public void A_core_sees_its_own_stores_before_others_do_and_loads_pass_them()
    {
        EchoHome home = new() { Hold = static read => read.Line == 4 ? 3000 : 0 };
        CoherentMachine machine = new(MachineParameters.Ideal with { StoreBuffer = 4 }, home, Window);
        machine.Start(machine.Cores[0], async core =>
        {
            await core.StoreWordAsync(Planner.Address(4) + 8, 0x0102_0304_0506_0708);
            await core.LoadWordAsync(Planner.Address(5));
            Assert.InRange(core.Cycle, 0, 2999);
            Assert.Equal(1, core.StoresWaiting);
            byte[] some = new byte[4];
            await core.LoadAsync(Planner.Address(4) + 10, some);
            Assert.Equal([6, 5, 4, 3], some);
            await core.BarrierAsync();
            Assert.True(core.Cycle >= 3000);
        });
        machine.Run();
    }

    [Theory]
    [InlineData(128)]
    [InlineData(4096)]
    public void A_core_loads_any_line_of_a_page_that_it_has_touched_until_the_mapping_is_gone(int stride)
    {
        AddressWindow window = Window with { Stride = (ulong)stride, BaseAddress = 0x1000_0000_0000 };
        AddressPlanner planner = new(window);
        HashSet<uint> seen = [];
        EchoHome home = new() { OnRead = read => seen.Add(read.Line) };
        CoherentMachine machine = new(MachineParameters.Ideal with { Cores = 1, SpeculationsPerMillion = 200_000 }, home, window);
        ulong address = planner.Address(3);
        machine.Start(machine.Cores[0], async core =>
        {
            await core.LoadWordAsync(address);
            await core.ComputeAsync(5000);
            core.Unmap(address & ~4095ul, 4096);
            await core.FenceAsync();
        });
        machine.Run();
        Assert.Equal(4096 / stride, seen.Count);
        Assert.All(seen, number => Assert.Equal(address / 4096, planner.Address(number) / 4096));
        long before = machine.Cores[0].Speculations;
        machine.Start(machine.Cores[0], static async core => await core.ComputeAsync(5000));
        machine.Run();
        Assert.Equal(before, machine.Cores[0].Speculations);
    }

    [Fact]
    public void Whims_are_the_same_for_the_same_seed_and_each_is_on_and_off_in_some()
    {
        MachineParameters[] all = [.. Enumerable.Range(0, 64).Select(seed => MachineParameters.Enzian.WithWhims((ulong)seed))];
        Assert.Equal(all[5], MachineParameters.Enzian.WithWhims(5));
        Assert.Equal(2, all.Select(machine => machine.SharedLoads).Distinct().Count());
        Assert.All<Func<MachineParameters, int>>(
            [
                static machine => machine.SplitAnswerPercent,
                static machine => machine.OutstandingMisses,
                static machine => machine.StoreBuffer,
            ],
            of => Assert.True(all.Any(machine => of(machine) == 0) && all.Any(machine => of(machine) != 0)));
        Assert.Contains(all, machine => machine.ReorderCycles == MachineParameters.Enzian.ReorderCycles);
        Assert.Contains(all, machine => machine.ReorderCycles > 50);
    }
}
