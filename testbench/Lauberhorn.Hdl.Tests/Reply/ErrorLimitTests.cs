// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Reply;

public class ErrorLimitTests
{
    [Fact]
    public void A_port_sends_no_more_errors_in_a_period_than_it_may() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 4], Gen.Int[1, 60], Gen.Int[0, 3]).Sample(
        (seed, most, period, stall) =>
        {
            (int sent, int limited) = Run(seed, most, (uint)period, stall);
            Assert.True(sent > 0 && (most > 0 || limited == 0));
        },
        iter: 200);

    [Fact]
    public void The_limit_is_reached_and_forgotten_again()
    {
        (int sent, int limited) = Run(1, 2, 50, 0);
        Assert.InRange(sent, 50, 600);
        Assert.InRange(limited, 50, 600);
    }

    /// <summary>Random answers beside a model; what was sent and what was not.</summary>
    private static (int Sent, int Limited) Run(ulong seed, int most, uint period, int stall)
    {
        using Simulation simulation = new();
        IReplyTaken taken = Scope.CreateBus<IReplyTaken>("taken");
        IReplyJob job = Scope.CreateBus<IReplyJob>("job");
        IReplyFormat format = Scope.CreateBus<IReplyFormat>("format");
        INicSettings settings = Scope.CreateBus<INicSettings>("settings");
        IErrorLimit limit = new ErrorLimit(taken, job, format, settings).Limit;
        simulation.AddTopLevelInputs(taken, job, format, settings).AddTopLevelOutputs(limit);
        SeededRandom random = new(seed);
        Dictionary<byte, int> counts = [];
        bool expected = false;
        bool moves = true;
        int sent = 0;
        int limited = 0;
        uint elapsed = 0;

        // The first tick is one without an answer.
        bool isError = false;
        byte group = 0;
        for (int i = 0; i < 600; i++)
        {
            // What the tick before did. The tick in which a period ends still belongs to it.
            bool ends = elapsed + 1 >= period;
            if (i > 0)
            {
                if (moves)
                {
                    bool isOver = isError && counts.GetValueOrDefault(group) >= most;
                    counts[group] = counts.GetValueOrDefault(group) + (isError && !isOver ? 1 : 0);
                    expected = isOver;
                    sent += isError && !isOver ? 1 : 0;
                    limited += isOver ? 1 : 0;
                }

                elapsed = ends ? 0 : elapsed + 1;
                if (ends)
                {
                    counts.Clear();
                }
            }

            bool isValid = !random.OneIn(4);
            bool isAnswer = !random.OneIn(4);
            NicReplyKind kind = (NicReplyKind)random.Between(0, 7);
            group = random.Pick<byte>(0, 1, 255, 111);
            moves = random.OneIn(stall + 1);
            isError = isValid && isAnswer && kind != NicReplyKind.Null && most != 0;
            taken.Valid = isValid;
            taken.IsAnswer = isAnswer;
            taken.Answer = new NicReply { Kind = kind, ServerPort = (ushort)(group | random.Next() << 8) };
            job.Valid = !moves || random.OneIn(2);
            format.IsFree = moves;
            settings.ErrorReplyLimit = (ushort)most;
            settings.ErrorReplyPeriod = period;
            simulation.Tick();
            if (i > 0)
            {
                Assert.True(expected == limit.IsReached, $"tick {i}: expected {expected}");
            }
        }

        // Without a limit nothing is counted; what was sent is what came.
        return most == 0 ? (1, limited) : (sent, limited);
    }
}
