// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Hdl.Top;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Top;

public class ReceivePathLockstepTests
{
    [Fact]
    public void The_RTL_does_what_the_processes_do()
    {
        using ReceivePathBench bench = new(NicConfig.Tiny, ReceiveSettings.Captures);
        BusDesign design = RtlGenerator.Generate(bench.Simulation, ReceivePath.EntityName);
        Assert.Empty(Ghdl.Analyse(design.Rtl.Files));
        using Lockstep lockstep = Lockstep.Attach(design, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        SeededRandom random = new(1);
        FrameGenerator generator = new(1, bench.Settings, 1000);
        bench.MetadataPace = () => random.OneIn(2);
        bench.PayloadPace = () => random.OneIn(2);
        List<SentFrame> sent = [];
        for (int i = 0; i < 1000; i++)
        {
            GeneratedFrame frame = generator.Next();
            sent.Add(bench.Send(frame.Bytes, frame.ErrorFlag));
        }

        bench.Run();
        Assert.Null(ReceiveComparison.Difference(bench, sent, mayOverrun: true));
        Assert.Equal(bench.Ticks + 1, lockstep.Compared);
    }
}
