// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Hdl.Tests.Home;

public class LineMapTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Each_line_has_a_number_of_its_own_and_each_other_number_is_no_line(int progressColourBits)
    {
        LineMap map = new(progressColourBits);
        Dictionary<uint, EndpointLine> lines = [];
        foreach (LineKind kind in Enum.GetValues<LineKind>().Where(kind => kind != LineKind.None))
        {
            int count = kind switch
            {
                LineKind.ReceiveControl or LineKind.TransmitControl => 2,
                LineKind.ProcessStatistics or LineKind.CoreStatistics or LineKind.ServiceStatistics => 1,
                _ => 32,
            };
            int endpoints = kind == LineKind.ServiceStatistics ? 1 << (12 + progressColourBits) : 1024;
            for (int endpoint = 0; endpoint < Math.Min(endpoints, 65_536); endpoint++)
            {
                for (int index = 0; index < count; index++)
                {
                    EndpointLine line = new(kind, (ushort)endpoint, (byte)index);
                    Assert.True(lines.TryAdd(map.Number(line), line));
                }
            }
        }

        for (uint number = 0; number < 1u << (LineMap.LineBits + 1); number++)
        {
            EndpointLine line = map.Line(number);
            if (!lines.TryGetValue(number, out EndpointLine expected))
            {
                expected = new EndpointLine(LineKind.None, 0, 0);
            }

            if (line != expected)
            {
                Assert.Fail($"number {number:x} is {line}, not {expected}");
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Transmit_control_lines_share_no_colour_with_aux_lines_or_with_loads_that_may_stall(int progressColourBits)
    {
        LineMap map = new(progressColourBits);
        HashSet<uint> Colours(LineKind kind, int count) =>
        [
            .. from endpoint in Enumerable.Range(0, 1024)
               from index in Enumerable.Range(0, count)
               select map.Number(new EndpointLine(kind, (ushort)endpoint, (byte)index)) & 63,
        ];
        HashSet<uint> send = Colours(LineKind.TransmitControl, 2);
        HashSet<uint> aux = Colours(LineKind.ReceiveAux, 32);
        aux.UnionWith(Colours(LineKind.TransmitAux, 32));
        aux.UnionWith(Colours(LineKind.ProcessStatistics, 1));
        aux.UnionWith(Colours(LineKind.CoreStatistics, 1));
        aux.UnionWith(Colours(LineKind.ServiceStatistics, 1));
        HashSet<uint> stall = Colours(LineKind.ReceiveControl, 2);
        Assert.False(send.Overlaps(aux));
        Assert.False(stall.Overlaps(aux));
        Assert.False(stall.Overlaps(send));
        Assert.Equal(64 - send.Count - aux.Count, stall.Count);
        Assert.All(Enumerable.Range(0, 64), colour => Assert.Equal(!stall.Contains((uint)colour), map.IsProgressColour((uint)colour)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Line_0_has_the_colour_of_its_endpoints_number_if_that_may_stall_and_line_1_its_partners(int progressColourBits)
    {
        LineMap map = new(progressColourBits);
        uint Colour(int endpoint, byte index) => map.Number(new EndpointLine(LineKind.ReceiveControl, (ushort)endpoint, index)) & 63;
        Assert.All(Enumerable.Range(0, 1024), endpoint =>
        {
            uint own = (uint)endpoint % 64;
            Assert.Equal(map.IsProgressColour(own) ? own - 32 : own, Colour(endpoint, 0));
            Assert.Equal(Colour(endpoint ^ (1 << (progressColourBits - 2)), 0), Colour(endpoint, 1));
        });
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Each_endpoint_has_an_aligned_piece_of_numbers_to_itself_its_lower_half_for_receiving(int progressColourBits)
    {
        LineMap map = new(progressColourBits);
        Assert.True((NicConfig.LineBytes << map.RegionBits) >= LineMap.LargestPage);
        for (uint number = 0; number < 1u << LineMap.LineBits; number++)
        {
            EndpointLine line = map.Line(number);
            if (line.Kind < LineKind.None)
            {
                Assert.Equal(line.Endpoint, number >> map.RegionBits);
                Assert.Equal(line.Kind is LineKind.TransmitControl or LineKind.TransmitAux, ((number >> (map.RegionBits - 1)) & 1) != 0);
            }
        }
    }
}
