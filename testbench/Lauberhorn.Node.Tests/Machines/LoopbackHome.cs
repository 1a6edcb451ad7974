// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;
using Lauberhorn.Machines;

namespace Lauberhorn.Node.Tests.Machines;

/// <summary>
/// How the NIC of the published measurement behaves towards the home port: a message comes in, passes the NIC in 9 + 6 + 4 cycles and
/// answers a stalled load; a message goes out when the other control line is read: the control line is fetched, then the aux lines, then 11
/// + 9 cycles in the NIC. Aux lines are read at once.
/// </summary>
internal sealed class LoopbackHome : INicPort
{
    public const int ReceiveCycles = 9 + 6 + 4;
    public const int TransmitCycles = 11 + 9;

    /// <summary>Colours 32 to 63: apart from the control lines.</summary>
    public const uint FirstAux = 96;

    private readonly Queue<(HomeRead Read, long Due)> answers = new();
    private readonly Queue<uint> fetches = new();
    private HomeRead? read;
    private HomeReturn? line;
    private HomeRead? stalled;
    private int underWay;
    private bool sendsAux;

    public long Cycle { get; private set; }

    public int Lines { get; set; }

    public bool IsTransmit { get; set; }

    /// <summary>Whether a load of a control line is stalled.</summary>
    public bool IsWaiting => stalled is not null;

    public long SentAt { get; private set; } = -1;

    public bool ReadIsFree => true;

    public bool ReturnIsFree => true;

    /// <summary>A frame has come.</summary>
    public void Receive()
    {
        answers.Enqueue((stalled!.Value, Cycle + ReceiveCycles));
        stalled = null;
    }

    public bool TryTakeData(out HomeData data)
    {
        bool has = answers.TryPeek(out (HomeRead Read, long Due) next) && next.Due <= Cycle;
        data = has ? new HomeData(next.Read.Tag, default) : default;
        if (has)
        {
            answers.Dequeue();
        }

        return has;
    }

    public bool TryTakeFetch(out HomeFetch fetch)
    {
        bool has = fetches.TryDequeue(out uint number);
        fetch = new HomeFetch(number);
        return has;
    }

    public void OfferRead(in HomeRead? read) => this.read = read;

    public void OfferReturn(in HomeReturn? line) => this.line = line;

    public void Tick()
    {
        Cycle++;
        if (line is { IsAnswer: true } && --underWay == 0)
        {
            if (sendsAux)
            {
                SentAt = Cycle + TransmitCycles;
                answers.Enqueue((stalled!.Value, SentAt));
                stalled = null;
            }
            else
            {
                sendsAux = true;
                underWay = Lines;
                for (uint i = 0; i < Lines; i++)
                {
                    fetches.Enqueue(FirstAux + i);
                }

                if (Lines == 0)
                {
                    SentAt = Cycle + TransmitCycles;
                    answers.Enqueue((stalled!.Value, SentAt));
                    stalled = null;
                }
            }
        }

        if (read is HomeRead asked)
        {
            if (asked.Line == 1)
            {
                stalled = asked;
                if (IsTransmit)
                {
                    underWay = 1;
                    fetches.Enqueue(0);
                }
            }
            else
            {
                answers.Enqueue((asked, Cycle));
            }
        }
    }
}
