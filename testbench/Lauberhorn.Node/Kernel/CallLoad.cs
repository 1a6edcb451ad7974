// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Hdl.Testing;

namespace Lauberhorn.Node;

/// <summary>Calls of a <see cref="ServiceMix"/>, one after another or at random times, with their ends.</summary>
public sealed class CallLoad
{
    private readonly Node node;
    private readonly ServiceMix mix;
    private readonly Random random;
    private readonly List<Sent> calls = [];
    private double nextCall;

    /// <summary>Prepares to send; nothing is sent yet.</summary>
    /// <param name="node">The node.</param>
    /// <param name="mix">The services.</param>
    /// <param name="seed">Of what is called, and when.</param>
    public CallLoad(Node node, ServiceMix mix, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(node);
        (this.node, this.mix, random) = (node, mix, new Random((int)(seed & int.MaxValue)));
        Action<long> before = node.OnTick;
        node.OnTick = tick =>
        {
            before(tick);
            Take();
            Send(tick);
        };
    }

    /// <summary>Calls that were sent until now.</summary>
    public int Count => calls.Count;

    /// <summary>Calls that were answered rightly until now.</summary>
    public int Answered { get; private set; }

    /// <summary>Answers that were not to be: to no call, or to one that was answered already, or with a wrong result.</summary>
    public int Wrong { get; private set; }

    /// <summary>Calls that have neither been answered nor given up.</summary>
    public int Outstanding { get; private set; }

    /// <summary>Calls that are kept outstanding; 0 for none.</summary>
    public int Depth { get; set; }

    /// <summary>Calls per cycle that are sent at random times, whatever becomes of them; 0 for none.</summary>
    public double Rate
    {
        get;
        set
        {
            field = value;
            nextCall = node.Ticks + Gap();
        }
    }

    /// <summary>No more than so many are sent.</summary>
    public int Most { get; set; } = int.MaxValue;

    /// <summary>Sends one call now.</summary>
    /// <param name="service">The service.</param>
    /// <returns>The call's number.</returns>
    public int Send(int service)
    {
        int number = calls.Count;
        calls.Add(new Sent(service, node.Wire.Send(mix.Call(service, number))));
        Outstanding++;
        return number;
    }

    /// <summary>Notes that a handler began; for <see cref="KernelOptions.OnHandler"/>.</summary>
    /// <param name="start">Which.</param>
    public void Begin(HandlerStart start)
    {
        int number = BinaryPrimitives.ReadInt32LittleEndian(start.Message.Bytes.Span[Driver.LineMessage.Arguments..]);
        calls[number].Begun = start.Cycle;
        calls[number].Handlers++;
    }

    /// <summary>Whether a call was answered.</summary>
    /// <param name="number">Its number.</param>
    public bool IsAnswered(int number) => calls[number].IsAnswered;

    /// <summary>How often a call's handler was begun.</summary>
    /// <param name="number">Its number.</param>
    public int Handlers(int number) => calls[number].Handlers;

    /// <summary>
    /// The calls' waits from the last beat at the MAC to the handler's start, in cycles, in ascending order; of those whose handler began.
    /// </summary>
    /// <param name="from">The first call's number.</param>
    /// <param name="to">The number behind the last call's.</param>
    public long[] Waits(int from, int to) => [.. calls[from..to].Where(call => call.Begun >= 0)
        .Select(call => call.Begun - call.Frame.LastTick).Order()];

    private void Take()
    {
        while (node.Wire.Received.TryDequeue(out SentByNic? reply))
        {
            ReadOnlySpan<byte> bytes = reply.Bytes;
            int number = BinaryPrimitives.ReadInt32BigEndian(bytes[42..]);
            uint status = BinaryPrimitives.ReadUInt32BigEndian(bytes[62..]);
            int result = BinaryPrimitives.ReadInt32BigEndian(bytes[66..]);
            if (number < 0 || number >= calls.Count || calls[number].IsAnswered || status != 0
                || result != mix.Result(calls[number].Service, number))
            {
                Wrong++;
                continue;
            }

            calls[number].IsAnswered = true;
            Answered++;
            Outstanding--;
        }
    }

    private void Send(long tick)
    {
        while (Outstanding < Depth && calls.Count < Most && node.Wire.Waiting < 2)
        {
            Send(mix.Choose(random.NextDouble()));
        }

        while (Rate > 0 && nextCall <= tick && calls.Count < Most)
        {
            Send(mix.Choose(random.NextDouble()));
            nextCall += Gap();
        }
    }

    private double Gap() => -Math.Log(1 - random.NextDouble()) / Rate;

    private sealed class Sent(int service, SentFrame frame)
    {
        public int Service { get; } = service;

        public SentFrame Frame { get; } = frame;

        public long Begun { get; set; } = -1;

        public int Handlers { get; set; }

        public bool IsAnswered { get; set; }
    }
}
