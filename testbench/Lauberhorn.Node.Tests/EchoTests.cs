// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>Sends back what it gets.</summary>
[RpcProgram(EchoTests.Program, 1)]
public sealed class Echo
{
    /// <summary>Sends back what it gets.</summary>
    /// <param name="data">Anything.</param>
    [Procedure(1)]
    public byte[] Repeat(byte[] data) => data;
}

/// <summary>Messages of all lengths there and back: in the line, with aux lines, up to what an endpoint holds.</summary>
public class EchoTests
{
    /// <summary>Number of the RPC program that echoes.</summary>
    internal const uint Program = 0x2000_0098;

    private const ushort Port = 2050;
    private static readonly ReceiveSettings Client = new(0x024C_4800_0001, 0x0A4D_0001);

    [Theory]
    [InlineData("tiny", Machine.CSharp, "ideal", 0, false)]
    [InlineData("tiny", Machine.CSharp, "enzian", 3000, false)]
    [InlineData("tiny", Machine.CSharp, "enzian", 3000, true)]
    [InlineData("tiny", Machine.Lockstep, "ideal", 2000, false)]
    [InlineData("tiny", Machine.Lockstep, "ideal", 2000, true)]
    [InlineData("tiny", Machine.CSharp, "store order", 20_000, false)]
    [InlineData("tiny", Machine.CSharp, "store order", 20_000, true)]
    [InlineData("tiny", Machine.CSharp, "split answers", 20_000, false)]
    [InlineData("tiny", Machine.CSharp, "split answers", 20_000, true)]
    [InlineData("enzian", Machine.CSharp, "shared loads", 3000, false)]
    [InlineData("enzian", Machine.CSharp, "shared loads", 3000, true)]
    [InlineData("enzian", Machine.CSharp, "ideal", 1000, true)]
    [InlineData("enzian", Machine.CSharp, "enzian", 2000, false)]
    [InlineData("enzian", Machine.CSharp, "enzian", 2000, true)]
    public async Task Messages_of_all_lengths_come_back_as_they_were(
        string preset, Machine hardware, string machine, int evictions, bool writesBack)
    {
        NicConfig config = NicConfig.Preset(preset);
        int longest = Math.Min(4000, 96 + (128 * config.AuxLines) - 8);
        using Node node = new(new NodeOptions
        {
            Config = config,
            Machine = (machine == "enzian" ? MachineParameters.Enzian : MachineParameters.Ideal) with
            {
                Cores = 2,
                EvictionsPerMillion = evictions,
                ReorderCycles = 10,
                StoreBuffer = machine == "store order" ? 12 : 0,
                StoreBufferCycles = 100,
                SplitAnswerPercent = machine == "split answers" ? 70 : 0,
                SharedLoads = machine == "shared loads",
            },
            Hardware = hardware,
            Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
        });
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        await nic.SetMtuAsync(9000);
        NicProcess process = nic.CreateProcess("echo");
        await process.RegisterAsync(new Echo(), Port);
        for (int i = 0; i < 2; i++)
        {
            BoundEndpoint endpoint = await process.BindEndpointAsync(writesBack: writesBack);
            _ = node.Cpu.Start(node.Cpu.Cores[i], core => UserLoop.RunAsync(core, endpoint, process.Handlers));
        }

        // Around the ends of the line, of beats and of aux lines, and anywhere.
        Random random = new(1);
        int[] ends = [0, 36, 92, 100, 124, 220, 228];
        int[] lengths = [.. ends.SelectMany(end => Enumerable.Range(Math.Max(end - 3, 0), 7)),
            .. Enumerable.Range(0, 20).Select(_ => random.Next(longest + 1)), longest];
        for (int i = 0; i < lengths.Length; i++)
        {
            byte[] data = new byte[lengths[i]];
            random.NextBytes(data);
            byte[] arguments = new byte[4 + ((data.Length + 3) & ~3)];
            BinaryPrimitives.WriteInt32BigEndian(arguments, data.Length);
            data.CopyTo(arguments, 4);
            node.Wire.Send(new FrameBuilder().WithPorts(1000, Port).WithRpc((uint)i).WithProcedure(Program, 1, 1).WithArguments(arguments)
                .Build());
            node.RunUntil(() => node.Wire.Received.Count > 0, 200_000);
            SentByNic frame = node.Wire.Received.Dequeue();
            DecodedFrame decoded = ReferenceDecoder.Decode(frame.Bytes, false, Client);
            Assert.Equal((DropReason.None, FrameKind.RpcReply), (decoded.Drop, decoded.Kind));
            Assert.Equal((uint)i, BinaryPrimitives.ReadUInt32BigEndian(frame.Bytes.AsSpan(42)));
            Assert.Equal(arguments, frame.Bytes[66..]);
        }
    }
}
