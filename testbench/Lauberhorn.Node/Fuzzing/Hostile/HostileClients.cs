// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>Clients that call the processes of the hostile soak, and call again when no answer comes.</summary>
/// <param name="plan">How often.</param>
/// <param name="judge">Knows all calls.</param>
/// <param name="wire">Takes the frames.</param>
/// <param name="random">Decides.</param>
internal sealed class HostileClients(HostilePlan plan, HostileJudge judge, FrameWire wire, SeededRandom random)
{
    // A client sends again only when this has gone by; the first answer counts from then on.
    private const long Timeout = 4000;
    private const int MostOpen = 6;

    /// <summary>A call of an honest process that lives is answered within this, or the case fails.</summary>
    private const long Patience = 300_000;
    private readonly List<HostileCall> open = [];
    private readonly List<(HostileCall Call, SentFrame Frame)> onWire = [];
    private long next;

    /// <summary>Whether new calls are made; otherwise only such that have no answer are sent again.</summary>
    public bool IsCalling { get; set; } = true;

    /// <summary>Whether all calls of honest processes are answered.</summary>
    public bool IsQuiet => open.TrueForAll(call => call.Actor.IsHostile || !call.Actor.Serves) && wire.Waiting == 0;

    /// <summary>To be called before each tick.</summary>
    /// <param name="tick">The tick.</param>
    /// <param name="actors">Who is alive.</param>
    public void Step(long tick, IReadOnlyList<HostileActor> actors)
    {
        // A call's time begins when its first beat is sent.
        for (int i = onWire.Count - 1; i >= 0; i--)
        {
            if (onWire[i].Frame.FirstTick >= 0)
            {
                (HostileCall call, SentFrame frame) = onWire[i];
                call.FirstSent = call.Sent == 1 ? frame.FirstTick : call.FirstSent;
                onWire.RemoveAt(i);
            }
        }

        if (tick < next || wire.Waiting >= 2)
        {
            return;
        }

        next = tick + (random.OneIn(4) ? random.Between(0, 6) : random.Between(0, plan.LongestGap));
        open.RemoveAll(call => call.Answered > 0 || call.Actor.IsDead || (call.Actor.IsHostile && tick - call.LastSent > 2 * Timeout));
        HostileCall? late = open.Find(call => tick - call.LastSent > Timeout);
        if (late is not null)
        {
            if (!late.Actor.IsHostile && late.Actor.Serves && tick - late.FirstSent > Patience)
            {
                throw new SoakException(
                    $"tick {tick}: call {late.Number} of {late.Actor} is not answered in {tick - late.FirstSent} cycles, "
                    + $"though it was sent {late.Sent} times; handled {late.Begun} times");
            }

            if (!late.Actor.IsHostile || random.OneIn(2))
            {
                Send(late, tick);
                return;
            }
        }

        if (!IsCalling || actors.Count == 0)
        {
            return;
        }

        HostileActor actor = actors[random.Between(0, actors.Count - 1)];
        if (actor.IsHostile && random.OneIn(2))
        {
            actor = actors[random.Between(0, actors.Count - 1)];
        }

        if (actor.IsDead || open.Count(call => call.Actor == actor) >= MostOpen)
        {
            return;
        }

        int room = (128 * plan.Config.AuxLines) + 96 - 4;
        int length = Math.Clamp(random.OneIn(3) ? random.Between(0, room) : random.Between(0, 92), Mark.NumberBytes, room);
        byte[] data = Mark.Bytes(length, actor.Owner, random.Next());
        Mark.WriteNumber(data, actor.Owner, judge.Calls.Count);
        HostileCall made = new(judge.Calls.Count, actor, random.Between(0, HostileJudge.Clients.Length - 1), data);
        judge.Calls.Add(made);
        open.Add(made);
        Send(made, tick);
    }

    private void Send(HostileCall call, long tick)
    {
        byte[] arguments = new byte[4 + ((call.Data.Length + 3) / 4 * 4)];
        BinaryPrimitives.WriteInt32BigEndian(arguments, call.Data.Length);
        call.Data.CopyTo(arguments, 4);
        (ulong mac, uint address) = HostileJudge.Clients[call.Client];
        byte[] frame = new FrameBuilder()
            .WithMac(Model.ReceiveSettings.Captures.MacAddress, mac)
            .WithAddresses(address, Model.ReceiveSettings.Captures.Ipv4Address)
            .WithPorts(HostileJudge.ClientPort, call.Actor.Port)
            .WithRpc((uint)call.Number)
            .WithProcedure(call.Actor.Program, 1, 1)
            .WithArguments(arguments)
            .Build();
        call.Sent++;
        call.FirstSent = call.Sent == 1 ? tick : call.FirstSent;
        call.LastSent = tick;
        onWire.Add((call, wire.Send(frame)));
    }
}
