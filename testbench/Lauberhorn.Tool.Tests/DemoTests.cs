// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Xml.Linq;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Wire;
using Lauberhorn.Node;
using Lauberhorn.Tool.Demo;
using SME.Testing.Cosimulation;
using Calculator = Lauberhorn.Tool.Demo.Calculator;

namespace Lauberhorn.Tool.Tests;

/// <summary>The demo: replayed, which works everywhere, and live, where there may be TAP devices.</summary>
public class DemoTests
{
    private static string Capture(string flavor) => Path.Combine(Repository.Captures, $"libtirpc-auth-{flavor}.pcap");

    [Theory]
    [InlineData("none", 31)]
    [InlineData("sys", 30)]
    public void Recorded_calls_are_answered_as_libtirpc_s_server_answered_them(string flavor, int frames)
    {
        using DemoMachine machine = DemoMachine.Start<ISample>(NicConfig.Enzian, Machine.CSharp, new Sample());
        ReplayedCapture replay = Replay.Run(machine, Capture(flavor));
        Assert.Equal((frames, 0), (replay.Exchanges.Count, replay.LeftOut));
        Assert.All(replay.Exchanges, exchange => Assert.True(exchange.IsSame && exchange.Answered is not null));
    }

    [Fact]
    public void Another_answer_than_the_recorded_one_is_noticed()
    {
        byte[] frame = new FrameBuilder().WithUdpPayload([1, 2, 3, 4]).Build();
        byte[] padded = [.. frame, .. new byte[20]];
        byte[] other = [.. frame];
        other[45] ^= 1;
        Assert.True(new Exchange([], frame, padded).IsSame);
        Assert.False(new Exchange([], frame, other).IsSame);
        Assert.False(new Exchange([], frame, null).IsSame);
        Assert.False(new Exchange([], null, frame).IsSame);
    }

    [Fact]
    public void A_repetition_that_sends_something_else_is_noticed()
    {
        using DemoMachine first = DemoMachine.Start<ISample>(NicConfig.Tiny, Machine.CSharp, new Sample());
        Replay.Run(first, Capture("none"));
        byte[] wrong = [.. first.Frames[3].Bytes];
        wrong[^1] ^= 1;
        PassedFrame[] changed = [.. first.Frames.Select((frame, i) => i == 3 ? frame with { Bytes = wrong } : frame)];
        Assert.False(first.Frames[3].IsToNic);
        Assert.Null(Repeat(first.Frames));
        Assert.NotNull(Repeat(changed));
        Assert.NotNull(Repeat([.. first.Frames, first.Frames[^1]]));
        Assert.NotNull(Repeat([.. first.Frames.Where((_, i) => i != 5)]));

        static string? Repeat(IReadOnlyList<PassedFrame> frames)
        {
            using DemoMachine again = DemoMachine.Start<ISample>(NicConfig.Tiny, Machine.CSharp, new Sample());
            return Repetition.Run(again, frames, static _ => { });
        }
    }

