// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver.Tests;

/// <summary>Endpoints are handed out so that loads that stall at them block no other, as long as there are colours.</summary>
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

    private static ColourConflict? OwnLayout(StallingEndpoint endpoint) => Planner.FindConflict([endpoint]);

    // A layout in which a quarter of all endpoints, and each one's line 1 in another, have colours of lines that must make progress.
    private static ColourConflict? OtherLayout(StallingEndpoint endpoint) =>
        endpoint.Endpoint % 64 >= 48 || (endpoint.Line == 1 && endpoint.Endpoint % 64 >= 32)
            ? new ColourConflict(
                new PlannedLine($"receive line of endpoint {endpoint.Endpoint}", (uint)endpoint.Endpoint),
                new PlannedLine("an aux line", 0x10_0000 + (uint)endpoint.Endpoint))
            : null;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_endpoint_of_the_NICs_own_layout_may_wait(bool writesBack)
    {
        EndpointPool pool = new(Capabilities, OwnLayout);
        for (int i = Capabilities.Cores; i < Capabilities.Endpoints; i++)
        {
            (int number, int line) = pool.Choose(null, writesBack);
            pool.Take(number, 1, wantsPacketSlot: false, writesBack ? line : null);
        }
    }

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
    public void No_two_endpoints_of_two_lines_that_could_hold_each_other_up_are_handed_out()
    {
        int took = 0;
        int refusals = 0;
        Gen.Select(Gen.Int[Capabilities.Cores, Capabilities.Endpoints - 1], Gen.Bool, Gen.Int[0, 3]).List[1, 120].Sample(
            steps =>
            {
                EndpointPool pool = new(Capabilities, OwnLayout, Planner.FindTwoLineConflict);
                List<TwoLineEndpoint> bound = [];
                foreach ((int number, bool sends, int what) in steps)
                {
                    if (what == 1 && bound.Any(other => other.Endpoint == number))
                    {
                        continue;
                    }

                    if (what == 0 && bound.Count != 0)
                    {
                        pool.Return(bound[0].Endpoint);
                        bound.RemoveAt(0);
                        continue;
                    }

                    // By its number, or one that the driver chooses; a neighbour that writes back is nobody's trouble.
                    bool mayBe = bound.All(other => Planner.FindTwoLineConflict(other, new TwoLineEndpoint(number, sends)) is null);
                    NicException? refused = (NicException?)Record.Exception(() =>
                    {
                        int taken = what == 1 ? number : pool.Choose(null, writesBack: false, sends).Number;
                        pool.Take(taken, 1, wantsPacketSlot: false, sends: sends);
                        bound.Add(new TwoLineEndpoint(taken, sends));
                    });
                    _ = refused is null ? Interlocked.Increment(ref took) : Interlocked.Increment(ref refusals);
                    Assert.True(what != 1 || mayBe == refused is null, refused?.Message ?? $"endpoint {number} was not refused");
                    Assert.True(refused is null || refused.Message.Contains("writesBack", StringComparison.Ordinal), refused?.Message);
                    Assert.All(bound, one => Assert.All(bound, other =>
                        Assert.True(one == other || Planner.FindTwoLineConflict(one, other) is null)));
                }
            },
            iter: 100);
        Assert.NotEqual(0, took);
        Assert.NotEqual(0, refusals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_stalls_block_colours_no_endpoint_is_handed_out_that_would_hold_up_lines_that_must_go_on(bool writesBack)
    {
        EndpointPool pool = new(Capabilities, OtherLayout);
        List<StallingEndpoint> bound = [];
        NicException? refused = null;
        while (refused is null)
        {
            refused = (NicException?)Record.Exception(() =>
            {
                (int number, int line) = pool.Choose(null, writesBack);
                pool.Take(number, 1, wantsPacketSlot: false, writesBack ? line : null);
                bound.Add(new StallingEndpoint(number, writesBack ? line : null));
            });
        }

        // All that may be handed out were, and none that may not.
        IEnumerable<StallingEndpoint> Ways(int number) => writesBack ? [new(number, 0), new(number, 1)] : [new(number, null)];
        Assert.All(bound, endpoint => Assert.Null(OtherLayout(endpoint)));
        int forProcesses = Capabilities.Endpoints - Capabilities.Cores;
        int[] left = [.. Enumerable.Range(Capabilities.Cores, forProcesses).Except(bound.Select(endpoint => endpoint.Endpoint))];
        Assert.NotEmpty(left);
        Assert.All(left.SelectMany(Ways), endpoint => Assert.NotNull(OtherLayout(endpoint)));
        Assert.Contains("block lines that must make progress", refused.Message, StringComparison.Ordinal);
        Assert.Contains("release one", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_is_asked_for_by_its_number_is_refused_with_the_reason_and_the_way_out(bool writesBack)
    {
        EndpointPool pool = new(Capabilities, OtherLayout);
        int refusals = 0;
        for (int number = Capabilities.Cores; number < Capabilities.Endpoints; number++)
        {
            (int chosen, int line) = pool.Choose(number, writesBack);
            Assert.Equal(number, chosen);
            ColourConflict? conflict = OtherLayout(new StallingEndpoint(number, writesBack ? line : null));
            NicException? refused = (NicException?)Record.Exception(
                () => pool.Take(number, 1, wantsPacketSlot: false, writesBack ? line : null));
            Assert.Equal(conflict is null, refused is null);
            if (conflict is not null)
            {
                refusals++;
                Assert.Contains(conflict.ToString(), refused!.Message, StringComparison.Ordinal);
                Assert.Contains(writesBack ? "another endpoint" : "writesBack", refused.Message, StringComparison.Ordinal);
            }
        }

        Assert.NotEqual(0, refusals);
    }

    [Fact]
    public void Where_stalls_block_nobody_every_endpoint_is_handed_out()
    {
        EndpointPool pool = new(Capabilities);
        for (int i = Capabilities.Cores; i < Capabilities.Endpoints; i++)
        {
            pool.Take(pool.Choose(null, writesBack: false).Number, 1, wantsPacketSlot: false);
        }

        NicException none = Assert.Throws<NicException>(() => pool.Choose(null, writesBack: false));
        Assert.Contains("are bound", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_that_is_asked_for_gets_the_line_with_whose_colour_fewer_wait()
    {
        EndpointPool pool = new(Capabilities);
        pool.Take(7, 0, wantsPacketSlot: false, receiveLine: 0, isKernel: true);
        Assert.Equal((64 + 7, 1), pool.Choose(64 + 7, writesBack: true));
        Assert.Equal((64 + 8, 0), pool.Choose(64 + 8, writesBack: true));
    }
}
