// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Frames;

/// <summary>
/// Makes frames of every kind that the receive path tells apart, around every limit it checks, for a NIC of given
/// addresses. The same seed gives the same frames.
/// </summary>
public sealed class FrameGenerator
{
    /// <summary>Bytes in front of the arguments of a call with empty credential and verifier.</summary>
    private const int CallHeaders = 82;

    private readonly SeededRandom _random;
    private readonly ReceiveSettings _settings;
    private readonly int _longest;
    private readonly (int Weight, string Recipe, Func<byte[]> Make)[] _recipes;

    /// <summary>Starts from a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="settings">The NIC's addresses.</param>
    /// <param name="longest">About how long frames may be, in bytes; from 600 to 9,700.</param>
    public FrameGenerator(ulong seed, ReceiveSettings settings, int longest = 9700)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 600);
        _random = new SeededRandom(seed);
        _settings = settings;
        _longest = longest;
        _recipes =
        [
            (12, "call", () => Call().Build()),
            (4, "call, longest header", () => Call().WithCredential(Word(), _random.Bytes(400))
                .WithVerifier(Word(), _random.Bytes(_random.Between(396, 400))).Build()),
            (3, "call with padding of garbage", () => Call().WithTrailer(_random.Bytes(_random.Between(1, 80))).Build()),
            (2, "call without checksum", () => Call().WithUdpChecksum(0).Build()),
            (2, "call whose checksum comes out as 0", ZeroSum),
            (2, "call in a frame to a group", () => Call().WithMac(Group(), Word()).Build()),
            (2, "datagram to a group", ToGroup),
            (2, "IPv6 to a group", () => Call().WithMac(Group(), Word()).WithEtherType(0x86DD).Build()),
            (3, "source that cannot be", () => Call().WithAddresses(BadSource(), _settings.Ipv4Address).Build()),
            (2, "source MAC address that cannot be", () => Call().WithMac(_settings.MacAddress, BadSourceMac()).Build()),
            (4, "priority tag", () => Tagged(OfAnyLength(), Priority())),
            (1, "two priority tags", () => Tagged(Tagged(Call().Build(), Priority()), Priority())),
            (1, "tag of a VLAN", () => Tagged(Call().Build(), (ushort)(Priority() | (1 << _random.Between(0, 11))))),
            (2, "priority tag, cut off", () => Cut(Tagged(Call().WithUdpChecksum(0).Build(), Priority()), 130)),
            (2, "AUTH_SYS", () => Call().WithCredential(1, AuthSys(16, 255)).Build()),
            (4, "AUTH_SYS, near its limits", () => Call().WithCredential(1, AuthSys(19, 258)).Build()),
            (2, "other EtherType", () => Call().WithEtherType(_random.Pick<ushort>(0x0806, 0x86DD, 0x8100, 0x0801, 0x0900, 0x05DC))
                .Build()),
            (1, "ARP or the like, short", () => Call().WithEtherType(0x0806, _random.Bytes(_random.Between(0, 60))).WithSmallestLength(0)
                .Build()),
            (2, "other MAC address", () => Call().WithMac(_settings.MacAddress ^ (1ul << _random.Between(0, 47)), Word()).Build()),
            (1, "almost broadcast", () => Call().WithMac(0xFFFF_FFFF_FFFF ^ (1ul << _random.Between(0, 47)), Word()).Build()),
            (1, "other IPv4 version", () => Call().WithIpv4Version((byte)_random.Between(0, 15)).Build()),
            (1, "any header length", () => Call().WithIpv4Version(4, (byte)_random.Between(0, 15)).Build()),
            (2, "options", () => Call().WithOptions(_random.Bytes(4 * _random.Between(1, 10))).Build()),
            (2, "small total length", () => Call().WithTotalLength((ushort)_random.Between(0, 100)).Build()),
            (2, "total length near the frame's",
                () => AnyLength((frame, length) => frame.WithTotalLength((ushort)Math.Max(0, length - 14 + _random.Between(-4, 4))))),
            (1, "IPv4 checksum of zeros or ones", () => Call().WithIpv4Checksum(_random.Pick<ushort>(0, 0xFFFF)).Build()),
            (1, "any IPv4 checksum", () => Call().WithIpv4Checksum((ushort)Word()).Build()),
            (1, "header whose checksum is 0", ZeroHeaderSum),
            (4, "broken in one way", Broken),
            (2, "other destination", () => Call().WithAddresses(Source(), _settings.Ipv4Address ^ (1u << _random.Between(0, 31))).Build()),
            (2, "fragment", () => Call().WithFragment((ushort)(1 << _random.Between(0, 15))).Build()),
            (1, "other protocol", () => Call().WithProtocol(_random.Pick<byte>(1, 6, 16, 18, 25, 145)).Build()),
            (1, "UDP too short", () => Call().WithProtocol(17, _random.Bytes(_random.Between(0, 12))).WithSmallestLength(0).Build()),
            (2, "small UDP length", () => Call().WithUdpLength((ushort)_random.Between(0, 80)).Build()),
            (2, "UDP length near the packet's",
                () => AnyLength((frame, length) => frame.WithUdpLength((ushort)Math.Max(0, length - 34 + _random.Between(-4, 4))))),
            (2, "any UDP checksum", () => Call().WithUdpChecksum((ushort)Word()).Build()),
            (2, "UDP checksum of all ones", () => Call().WithUdpChecksum(0xFFFF).Build()),
            (3, "UDP, any payload", () => Call().WithUdpPayload(_random.Bytes(_random.Between(0, 64))).Build()),
            (3, "call cut to a short datagram", CutMessage),
            (2, "reply", () => Call().WithRpc(Word(), 1).Build()),
            (2, "other message type", () => Call().WithRpc(Word(), _random.Pick<uint>(2, 0x100, 0x1_0000, 0x100_0000, 0x8000_0000, Word()))
                .Build()),
            (2, "other RPC version", () => Call().WithRpc(Word(), 0, _random.Pick<uint>(0, 1, 3, 0x0200_0000, 0x8000_0002, Word()))
                .Build()),
            (3, "credential length that lies",
                () => Call().WithCredential(Word(), _random.Bytes(_random.Between(0, 40)), Length()).Build()),
            (3, "verifier length that lies", () => Call().WithVerifier(Word(), _random.Bytes(_random.Between(0, 40)), Length()).Build()),
            (1, "credential too long", () => Call().WithCredential(Word(), _random.Bytes(_random.Between(401, 440))).Build()),
            (1, "verifier too long", () => Call().WithVerifier(Word(), _random.Bytes(_random.Between(401, 440))).Build()),
            (3, "call cut off", CutFrame),
            (3, "call with bits flipped", () => FlipBits(Call().Build(), 100)),
            (2, "call with a bit of its headers flipped, sums right again", FlipAndMend),
            (2, "anything", () => _random.Bytes(_random.Between(1, 200))),
            (1, "anything for us", () => Call().WithEtherType(0x0800, _random.Bytes(_random.Between(0, 200))).WithSmallestLength(0)
                .Build()),
            (1, "longest", () => OfLength(Math.Min(_longest, _random.Between(9600, 9640)))),
        ];
    }

    /// <summary>What frames it makes.</summary>
    public IEnumerable<string> Recipes => _recipes.Select(recipe => recipe.Recipe);

    /// <summary>Makes the next frame.</summary>
    public GeneratedFrame Next()
    {
        var at = _random.Between(0, _recipes.Sum(recipe => recipe.Weight) - 1);
        var chosen = _recipes[0];
        foreach (var recipe in _recipes)
        {
            if (at < recipe.Weight)
            {
                chosen = recipe;
                break;
            }

            at -= recipe.Weight;
        }

        return new GeneratedFrame(chosen.Make(), _random.OneIn(64), chosen.Recipe);
    }

    /// <summary>A well-formed call to the NIC, all else about it random; to change and to build.</summary>
    public FrameBuilder Call() => Call(ArgumentBytes());

    /// <summary>A well-formed call in a frame of exactly this length.</summary>
    /// <param name="length">Bytes, from 60; under 82 the datagram is all there is, and too short for a call.</param>
    public byte[] OfLength(int length)
    {
        if (length < CallHeaders)
        {
            return Call(0).WithUdpPayload(_random.Bytes(length - 42)).Build();
        }

        var credential = Math.Min(AuthenticationBytes(), (length - CallHeaders) & ~3);
        var room = length - CallHeaders - ((credential + 3) & ~3);
        var verifier = Math.Min(AuthenticationBytes(), room & ~3);
        var arguments = room - ((verifier + 3) & ~3);
        return Call(0)
            .WithCredential(Word(), _random.Bytes(credential))
            .WithVerifier(Word(), _random.Bytes(verifier))
            .WithArguments(_random.Bytes(arguments))
            .Build();
    }

    private FrameBuilder Call(int argumentBytes) => new FrameBuilder()
        .WithMac(_settings.MacAddress, Word())
        .WithAddresses(Source(), _settings.Ipv4Address)
        .WithIpv4Identity((byte)Word(), (ushort)Word(), TimeToLive())
        .WithFragment(_random.Pick<ushort>(0x4000, 0, 0x8000, 0xC000))
        .WithPorts((ushort)Word(), (ushort)Word())
        .WithRpc(Word())
        .WithProcedure(Word(), Word(), Word())
        .WithCredential(Flavor(), _random.Bytes(AuthenticationBytes()))
        .WithVerifier(Flavor(), _random.Bytes(AuthenticationBytes()))
        .WithArguments(_random.Bytes(argumentBytes));

    private uint Word() => (uint)_random.Next();

    private uint Source()
    {
        uint source;
        do
        {
            source = Word();
        }
        while (!ReferenceDecoder.CanBeSource(source, _settings));
        return source;
    }

    // Around each edge, on both sides.
    private uint BadSource()
    {
        var mask = _settings.SubnetMask;
        var subnet = _settings.Ipv4Address & mask;
        var host = Word() & 0xFF_FFFF;
        return _random.Pick(
            0u, 0xFFFF_FFFF, 0xFFFF_FFFE, _settings.Ipv4Address, _settings.Ipv4Address ^ (1u << _random.Between(0, 31)),
            subnet, subnet | ~mask, (subnet | ~mask) - 1, subnet + 1,
            host, 0x7F00_0000 | host, 0x7E00_0000 | host, 0x8000_0000 | host,
            0xDF00_0000 | host, 0xE000_0000 | host, 0xEF00_0000 | host, 0xF000_0000 | host);
    }

    private byte[] ToGroup() => Call().WithMac(Group(), Word()).WithAddresses(Source(), 0xE000_0000 | (Word() & 0x7F)).Build();

    private ulong BadSourceMac() => _random.Pick(0ul, _settings.MacAddress, 0xFFFF_FFFF_FFFFul, Group());

    private ulong Group() => _random.OneIn(3)
        ? 0xFFFF_FFFF_FFFF
        : _random.Pick(0x0100_5E00_0000ul, 0x3333_0000_0000ul, 0x0100_0000_0000ul) | Word();

    private ushort Priority() => (ushort)(_random.Between(0, 15) << 12);

    private static byte[] Tagged(byte[] frame, ushort tag) => [.. frame[..12], 0x81, 0, (byte)(tag >> 8), (byte)tag, .. frame[12..]];

    // Often so that the tag's four bytes make a beat of 64 bytes more or less.
    private byte[] OfAnyLength() => _random.OneIn(2) ? Call().Build() : OfLength((64 * _random.Between(1, 20)) + _random.Between(-4, 4));

    // authsys_parms of RFC 5531 appendix A; now and then a length lies, or something is left over.
    private byte[] AuthSys(int mostGroups, int longestName)
    {
        var groups = _random.OneIn(2) ? _random.Between(0, mostGroups) : mostGroups;
        var name = _random.Between(0, 3) switch
        {
            0 => longestName - _random.Between(0, 5),
            1 => _random.Between(0, longestName),
            _ => _random.Between(0, 20),
        };
        if (mostGroups <= 16 || _random.OneIn(2))
        {
            return [.. AuthSysCredential.Make(_random, name, groups), .. new byte[_random.Pick(0, 0, 4, 1)]];
        }

        var saidName = (uint)(name + (_random.OneIn(2) ? _random.Between(-9, 9) : 0));
        var saidGroups = (uint)(groups + (_random.OneIn(2) ? _random.Pick(1, -1, 16, 32, 256, 1 << 30) : 0));
        var body = AuthSysCredential.Lie(_random, name, groups, saidName, saidGroups);
        return _random.OneIn(2) ? body[.._random.Between(0, body.Length)] : body;
    }

    private uint Flavor() => _random.Pick<uint>(0, 1, 2, 3, 6, Word());

    private int AuthenticationBytes() => _random.Between(0, 7) switch
    {
        < 4 => 0,
        < 7 => _random.Between(0, 64),
        _ => _random.Between(0, 400),
    };

    // Mostly small, so that frames come close behind one another; now and then anything.
    private int ArgumentBytes() => _random.Between(0, 19) switch
    {
        < 3 => 0,
        < 12 => 4 * _random.Between(0, 24),
        < 17 => _random.Between(0, 300),
        < 19 => _random.Between(0, Math.Min(1500, _longest - 500)),
        _ => _random.Between(0, Math.Min(8600, _longest - 500)),
    };

    private uint Length() => _random.Pick<uint>(
        (uint)_random.Between(0, 200), (uint)_random.Between(390, 410), 0xFFFF_FFFD, 0xFFFF_FFFF, 0x8000_0000, 0x1_0000, Word());

    private byte[] AnyLength(Func<FrameBuilder, int, FrameBuilder> change)
    {
        var frame = Call();
        return change(frame, frame.Build().Length).Build();
    }

    // What the MAC flags is flagged in any frame; one in each other way, of those that are not too long.
    private byte[] Broken()
    {
        var ways = BrokenFrames.Of(Call().Build()).Where(broken => !broken.Error && broken.Bytes.Length <= _longest).ToArray();
        return ways[_random.Between(0, ways.Length - 1)].Bytes;
    }

    // Not 0, which no sender sends.
    private byte TimeToLive() => (byte)_random.Between(1, 255);

    // The last word of the arguments makes the sum come out so that the checksum would be 0 and is sent as all ones.
    private byte[] ZeroSum()
    {
        var arguments = _random.Bytes(4 * _random.Between(1, 30));
        var frame = Call().WithArguments(arguments);
        arguments[^2] = arguments[^1] = 0;
        var built = frame.Build();
        (arguments[^2], arguments[^1]) = (built[40], built[41]);
        return frame.Build();
    }

    // The same for the IPv4 header, by its identification; its checksum of 0 is sent as it is.
    private byte[] ZeroHeaderSum()
    {
        var timeToLive = TimeToLive();
        var frame = Call().WithIpv4Identity(0, 0, timeToLive);
        var built = frame.Build();
        return frame.WithIpv4Identity(0, (ushort)((built[24] << 8) | built[25]), timeToLive).Build();
    }

    private byte[] CutMessage()
    {
        var built = Call().WithUdpChecksum(0).WithSmallestLength(0).Build();
        var message = built[42..Math.Min(built.Length, 42 + _random.Between(0, 100))];
        return Call().WithUdpPayload(message).WithSmallestLength(_random.Pick(0, 60)).Build();
    }

    private byte[] CutFrame()
    {
        return Cut(Call().WithUdpChecksum(_random.Pick<ushort>(0, 1)).Build(), 100);
    }

    private byte[] Cut(byte[] built, int within) => built[.._random.Between(1, _random.Pick(Math.Min(within, built.Length), built.Length))];

    private byte[] FlipBits(byte[] frame, int within)
    {
        for (var count = _random.Between(1, 3); count > 0; count--)
        {
            var bit = _random.Between(0, (8 * (_random.OneIn(4) ? frame.Length : Math.Min(within, frame.Length))) - 1);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        return frame;
    }

    // Past the checksums, so that the checks behind them see the change too.
    private byte[] FlipAndMend()
    {
        var frame = FlipBits(Call().Build(), CallHeaders);
        if (frame.Length < 42)
        {
            return frame;
        }

        frame[24] = frame[25] = 0;
        var header = (ushort)~InternetChecksum.Sum(frame.AsSpan(14, 20));
        (frame[24], frame[25]) = ((byte)(header >> 8), (byte)header);
        frame[40] = frame[41] = 0;
        var length = Math.Min((frame[38] << 8) | frame[39], frame.Length - 34);
        var pseudoHeader = InternetChecksum.Sum(frame.AsSpan(26, 8), (ushort)(17 + length));
        var datagram = (ushort)~InternetChecksum.Sum(frame.AsSpan(34, length), pseudoHeader);
        datagram = datagram == 0 ? (ushort)0xFFFF : datagram;
        (frame[40], frame[41]) = ((byte)(datagram >> 8), (byte)datagram);
        return frame;
    }
}
