// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>
/// A process in the backlog whose oldest message has been the oldest for longer than <see cref="INicSettings.WaitLimit"/>; registers. It is
/// so as of all decisions before this tick.
/// </summary>
public interface ILateProcess : IBus
{
    /// <summary>Whether there is such a process.</summary>
    bool Valid { get; set; }

    /// <summary>Number of that process.</summary>
    ushort Process { get; set; }
}

/// <summary>The scan for processes that have waited for too long, and the memory that it reads.</summary>
internal static class LateChoice
{
    /// <summary>Creates the block.</summary>
    /// <param name="lateWrite">Whether a process is in the backlog and has waited for too long.</param>
    /// <param name="late">The process that was found.</param>
    /// <param name="shape">How large memories are.</param>
    public static void Create(IRamWrite<bool> lateWrite, ILateProcess late, ScheduleShape shape)
    {
        IRamAddress read = Scope.CreateBus<IRamAddress>("lateRead");
        IRamData<bool> bits = new DistributedRam<bool>(lateWrite, read, shape.Processes).Data;
        _ = new LateProcessRegister(lateWrite, read, bits, late, shape) { Name = "lateChoice" };
    }
}

/// <summary>
/// Scans the processes, one per tick, and stops at one that is in the backlog and has waited for too long, until it is served or
/// leaves the backlog; then the scan continues behind it. So each of them is found once before any is found twice. Latency 1 tick; no
/// back-pressure.
/// </summary>
[ClockedProcess]
internal sealed class LateProcessRegister(
    [InputBus] IRamWrite<bool> write,
    [OutputBus] IRamAddress cursor,
    [InputBus] IRamData<bool> bits,
    [OutputBus] ILateProcess late,
    ScheduleShape shape) : SimpleProcess
{
    private readonly uint processMask = shape.ProcessMask;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // The cursor stays at the process that was found.
        uint process = cursor.Address & processMask;
        bool isLate = write.Enable && (write.Address & processMask) == process ? write.Item : bits.Item;
        late.Valid = isLate;
        late.Process = (ushort)process;
        cursor.Address = isLate ? process : (process + 1) & processMask;
    }
}
