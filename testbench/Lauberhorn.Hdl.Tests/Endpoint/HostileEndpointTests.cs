// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Testing.Endpoint;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Endpoint;

/// <summary>
/// Processes that load, store and evict any line of their endpoints in any order, and an OS that takes the endpoints from them at any
/// moment and gives them to others.
/// </summary>
public class HostileEndpointTests
{
    /// <summary>To replay a run: CsCheck_Seed with the seed that CsCheck prints.</summary>
    [Fact]
    public void Whatever_processes_do_no_byte_reaches_another_and_every_release_ends() =>
        Gen.Int[0, int.MaxValue].Sample(seed => new HostileTraffic(seed).Run(), iter: 40, threads: 1);

    [Fact]
    public void The_RTL_does_what_the_processes_do_with_hostile_owners()
    {
        HostileTraffic traffic = new(4711);
        BusDesign design = RtlGenerator.Generate(traffic.Bench.Simulation, EndpointBench.EntityName);
        Assert.Empty(Ghdl.Analyse(design.Rtl.Files));
        using Lockstep lockstep = Lockstep.Attach(design, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        traffic.Run(3000);
        Assert.True(lockstep.Compared > 3000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_bind_leaves_nothing_of_owners_before(bool writesBack)
    {
        HostileTraffic traffic = new(12);
        traffic.Run(6000);
        using EndpointBench fresh = new(HostileTraffic.Config, new StandInScheduler());
        using EndpointBench used = traffic.Bench;
        for (int endpoint = 0; endpoint < HostileTraffic.Config.Endpoints; endpoint++)
        {
            fresh.Bind(endpoint, 3, 7, 4, writesBack: writesBack);
            used.Bind(endpoint, 3, 7, 4, writesBack: writesBack);
            EndpointMemories expected = fresh.Endpoints.Memories;
            EndpointMemories actual = used.Endpoints.Memories;
            LineBits given = actual.States[endpoint].Given;

            // All is home; which of its two values a bit has is the only thing that may differ.
            Assert.Equal(given, actual.Home[endpoint]);
            Assert.Equal(expected.States[endpoint] with { Given = given }, actual.States[endpoint]);
            for (int place = 0; place < 4; place++)
            {
                LineUse use = actual.Uses[(4 * endpoint) + place];
                Assert.Equal(((given.Control >> place) & 1) != 0, use.Given);
                Assert.Equal(expected.Uses[(4 * endpoint) + place], use with { Given = false });
            }

            for (int direction = 0; direction < 2; direction++)
            {
                AuxUse use = actual.AuxUses[(2 * endpoint) + direction];
                Assert.Equal(direction == 0 ? given.ReceiveAux : given.TransmitAux, use.Given);
                Assert.Equal(expected.AuxUses[(2 * endpoint) + direction], use with { Given = 0 });
            }
        }
    }
}
