// SPDX-License-Identifier: Apache-2.0
using System.Xml.Linq;
using Lauberhorn.Contract;
using Lauberhorn.Tool.Pictures;
using SME;

namespace Lauberhorn.Tool.Tests;

/// <summary>The pictures in docs show what there is.</summary>
public class PictureTests
{
    private const string Root = "Lauberhorn.Hdl.";

    [Fact]
    public void The_pictures_in_docs_are_what_a_run_gives() =>
        Assert.All(PictureFiles.All(), picture => Assert.Equal(picture.Value,
            File.ReadAllText(Path.Combine(Repository.Root, picture.Key))));

    [Fact]
    public void A_packet_s_way_has_a_box_for_each_block_and_no_other()
    {
        using Simulation simulation = new();
        Hdl.Top.Nic.Build(simulation, NicConfig.Tiny);
        IEnumerable<string> blocks = simulation.Network.Processes
            .Select(process => process.Process.GetType().Namespace!)
            .Where(name => name.StartsWith(Root, StringComparison.Ordinal))
            .Select(name => name[Root.Length..]);
        Assert.Equal(
            blocks.Except(PacketPicture.WithoutBox).Order(StringComparer.Ordinal),
            PacketPicture.Boxes.Select(box => box.Block).OfType<string>().Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Boxes_do_not_lie_over_one_another()
    {
        foreach ((int i, PacketBox box) in PacketPicture.Boxes.Index())
        {
            Assert.All(PacketPicture.Boxes.Skip(i + 1), other => Assert.True(
                box.X + box.Width <= other.X || other.X + other.Width <= box.X || box.Y + box.Height <= other.Y
                    || other.Y + other.Height <= box.Y,
                $"{box.Name} and {other.Name}"));
        }
    }

    [Fact]
    public void The_pictures_are_well_formed() => Assert.All(PictureFiles.All().Values, picture =>
        Assert.NotNull(XDocument.Parse(picture).Root));
}
