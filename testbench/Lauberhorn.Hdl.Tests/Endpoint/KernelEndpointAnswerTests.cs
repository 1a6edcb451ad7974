// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Testing.Endpoint;
using SME;

namespace Lauberhorn.Hdl.Tests.Endpoint;

public class KernelEndpointAnswerTests
{
    private readonly Dictionary<ushort, byte[]> answers = [];
    private readonly List<TakenLine> left = [];
    private readonly StandInScheduler scheduler = new();
    private ushort lastTag;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_takes_messages_of_any_process_and_answers_for_each(bool writesBack)
    {
        using EndpointBench bench = Bench();
        bench.TryAgainCycles = 200;
        Assert.Equal(CommandStatus.Done, bench.Bind(1, 0, 7, isKernel: true, writesBack: writesBack));
        int line = 0;
        foreach (ushort process in new ushort[] { 3, 1, 0, 2 })
        {
            // A TRYAGAIN between messages must not make the endpoint the last message's process's.
            for (int i = 0; i < 2; i++)
            {
                ushort tag = Ask(bench, LineKind.ReceiveControl, 1, line);
                if (i == 0)
                {
                    bench.RunUntil(() => answers.ContainsKey(tag), 300);
                    line = writesBack ? 0 : 1 - line;
                    continue;
                }

                bench.RunUntil(() => scheduler.Waiting.Count == 1, 50);
                bench.Arrive(process, (ushort)(process + 4), Message(process));
                bench.RunUntil(() => answers.ContainsKey(tag), 50);
                Assert.Equal(process, answers[tag][ControlLine.Process]);
                if (writesBack)
                {
                    byte[] reply = Message(process);
                    reply[0] = (byte)MessageKind.Reply;
                    bench.Home.Return(new HomeReturn(bench.Line(LineKind.ReceiveControl, 1, 0), false, Bits<W128>.AllOnes,
                        Bits<W1024>.FromBytes(reply)));
                }

                line = writesBack ? 0 : 1 - line;
            }
        }

        // The last one is left by a load, and a release takes that.
        Ask(bench, LineKind.ReceiveControl, 1, line);
        bench.Run(20);
        bench.Command(CommandCode.ReleaseEndpoint, 1);
        int answered = bench.Answers.Count;
        bench.RunUntil(() => bench.Answers.Count > answered, 100);
        Assert.Equal(CommandStatus.Done, bench.Answers[^1]);
        Assert.Equal([(3, 7), (1, 5), (0, 4), (2, 6)], left.Select(one => ((int)one.Left.Process, (int)one.Left.Slot)));
        Assert.All(bench.Notices, one => Assert.Equal(EndpointNotice.AnyProcess, one.Notice.Process));
        Assert.Contains(bench.Notices, one => one.Notice.Kind == NoticeKind.Withdraw);
        Assert.Equal(0, bench.Count(NicEvent.BadRead) + bench.Count(NicEvent.BadWrite));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_user_endpoint_answers_for_its_own_process_only(bool writesBack)
    {
        using EndpointBench bench = Bench();
        Assert.Equal(CommandStatus.Done, bench.Bind(1, 2, 7, writesBack: writesBack));
        ushort tag = Ask(bench, LineKind.ReceiveControl, 1, 0);
        bench.RunUntil(() => scheduler.Waiting.Count == 1, 50);
        Assert.Equal(2, scheduler.Waiting[0].Process);

        // Wrong, and even so the answer is not taken for one of process 3.
        bench.Arrive(3, 5, Message(3));
        bench.Run(20);
        Assert.Equal(1, scheduler.Queued);
        scheduler.Give(1, 5);
        bench.RunUntil(() => answers.ContainsKey(tag), 50);
        byte[] reply = Message(3);
        reply[0] = (byte)MessageKind.Reply;
        if (writesBack)
        {
            bench.Home.Return(new HomeReturn(bench.Line(LineKind.ReceiveControl, 1, 0), false, Bits<W128>.AllOnes,
                Bits<W1024>.FromBytes(reply)));
        }
        else
        {
            Ask(bench, LineKind.ReceiveControl, 1, 1);
        }

        bench.Run(30);
        Assert.Equal(2, Assert.Single(left).Left.Process);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_sends_as_process_0(bool writesBack)
    {
        using EndpointBench bench = Bench();
        Assert.Equal(CommandStatus.Done, bench.Bind(0, 0, 7, isKernel: true, writesBack: writesBack, receiveLine: writesBack ? 1 : 0));
        ushort tag = Ask(bench, LineKind.TransmitControl, 0, 0);
        bench.RunUntil(() => answers.ContainsKey(tag), 50);
        if (writesBack)
        {
            bench.Home.Return(new HomeReturn(bench.Line(LineKind.TransmitControl, 0, 0), false, Bits<W128>.AllOnes,
                Bits<W1024>.Zero.WithByte(0, (byte)MessageKind.SendFrame)));
        }
        else
        {
            Ask(bench, LineKind.TransmitControl, 0, 1);
        }

        bench.Run(30);
        TakenLine line = Assert.Single(left);
        Assert.Equal((true, 0, true), (line.Left.IsTransmit, line.Left.Process, line.Left.MaySendFrames));
    }

    [Fact]
    public void Aux_lines_of_a_message_go_on_with_its_process()
    {
        using EndpointBench bench = Bench();
        Assert.Equal(CommandStatus.Done, bench.Bind(0, 0, 7, isKernel: true));
        ushort tag = Ask(bench, LineKind.ReceiveControl, 0, 0);
        bench.Run(20);
        bench.Arrive(3, 2, Message(3), Message(9), 1);
        bench.RunUntil(() => answers.ContainsKey(tag), 50);
        tag = Ask(bench, LineKind.ReceiveAux, 0, 0);
        bench.RunUntil(() => answers.ContainsKey(tag), 50);
        Assert.Equal(Message(9), answers[tag]);
        Ask(bench, LineKind.ReceiveControl, 0, 1);
        bench.RunUntil(() => scheduler.Waiting.Count == 1, 100);
        bench.Run(10);
        Assert.Equal((3, 2, 1), (Assert.Single(left).Left.Process, left[0].Left.Slot, left[0].Left.AuxLines));
        Assert.All(bench.Notices, one => Assert.Equal(EndpointNotice.AnyProcess, one.Notice.Process));
    }

    private EndpointBench Bench()
    {
        EndpointBench bench = new(NicConfig.Tiny, scheduler);
        bench.Home.OnData = (item, _) =>
        {
            byte[] bytes = new byte[128];
            item.Data.CopyTo(bytes);
            answers.Add(item.Tag, bytes);
        };
        bench.Home.OnFetch = (fetch, _) => bench.Home.Return(new HomeReturn(fetch.Line, true, default, default));
        bench.OnLeft = left.Add;
        return bench;
    }

    private ushort Ask(EndpointBench bench, LineKind kind, int endpoint, int index)
    {
        lastTag++;
        bench.Home.Read(new HomeRead(bench.Line(kind, endpoint, index), lastTag, HomeReadKind.Exclusive));
        return lastTag;
    }

    private static byte[] Message(int process)
    {
        byte[] line = new byte[128];
        for (int i = 0; i < 128; i++)
        {
            line[i] = (byte)((i * 7) + process);
        }

        line[ControlLine.Kind] = (byte)MessageKind.Request;
        (line[ControlLine.Process], line[ControlLine.Process + 1]) = ((byte)process, 0);
        return line;
    }
}
