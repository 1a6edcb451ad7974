// SPDX-License-Identifier: Apache-2.0
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The process of a core's last message by its kernel endpoint.</summary>
/// <param name="MayGoOn">Whether its next message may be that process's too, out of round-robin order.</param>
/// <param name="Process">Number of the process.</param>
public readonly record struct LastProcess(bool MayGoOn, ushort Process);

/// <summary>The process of which a waiting kernel endpoint should get its next message, out of round-robin order; registers.</summary>
public interface ILocalChoice : IBus
{
    /// <summary>Whether a kernel endpoint's <see cref="NoticeKind.Waiting"/> was valid in the tick before.</summary>
    bool Valid { get; set; }

    /// <summary>If so: the endpoint.</summary>
    ushort Endpoint { get; set; }

    /// <summary>Whether there is such a process: one in the backlog.</summary>
    bool HasProcess { get; set; }

    /// <summary>If so: that process.</summary>
    ushort Process { get; set; }
}

/// <summary>
/// Looks up the process that a core ran last while its kernel endpoint's Waiting is valid: its address space and caches are still there, so
/// that its next message costs the kernel less than another's. The answer is exact but for the step that is decided in the tick in which it
/// is used; <see cref="ScheduleIntake"/> looks after that.
/// </summary>
internal static class LocalChoice
{
    /// <summary>Creates the block.</summary>
    /// <param name="notices">The endpoints' notices.</param>
    /// <param name="lastWrite">The process of a core's last message.</param>
    /// <param name="memberWrite">Whether a process is in the backlog.</param>
    /// <param name="choice">The process that was found.</param>
    /// <param name="shape">How large memories are.</param>
    public static void Create(IStream<EndpointNotice> notices, IRamWrite<LastProcess> lastWrite, IRamWrite<bool> memberWrite,
        ILocalChoice choice, ScheduleShape shape)
    {
        IRamAddress lastRead = Scope.CreateBus<IRamAddress>("lastRead");
        IRamAddress memberRead = Scope.CreateBus<IRamAddress>("memberRead");
        _ = new LastProcessAddress(notices, lastRead, shape) { Name = "lastAddress" };
        IRamData<LastProcess> last = new DistributedRam<LastProcess>(lastWrite, lastRead, shape.Cores).Data;
        _ = new MemberAddress(last, memberRead, shape) { Name = "memberAddress" };
        IRamData<bool> member = new DistributedRam<bool>(memberWrite, memberRead, shape.Processes).Data;
        _ = new LocalChoiceRegister(notices, last, member, lastWrite, memberWrite, choice, shape) { Name = "localChoice" };
    }
}

/// <summary>The core of the notice that is valid. Combinational.</summary>
internal sealed class LastProcessAddress(
    [InputBus] IStream<EndpointNotice> notices,
    [OutputBus] IRamAddress address,
    ScheduleShape shape) : SimpleProcess
{
    private readonly uint mask = shape.CoreMask;

    /// <inheritdoc/>
    protected override void OnTick() => address.Address = notices.Item.Endpoint & mask;
}

/// <summary>The process of that core. Combinational.</summary>
internal sealed class MemberAddress(
    [InputBus] IRamData<LastProcess> last,
    [OutputBus] IRamAddress address,
    ScheduleShape shape) : SimpleProcess
{
    private readonly uint mask = shape.ProcessMask;

    /// <inheritdoc/>
    protected override void OnTick() => address.Address = last.Item.Process & mask;
}

/// <summary>
/// The result's register, with forwarding of what is written in the same tick. Latency 1 tick; one notice per tick; no back-pressure.
/// </summary>
[ClockedProcess]
internal sealed class LocalChoiceRegister(
    [InputBus] IStream<EndpointNotice> notices,
    [InputBus] IRamData<LastProcess> last,
    [InputBus] IRamData<bool> member,
    [InputBus] IRamWrite<LastProcess> lastWrite,
    [InputBus] IRamWrite<bool> memberWrite,
    [OutputBus] ILocalChoice choice,
    ScheduleShape shape) : SimpleProcess
{
    private readonly uint coreMask = shape.CoreMask;
    private readonly uint processMask = shape.ProcessMask;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        uint core = notices.Item.Endpoint & coreMask;
        uint process = last.Item.Process & processMask;
        bool isOverwritten = lastWrite.Enable && (lastWrite.Address & coreMask) == core;
        bool isMember = memberWrite.Enable && (memberWrite.Address & processMask) == process ? memberWrite.Item : member.Item;
        choice.Valid = notices.Valid && notices.Item.Kind == NoticeKind.Waiting && notices.Item.Process == EndpointNotice.AnyProcess;
        choice.Endpoint = notices.Item.Endpoint;
        choice.HasProcess = last.Item.MayGoOn && isMember && !isOverwritten;
        choice.Process = (ushort)process;
    }
}
