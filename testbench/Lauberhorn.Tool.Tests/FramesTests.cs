// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Reference;
using Lauberhorn.Reference.Frames;
using Lauberhorn.Tool.Frames;

namespace Lauberhorn.Tool.Tests;

/// <summary>What the demo shows must be what it says.</summary>
public class FramesTests
{
    private static byte[] Call(byte[] arguments) => new FrameBuilder().WithArguments(arguments).Build();

    [Fact]
    public void A_call_broken_in_any_way_is_dropped_for_the_reason_that_was_meant()
    {
        Gen.Byte.Array[Gen.Int[5, 200]].Sample(arguments =>
        {
            foreach (BrokenFrame broken in BrokenFrames.Of(Call(arguments[..(arguments.Length / 4 * 4)])))
            {
                DecodedFrame decoded = ReferenceDecoder.Decode(broken.Bytes, broken.Error, ReceiveSettings.Captures);
                Assert.True(decoded.Drop == broken.Expected, $"{broken.What}: {decoded.Drop}, not {broken.Expected}");
            }
        }, iter: 100);
    }

    [Fact]
    public void Every_reason_but_lack_of_room_has_a_broken_frame()
    {
        IEnumerable<DropReason> shown = BrokenFrames.Of(Call(new byte[16])).Select(broken => broken.Expected);
        Assert.Equal(Enum.GetValues<DropReason>().Except([DropReason.None, DropReason.BufferOverrun]).Order(), shown.Order());
    }

    [Fact]
    public void The_hardware_says_of_each_frame_what_the_reference_says_whatever_is_mixed()
    {
        byte[] call = Call([1, 2, 3, 4, 5, 6, 7, 8]);
        IReadOnlyList<BrokenFrame> broken = BrokenFrames.Of(call);
        Gen.Int[0, broken.Count].Array[Gen.Int[1, 40]].Sample(choices =>
        {
            (byte[] Bytes, bool Error)[] frames = [.. choices.Select(choice => choice < broken.Count ? (broken[choice].Bytes, broken[choice].Error) : (call, false))];
            using ReceivePathBench bench = new(NicConfig.Tiny, ReceiveSettings.Captures);
            IReadOnlyList<HardwareFrame> results = HardwareFrame.Run(bench, frames);
            Assert.Equal(
                frames.Select(frame => FrameRow.Of(ReferenceDecoder.Decode(frame.Bytes, frame.Error, ReceiveSettings.Captures)).Verdict),
                results.Select(result => FrameRow.Of(result).Verdict));
        }, iter: 20);
    }

    [Fact]
    public void Hardware_and_reference_describe_a_call_with_the_same_words()
    {
        byte[] call = Call([1, 2, 3, 4, 5, 6, 7, 8]);
        using ReceivePathBench bench = new(NicConfig.Tiny, ReceiveSettings.Captures);
        HardwareFrame hardware = Assert.Single(HardwareFrame.Run(bench, [(call, false)]));
        FrameRow row = FrameRow.Of(hardware);
        FrameRow expected = FrameRow.Of(ReferenceDecoder.Decode(call, false, ReceiveSettings.Captures));
        Assert.Equal(expected with { Call = null }, row with { Call = null });
        Assert.Equal(expected.Call! with { Arguments = [] }, row.Call! with { Arguments = [] });
        Assert.Equal(expected.Call.Arguments, row.Call.Arguments);
        Assert.Equal("10.77.0.1:700", row.From);
        Assert.Equal("8 bytes at 82", row.Call.Place);
        Assert.Equal("0102030405060708", row.Call.Start);
        Assert.Equal(2, hardware.InputCycles);
    }
}
