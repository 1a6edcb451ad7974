// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// Sends a case's frames: in turns calls with time between them, bursts of calls, garbage at line rate with calls in between, and nothing.
/// </summary>
internal sealed class SoakTraffic
{
    private const int LongestQueue = 3;
    private const int LastInline = 82 + 96 - 1;
    private readonly SoakPlan plan;
    private readonly SoakServices services;
    private readonly SoakJudge judge;
    private readonly FrameWire wire;
    private readonly Func<bool> hasRoom;
    private readonly SeededRandom random;
    private readonly FrameGenerator garbage;
    private readonly (ulong Mac, uint Address)[] clients;
    private readonly List<SoakFrame> recent = [];
    private Spell spell = Spell.Quiet;
    private int left;
    private long waitUntil;
    private uint xid;

    /// <summary>Prepares a case's frames.</summary>
    /// <param name="plan">The case.</param>
    /// <param name="services">What there is to call.</param>
    /// <param name="judge">Notified of each frame.</param>
    /// <param name="wire">Takes them.</param>
    /// <param name="hasRoom">Whether the NIC has a slot and a packet slot left for a call.</param>
    public SoakTraffic(SoakPlan plan, SoakServices services, SoakJudge judge, FrameWire wire, Func<bool> hasRoom)
    {
        (this.plan, this.services, this.judge, this.wire, this.hasRoom) = (plan, services, judge, wire, hasRoom);
        random = new SeededRandom(plan.Seed ^ 0x501A_4E1C_0000_0003);
        garbage = new FrameGenerator(random.Next(), services.Settings, 2000);
        clients = [.. Enumerable.Range(0, random.Between(1, 4)).Select(
            i => (0x024C_4800_1000ul + (ulong)i, 0x0A4D_0100u + ((uint)i * (uint)random.Between(1, 3))))];
        xid = (uint)random.Next();
    }

    private enum Spell
    {
        Calm,
        Burst,
        Garbage,
        Quiet,
    }

    /// <summary>MAC and IPv4 addresses of the clients.</summary>
    public IReadOnlyList<(ulong Mac, uint Address)> Clients => clients;

    /// <summary>Calls sent, good and bad.</summary>
    public int Calls { get; private set; }

    /// <summary>All frames sent, in order.</summary>
    public List<SoakFrame> Frames { get; } = [];

    /// <summary>Whether all frames were sent.</summary>
    public bool IsDone => Calls >= plan.Calls && wire.Waiting == 0;

