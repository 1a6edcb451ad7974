// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Machines;

namespace Lauberhorn.Node.Tests.Machines;

public sealed class CoherentMachineTests
{
    private static readonly AddressWindow Window = new(0x100_0000_0000, 128, AddressHash.ThunderX, 4);
    private static readonly AddressPlanner Planner = new(Window);

    public static TheoryData<string, ulong> Machines()
    {
        TheoryData<string, ulong> data = [];
        foreach (string name in new[] { "ideal", "enzian", "enzian, shared loads", "enzian, whims", "ideal, whims" })
        {
            for (ulong seed = 1; seed <= 6; seed++)
            {
                data.Add(name, seed);
            }
        }

        return data;
    }

    [Fact]
    public void A_load_stalls_until_the_home_agent_answers_and_gets_its_bytes()
    {
        EchoHome home = new() { Hold = static _ => 1000 };
        CoherentMachine machine = new(MachineParameters.Ideal, home, Window);
        home.Line(5)[8] = 42;
        ulong seen = 0;
        machine.Start(machine.Cores[0], async core =>
        {
            seen = await core.LoadWordAsync(Planner.Address(5) + 8);
            Assert.InRange(core.Cycle, 1000, 1010);
        });
        machine.Run();
        Assert.Equal(42u, seen);
    }

    [Fact]
    public void Cores_see_each_others_stores_and_an_answer_to_a_fetch_brings_them_home()
    {
        EchoHome home = new();
        CoherentMachine machine = new(MachineParameters.Enzian, home, Window);
        ulong address = Planner.Address(7);
        machine.Start(machine.Cores[0], async core => await core.StoreWordAsync(address, 1));
        machine.Start(machine.Cores[1], async core =>
        {
            while (await core.LoadWordAsync(address) != 1)
            {
                await core.ComputeAsync(10);
            }

            await core.StoreWordAsync(address + 64, 2);
        });
        machine.Run();
        Assert.True(home.Fetch(7));
        machine.Run(() => home.FetchesUnderWay == 0, 1000);
        Assert.Equal((1, 2), (home.Line(7)[0], home.Line(7)[64]));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Nothing_written_is_lost_under_random_programs_evictions_and_fetches(string name, ulong seed)
    {
        History(name, seed, out _);
    }

    [Fact]
    public void Equal_seeds_give_equal_runs()
    {
        History("enzian", 3, out string first);
        History("enzian", 3, out string second);
        History("enzian", 4, out string other);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void A_load_before_a_store_is_upgraded_if_loads_take_shared_copies()
    {
        EchoHome home = new();
        CoherentMachine machine = new(MachineParameters.Enzian with { SharedLoads = true }, home, Window);
        machine.Start(machine.Cores[0], async core =>
        {
            await core.LoadWordAsync(Planner.Address(9));
            await core.StoreWordAsync(Planner.Address(9), 3);
        });
        machine.Run();
        Assert.Equal([HomeReadKind.Shared, HomeReadKind.Upgrade], home.Kinds);
    }

    [Fact]
    public void A_fill_held_too_long_is_a_bus_error_that_says_where()
    {
        EchoHome home = new() { Hold = static _ => -1 };
        CoherentMachine machine = new(MachineParameters.Enzian with { FillLimit = 20_000 }, home, Window);
        machine.Start(machine.Cores[3], async core => await core.LoadWordAsync(Planner.Address(6)));
        BusErrorException error = Assert.Throws<BusErrorException>(() => machine.Run());
        Assert.Contains("core 3: line 0x6, colour 6", error.Message);
        Assert.Contains("the NIC has not answered its read", error.Message);
    }

    [Fact]
    public void A_line_of_a_stalled_loads_colour_waits_and_is_reported()
    {
        EchoHome home = new() { Hold = static read => read.Line == 6 ? -1 : 0 };
        CoherentMachine machine = new(MachineParameters.Enzian with { BlockedLimit = 10_000 }, home, Window);
        machine.Start(machine.Cores[0], async core => await core.LoadWordAsync(Planner.Address(6)));
        machine.Start(machine.Cores[1], async core =>
        {
            await core.ComputeAsync(1000);
            await core.LoadWordAsync(Planner.Address(7));
            await core.LoadWordAsync(Planner.Address(6 + 64));
        });
        ColourDeadlockException error = Assert.Throws<ColourDeadlockException>(() => machine.Run());
        Assert.Contains("the Read of line 0x46", error.Message);
        Assert.Contains("by the load of line 0x6 by core 0", error.Message);
    }

    private static void History(string name, ulong seed, out string history)
    {
        const int Lines = 24;
        const int Cores = 6;
        Random random = new((int)seed);
        System.Text.StringBuilder text = new();
        EchoHome home = new();
        home.Hold = _ => random.Next(4) == 0 ? random.Next(300) : 0;
        home.ReturnPace = () => random.Next(3) != 0;
        home.OnRead = read => text.Append($"{home.Cycle} {read.Line} {read.Kind};");
        home.OnReturn = line => text.Append($"{home.Cycle} {line.Line} {line.IsAnswer};");
        bool isIdeal = name.StartsWith("ideal", StringComparison.Ordinal);
        MachineParameters parameters = isIdeal ? MachineParameters.Ideal : MachineParameters.Enzian;
        parameters = parameters with
        {
            EvictionsPerMillion = 20_000,
            Level1Sets = 2,
            Level1Ways = 2,
            ReorderCycles = name == "ideal" ? 0 : 60,
            SharedLoads = name == "enzian, shared loads",
        };
        if (name.EndsWith("whims", StringComparison.Ordinal))
        {
            parameters = parameters.WithWhims(seed) with { SpeculationsPerMillion = 20_000 };
        }

        CoherentMachine machine = new(parameters, home, Window, seed);
        uint[] numbers = [.. Enumerable.Range(0, Lines).Select(i => (uint)(((i % 8) * 64) + (i / 8)))];

        // Each core has words of its own in shared lines, so that it knows what it must read.
        ulong[,] expected = new ulong[Cores, Lines];
        for (int i = 0; i < Cores; i++)
        {
            int me = i;
            machine.Start(machine.Cores[i], async core =>
            {
                for (int step = 0; step < 400; step++)
                {
                    int which = random.Next(Lines);
                    ulong address = Planner.Address(numbers[which]) + ((ulong)me * 16);
                    switch (random.Next(5))
                    {
                        case 0:
                            core.Prefetch(Planner.Address(numbers[random.Next(Lines)]), random.Next(2) == 0);
                            break;
                        case 1:
                            await core.ComputeAsync(random.Next(50));
                            break;
                        case 2:
                            expected[me, which] = (ulong)random.NextInt64();
                            await core.StoreWordAsync(address, expected[me, which]);
                            break;
                        default:
                            Assert.Equal(expected[me, which], await core.LoadWordAsync(address));
                            break;
                    }
                }

                await core.BarrierAsync();
                await core.FenceAsync();
            });
        }

        machine.Run(() =>
        {
            if (random.Next(40) == 0)
            {
                home.Fetch(numbers[random.Next(Lines)]);
            }

            return machine.Running == 0;
        });
        machine.Run(() => home.FetchesUnderWay == 0);
        Array.ForEach(numbers, number => home.Fetch(number));
        machine.Run(() => home.FetchesUnderWay == 0);
        for (int core = 0; core < Cores; core++)
        {
            for (int which = 0; which < Lines; which++)
            {
                Assert.Equal(expected[core, which], BitConverter.ToUInt64(home.Line(numbers[which]), core * 16));
            }
        }

        text.Append(machine.Cycle);
        history = text.ToString();
    }
}
