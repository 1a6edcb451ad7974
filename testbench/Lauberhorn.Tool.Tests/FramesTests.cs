// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using Lauberhorn.Tool.Demo;
using SME.Testing.Cosimulation;

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
    public void The_NIC_counts_each_broken_frame_under_the_reason_that_was_meant()
    {
        using DemoMachine machine = DemoMachine.Start<ICalculator>(NicConfig.Tiny, Machine.CSharp, new Calculator());
        byte[] call = Call([1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.All(BrokenRun.Of(machine, call), result => Assert.True(result.IsCounted, result.Frame.What));
    }
}
