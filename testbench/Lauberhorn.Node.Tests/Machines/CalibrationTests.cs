// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;

namespace Lauberhorn.Node.Tests.Machines;

/// <summary>The preset of Enzian against the published medians of the loopback measurement (arXiv 2409.08141).</summary>
public sealed class CalibrationTests
{
    private static readonly AddressPlanner Planner = new(new AddressWindow(0, 128, AddressHash.ThunderX, 4));

    /// <summary>Bytes of payload, microseconds to receive, microseconds to send.</summary>
    public static TheoryData<int, double, double> Published { get; } = new()
    {
        { 64, 0.764, 0.864 },
        { 128, 1.680, 1.992 },
        { 256, 2.152, 2.064 },
        { 512, 3.096, 2.200 },
        { 1024, 4.970, 2.464 },
        { 1536, 6.844, 2.720 },
        { 2048, 8.746, 3.012 },
        { 4096, 16.71, 4.400 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Modelled_times_are_within_a_tenth_of_the_published_medians(int bytes, double receive, double transmit)
    {
        double modelledReceive = Receive(bytes) * 0.004;
        double modelledTransmit = Transmit(bytes) * 0.004;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"| {bytes} | {receive:0.000} | {modelledReceive:0.000} | {(modelledReceive / receive) - 1:+0.0 %;-0.0 %} | {transmit:0.000} | "
                + $"{modelledTransmit:0.000} | {(modelledTransmit / transmit) - 1:+0.0 %;-0.0 %} |");
        Assert.InRange(modelledReceive / receive, 0.9, 1.1);
        Assert.InRange(modelledTransmit / transmit, 0.9, 1.1);
    }

    /// <summary>Aux lines: 64 bytes go into the control line.</summary>
    private static int Lines(int bytes) => (bytes - 64 + 127) / 128;

    private static double Receive(int bytes)
    {
        List<long> times = [];
        for (ulong seed = 1; seed <= 9; seed++)
        {
            LoopbackHome home = new() { Lines = Lines(bytes) };
            CoherentMachine machine = new(MachineParameters.Enzian, home, Planner.Window, seed);
            byte[] line = new byte[128];
            machine.Start(machine.Cores[0], async core =>
            {
                await core.LoadLineAsync(Planner.Address(1), line);
                await core.ComputeAsync(MachineParameters.Enzian.MessageCycles);

                // The copy out of the lines runs on while further lines come.
                for (uint i = 0; i < home.Lines; i++)
                {
                    core.Prefetch(Planner.Address(LoopbackHome.FirstAux + i));
                }

                for (uint i = 0; i < home.Lines; i++)
                {
                    await core.LoadLineAsync(Planner.Address(LoopbackHome.FirstAux + i), line);
                }
            });
            machine.Run(() => home.IsWaiting);
            long start = machine.Cycle;
            home.Receive();
            machine.Run();
            times.Add(machine.Cycle - start);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private static double Transmit(int bytes)
    {
        List<long> times = [];
        for (ulong seed = 1; seed <= 9; seed++)
        {
            LoopbackHome home = new() { Lines = Lines(bytes), IsTransmit = true };
            CoherentMachine machine = new(MachineParameters.Enzian, home, Planner.Window, seed);
            byte[] line = new byte[128];
            long start = 0;
            machine.Start(machine.Cores[0], async core =>
            {
                await core.LoadLineAsync(Planner.Address(0), line);
                start = core.Cycle;
                for (uint i = 0; i < home.Lines; i++)
                {
                    core.Prefetch(Planner.Address(LoopbackHome.FirstAux + i), forStore: true);
                }

                await core.StoreAsync(Planner.Address(0), line);
                for (uint i = 0; i < home.Lines; i++)
                {
                    await core.StoreAsync(Planner.Address(LoopbackHome.FirstAux + i), line);
                }

                await core.LoadLineAsync(Planner.Address(1), line);
            });
            machine.Run();
            times.Add(home.SentAt - start);
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
