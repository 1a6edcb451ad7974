// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Lauberhorn.Model.Frames;

/// <summary>
/// Builds frames field by field. Without any call it describes a valid RPC call to <see cref="ReceiveSettings.Captures"/>;
/// each <c>With</c> method changes something, <see cref="Build"/> writes the bytes. Lengths and checksums are right unless
/// they are set.
/// </summary>
public sealed class FrameBuilder
{
    private ulong _destination = ReceiveSettings.Captures.MacAddress;
    private ulong _source = 0x024C_4800_0001;
    private ushort _etherType = 0x0800;
    private byte[]? _ethernetPayload;

    private byte _version = 4;
    private byte? _headerWords;
    private byte _typeOfService;
    private ushort? _totalLength;
    private ushort _identification;
    private ushort _flagsAndOffset = 0x4000;
    private byte _timeToLive = 64;
    private byte _protocol = 17;
    private ushort? _ipv4Checksum;
    private uint _sourceAddress = 0x0A4D_0001;
    private uint _destinationAddress = ReceiveSettings.Captures.Ipv4Address;
    private byte[] _options = [];
    private byte[]? _ipv4Payload;

    private ushort _sourcePort = 700;
    private ushort _destinationPort = 2049;
    private ushort? _udpLength;
    private ushort? _udpChecksum;
    private byte[]? _udpPayload;

    private uint _xid = 1;
    private uint _messageType;
    private uint _rpcVersion = 2;
    private uint _program = 0x2000_4C48;
    private uint _programVersion = 1;
    private uint _procedure = 1;
    private uint _credentialFlavor;
    private byte[] _credential = [];
    private uint? _credentialLength;
    private uint _verifierFlavor;
    private byte[] _verifier = [];
    private uint? _verifierLength;
    private byte[] _arguments = [];

    private byte[] _trailer = [];
    private int? _cut;
    private int _smallest = 60;

    /// <summary>The MAC addresses, 48 bits each, the byte sent first in bits 47 to 40.</summary>
    public FrameBuilder WithMac(ulong destination, ulong source)
    {
        (_destination, _source) = (destination, source);
        return this;
    }

    /// <summary>The EtherType, and what follows it instead of an IPv4 packet unless null.</summary>
    public FrameBuilder WithEtherType(ushort etherType, byte[]? payload = null)
    {
        (_etherType, _ethernetPayload) = (etherType, payload);
        return this;
    }

    /// <summary>The IPv4 version and the header length in words (null: what the options need).</summary>
    public FrameBuilder WithIpv4Version(byte version, byte? headerWords = null)
    {
        (_version, _headerWords) = (version, headerWords);
        return this;
    }

    /// <summary>The fields of the IPv4 header that the receive path does not look at.</summary>
    public FrameBuilder WithIpv4Identity(byte typeOfService, ushort identification, byte timeToLive)
    {
        (_typeOfService, _identification, _timeToLive) = (typeOfService, identification, timeToLive);
        return this;
    }

    /// <summary>The IPv4 addresses, the byte sent first on top.</summary>
    public FrameBuilder WithAddresses(uint source, uint destination)
    {
        (_sourceAddress, _destinationAddress) = (source, destination);
        return this;
    }

    /// <summary>A total length that need not be right.</summary>
    public FrameBuilder WithTotalLength(ushort totalLength)
    {
        _totalLength = totalLength;
        return this;
    }

    /// <summary>The 16 bits of flags (upper three) and fragment offset.</summary>
    public FrameBuilder WithFragment(ushort flagsAndOffset)
    {
        _flagsAndOffset = flagsAndOffset;
        return this;
    }

    /// <summary>The protocol, and what follows the header instead of a UDP datagram unless null.</summary>
    public FrameBuilder WithProtocol(byte protocol, byte[]? payload = null)
    {
        (_protocol, _ipv4Payload) = (protocol, payload);
        return this;
    }

    /// <summary>Options: a multiple of 4 bytes, at most 40.</summary>
    public FrameBuilder WithOptions(byte[] options)
    {
        if (options.Length % 4 != 0 || options.Length > 40)
        {
            throw new ArgumentException("IPv4 options are a multiple of 4 bytes and at most 40", nameof(options));
        }

        _options = options;
        return this;
    }

    /// <summary>A header checksum that need not be right.</summary>
    public FrameBuilder WithIpv4Checksum(ushort checksum)
    {
        _ipv4Checksum = checksum;
        return this;
    }

    /// <summary>The UDP ports.</summary>
    public FrameBuilder WithPorts(ushort source, ushort destination)
    {
        (_sourcePort, _destinationPort) = (source, destination);
        return this;
    }

    /// <summary>A UDP length that need not be right. The checksum covers the length that it says, as far as there are bytes.</summary>
    public FrameBuilder WithUdpLength(ushort length)
    {
        _udpLength = length;
        return this;
    }

    /// <summary>A UDP checksum that need not be right; 0 means none.</summary>
    public FrameBuilder WithUdpChecksum(ushort checksum)
    {
        _udpChecksum = checksum;
        return this;
    }

    /// <summary>What follows the UDP header instead of an RPC message.</summary>
    public FrameBuilder WithUdpPayload(byte[] payload)
    {
        _udpPayload = payload;
        return this;
    }

