// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>What the driver says about scheduling, and what the NIC does not let it say.</summary>
public class SchedulingRegisterTests
{
    [Fact]
    public async Task The_NIC_takes_policies_and_states_that_make_sense_and_refuses_others()
    {
        using Node node = new(new NodeOptions
        {
            Config = NicConfig.Tiny,
            Machine = MachineParameters.Ideal with { Cores = 1 },
            Hardware = Machine.CSharp
        });
        Driver.Nic nic = node.Open();
        NicProcess process = nic.CreateProcess("p");
        ProcessPolicy policy = new()
        {
            UsesKernelEndpoints = true,
            Weight = 2,
            LeastCores = 1,
            MostCores = 2,
            GuaranteedQueue = 3,
            MostQueued = 8
        };
        await nic.SetSharedQueueAsync(2);
        await nic.SetKernelPolicyAsync(policy with { LeastCores = 0 });
        await process.SetPolicyAsync(policy);
        NicException bad = await Assert.ThrowsAsync<NicException>(() => process.SetPolicyAsync(policy with { MostCores = 3 }));
        Assert.Equal(CommandStatus.BadValue, bad.Status);

        BoundEndpoint kernel = await nic.BindKernelEndpointAsync(1, sendsLongFrames: false, takesProcesses: true);
        CoreState state = new() { HasProcess = true, Process = process.Number, HasEndpoint = true, Endpoint = 3, MayPreempt = true };
        for (int i = 0; i < 40; i++)
        {
            // More than wait at a time, as fast as stores go.
            await nic.SetCoreStateAsync(i % 2, i % 3 == 0 ? default : state);
        }

        await Assert.ThrowsAsync<NicException>(() => nic.SetCoreStateAsync(0, state with { Process = 4 }));
        await Assert.ThrowsAsync<NicException>(() => nic.SetCoreStateAsync(0, state with { Endpoint = 4 }));
        await Assert.ThrowsAsync<NicException>(() => nic.SetCoreStateAsync(0, state with { HasProcess = false }));
        await nic.SetCoreStateAsync(0, default);
        await nic.ReleaseEndpointAsync(kernel);
        await process.CloseAsync();
    }
}
