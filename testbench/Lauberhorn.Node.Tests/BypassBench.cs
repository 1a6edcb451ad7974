// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>
/// A node whose first core is the kernel's and whose others serve the calculator, and a client on its wire that knows ARP and echo
/// requests.
/// </summary>
internal sealed class BypassBench : IDisposable
{
    public const ulong ClientMac = 0x024C_4800_0001;
    public const uint ClientAddress = 0x0A4D_0001;
    public const uint EchoProgram = 0x2000_0100;
    public const ushort EchoPort = 2050;
    public static readonly ReceiveSettings Ours = ReceiveSettings.Captures;

    public BypassBench(NicConfig config, Machine hardware = Machine.CSharp, MachineParameters? machine = null, bool learns = true,
        int cores = 2)
    {
        Node = new Node(new NodeOptions
        {
            Config = config,
            Machine = (machine ?? MachineParameters.Ideal) with { Cores = cores },
            Hardware = hardware,
            Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
        });
        Nic = Node.Open();
        Nic.SetAddressesAsync(Ours.MacAddress, Ours.Ipv4Address).GetAwaiter().GetResult();
        Nic.SetLearningAsync(learns).GetAwaiter().GetResult();

        // Where a stalled load blocks its colour, only one endpoint with two lines may send: that of a process.
        Kernel = KernelNode.Serve(Node, Nic, Ours, writesBack: Node.Cpu.Parameters.StallBlocksColour ? true : null);
    }

    public Node Node { get; }

    public Driver.Nic Nic { get; }

    public KernelNode Kernel { get; }

    public void Dispose() => Node.Dispose();

    /// <summary>The next frame that the NIC sends.</summary>
    public byte[] Next(long most = 20_000)
    {
        Node.RunUntil(() => Node.Wire.Received.Count > 0, most);
        return Node.Wire.Received.Dequeue().Bytes;
    }

    /// <summary>Whether the NIC sends a frame.</summary>
    public bool Answers(long most = 20_000)
    {
        long end = Node.Ticks + most;
        Node.RunUntil(() => Node.Wire.Received.Count > 0 || Node.Ticks >= end, most + 1);
        return Node.Wire.Received.Count > 0;
    }

    /// <summary>Runs for so many ticks.</summary>
    public void Run(long ticks)
    {
        long end = Node.Ticks + ticks;
        Node.RunUntil(() => Node.Ticks >= end, ticks + 1);
    }

    /// <summary>Reads the counters, once the kernel has nothing to say to the NIC and they show all that has happened.</summary>
    public IReadOnlyDictionary<string, ulong> Counters()
    {
        Node.RunUntil(() => Kernel.IsQuiet, 10_000);
        Run(EventCounters.SettleTicks);
        return Nic.ReadCountersAsync().GetAwaiter().GetResult();
    }

    /// <summary>An endpoint of a process that may send datagrams of any length from a port.</summary>
    public BoundEndpoint BindSender(ushort port, bool writesBack = false)
    {
        Nic.SetNeighbourAsync(ClientAddress, ClientMac).GetAwaiter().GetResult();
        return Nic.CreateProcess("sender").BindEndpointAsync(transmitPort: port, sendsLong: true, writesBack: writesBack).GetAwaiter()
            .GetResult();
    }

    /// <summary>Has a core serve a function at <see cref="EchoPort"/> that returns its bytes, and fails if there are none.</summary>
    public void ServeEcho(int core, ProcessPolicy policy = default)
    {
        NicProcess process = Nic.CreateProcess("echo");
        process.SetPolicyAsync(policy).GetAwaiter().GetResult();
        _ = process.RegisterAsync(EchoProgram, 1, 1, EchoPort,
            ([MaximumBytes(1000)] byte[] data) => data.Length > 0 ? data : throw new InvalidOperationException("nothing")).GetAwaiter()
            .GetResult();
        BoundEndpoint endpoint = process.BindEndpointAsync().GetAwaiter().GetResult();
        _ = Node.Cpu.Start(Node.Cpu.Cores[core], memory => UserLoop.RunAsync(memory, endpoint, process.Handlers));
    }

    /// <summary>A call of the echo.</summary>
    public static byte[] EchoCall(uint xid, int bytes) =>
        new FrameBuilder().WithPorts(1000, EchoPort).WithRpc(xid).WithProcedure(EchoProgram, 1, 1)
            .WithArguments([.. Word((uint)bytes), .. Enumerable.Range(0, bytes).Select(i => (byte)(i + xid)), .. new byte[-bytes & 3]])
            .Build();

    /// <summary>Who has our address? (RFC 826), padded as a card does.</summary>
    public static byte[] ArpRequest(uint sender = ClientAddress) =>
        Pad([.. Hex("FFFFFFFFFFFF"), .. Hex("024C48000001"), .. Hex("080600010800060400 01"), .. Hex("024C48000001"), .. Word(sender),
            .. new byte[6], .. Word(Ours.Ipv4Address)]);

    /// <summary>The ARP reply that the NIC must send.</summary>
    public static byte[] ArpAnswer(uint sender = ClientAddress) =>
        Pad([.. Hex("024C48000001"), .. Hex("024C48000002"), .. Hex("0806000108000604 0002"), .. Hex("024C48000002"),
            .. Word(Ours.Ipv4Address), .. Hex("024C48000001"), .. Word(sender)]);

    /// <summary>The client's answer to the kernel's question for an address, which it takes for its own.</summary>
    public static byte[] ArpAnswerOfClient(uint address) =>
        Pad([.. Hex("024C48000002"), .. Hex("024C48000001"), .. Hex("0806000108000604 0002"), .. Hex("024C48000001"), .. Word(address),
            .. Hex("024C48000002"), .. Word(Ours.Ipv4Address)]);

    /// <summary>An echo request (RFC 792).</summary>
    public static byte[] EchoRequest(
        ushort number, int bytes) => Echo(8, number, bytes, Ours.MacAddress, ClientMac, Ours.Ipv4Address, ClientAddress);

    /// <summary>The ICMP echo reply that the NIC must send.</summary>
    public static byte[] EchoAnswer(
        ushort number, int bytes) => Echo(0, number, bytes, ClientMac, Ours.MacAddress, ClientAddress, Ours.Ipv4Address);

    public static byte[] Pad(byte[] frame) => [.. frame, .. new byte[Math.Max(0, 60 - frame.Length)]];

    private static byte[] Echo(byte type, ushort number, int bytes, ulong toMac, ulong fromMac, uint to, uint from)
    {
        byte[] echo = [type, 0, 0, 0, 0x12, 0x34, (byte)(number >> 8), (byte)number,
            .. Enumerable.Range(0, bytes).Select(i => (byte)(i + number))];
        BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(2), (ushort)~InternetChecksum.Sum(echo));
        byte[] ip = [0x45, 0, 0, 0, (byte)(number >> 8), (byte)number, 0, 0, 64, 1, 0, 0, .. Word(from), .. Word(to)];
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(20 + echo.Length));
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), (ushort)~InternetChecksum.Sum(ip));
        return Pad([.. Hex($"{toMac:X12}{fromMac:X12}0800"), .. ip, .. echo]);
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Word(uint word) => [(byte)(word >> 24), (byte)(word >> 16), (byte)(word >> 8), (byte)word];
}
