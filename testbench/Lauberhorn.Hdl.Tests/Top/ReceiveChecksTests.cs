// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Lauberhorn.Contract;

namespace Lauberhorn.Hdl.Tests.Top;

/// <summary>The table of checks of received frames has all outcomes, and is the only place where checks have an order.</summary>
public class ReceiveChecksTests
{
    [Fact]
    public void Each_outcome_has_its_check()
    {
        IEnumerable<DropReason> drops = ReceiveChecks.InOrder.Select(check => check.Drop).Where(drop => drop != DropReason.None);
        Assert.Equal(Enum.GetValues<DropReason>().Except([DropReason.None, DropReason.BufferOverrun]), drops.Order());
        IEnumerable<FrameKind> kinds = ReceiveChecks.InOrder.Where(check => check.Drop == DropReason.None).Select(check => check.Kind);
        Assert.Equal(Enum.GetValues<FrameKind>().Except([FrameKind.UnresolvedNeighbour]), kinds.Distinct().Order());
        Assert.Equal(FrameKind.RpcCall, ReceiveChecks.InOrder[^1].Kind);
    }

    [Fact]
    public void There_are_as_many_counters_as_values()
    {
        Assert.Equal(Enumerable.Range(0, ReceiveChecks.DropReasons), Enum.GetValues<DropReason>().Select(drop => (int)drop));
        Assert.Equal(Enumerable.Range(0, ReceiveChecks.FrameKinds), Enum.GetValues<FrameKind>().Select(kind => (int)kind));
    }

    [Fact]
    public void No_comment_numbers_a_check()
    {
        foreach (string folder in new[] { "hdl/Lauberhorn.Contract", "hdl/Lauberhorn.Hdl", "testbench/Lauberhorn.Model", "tools" })
        {
            foreach (string path in SourceFiles.In(folder))
            {
                string[] lines = File.ReadAllLines(path);
                int found = Array.FindIndex(lines, line => Regex.IsMatch(line, "//.*[Cc]hecks? [0-9]"));
                Assert.True(found < 0, $"{path}({found + 1}): a check has a name, and its place is in ReceiveChecks");
            }
        }
    }
}