    /// <summary>The first words of the RPC message.</summary>
    public FrameBuilder WithRpc(uint xid, uint messageType = 0, uint rpcVersion = 2)
    {
        (_xid, _messageType, _rpcVersion) = (xid, messageType, rpcVersion);
        return this;
    }

    /// <summary>Sets the program, version and procedure that are called.</summary>
    public FrameBuilder WithProcedure(uint program, uint version, uint procedure)
    {
        (_program, _programVersion, _procedure) = (program, version, procedure);
        return this;
    }

    /// <summary>The credential; its length field may lie.</summary>
    public FrameBuilder WithCredential(uint flavor, byte[] body, uint? length = null)
    {
        (_credentialFlavor, _credential, _credentialLength) = (flavor, body, length);
        return this;
    }

    /// <summary>The verifier; its length field may lie.</summary>
    public FrameBuilder WithVerifier(uint flavor, byte[] body, uint? length = null)
    {
        (_verifierFlavor, _verifier, _verifierLength) = (flavor, body, length);
        return this;
    }

    /// <summary>The arguments. XDR makes them a multiple of 4 bytes; this does not insist.</summary>
    public FrameBuilder WithArguments(byte[] arguments)
    {
        _arguments = arguments;
        return this;
    }

    /// <summary>Bytes after the IPv4 packet, as Ethernet's padding, which need not be 0.</summary>
    public FrameBuilder WithTrailer(byte[] trailer)
    {
        _trailer = trailer;
        return this;
    }

    /// <summary>Cuts the finished frame to this many bytes, if it is longer.</summary>
    public FrameBuilder WithCut(int length)
    {
        _cut = length;
        return this;
    }

    /// <summary>Zeros are added up to this length: 60 unless set; 0 for none.</summary>
    public FrameBuilder WithSmallestLength(int length)
    {
        _smallest = length;
        return this;
    }

    /// <summary>Bytes in front of the arguments with the present credential and verifier.</summary>
    public int ArgumentsOffset => 14 + 20 + _options.Length + 8 + 40 + Pad(_credential.Length) + Pad(_verifier.Length);

    /// <summary>Writes the frame, without its frame check sequence.</summary>
    public byte[] Build()
    {
        var ethernet = new byte[14];
        BinaryPrimitives.WriteUInt16BigEndian(ethernet, (ushort)(_destination >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(ethernet.AsSpan(2), (uint)_destination);
        BinaryPrimitives.WriteUInt16BigEndian(ethernet.AsSpan(6), (ushort)(_source >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(ethernet.AsSpan(8), (uint)_source);
        BinaryPrimitives.WriteUInt16BigEndian(ethernet.AsSpan(12), _etherType);

        byte[] frame = [.. ethernet, .. _ethernetPayload ?? Ipv4(), .. _trailer];
        if (frame.Length < _smallest)
        {
            Array.Resize(ref frame, _smallest);
        }

        return _cut < frame.Length ? frame[.._cut.Value] : frame;
    }

    private static int Pad(int length) => (length + 3) & ~3;

    private byte[] Ipv4()
    {
        var payload = _ipv4Payload ?? Udp();
        var header = new byte[20 + _options.Length];
        header[0] = (byte)((_version << 4) | (_headerWords ?? (header.Length / 4)));
        header[1] = _typeOfService;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), _totalLength ?? (ushort)(header.Length + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), _identification);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), _flagsAndOffset);
        header[8] = _timeToLive;
        header[9] = _protocol;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12), _sourceAddress);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(16), _destinationAddress);
        _options.CopyTo(header, 20);
        var checksum = (ushort)~InternetChecksum.Sum(header);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), _ipv4Checksum ?? checksum);
        return [.. header, .. payload];
    }

    private byte[] Udp()
    {
        byte[] datagram = [0, 0, 0, 0, 0, 0, 0, 0, .. _udpPayload ?? Rpc()];
        var length = _udpLength ?? (ushort)datagram.Length;
        BinaryPrimitives.WriteUInt16BigEndian(datagram, _sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), _destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), length);

        var pseudoHeader = InternetChecksum.PseudoHeaderSum(_sourceAddress, _destinationAddress, length);
        var covered = datagram.AsSpan(0, Math.Min((int)length, datagram.Length));
        var checksum = (ushort)~InternetChecksum.Sum(covered, pseudoHeader);

        // RFC 768: "If the computed checksum is zero, it is transmitted as all ones".
        checksum = checksum == 0 ? (ushort)0xFFFF : checksum;
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), _udpChecksum ?? checksum);
        return datagram;
    }

    private byte[] Rpc()
    {
        var message = new List<byte>();
        Word(_xid);
        Word(_messageType);
        Word(_rpcVersion);
        Word(_program);
        Word(_programVersion);
        Word(_procedure);
        Word(_credentialFlavor);
        Word(_credentialLength ?? (uint)_credential.Length);
        Opaque(_credential);
        Word(_verifierFlavor);
        Word(_verifierLength ?? (uint)_verifier.Length);
        Opaque(_verifier);
        message.AddRange(_arguments);
        return [.. message];

        void Word(uint value) => message.AddRange([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

        void Opaque(byte[] body)
        {
            message.AddRange(body);
            message.AddRange(new byte[Pad(body.Length) - body.Length]);
        }
    }
}