    /// <summary>Bytes that follow from a seed.</summary>
    /// <param name="bytes">Gets them.</param>
    /// <param name="seed">The seed.</param>
    public static void Fill(Span<byte> bytes, ulong seed)
    {
        SeededRandom random = new(seed);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, random.Next());
        }

        ulong last = random.Next();
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(last >> (8 * i));
        }
    }

    /// <summary>To be called before each tick.</summary>
    /// <param name="tick">The tick.</param>
    public void Step(long tick)
    {
        if (Calls >= plan.Calls || wire.Waiting >= LongestQueue || tick < waitUntil)
        {
            return;
        }

        if (left <= 0)
        {
            Begin(tick);
            return;
        }

        switch (spell)
        {
            case Spell.Calm:
                if (hasRoom())
                {
                    left--;
                    Send(Call());
                    waitUntil = tick + random.Between(0, 60);
                }

                break;
            case Spell.Burst:
                left--;
                Send(Call());
                break;
            case Spell.Garbage:
                left--;
                Send(random.OneIn(10) ? Call() : Garbage());
                break;
            default:
                left = 0;
                break;
        }
    }

    private void Begin(long tick)
    {
        int draw = random.Between(1, 100);
        if (draw <= plan.Garbage)
        {
            (spell, left) = (Spell.Garbage, random.Between(10, 120));
        }
        else
        {
            (spell, left) = random.Between(1, 20) switch
            {
                <= 15 => (Spell.Calm, random.Between(5, 60)),
                <= 19 => (Spell.Burst, random.Between(3, 30)),
                _ => (Spell.Quiet, 1),
            };
            if (spell == Spell.Quiet)
            {
                waitUntil = tick + random.Between(100, 3000);
            }
        }
    }

    private void Send(SoakFrame frame)
    {
        services.Judge(frame);
        judge.Sends(frame);
        frame.Sent = wire.Send(frame.Bytes, frame.Error);
        Calls += frame.IsCall ? 1 : 0;
        Frames.Add(frame);
        if (frame.IsCall)
        {
            recent.Add(frame);
            if (recent.Count > 12)
            {
                recent.RemoveAt(0);
            }
        }
    }

    private SoakFrame Call()
    {
        if (recent.Count > 0 && random.OneIn(12))
        {
            return new SoakFrame(recent[random.Between(0, recent.Count - 1)].Bytes, false, true, services.Settings);
        }

        SoakService service = random.OneIn(15) ? services.All[random.Between(0, services.All.Count - 1)]
            : services.Handled[random.Between(0, services.Handled.Count - 1)];
        FrameBuilder frame = CallOf(service);
        switch (random.Between(1, 60))
        {
            case 1:
                frame.WithProcedure(service.Key.Program ^ (1u << random.Between(0, 31)), service.Key.Version, service.Key.Procedure);
                break;
            case 2:
                frame.WithProcedure(service.Key.Program, random.Pick<uint>(0, 1, 2, 3, 4, uint.MaxValue), service.Key.Procedure);
                break;
            case 3:
                frame.WithProcedure(service.Key.Program, service.Key.Version, (uint)random.Between(0, 9));
                break;
            case 4:
                frame.WithRpc(++xid, 0, random.Pick<uint>(0, 1, 3, (uint)random.Next()));
                break;
            case 5:
                frame.WithCredential(random.Pick<uint>(0, 1, 2, 3, 6, (uint)random.Next()), random.Bytes(random.Between(0, 400)));
                break;
            case 6:
                frame.WithArguments(random.Bytes(random.Between(0, 200)));
                break;
            case 7:
                // The same number as the call before; another service, or other arguments.
                frame.WithRpc(xid - 1);
                break;
            case 8:
                frame.WithUdpChecksum(0);
                break;
            case 9:
                frame.WithTrailer(random.Bytes(random.Between(1, 70)));
                break;
            case 10:
                frame.WithPorts((ushort)random.Between(0, 65_535),
                    services.Settings.Ports.ElementAt(random.Between(0, services.Settings.Ports.Count - 1)));
                break;
        }

        return new SoakFrame(frame.Build(), false, true, services.Settings);
    }

    private FrameBuilder CallOf(SoakService service)
    {
        (ulong mac, uint address) = clients[random.Between(0, clients.Length - 1)];
        ServiceFlags flags = service.Entry.Flags;
        FrameBuilder frame = new FrameBuilder()
            .WithMac(services.Settings.MacAddress, mac)
            .WithAddresses(address, services.Settings.Ipv4Address)
            .WithIpv4Identity((byte)random.Next(), (ushort)random.Next(), 60)
            .WithPorts((ushort)random.Between(700, 703), service.Key.Port)
            .WithRpc(++xid)
            .WithProcedure(service.Key.Program, service.Key.Version, service.Key.Procedure)
            .WithArguments(Arguments(service));
        bool none = (flags & ServiceFlags.AcceptsNone) != 0;
        bool sys = (flags & ServiceFlags.AcceptsSys) != 0;
        if (sys && (!none || random.OneIn(3)))
        {
            // Nearly always a good one.
            int name = random.OneIn(6) ? random.Between(0, 255) : random.Between(0, 20);
            frame.WithCredential(1, AuthSysCredential.Make(random, name, random.Between(0, random.OneIn(20) ? 17 : 16)));
        }

        return random.OneIn(20) ? frame.WithVerifier((uint)random.Between(0, 6), random.Bytes(random.Between(0, 400))) : frame;
    }

    private byte[] Arguments(SoakService service)
    {
        int most = 96 + (128 * plan.Config.AuxLines);
        int count = random.Between(1, 100) switch
        {
            <= 35 => 4 * random.Between(0, 6),
            <= 65 => 4 * random.Between(0, 24),
            <= 80 => 4 * random.Between(25, 88),
            <= 86 => random.Pick(64, 96, 97, 100, 128, 160, 192, 224, 225, 352, 353, most, most + 1, most - 1),
            <= 90 => random.Between(0, 400),
            <= 96 => random.Between(0, Math.Min(most, 700)),
            _ => random.Between(0, most + (random.OneIn(8) ? 200 : 0)),
        };
        int least = service.Entry.MinimumBytes;
        count = count < least && !random.OneIn(10) ? least + (4 * random.Between(0, 4)) : count;
        byte[] arguments = new byte[count];
        Fill(arguments, service.Owner.Secret ^ (ulong)xid << 20);
        int at = 4 * service.Entry.LengthWord;
        if (service.Entry.LengthWord < 24 && at + 4 <= count && !random.OneIn(12))
        {
            int room = Math.Min(count - at - 4, service.Entry.LengthLimit);
            BinaryPrimitives.WriteUInt32BigEndian(arguments.AsSpan(at), (uint)Math.Max(0, room - random.Between(0, 3)));
        }

        return arguments;
    }

    private SoakFrame Garbage()
    {
        switch (random.Between(1, 8))
        {
            case <= 3:
                GeneratedFrame any = garbage.Next();
                return new SoakFrame(any.Bytes, any.ErrorFlag, false, services.Settings);
            case 4:
                return new SoakFrame(random.Bytes(random.Between(1, 300)), random.OneIn(8), false, services.Settings);
            case <= 6 when recent.Count > 0:
                byte[] flipped = [.. recent[random.Between(0, recent.Count - 1)].Bytes];
                for (int i = random.Between(1, 4); i > 0; i--)
                {
                    // Not in the aux lines: without a checksum it is another call with the same control line, and the judge could not tell
                    // which one a core got.
                    int furthest = Math.Min(flipped.Length - 1, LastInline);
                    flipped[random.Between(0, random.OneIn(2) ? Math.Min(furthest, 81) : furthest)] ^= (byte)(1 << random.Between(0, 7));
                }

                return new SoakFrame(flipped, random.OneIn(16), false, services.Settings);
            case 7 when recent.Count > 0:
                byte[] whole = recent[random.Between(0, recent.Count - 1)].Bytes;
                return new SoakFrame(whole[..random.Between(1, whole.Length)], false, false, services.Settings);
            default:
                // A call with a field changed and all sums right.
                SoakService service = services.All[random.Between(0, services.All.Count - 1)];
                FrameBuilder frame = CallOf(service);
                frame = random.Between(1, 6) switch
                {
                    1 => frame.WithFragment(random.Pick<ushort>(0x2000, 0x0001, 0x6000)),
                    2 => frame.WithProtocol(random.Pick<byte>(1, 6, 18)),
                    3 => frame.WithOptions(random.Bytes(4 * random.Between(1, 10))),
                    4 => frame.WithEtherType(random.Pick<ushort>(0x0806, 0x86DD, 0x8100)),
                    5 => frame.WithRpc(++xid, random.Pick<uint>(1, 2)),
                    _ => frame.WithPorts(700, (ushort)random.Between(0, 1023)),
                };
                return new SoakFrame(frame.Build(), false, false, services.Settings);
        }
    }
}
