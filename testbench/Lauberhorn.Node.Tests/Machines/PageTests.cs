// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;

namespace Lauberhorn.Node.Tests.Machines;

/// <summary>
/// No page of the MMU has lines of two endpoints, or lines of a process beside the kernel's; and where the hash puts lines does not undo
/// it.
/// </summary>
public sealed class PageTests
{
    public static TheoryData<int, int, AddressHash, int> Windows()
    {
        TheoryData<int, int, AddressHash, int> data = [];
        foreach (int stride in new[] { 128, 4096, 65536 })
        {
            foreach (AddressHash hash in Enum.GetValues<AddressHash>())
            {
                foreach (int progressColourBits in new[] { 3, 4, 5 })
                {
                    data.Add(stride, progressColourBits, hash, 4096);
                    data.Add(stride, progressColourBits, hash, 65536);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void The_planner_finds_no_page_with_lines_of_two_owners(int stride, int progressColourBits, AddressHash hash, int page)
    {
        AddressPlanner planner = new(new AddressWindow(1ul << 40, (ulong)stride, hash, progressColourBits));
        Assert.Null(planner.FindSharedPage((ulong)page));
    }

    [Fact]
    public void A_page_with_lines_of_two_endpoints_is_found()
    {
        AddressPlanner planner = new(new AddressWindow(0, 128, AddressHash.ThunderX, 4));
        PageConflict conflict = planner.FindSharedPage(2 * planner.RegionBytes)!;
        Assert.Equal(1, Math.Abs(conflict.One.Owner - conflict.Other.Owner));
        Assert.Contains("no MMU keeps them apart", conflict.ToString());

        // As lines lay when their numbers were as dense as colours allowed: 32 endpoints' control lines in a page.
        IEnumerable<PlacedLine> dense =
            from endpoint in Enumerable.Range(0, 1024)
            let number = (ulong)(((endpoint >> 6) << 7) | (endpoint & 63))
            select new PlacedLine($"endpoint {endpoint}", endpoint, 128 * AddressHash.ThunderX.Unalias(number));
        Assert.NotNull(AddressPlanner.FindSharedPage(dense, 4096));
    }

    [Theory]
    [InlineData("enzian", 4096)]
    [InlineData("enzian", 65536)]
    [InlineData("tiny", 4096)]
    [InlineData("tiny", 65536)]
    public void All_that_is_in_the_pages_of_an_endpoint_is_its_own_or_nones(string preset, int page)
    {
        NicConfig config = NicConfig.Preset(preset);
        LineMap map = new(config.ProgressColourBits);
        foreach (int stride in new[] { 128, 4096 })
        {
            foreach (AddressHash hash in Enum.GetValues<AddressHash>())
            {
                AddressPlanner planner = new(new AddressWindow(1ul << 40, (ulong)stride, hash, config.ProgressColourBits));
                HashSet<ulong> seen = [];
                for (int endpoint = 0; endpoint < config.Endpoints; endpoint++)
                {
                    HashSet<EndpointLine> found = [];
                    ulong region = planner.Region(endpoint);
                    Assert.Equal(0u, region % planner.RegionBytes);
                    foreach (EndpointPage mapped in planner.Pages(endpoint, (ulong)page, config.AuxLines))
                    {
                        Assert.True(seen.Add(mapped.Address), $"the page at 0x{mapped.Address:X} is mapped twice");
                        Assert.InRange(mapped.Address, region, region + Math.Max(planner.RegionBytes, (ulong)page) - (ulong)page);
                        ulong step = (ulong)Math.Min(stride, page);
                        for (ulong address = mapped.Address; address < mapped.Address + (ulong)page; address += step)
                        {
                            EndpointLine line = map.Line(planner.Number(address));
                            if (line.Kind != LineKind.None && (line.Endpoint != endpoint || line.Kind >= LineKind.None))
                            {
                                Assert.Fail($"endpoint {endpoint}'s page at 0x{mapped.Address:X} has {line}");
                            }

                            if (line.Kind != LineKind.None)
                            {
                                // A page of 64 KiB has both halves; all smaller ones have one.
                                bool receives = line.Kind is LineKind.ReceiveControl or LineKind.ReceiveAux;
                                Assert.True(page >= 65536 || receives != mapped.Sends, $"{line} in the page at 0x{mapped.Address:X}");
                                found.Add(line);
                            }
                        }
                    }

                    // Where the NIC has fewer aux lines than there is room for, those pages hold some that it answers with zeros.
                    Assert.True(found.Count(line => line.Index < config.AuxLines) >= 4 + (2 * config.AuxLines));
                }
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(10)]
    public void The_hash_takes_aligned_pieces_to_aligned_pieces(int bits)
    {
        ulong within = (1ul << bits) - 1;
        for (ulong piece = 0; piece < 1u << LineMap.LineBits; piece += within + 1)
        {
            ulong alias = AddressHash.ThunderX.Alias(piece) & ~within;
            HashSet<ulong> colours = [];
            for (ulong line = piece; line <= piece + within; line++)
            {
                Assert.Equal(alias, AddressHash.ThunderX.Alias(line) & ~within);
                colours.Add(AddressHash.ThunderX.Alias(line) & 63);
            }

            Assert.Equal(Math.Min(64, 1 << bits), colours.Count);
        }
    }

    [Fact]
    public void The_pages_of_an_endpoint_are_those_in_the_documentation()
    {
        // docs/colours.md: pages of 4 KiB of endpoints 7 and 39 without a hash, by their place in the region.
        AddressPlanner planner = new(new AddressWindow(0, 128, AddressHash.None, 4));
        Assert.Equal((7ul * 65536, 65536ul), (planner.Region(7), planner.RegionBytes));
        Assert.Equal([0, 1, 3, 5, 7, 9, 11, 13, 15], Places(7));
        Assert.Equal([1, 3, 5, 7, 9, 11, 13, 15], Places(39));
        Assert.Equal([2, 8, 8, 8, 8, 10, 8, 8, 8], planner.Pages(7, 4096).Select(page => page.Lines.Count));

        int[] Places(int endpoint) =>
            [.. planner.Pages(endpoint, 4096).Select(page => (int)((page.Address - planner.Region(endpoint)) / 4096))];
    }
}
