// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Demux;

public class DemultiplexerTests
{
    private static readonly ServiceKey Read = new(2049, 100_003, 3, 6);

    [Fact]
    public void Frames_go_where_the_model_says_while_commands_change_the_tables() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 3], Gen.Int[0, 3]).Sample(
        (seed, inputPace, outputPace) =>
        {
            using DemultiplexerBench bench = Bench(NicConfig.Tiny, seed, inputPace, outputPace, 1);
            bench.Run(1500);
            Assert.InRange(bench.Received.Count, 50, 1500);
        },
        iter: 40);

    [Theory]
    [InlineData("enzian", 1)]
    [InlineData("large", 2)]
    public void Larger_tables_do_the_same(string preset, ulong seed)
    {
        using DemultiplexerBench bench = Bench(NicConfig.Preset(preset), seed, 1, 1, 1);
        bench.Run(3000);
        Assert.InRange(bench.Received.Count, 500, 3000);
        foreach (NicReplyKind kind in new[]
        {
            NicReplyKind.Null, NicReplyKind.ProgramUnavailable, NicReplyKind.ProgramMismatch, NicReplyKind.ProcedureUnavailable,
            NicReplyKind.RpcMismatch, NicReplyKind.AuthError,
        })
        {
            Assert.Contains(bench.Received, item => item.Frame.Route == RouteKind.Answer && item.Frame.Answer == kind);
        }

        Assert.Contains(bench.Received, item => item.Frame.Route == RouteKind.Call);
        Assert.Contains(bench.Received, item => item.Frame.Route == RouteKind.Bypass);
    }

    [Fact]
    public void A_frame_is_on_offer_4_ticks_after_it_came_and_calls_pass_in_2_ticks_each()
    {
        using DemultiplexerBench bench = Bench(NicConfig.Enzian, 3, 0, 0, int.MaxValue);
        FrameMetadata call = new() { Kind = FrameKind.RpcCall, DestinationPort = 111, Program = 7 };
        bench.NextFrame = () => call;
        bench.Run(1005);
        Assert.All(bench.Received, item => Assert.Equal(item.Earliest, item.Tick));
        Assert.InRange(bench.Received.Count, 498, 501);
        Assert.Equal(2 * (bench.Received.Count - 1), bench.Received[^1].Tick - bench.Received[0].Tick);
    }

    [Fact]
    public void Frames_that_are_no_calls_pass_in_a_tick_each()
    {
        using DemultiplexerBench bench = Bench(NicConfig.Tiny, 4, 0, 0, int.MaxValue);
        bench.NextFrame = () => new FrameMetadata { Kind = FrameKind.OtherEtherType };
        bench.Run(500);
        Assert.Equal(bench.Received.Count - 1, bench.Received[^1].Tick - bench.Received[0].Tick);
    }

    [Theory]
    [InlineData(6, 0, RouteKind.Call, NicReplyKind.Null, 0, 0)]
    [InlineData(6, 1, RouteKind.Answer, NicReplyKind.AuthError, 2, 0)]
    [InlineData(8, 0, RouteKind.Answer, NicReplyKind.AuthError, 5, 0)]
    [InlineData(8, 1, RouteKind.Call, NicReplyKind.Null, 0, 0)]
    [InlineData(8, 6, RouteKind.Answer, NicReplyKind.AuthError, 2, 0)]
    [InlineData(0, 6, RouteKind.Answer, NicReplyKind.AuthError, 2, 0)]
    [InlineData(0, 99, RouteKind.Answer, NicReplyKind.Null, 0, 0)]
    [InlineData(9, 0, RouteKind.Answer, NicReplyKind.ProcedureUnavailable, 0, 0)]
    public void A_service_of_a_known_version_answers_by_its_policy(
        uint procedure, uint flavor, RouteKind route, NicReplyKind answer, uint low, uint high) =>
        Check(Read with { Procedure = procedure }, flavor, route, answer, low, high);

    [Theory]
    [InlineData(2049, 100_003, 2, NicReplyKind.ProgramMismatch, 3, 5)]
    [InlineData(2049, 100_003, 4, NicReplyKind.ProgramMismatch, 3, 5)]
    [InlineData(2049, 100_003, 6, NicReplyKind.ProgramMismatch, 3, 5)]
    [InlineData(2049, 100_003, 5, NicReplyKind.ProcedureUnavailable, 0, 0)]
    [InlineData(2049, 100_004, 3, NicReplyKind.ProgramUnavailable, 0, 0)]
    [InlineData(2050, 100_003, 3, NicReplyKind.ProgramUnavailable, 0, 0)]
    public void What_is_not_there_is_said_as_precisely_as_RPC_can(
        ushort port, uint program, uint version, NicReplyKind answer, uint low, uint high) =>
        Check(new ServiceKey(port, program, version, 6), 0, RouteKind.Answer, answer, low, high, nullOfVersion5: true);

    [Fact]
    public void Too_many_services_are_refused()
    {
        using Simulation simulation = new();
        Stream<FrameMetadata> metadata = new("metadata");
        ICommand command = Scope.CreateBus<ICommand>("command");
        ElaborationException exception = Assert.Throws<ElaborationException>(
            () => new Demultiplexer(NicConfig.Large with { Services = 65_537 }, metadata, command, "demux7"));
        Assert.Contains("demux7", exception.Message, StringComparison.Ordinal);
        Assert.Contains("65536", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Program 100003 at port 2049 in versions 3 and 5, of which version 3 has procedures 0 (NULL), 6 (AUTH_NONE only) and 8 (AUTH_SYS
    /// only).
    /// </summary>
    private static void Check(ServiceKey key, uint flavor, RouteKind route, NicReplyKind answer, uint low, uint high,
        bool nullOfVersion5 = false)
    {
        using DemultiplexerBench bench = new(NicConfig.Tiny);
        Queue<TableCommand> commands = new(
        [
            new TableCommand(CommandCode.SetService, 0) { Service = new Service { Flags = ServiceFlags.Null } },
            new TableCommand(CommandCode.SetService, 1) { Service = new Service { Flags = ServiceFlags.AcceptsNone } },
            new TableCommand(CommandCode.SetService, 2) { Service = new Service { Flags = ServiceFlags.AcceptsSys } },
            Set(Read with { Procedure = 0 }, 0, 0),
            Set(Read with { Procedure = 6 }, 1, 1),
            Set(Read with { Procedure = 8 }, 2, 2),
            Set(Read with { Version = 5, Procedure = 0 }, 0, 3),
            new TableCommand(CommandCode.SetProgram, bench.Model.Places(2049, 100_003).Last())
            {
                Program = new ProgramEntry { IsValid = true, Port = 2049, Program = 100_003, LowestVersion = 3, HighestVersion = 5 },
            },
        ]);
        Queue<FrameMetadata> frames = new(
        [
            new FrameMetadata
            {
                Kind = FrameKind.RpcCall,
                DestinationPort = key.Port,
                Program = key.Program,
                Version = key.Version,
                Procedure = key.Procedure,
                CredentialFlavor = flavor,
            },
        ]);
        bench.NextCommand = () => commands.TryDequeue(out TableCommand? command) ? command : null;
        bench.NextFrame = () => commands.Count == 0 && frames.TryDequeue(out FrameMetadata frame) ? frame : null;
        bench.Run(20);
        RoutedFrame got = Assert.Single(bench.Received).Frame;
        Assert.Equal((route, answer, low, high), (got.Route, got.Answer, got.Low, got.High));
        Assert.True(nullOfVersion5 || got.Metadata.Version == 3);

        TableCommand Set(ServiceKey of, ushort number, int place) => new(CommandCode.SetServiceKey, bench.Model.Places(of).ElementAt(place))
        {
            Key = new ServiceKeyEntry { IsValid = true, Key = of, ServiceNumber = number },
        };
    }

    /// <summary>A bench with random traffic.</summary>
    /// <param name="config">The preset.</param>
    /// <param name="seed">Of everything.</param>
    /// <param name="inputPace">A frame comes once in so many ticks and one.</param>
    /// <param name="outputPace">A frame is accepted once in so many ticks and one.</param>
    /// <param name="commandPace">A command comes once in so many ticks and one.</param>
    internal static DemultiplexerBench Bench(NicConfig config, ulong seed, int inputPace, int outputPace, int commandPace)
    {
        DemultiplexerBench bench = new(config);
        SeededRandom random = new(seed);
        DemultiplexerTraffic traffic = new(config, bench.Model, random);
        bench.NextFrame = () => random.OneIn(inputPace + 1) ? traffic.Frame() : null;
        bench.NextCommand = () => commandPace != int.MaxValue && random.OneIn(commandPace + 1) ? traffic.Command() : null;
        bench.Pace = () => random.OneIn(outputPace + 1);
        return bench;
    }
}
