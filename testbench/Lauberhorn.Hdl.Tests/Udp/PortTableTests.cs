// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Udp;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Udp;

public class PortTableTests
{
    /// <summary>What happens in a tick: a port is looked up; one may be set.</summary>
    private sealed record Step(ushort LookedUp, CommandCode Code, uint Index, bool IsOurs);

    // Few ports, so that those looked up are often those set; two at the ends.
    private static readonly Gen<ushort> Ports = Gen.Int[0, 5].Select(i => new ushort[] { 0, 1, 111, 2049, 0x8000, 65_535 }[i]);

    private static readonly Gen<Step> Steps =
        from lookedUp in Ports
        from code in Gen.Frequency((2, Gen.Const(CommandCode.SetPort)), (1, Gen.Const(CommandCode.SetProgram)),
            (2, Gen.Const(CommandCode.None)))
        from port in Ports
        from isOurs in Gen.Bool
        select new Step(lookedUp, code, port, isOurs);

    [Fact]
    public void A_look_up_sees_what_was_set_before_its_tick() => Gen.Select(Steps.Array[1, 60], Gen.Int[0, 9]).Sample(
        (steps, anyPort) =>
        {
            using Simulation simulation = new();
            IHeader<W64> header = Scope.CreateBus<IHeader<W64>>("header");
            IReceiveConfiguration configuration = Scope.CreateBus<IReceiveConfiguration>("configuration");
            ICommand command = Scope.CreateBus<ICommand>("command");
            IPortFlags flags = new PortTable(header, configuration, command).Flags;
            simulation.AddTopLevelInputs(header, configuration, command).AddTopLevelOutputs(flags);
            HashSet<ushort> ours = [];
            bool expected = false;
            for (int i = 0; i <= steps.Length; i++)
            {
                bool before = expected;
                Step step = i < steps.Length ? steps[i] : steps[0];
                expected = ours.Contains(step.LookedUp) || anyPort == 0;
                header.Bytes = Bits<W64>.FromBytes([2, 3, (byte)(step.LookedUp >> 8), (byte)step.LookedUp, 0, 8, 1, 1]);
                configuration.AnyPort = anyPort == 0;
                command.Valid = step.Code != CommandCode.None;
                command.Code = step.Code == CommandCode.None ? CommandCode.SetPort : step.Code;
                command.Index = step.Index;
                command.Data = (Bits<W512>)(step.IsOurs ? 1u : 0u);
                if (step.Code == CommandCode.SetPort)
                {
                    _ = step.IsOurs ? ours.Add((ushort)step.Index) : ours.Remove((ushort)step.Index);
                }

                // Inputs are there from the tick on; the answer comes one after it.
                simulation.Tick();
                if (i > 0)
                {
                    Assert.Equal(before, flags.IsOurs);
                }
            }
        },
        iter: 200);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Datagrams_to_other_ports_go_on_whole(ulong seed)
    {
        // The generator's calls are to any port; half of all are ours.
        ReceiveSettings settings = ReceiveSettings.Captures with
        {
            AnyPort = false,
            Ports = [.. Enumerable.Range(0, 65_536).Where(port => (port & 0x0101) is 0x0100 or 0x0001).Select(port => (ushort)port)],
        };
        using ReceivePathBench bench = new(NicConfig.Tiny, settings);
        FrameGenerator generator = new(seed, settings, 700);
        List<SentFrame> sent = [];
        for (int i = 0; i < 600; i++)
        {
            GeneratedFrame frame = generator.Next();
            sent.Add(bench.Send(frame.Bytes, frame.ErrorFlag));
        }

        bench.Run();
        Assert.True(ReceiveComparison.Difference(bench, sent, mayOverrun: true) is null, $"seed {seed}");
        Assert.InRange(bench.Passed(FrameKind.UdpOtherPort), 50u, 500u);
        Assert.InRange(bench.Passed(FrameKind.RpcCall), 50u, 500u);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(0)]
    [InlineData(65_535)]
    public void The_only_port_in_the_table_is_ours(ushort port)
    {
        ReceiveSettings settings = ReceiveSettings.Captures with { AnyPort = false, Ports = [port] };
        using ReceivePathBench bench = new(NicConfig.Tiny, settings);
        bench.Send(new FrameBuilder().WithPorts(1000, port).WithRpc(1).WithArguments(new byte[4]).Build());
        bench.Send(new FrameBuilder().WithPorts(1000, (ushort)(port ^ 1)).WithRpc(1).WithArguments(new byte[4]).Build());
        bench.Run();
        Assert.Equal([FrameKind.RpcCall, FrameKind.UdpOtherPort], bench.Received.Select(frame => frame.Metadata.Kind));
    }
}
