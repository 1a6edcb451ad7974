// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Demux;

/// <summary>
/// Executes <see cref="CommandCode.SetServiceKey"/> for one way of one table. Combinational; one command per tick; a place beyond the table
/// is ignored.
/// </summary>
public sealed class ServiceKeyWrite([InputBus] ICommand command, int table, int way, ServiceTableShape shape) : SimpleProcess
{
    [OutputBus] private readonly IRamWrite<ServiceKeyEntry> write = Scope.CreateBus<IRamWrite<ServiceKeyEntry>>("write");
    private readonly uint part = (uint)ServiceTableShape.Place(table, 0, way);
    private readonly uint buckets = (uint)shape.Buckets;

    internal IRamWrite<ServiceKeyEntry> Write => write;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = command.Valid && command.Code == CommandCode.SetServiceKey && (command.Index & 3) == part
            && command.Index >> 2 < buckets;
        write.Address = (command.Index >> 2) & (buckets - 1);
        write.Item = CommandData.ServiceKey(command.Data);
    }
}

/// <summary>
/// Executes <see cref="CommandCode.SetProgram"/> for one way of one table. Combinational; one command per tick; a place beyond the table is
/// ignored.
/// </summary>
public sealed class ProgramWrite([InputBus] ICommand command, int table, int way, ServiceTableShape shape) : SimpleProcess
{
    [OutputBus] private readonly IRamWrite<ProgramEntry> write = Scope.CreateBus<IRamWrite<ProgramEntry>>("write");
    private readonly uint part = (uint)ServiceTableShape.Place(table, 0, way);
    private readonly uint buckets = (uint)shape.Buckets;

    internal IRamWrite<ProgramEntry> Write => write;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = command.Valid && command.Code == CommandCode.SetProgram && (command.Index & 3) == part
            && command.Index >> 2 < buckets;
        write.Address = (command.Index >> 2) & (buckets - 1);
        write.Item = CommandData.Program(command.Data);
    }
}

/// <summary>
/// Executes <see cref="CommandCode.SetService"/>. Combinational; one command per tick; a number beyond the table is ignored.
/// </summary>
public sealed class ServiceWrite([InputBus] ICommand command, int depth) : SimpleProcess
{
    [OutputBus] private readonly IRamWrite<Service> write = Scope.CreateBus<IRamWrite<Service>>("write");
    private readonly uint depth = (uint)depth;

    internal IRamWrite<Service> Write => write;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = command.Valid && command.Code == CommandCode.SetService && command.Index < depth;
        write.Address = command.Index & (depth - 1);
        write.Item = CommandData.Service(command.Data);
    }
}
