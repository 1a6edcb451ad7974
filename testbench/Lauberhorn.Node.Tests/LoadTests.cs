// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model;

namespace Lauberhorn.Node.Tests;

/// <summary>What cores read of the loads of processes, services and cores while calls are served.</summary>
public class LoadTests
{
    [Theory]
    [InlineData("ideal", 0)]
    [InlineData("enzian", 0)]
    [InlineData("enzian", 2000)]
    public async Task Every_read_says_all_that_has_happened_whoever_has_read_before(string machine, int evictions)
    {
        const int Readers = 2;
        MachineParameters parameters = (machine == "ideal" ? MachineParameters.Ideal : MachineParameters.Enzian) with
        {
            Cores = 1 + Readers,
            EvictionsPerMillion = evictions
        };
        using Node node = new(new NodeOptions { Config = NicConfig.Tiny, Machine = parameters });
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        NicProcess process = nic.CreateProcess("calculator");
        RegisteredService service = await process.RegisterAsync(new Calculator(), CalculatorNode.Port);
        BoundEndpoint endpoint = await process.BindEndpointAsync();
        await nic.SetCoreStateAsync(0,
            new CoreState { HasProcess = true, Process = process.Number, HasEndpoint = true, Endpoint = (ushort)endpoint.Number });
        _ = node.Cpu.Start(node.Cpu.Cores[0], core => UserLoop.RunAsync(core, endpoint, process.Handlers));
        LoadReader[] readers = [.. node.Cpu.Cores.Skip(1).Select(core => new LoadReader(core, node.Planner, nic.Capabilities))];

        Random random = new(1);
        int[] calls = new int[2];
        CoreLoad before = null!;
        long ticks = 0;
        for (int round = 0; round < 12; round++)
        {
            for (int i = random.Next(4); i > 0; i--)
            {
                int procedure = random.Next(2);
                calls[procedure]++;
                node.Wire.Send(CalculatorNode.Call((uint)calls.Sum(), (uint)procedure + 1, procedure == 0 ? [20, 3] : [20]));
                node.RunUntil(() => node.Wire.Received.Count == calls.Sum(), 20_000);
            }

            int who = 1 + random.Next(Readers);
            LoadReader reader = readers[who - 1];
            (ProcessLoad ofProcess, ProcessLoad ofOther, ServiceLoad[] ofServices, CoreLoad ofCore) = await Run(who, async () => (
                await reader.ReadProcessLoadAsync(process.Number),
                await reader.ReadProcessLoadAsync(process.Number + 1),
                new[] { await Service(reader, 1), await Service(reader, 2), await Service(reader, 0) },
                await reader.ReadCoreLoadAsync(0)));
            ulong all = (ulong)calls.Sum();
            Assert.Equal((all, all, 0ul, all), (ofProcess.Arrivals, ofProcess.Dispatched, ofProcess.Dropped, ofProcess.Ended));
            Assert.Equal(all, (ulong)ofProcess.Waits.Sum(count => count));
            Assert.Equal((0, 0u), (ofProcess.Queued, ofOther.Waits.Aggregate((sum, count) => sum + count)));
            Assert.Equal((0ul, 0ul), (ofOther.Arrivals, ofOther.ServiceCycles));
            Assert.Equal([(uint)calls[0], (uint)calls[1], 0u], ofServices.Select(load => load.Arrivals));
            Assert.Equal([(ulong)calls[0], (ulong)calls[1], 0ul], ofServices.Select(load => load.Ended));
            Assert.Equal(ofProcess.ServiceCycles, ofServices[0].ServiceCycles + ofServices[1].ServiceCycles);
            Assert.Equal(ofProcess.WaitCycles, ofServices[0].WaitCycles + ofServices[1].WaitCycles);

            // A core is sampled each second tick: what it did since the last read was as long as that read is ago, but for the ways of
            // both.
            if (round > 0)
            {
                Assert.InRange((long)(Sum(ofCore) - Sum(before)) - (node.Ticks - ticks), -400, 400);
                Assert.True(ofCore.Stalled > before.Stalled);
                Assert.Equal((before.Idle, before.Preempted), (ofCore.Idle, ofCore.Preempted));
            }

            (before, ticks) = (ofCore, node.Ticks);
        }

        Assert.True(before.Busy > 0);
        IReadOnlyDictionary<string, ulong> counters = await nic.ReadCountersAsync();
        Assert.Equal((0ul, 0ul), (counters[nameof(NicEvent.BadRead)], counters[nameof(NicEvent.BadWrite)]));

        ValueTask<ServiceLoad> Service(
            LoadReader reader, uint procedure) =>
                reader.ReadServiceLoadAsync(service.Procedures.Single(each => each.Key.Procedure == procedure).Number);

        async Task<T> Run<T>(int core, Func<Task<T>> read)
        {
            T result = default!;
            Task reading = node.Cpu.Start(node.Cpu.Cores[core], async _ => result = await read());
            node.RunUntil(() => reading.IsCompleted, 20_000);
            await reading;
            return result;
        }

        static ulong Sum(CoreLoad load) => load.Idle + load.Stalled + load.Busy + load.Preempted + load.Other;
    }
}
