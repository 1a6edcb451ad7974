// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Tests.Mac;

public class MacReceiveTests
{
    [Fact]
    public void Each_beat_has_its_number_and_the_frame_its_length()
    {
        using Simulation simulation = new();
        IMacReceive mac = Scope.CreateBus<IMacReceive>("mac");
        IFrameBeat beat = new MacReceive(mac).Beat;
        simulation.AddTopLevelInputs(mac).AddTopLevelOutputs(beat);
        foreach (int beats in new[] { 1, 2, 3, 1, 151, 255, 256 })
        {
            for (int last = 1; last <= 64; last++)
            {
                for (int index = 0; index < beats; index++)
                {
                    bool isLast = index == beats - 1;
                    mac.Valid = true;
                    mac.Last = isLast;
                    mac.Keep = isLast ? ulong.MaxValue >> (64 - last) : ulong.MaxValue;
                    mac.Error = last % 2 == 0;
                    simulation.Tick();
                    mac.Valid = false;
                    simulation.Tick();
                    Assert.True(beat.Valid);
                    Assert.Equal(index, beat.Index);
                    Assert.Equal(isLast, beat.Last);
                    Assert.Equal(last % 2 == 0, beat.Error);
                    Assert.Equal((index * 64) + (isLast ? last : 64), beat.FrameBytes);
                    simulation.Tick();
                    Assert.False(beat.Valid);
                }
            }
        }
    }

    [Fact]
    public void Beats_beyond_number_255_all_have_it()
    {
        using Simulation simulation = new();
        IMacReceive mac = Scope.CreateBus<IMacReceive>("mac");
        IFrameBeat beat = new MacReceive(mac).Beat;
        simulation.AddTopLevelInputs(mac).AddTopLevelOutputs(beat);
        mac.Valid = true;
        mac.Keep = ulong.MaxValue;
        simulation.Tick(1000);
        Assert.Equal(255, beat.Index);
        mac.Last = true;
        simulation.Tick(2);
        mac.Last = false;
        Assert.Equal(255, beat.Index);
        simulation.Tick();
        Assert.Equal(0, beat.Index);
    }
}
