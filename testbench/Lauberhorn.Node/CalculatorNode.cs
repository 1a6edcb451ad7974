// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Driver;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node;

/// <summary>A service for tests and measurements: adds numbers.</summary>
[RpcProgram(CalculatorNode.Program, CalculatorNode.Version)]
public sealed class Calculator
{
    /// <summary>Calls so far.</summary>
    public long Calls { get; private set; }

    /// <summary>Adds two numbers.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    [Procedure(1)]
    public int Add(int left, int right)
    {
        Calls++;
        return left + right;
    }

    /// <summary>Adds 1; the shortest arguments.</summary>
    /// <param name="value">The number.</param>
    [Procedure(2)]
    public int Next(int value)
    {
        Calls++;
        return value + 1;
    }
}

/// <summary>A node whose cores serve a <see cref="Calculator"/>, one endpoint each.</summary>
public static class CalculatorNode
{
    /// <summary>The calculator's RPC program number.</summary>
    public const uint Program = 0x2000_0099;

    /// <summary>The calculator's RPC program version.</summary>
    public const uint Version = 1;

    /// <summary>The UDP port.</summary>
    public const ushort Port = 2049;

    /// <summary>Registers the service and starts the cores.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cores">How many cores serve.</param>
    /// <param name="writesBack">Whether their loops write lines back themselves.</param>
    public static Calculator Serve(Node node, int cores, bool writesBack = false)
    {
        ArgumentNullException.ThrowIfNull(node);
        Driver.Nic nic = node.Open();
        nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address).GetAwaiter().GetResult();
        nic.SetLearningAsync(true).GetAwaiter().GetResult();
        return Serve(node, nic, 0, cores, writesBack);
    }

    /// <summary>Registers the service with a driver that is open, and starts the cores.</summary>
    /// <param name="node">The node.</param>
    /// <param name="nic">The driver.</param>
    /// <param name="firstCore">The first core that serves.</param>
    /// <param name="cores">How many cores serve.</param>
    /// <param name="writesBack">Whether their loops write lines back themselves.</param>
    public static Calculator Serve(Node node, Driver.Nic nic, int firstCore, int cores, bool writesBack = false)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(nic);
        Calculator calculator = new();

        // Outside of the cores' programs register accesses end before they return, so nothing here is ever suspended.
        ServeAsync(node, nic, firstCore, cores, writesBack, calculator).GetAwaiter().GetResult();
        return calculator;
    }

    /// <summary>A call's frame.</summary>
    /// <param name="xid">Its transaction identifier.</param>
    /// <param name="procedure">1 or 2.</param>
    /// <param name="arguments">Its arguments.</param>
    public static byte[] Call(uint xid, uint procedure, params ReadOnlySpan<int> arguments) => Call(xid, procedure, Port, arguments);

    /// <summary>A call's frame.</summary>
    /// <param name="xid">Its transaction identifier.</param>
    /// <param name="procedure">1 or 2.</param>
    /// <param name="port">The UDP port that is called.</param>
    /// <param name="arguments">Its arguments.</param>
    public static byte[] Call(uint xid, uint procedure, ushort port, params ReadOnlySpan<int> arguments)
    {
        byte[] bytes = new byte[4 * arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), arguments[i]);
        }

        return new FrameBuilder().WithPorts(1000, port).WithRpc(xid).WithProcedure(Program, Version, procedure).WithArguments(bytes)
            .Build();
    }

    private static async Task ServeAsync(Node node, Driver.Nic nic, int firstCore, int cores, bool writesBack, Calculator calculator)
    {
        NicProcess process = nic.CreateProcess("calculator");
        await process.RegisterAsync(calculator, Port);
        for (int i = 0; i < cores; i++)
        {
            BoundEndpoint endpoint = await process.BindEndpointAsync(writesBack: writesBack);
            _ = node.Cpu.Start(node.Cpu.Cores[firstCore + i], core => UserLoop.RunAsync(core, endpoint, process.Handlers));
        }
    }
}
