// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;

namespace Lauberhorn.Node.Tests.Machines;

public sealed class AddressPlannerTests
{
    [Fact]
    public void The_hash_and_its_inverse_are_inverse_for_all_lines_of_the_window()
    {
        for (ulong line = 0; line < 1u << LineMap.LineBits; line++)
        {
            if (AddressHash.ThunderX.Unalias(AddressHash.ThunderX.Alias(line)) != line
                || AddressHash.ThunderX.Alias(line) >> LineMap.LineBits != 0)
            {
                Assert.Fail($"line {line}");
            }
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(4096)]
    public void Addresses_keep_the_stride_and_lead_back_to_their_lines(int stride)
    {
        AddressPlanner planner = new(new AddressWindow(0, (ulong)stride, AddressHash.ThunderX, 4));
        LineMap map = new();
        EndpointAddresses addresses = planner.Addresses(77);
        Assert.All(addresses.ReceiveAux, address => Assert.Equal(0u, address % (ulong)stride));
        for (byte i = 0; i < 32; i++)
        {
            Assert.Equal(new EndpointLine(LineKind.ReceiveAux, 77, i), map.Line(planner.Number(addresses.ReceiveAux[i] + 127)));
        }
    }

    [Fact]
    public void As_many_endpoints_as_the_layout_has_room_for_are_chosen_and_no_more()
    {
        AddressPlanner planner = new(new AddressWindow(0, 128, AddressHash.ThunderX, 4));

        // Colours 48 and 52 are those of transmit control lines, 56 to 63 those of aux lines: endpoints with these numbers have others,
        // which are taken.
        Assert.Equal([.. Enumerable.Range(0, 48).Where(endpoint => (endpoint & 4) == 0), 49, 50, 51],
            planner.Choose(27, Enumerable.Range(0, 1024)));
        AddressPlanException error = Assert.Throws<AddressPlanException>(() => planner.Choose(28, Enumerable.Range(0, 1024)));
        Assert.Contains("only 27 of the endpoints", error.Message);
    }

    [Theory]
    [InlineData(3, 29, 56)]
    [InlineData(4, 27, 48)]
    public void Loops_that_write_back_need_one_colour_each(int progressColourBits, int withTwoLines, int withOne)
    {
        AddressPlanner planner = new(new AddressWindow(0, 128, AddressHash.ThunderX, progressColourBits));
        Assert.Equal(withTwoLines, planner.ChooseMost(64, Enumerable.Range(0, 1024), writesBack: false).Count);
        Assert.True(planner.ChooseMost(64, Enumerable.Range(0, 1024), writesBack: true).Count >= withOne);
        Assert.Null(planner.FindConflict(planner.Choose(withOne, Enumerable.Range(0, 1024), writesBack: true)));
    }

    [Theory]
    [InlineData(3, 56)]
    [InlineData(4, 48)]
    public void All_cores_can_wait_at_their_kernel_endpoints(int progressColourBits, int cores)
    {
        AddressPlanner planner = new(new AddressWindow(0, 128, AddressHash.ThunderX, progressColourBits));
        Assert.Equal(cores, planner.StallingColours);
        Assert.Null(planner.FindConflict([.. Enumerable.Range(0, cores).Select(core => new StallingEndpoint(core, 0))]));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Each_endpoint_can_wait_alone_in_either_mode(int progressColourBits)
    {
        AddressPlanner planner = new(new AddressWindow(0, 128, AddressHash.ThunderX, progressColourBits));
        Assert.All(Enumerable.Range(0, 1024), endpoint =>
        {
            Assert.Null(planner.FindConflict([new StallingEndpoint(endpoint, 0)]));
            Assert.Null(planner.FindConflict([new StallingEndpoint(endpoint, 1)]));
            Assert.Null(planner.FindConflict([new StallingEndpoint(endpoint, null)]));
        });
    }

    [Fact]
    public void Two_endpoints_that_send_with_two_lines_are_a_conflict()
    {
        AddressPlanner planner = new(new AddressWindow(0, 128, AddressHash.ThunderX, 4));
        Assert.Null(planner.FindSendConflict([5]));
        Assert.Contains("TransmitControl", planner.FindSendConflict([5, 900])!.ToString());
    }

    [Fact]
    public void The_prototypes_layout_is_refused_because_receive_and_transmit_lines_share_colours()
    {
        PlannedLine receive = new("receive control", AddressHash.ThunderX.Alias(0x0 / 128));
        PlannedLine transmit = new("transmit control", AddressHash.ThunderX.Alias(0x8000 / 128));
        ColourConflict? conflict = AddressPlanner.FindConflict([receive], [transmit]);
        Assert.NotNull(conflict);
        Assert.Contains("transmit control (line 0x100) has colour 0, as has receive control (line 0x0)", conflict.ToString());
    }
}
