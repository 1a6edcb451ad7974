// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Receive.Mac;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Receive.Udp;

/// <summary>The port look-up's result.</summary>
public interface IPortFlags : IBus
{
    /// <summary>Whether its destination port is in the table, or every port counts.</summary>
    bool IsOurs { get; set; }
}

/// <summary>
/// The table of the NIC's UDP ports: a bit for each, which <see cref="CommandCode.SetPort"/> writes; all 0 at power-up. A datagram
/// that is looked up in the tick of the write sees the old bit. Latency 1 tick; one header per tick; no back-pressure.
/// </summary>
public sealed class PortTable
{
    /// <summary>There are as many bits as ports.</summary>
    public const int Ports = 65_536;

    /// <summary>Creates the table in a scope of its own.</summary>
    /// <param name="udp">The UDP header, as of the beat of the tick before.</param>
    /// <param name="configuration">Whether every port counts.</param>
    /// <param name="command">The commands.</param>
    /// <param name="name">Name of the scope.</param>
    public PortTable(IHeader<W64> udp, IReceiveConfiguration configuration, ICommand command, string name = "portTable")
    {
        using Scope scope = Scope.Open(name);
        PortAccess access = new(udp, command) { Name = "access" };
        SimpleDualPortRam<bool> ram = new(access.Write, access.Read, Ports) { Name = "ram" };
        Flags = new PortResult(ram.Data, configuration) { Name = "result" }.Flags;
    }

    /// <summary>Output: the result, one tick after the header.</summary>
    public IPortFlags Flags { get; }
}

/// <summary>Drives the table's read port, and its write port for the command. Combinational; one of each per tick.</summary>
public sealed class PortAccess([InputBus] IHeader<W64> udp, [InputBus] ICommand command) : SimpleProcess
{
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("read");
    [OutputBus] private readonly IRamWrite<bool> write = Scope.CreateBus<IRamWrite<bool>>("write");

    internal IRamRead Read => read;

    internal IRamWrite<bool> Write => write;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        read.Enable = true;
        read.Address = udp.Bytes.GetUInt16BigEndian(2);
        write.Enable = command.Valid && command.Code == CommandCode.SetPort;
        write.Address = command.Index & (PortTable.Ports - 1);
        write.Item = command.Data[0];
    }
}

/// <summary>Combines the bit that was read with <see cref="IReceiveConfiguration.AnyPort"/>. Combinational; one port per tick.</summary>
public sealed class PortResult([InputBus] IRamData<bool> data, [InputBus] IReceiveConfiguration configuration) : SimpleProcess
{
    [OutputBus] private readonly IPortFlags flags = Scope.CreateBus<IPortFlags>("flags");

    internal IPortFlags Flags => flags;

    /// <inheritdoc/>
    protected override void OnTick() => flags.IsOurs = data.Item || configuration.AnyPort;
}
