// SPDX-License-Identifier: Apache-2.0
using CsCheck;

namespace Lauberhorn.Driver.Tests;

/// <summary>Endpoints are handed out so that loads that stall at them hold up nobody, as long as there are colours.</summary>
public class EndpointPoolTests
{
    private static readonly NicCapabilities Capabilities = new()
    {
        Cores = 48,
        Processes = 256,
        Services = 1024,
        Programs = 256,
        Endpoints = 1024,
        PendingCalls = 1024,
        AuxLines = 32,
        PacketSlots = 64,
        TransmitPacketSlots = 8,
        Neighbours = 64,
        ClockMegahertz = 250,
        ProgressColourBits = 4,
    };

    private static readonly AddressPlanner Planner = new(new AddressWindow(0, 128, AddressHash.ThunderX, Capabilities.ProgressColourBits));

    [Theory]
    [InlineData(true, 48)]
    [InlineData(false, 24)]
    public void As_many_as_there_are_colours_can_wait_whatever_was_bound_and_released_before(bool writesBack, int endpoints) =>
        Gen.Int[0, 30].List[0, 60].Sample(
            released =>
            {
                EndpointPool pool = new(Capabilities);
                List<StallingEndpoint> bound = [];
                void Bind()
                {
                    (int number, int line) = pool.Choose(null, writesBack);
                    pool.Take(number, 1, wantsPacketSlot: false, writesBack ? line : null);
                    bound.Add(new StallingEndpoint(number, writesBack ? line : null));
                }

                foreach (int which in released)
                {
                    Bind();
                    Assert.Null(Planner.FindConflict(bound));
                    if (which < bound.Count)
                    {
                        pool.Return(bound[which].Endpoint);
                        bound.RemoveAt(which);
                    }

                    if (bound.Count == endpoints)
                    {
                        pool.Return(bound[0].Endpoint);
                        bound.RemoveAt(0);
                    }
                }

                while (bound.Count < endpoints)
                {
                    Bind();
                }

                Assert.Null(Planner.FindConflict(bound));
            },
            iter: 100);

    [Fact]
    public void An_endpoint_that_is_asked_for_gets_the_line_with_whose_colour_fewer_wait()
    {
        EndpointPool pool = new(Capabilities);
        pool.Take(7, 0, wantsPacketSlot: false, receiveLine: 0, isKernel: true);
        Assert.Equal((64 + 7, 1), pool.Choose(64 + 7, writesBack: true));
        Assert.Equal((64 + 8, 0), pool.Choose(64 + 8, writesBack: true));
    }
}
