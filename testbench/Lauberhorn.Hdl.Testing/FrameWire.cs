// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Reply;
using SME;

namespace Lauberhorn.Hdl.Testing;

/// <summary>A frame that the NIC sent.</summary>
/// <param name="Bytes">From the destination MAC address on, padding included, without frame check sequence.</param>
/// <param name="FirstTick">The tick in which its first beat was first valid.</param>
/// <param name="LastTick">The tick in which its last beat was accepted.</param>
public sealed record SentByNic(byte[] Bytes, long FirstTick, long LastTick);

/// <summary>
/// The MAC's two sides on a test bench: beats of frames in, beats of frames out. <see cref="Take"/> and <see cref="Drive"/> are
/// called before each tick.
/// </summary>
/// <param name="receive">The NIC's input.</param>
/// <param name="transmit">The NIC's output; null for none.</param>
public sealed class FrameWire(IMacReceive receive, Stream<TransmitBeat>? transmit = null)
{
    private const int BeatBytes = NicConfig.DatapathBytes;
    private readonly Queue<SentFrame> waiting = new();
    private readonly List<byte> bytes = [];
    private SentFrame? current;
    private int position;
    private int gap;
    private long offeredSince = -1;

    /// <summary>Called for each beat to the NIC: how many ticks without a beat come before it.</summary>
    public Func<int> Gap { get; set; } = static () => 0;

    /// <summary>Polled in each tick: whether the MAC is ready for a beat in the next.</summary>
    public Func<bool> Pace { get; set; } = static () => true;

    /// <summary>Frames that are not yet wholly in the NIC.</summary>
    public int Waiting => waiting.Count + (current is null ? 0 : 1);

    /// <summary>What the NIC sent, in order, and was not yet taken out.</summary>
    public Queue<SentByNic> Received { get; } = new();

    /// <summary>Puts a frame into the queue to the NIC.</summary>
    /// <param name="frame">From the destination MAC address to the padding; at least one byte.</param>
    /// <param name="error">Whether the MAC flags it as bad.</param>
    public SentFrame Send(byte[] frame, bool error = false)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfZero(frame.Length, nameof(frame));
        SentFrame sent = new(frame, error);
        waiting.Enqueue(sent);
        return sent;
    }

    /// <summary>Takes the beat that passes in the tick to come.</summary>
    /// <param name="tick">The tick's number.</param>
    /// <exception cref="InvalidOperationException">The NIC breaks off inside a frame, or a beat has holes.</exception>
    public void Take(long tick)
    {
        if (transmit is null)
        {
            return;
        }

        IStream<TransmitBeat> beats = transmit.Forward;
        if (!beats.Valid)
        {
            if (bytes.Count > 0)
            {
                throw new InvalidOperationException($"tick {tick}: the NIC breaks off inside a frame, after {bytes.Count} bytes");
            }

            return;
        }

        offeredSince = offeredSince < 0 ? tick : offeredSince;
        if (!transmit.Backward.Ready)
        {
            return;
        }

        TransmitBeat beat = beats.Item;
        int count = System.Numerics.BitOperations.PopCount(beat.Keep);
        if (count == 0 || beat.Keep != ulong.MaxValue >> (BeatBytes - count) || (!beat.Last && count != BeatBytes))
        {
            throw new InvalidOperationException($"tick {tick}: the NIC sends a beat with keep {beat.Keep:x16}, last: {beat.Last}");
        }

        Span<byte> data = stackalloc byte[BeatBytes];
        beat.Data.CopyTo(data);
        bytes.AddRange(data[..count]);
        if (beat.Last)
        {
            Received.Enqueue(new SentByNic([.. bytes], offeredSince, tick));
            bytes.Clear();
            offeredSince = -1;
        }
    }

    /// <summary>Brings what the NIC sees in the tick to come.</summary>
    /// <param name="tick">The tick's number.</param>
    public void Drive(long tick)
    {
        if (transmit is not null)
        {
            transmit.Backward.Ready = Pace();
        }

        receive.Valid = false;
        if (current is null && waiting.Count > 0)
        {
            current = waiting.Dequeue();
            position = 0;
            gap = Gap();
        }

        if (current is null)
        {
            return;
        }

        if (gap > 0)
        {
            gap--;
            return;
        }

        int count = Math.Min(BeatBytes, current.Bytes.Length - position);
        bool last = position + count == current.Bytes.Length;
        receive.Valid = true;
        receive.Data = Bits<W512>.FromBytes(current.Bytes.AsSpan(position, count));
        receive.Keep = ulong.MaxValue >> (BeatBytes - count);
        receive.Last = last;
        receive.Error = last && current.Error;
        current.FirstTick = current.FirstTick < 0 ? tick : current.FirstTick;
        current.LastTick = tick;
        position += count;
        gap = Gap();
        if (last)
        {
            current = null;
        }
    }
}