    [Fact]
    public void The_path_of_a_call_has_every_stage_and_the_line_s_contents()
    {
        using DemoMachine machine = DemoMachine.Start<ICalculator>(NicConfig.Enzian, Machine.CSharp, new Calculator());
        CallPath path = new(machine);
        byte[] call = new FrameBuilder().WithPorts(1000, DemoMachine.Port).WithRpc(7).WithProcedure(0x2000_4C49, 1, 1)
            .WithArguments([0, 0, 0, 19, 0, 0, 0, 23]).Build();
        CaptureWire wire = new([call]);
        WireLink link = machine.Connect(wire);
        path.Follow(call);
        while (link.Step() && wire.Sent.Count == 0)
        {
        }

        Assert.True(path.IsWhole);
        Assert.Equal([0, 6, 10, 12, 14, 16], path.Events.Take(6).Select(one => one.Cycle));
        Assert.Equal((MessageKind.Request, 8),
            (new LineMessage(path.Delivered.ToArray()).Kind, new LineMessage(path.Delivered.ToArray()).Length));
        Assert.Equal((MessageKind.Reply, 4),
            (new LineMessage(path.Returned.ToArray()).Kind, new LineMessage(path.Returned.ToArray()).Length));
        Assert.Contains("Reply 42", path.Draw().ToText(), StringComparison.Ordinal);
        Assert.Contains("stalled again", XDocument.Parse(path.Draw().ToSvg()).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiny")]
    [InlineData("enzian")]
    public async Task Pings_are_answered_one_after_the_other(string preset)
    {
        using DemoMachine machine = DemoMachine.Start<ICalculator>(NicConfig.Preset(preset), Machine.CSharp, new Calculator());
        for (int i = 0; i < 6; i++)
        {
            CaptureWire wire = new([Echo((ushort)i)]);
            WireLink link = machine.Connect(wire);
            while (link.Step())
            {
            }

            IReadOnlyDictionary<string, ulong> counters = await machine.Driver.ReadCountersAsync();
            string counted = string.Join(", ",
                counters.Where(counter => counter.Value > 0).Select(counter => $"{counter.Key} {counter.Value}"));
            Assert.True(wire.Sent.Count == 1, $"ping {i} is not answered; {counted}");
        }
    }

    // An ICMP echo request from 10.77.0.1, as ping sends it: RFC 792.
    private static byte[] Echo(ushort number)
    {
        byte[] message = [8, 0, 0, 0, 0x12, 0x34, (byte)(number >> 8), (byte)number, .. new byte[56]];
        ushort sum = (ushort)~InternetChecksum.Sum(message);
        (message[2], message[3]) = ((byte)(sum >> 8), (byte)sum);
        byte[] frame = new FrameBuilder().WithProtocol(1).WithUdpPayload(message).Build();

        // Without the header of UDP, which the builder puts in front, and with the length and checksum that this makes.
        byte[] bytes = [.. frame[..34], .. message];
        (bytes[16], bytes[17]) = (0, (byte)(bytes.Length - 14));
        (bytes[24], bytes[25]) = (0, 0);
        ushort header = (ushort)~InternetChecksum.Sum(bytes.AsSpan(14, 20));
        (bytes[24], bytes[25]) = ((byte)(header >> 8), (byte)header);
        return bytes;
    }

    /// <summary>
    /// At 125 cycles a second, a twentieth of the RTL's, Linux asks for the neighbour's address, pings and calls: an answer takes seconds,
    /// and nothing may give up or ask again.
    /// </summary>
    [Fact]
    public void A_simulation_twenty_times_as_slow_gets_the_same_answers()
    {
        const int CyclesPerSecond = 125;
        LiveCalls calls;
        string directory = Directory.CreateTempSubdirectory("lauberhorn-test-").FullName;
        try
        {
            calls = LiveCalls.Open(CyclesPerSecond);
        }
        catch (WireException problem) when (problem.LacksRight)
        {
            Assert.Skip(problem.Message);
            throw;
        }

        try
        {
            using LiveCalls owned = calls;
            string client = LiveCalls.BuildClient(directory);
            using DemoMachine machine = DemoMachine.Start<ICalculator>(NicConfig.Tiny, Machine.CSharp, new Calculator());
            WireLink link = machine.Connect(calls.Wire);
            ClientRun? ping = calls.Ping(machine, link);
            Assert.SkipWhen(ping is null, "there is no ping; install iputils-ping");
            Assert.Equal((0, 3), (ping.ExitCode, ping.Output.Split('\n').Length));
            ClientRun run = calls.Call(machine, link, client, "none");
            Assert.True(run.ExitCode == 0, run.Output);
            Assert.Equal(7, run.Output.Split('\n').Count(line => line.Contains("ms)", StringComparison.Ordinal)));

            // A question for the address, three pings, seven calls; and an answer to each.
            Assert.Equal(2 * (1 + 3 + 7), machine.Frames.Count);
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }

    [Fact]
    public void The_demo_replays_by_RTL_where_it_must_and_calls_live_where_it_may()
    {
        (int code, string output, string error) = CommandLineTests.Run("demo --preset tiny --json");
        Assert.SkipWhen(code == 2 && error.Contains("the demo wants", StringComparison.Ordinal), error);
        Assert.True(code == 0, error + output);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.True(json.GetProperty("isRight").GetBoolean());
        bool isLive = json.GetProperty("mode").GetString() == "live";
        Assert.Equal(isLive, json.GetProperty("reason").ValueKind == JsonValueKind.Null);
        JsonElement tshark = json.GetProperty("tshark");
        Assert.Equal(tshark.GetProperty("calls").GetInt32(), tshark.GetProperty("replies").GetInt32());
        Assert.Equal(0, tshark.GetProperty("wrongChecksums").GetInt32());
        Assert.Equal(isLive ? 14 : 54, tshark.GetProperty("calls").GetInt32());
        Assert.All(json.GetProperty("clients").EnumerateArray(), client => Assert.Equal(0, client.GetProperty("exitCode").GetInt32()));
        Assert.True(File.Exists(Path.Combine(Repository.Build, "demo", "call.svg")));
    }
}
