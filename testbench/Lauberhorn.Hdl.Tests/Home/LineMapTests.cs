// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;

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
        HashSet<uint> Colours(LineKind kind, int count, int endpoints) =>
        [
            .. from endpoint in Enumerable.Range(0, 1024)
               where endpoint % 64 < endpoints
               from index in Enumerable.Range(0, count)
               select map.Number(new EndpointLine(kind, (ushort)endpoint, (byte)index)) & 63,
        ];
        HashSet<uint> send = Colours(LineKind.TransmitControl, 2, 64);
        HashSet<uint> aux = Colours(LineKind.ReceiveAux, 32, 64);
        aux.UnionWith(Colours(LineKind.TransmitAux, 32, 64));
        aux.UnionWith(Colours(LineKind.ProcessStatistics, 1, 64));
        aux.UnionWith(Colours(LineKind.CoreStatistics, 1, 64));
        aux.UnionWith(Colours(LineKind.ServiceStatistics, 1, 64));
        HashSet<uint> stall = Colours(LineKind.ReceiveControl, 2, map.StallingColours);
        Assert.False(send.Overlaps(aux));
        Assert.False(stall.Overlaps(aux));
        Assert.False(stall.Overlaps(send));
        Assert.Equal(map.StallingColours, stall.Count);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Endpoints_of_64_have_a_colour_each_with_line_0_and_pairs_share_theirs_with_both(int progressColourBits)
    {
        LineMap map = new(progressColourBits);
        uint Colour(int endpoint, byte index) => map.Number(new EndpointLine(LineKind.ReceiveControl, (ushort)endpoint, index)) & 63;
        Assert.All(Enumerable.Range(0, 1024), endpoint =>
        {
            Assert.Equal((uint)endpoint % 64, Colour(endpoint, 0));
            Assert.Equal(Colour(endpoint ^ (1 << (progressColourBits - 2)), 0), Colour(endpoint, 1));
        });
    }
}
