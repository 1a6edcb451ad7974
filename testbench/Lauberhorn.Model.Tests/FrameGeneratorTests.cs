// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Model.Tests;

public class FrameGeneratorTests
{
    private static readonly ReceiveSettings Settings = ReceiveSettings.Captures;

    [Fact]
    public void The_same_seed_gives_the_same_frames() => Gen.ULong.Sample(
        seed =>
        {
            var first = new FrameGenerator(seed, Settings);
            var second = new FrameGenerator(seed, Settings);
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(first.Next().ToString(), second.Next().ToString());
            }
        },
        iter: 20,
        threads: 1);

    [Fact]
    public void Every_verdict_comes_up()
    {
        // Ports are random: half of them are ours. Only the NIC itself makes frames for unresolved neighbours.
        var settings = Settings with { AnyPort = false, Ports = [.. Enumerable.Range(0, 32_768).Select(port => (ushort)(2 * port))] };
        var generator = new FrameGenerator(1, settings);
        var drops = new HashSet<DropReason>();
        var kinds = new HashSet<FrameKind>();
        var recipes = new HashSet<string>();
        for (var i = 0; i < 5000; i++)
        {
            var frame = generator.Next();
            var decoded = ReferenceDecoder.Decode(frame.Bytes, frame.ErrorFlag, settings);
            recipes.Add(frame.Recipe);
            if (decoded.IsDropped)
            {
                drops.Add(decoded.Drop);
            }
            else
            {
                kinds.Add(decoded.Kind);
            }
        }

        Assert.Equal(Enum.GetValues<DropReason>().Except([DropReason.None, DropReason.BufferOverrun]), drops.Order());
        Assert.Equal(Enum.GetValues<FrameKind>().Except([FrameKind.UnresolvedNeighbour]), kinds.Order());
        Assert.Equal(generator.Recipes.Order(), recipes.Order());
    }

    [Fact]
    public void Frames_of_every_length_are_made()
    {
        var generator = new FrameGenerator(2, Settings);
        for (var length = 60; length <= ReferenceDecoder.LargestFrame; length++)
        {
            var frame = generator.OfLength(length);
            var decoded = ReferenceDecoder.Decode(frame, false, Settings);
            Assert.Equal(length, frame.Length);
            Assert.Equal(DropReason.None, decoded.Drop);
            Assert.True(length < 82 || decoded.IsCall, $"a frame of {length} bytes is {decoded.Kind}");
        }
    }

    [Fact]
    public void Calls_are_calls() => FrameGenerators.Calls(Settings).Sample(
        frame => ReferenceDecoder.Decode(frame.Bytes, false, Settings).IsCall,
        print: frame => frame.ToString(),
        iter: 2000);

    [Theory]
    [InlineData("call whose checksum comes out as 0", 40)]
    [InlineData("header whose checksum is 0", 24)]
    public void Checksums_come_out_as_0(string recipe, int offset)
    {
        var generator = new FrameGenerator(3, Settings);
        var seen = 0;
        for (var i = 0; i < 2000; i++)
        {
            var frame = generator.Next();
            if (frame.Recipe != recipe)
            {
                continue;
            }

            seen++;

            // As it goes over the wire: RFC 768 sends 0 as all ones, RFC 791 as it is.
            var expected = offset == 40 ? 0xFFFF : 0;
            Assert.Equal(expected, (frame.Bytes[offset] << 8) | frame.Bytes[offset + 1]);
            Assert.True(ReferenceDecoder.Decode(frame.Bytes, false, Settings).IsCall);
        }

        Assert.True(seen > 5);
    }
}
