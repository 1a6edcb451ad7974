// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>How long calls of an honest process took.</summary>
/// <param name="Median">The median, in cycles from the call's first beat to its answer's.</param>
/// <param name="Longest">The longest.</param>
/// <param name="Loads">Loads of the hostile process that missed.</param>
internal readonly record struct ColourFigures(long Median, long Longest, long Loads);

/// <summary>
/// One process at another's cost: on a machine where a load that stalls blocks all lines of its colour, a hostile process has endpoints of
/// all colours and loads their lines as fast as it can, from several cores and
/// by prefetches; the OS says of each core which endpoint its thread uses. An honest process answers steady calls.
/// </summary>
internal static class ColourTrial
{
    /// <summary>Cores of the hostile process.</summary>
    public const int HostileCores = 3;

    private const int HonestCore = 6;
    private const int Colours = 64;
    private const ushort Port = 3001;
    private const uint Program = 0x2000_3001;

    private static readonly NicConfig Config = NicConfig.Tiny with { Name = "colours", Cores = 8, Endpoints = 160, PendingCalls = 16 };

    /// <summary>Runs a trial.</summary>
    /// <param name="calls">Calls of the honest process.</param>
    /// <param name="isHostile">Whether the hostile process runs.</param>
    /// <param name="tryAgain">Cycles from a load that stalls to TRYAGAIN.</param>
    /// <param name="set">Sets what else is to be set.</param>
    /// <param name="seed">Decides all that is random.</param>
    public static ColourFigures Run(int calls, bool isHostile, uint tryAgain, Func<Driver.Nic, Task>? set, ulong seed)
    {
        using Node node = new(new NodeOptions { Config = Config, Machine = MachineParameters.Enzian with { Cores = 8 }, Seed = seed });
        return RunAsync(node, calls, isHostile, tryAgain, set, new SeededRandom(seed)).GetAwaiter().GetResult();
    }

    private static async Task<ColourFigures> RunAsync(
        Node node, int calls, bool isHostile, uint tryAgain, Func<Driver.Nic, Task>? set, SeededRandom random)
    {
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        await nic.SetTryAgainAsync(tryAgain);
        await (set?.Invoke(nic) ?? Task.CompletedTask);
        NicProcess honest = nic.CreateProcess("honest");
        await honest.RegisterAsync(Program, 1, 1, Port, (uint value) => value + 1);

        // A core's endpoints have its colour.
        BoundEndpoint own = await honest.BindEndpointAsync(Colours + HonestCore, writesBack: true, line: 0);
        await nic.SetCoreStateAsync(HonestCore, new CoreState
        {
            HasProcess =
            true,
            Process = honest.Number,
            HasEndpoint = true,
            Endpoint = (ushort)own.Number
        });
        _ = node.Cpu.Start(node.Cpu.Cores[HonestCore], core => UserLoop.RunAsync(core, own, honest.Handlers));
        if (isHostile)
        {
            await AttackAsync(node, nic, random);
        }

        List<long> waits = [];
        for (uint number = 1; number <= calls; number++)
        {
            for (int i = random.Between(200, 2500); i > 0; i--)
            {
                node.Tick();
            }

            byte[] argument = [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
            FrameBuilder frame = new FrameBuilder().WithPorts(1000, Port).WithRpc(number).WithProcedure(Program, 1, 1);
            frame.WithArguments(argument);
            SentFrame call = node.Wire.Send(frame.Build());
            node.RunUntil(() => node.Wire.Received.Count > 0, 10 * (long)tryAgain + 10_000);
            waits.Add(node.Wire.Received.Dequeue().FirstTick - call.FirstTick);
        }

        waits.Sort();
        return new ColourFigures(waits[waits.Count / 2], waits[^1], node.Cpu.Cores.Take(HostileCores).Sum(core => core.Misses));
    }

    private static async Task AttackAsync(Node node, Driver.Nic nic, SeededRandom random)
    {
        NicProcess process = nic.CreateProcess("hostile");
        AddressSpace space = new();
        List<BoundEndpoint> endpoints = [];

        // Its cores' own, whose loads have the cores' colours, as an OS sees to; one with the honest process's colour, and some of all
        // others.
        IEnumerable<int> others = Enumerable.Range(0, 25).Select(i => 8 + (2 * i));
        IEnumerable<int> numbers = Enumerable.Range(Colours, HostileCores).Append(HonestCore + (2 * Colours)).Concat(others);
        foreach (int number in numbers)
        {
            int line = number >= Colours ? 0 : random.Between(0, 1);
            BoundEndpoint endpoint = await process.BindEndpointAsync(number, writesBack: true, line: line);
            endpoints.Add(endpoint);
            foreach (ulong address in HostileActor.Lines(endpoint))
            {
                space.Map(address);
            }
        }

        // Most of all those of the honest process's colour.
        IEnumerable<ulong> aimed = endpoints[HostileCores].Addresses.ReceiveControl;
        ulong[] lines = [.. endpoints.SelectMany(HostileActor.Lines), .. Enumerable.Repeat(aimed, 40).SelectMany(address => address)];
        for (int i = 0; i < HostileCores; i++)
        {
            Core core = node.Cpu.Cores[i];
            core.Space = space;
            SeededRandom own = new(random.Next());
            await nic.SetCoreStateAsync(i, new CoreState
            {
                HasProcess =
                true,
                Process = process.Number,
                HasEndpoint = true,
                Endpoint = (ushort)(Colours + i)
            });
            _ = node.Cpu.Start(core, core => LoadAsync(core, lines, own));
        }
    }

    private static async Task LoadAsync(Core core, ulong[] lines, SeededRandom random)
    {
        byte[] bytes = new byte[NicConfig.LineBytes];
        while (true)
        {
            ulong address = lines[random.Between(0, lines.Length - 1)];
            if (random.OneIn(3) && core.Prefetches < HostilePlan.MostPrefetches)
            {
                core.Prefetch(address, random.OneIn(2));
            }
            else
            {
                await core.LoadAsync(address, bytes);
                await core.CleanInvalidateAsync(address);
            }
        }
    }
}
