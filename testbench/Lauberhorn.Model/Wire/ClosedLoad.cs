// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Lauberhorn.Model.Wire;

/// <summary>An answer to a call of a <see cref="ClosedLoad"/>.</summary>
/// <param name="Call">The call.</param>
/// <param name="Cycles">Cycles from its first sending to its answer.</param>
/// <param name="IsSuccess">Whether it was accepted with SUCCESS.</param>
public readonly record struct LoadAnswer(LoadCall Call, long Cycles, bool IsSuccess);

/// <summary>
/// Load from clients of which each has one call in flight and makes the next when it is answered, after a pause. Unanswered calls are sent
/// again. Is a wire: plug it to the NIC and tell it the time.
/// </summary>
public sealed class ClosedLoad : IWire
{
    private const int XidPlace = 14 + 20 + 8;
    private readonly LoadProfile profile;
    private readonly long pause;
    private readonly CallMaker maker;
    private readonly PriorityQueue<(int Client, LoadCall? Again), long> next = new();
    private readonly Dictionary<uint, (LoadCall Call, long Since)> waiting = [];
    private readonly List<LoadAnswer> answers = [];
    private int left;

    /// <summary>Creates the load; all clients begin at cycle 0.</summary>
    /// <param name="profile">What it is like. Every call that is not answered within <see cref="LoadProfile.RetransmitAfter"/> cycles is
    /// sent again.</param>
    /// <param name="calls">How many calls are made in all.</param>
    /// <param name="pause">Cycles from an answer to the client's next call.</param>
    public ClosedLoad(LoadProfile profile, int calls, long pause = 0)
    {
        ArgumentNullException.ThrowIfNull(profile);
        maker = new CallMaker(profile);
        this.profile = profile;
        this.pause = pause;
        left = calls;
        for (int client = 0; client < profile.Clients; client++)
        {
            next.Enqueue((client, null), 0);
        }
    }

    /// <summary>The time in cycles; written by the code that runs the NIC.</summary>
    public long Now { get; set; }

    /// <summary>The answers so far, in the order in which they came.</summary>
    public IReadOnlyList<LoadAnswer> Answers => answers;

    /// <summary>Frames that were sent again.</summary>
    public int Again { get; private set; }

    /// <summary>Answers to calls that were answered before, and frames that are none.</summary>
    public int Strays { get; private set; }

    /// <summary>Whether all calls were made and answered.</summary>
    public bool IsDone => left == 0 && waiting.Count == 0;

    /// <inheritdoc/>
    public bool TryReceive(out byte[] frame)
    {
        while (next.TryPeek(out (int Client, LoadCall? Again) what, out long at) && at <= Now)
        {
            next.Dequeue();
            if (what.Again is LoadCall call)
            {
                if (!waiting.ContainsKey(call.Xid))
                {
                    continue;
                }

                Again++;
            }
            else if (left > 0)
            {
                left--;
                call = maker.Next(what.Client);
                waiting.Add(call.Xid, (call, Now));
            }
            else
            {
                continue;
            }

            next.Enqueue((what.Client, call with { IsAgain = true }), Now + profile.RetransmitAfter);
            frame = call.Frame;
            return true;
        }

        frame = [];
        return false;
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> frame)
    {
        // Ethernet, IPv4 without options, UDP; then xid, REPLY, MSG_ACCEPTED, an empty verifier, SUCCESS.
        if (frame.Length < XidPlace + 12 || frame[23] != 17
            || BinaryPrimitives.ReadUInt32BigEndian(frame[(XidPlace + 4)..]) != 1
            || !waiting.Remove(BinaryPrimitives.ReadUInt32BigEndian(frame[XidPlace..]), out (LoadCall Call, long Since) one))
        {
            Strays++;
            return;
        }

        bool isSuccess = frame.Length >= XidPlace + 24 && frame.Slice(XidPlace + 8, 16).IndexOfAnyExcept((byte)0) < 0;
        answers.Add(new LoadAnswer(one.Call, Now - one.Since, isSuccess));
        next.Enqueue((one.Call.Client, null), Now + pause);
    }
}
