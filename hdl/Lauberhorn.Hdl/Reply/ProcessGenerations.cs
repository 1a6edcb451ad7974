// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Reply;

/// <summary>
/// Writes a process's generation when the OS commands its policy, so that an answer to a call of the number's earlier owner is dropped.
/// Combinational; one per tick; no back-pressure.
/// </summary>
public sealed class ProcessGenerations([InputBus] ICommand command, int processes) : SimpleProcess
{
    [OutputBus] private readonly IRamWrite<ushort> write = Scope.CreateBus<IRamWrite<ushort>>("generationWrite");
    private readonly uint processes = (uint)processes;

    internal IRamWrite<ushort> Write => write;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = command.Valid && command.Code == CommandCode.SetProcess && command.Index < processes;
        write.Address = command.Index;
        write.Item = CommandData.ProcessPolicy(command.Data).Generation;
    }
}
