// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The memories that a step reads when it begins, and their ports: by process, by endpoint, by core.</summary>
internal sealed class ScheduleMemories
{
    public ScheduleMemories(ScheduleIntake intake, ScheduleShape shape)
    {
        RecordWrite = Scope.CreateBus<IRamWrite<ProcessRecord>>("recordWrite");
        PolicyWrite = Scope.CreateBus<IRamWrite<ProcessPolicy>>("policyWrite");
        LeftWrite = Scope.CreateBus<IRamWrite<byte>>("leftWrite");
        ParkedWrite = Scope.CreateBus<IRamWrite<bool>>("parkedWrite");
        MarkWrite = Scope.CreateBus<IRamWrite<EndpointMark>>("markWrite");
        CoreWrite = Scope.CreateBus<IRamWrite<CoreEntry>>("coreWrite");
        LastWrite = Scope.CreateBus<IRamWrite<LastProcess>>("lastWrite");
        MemberWrite = Scope.CreateBus<IRamWrite<bool>>("memberWrite");
        LateWrite = Scope.CreateBus<IRamWrite<bool>>("lateWrite");
        LeaveRead = Scope.CreateBus<IRamRead>("leaveRead");
        Record = new ForwardingRam<ProcessRecord>(RecordWrite, intake.ProcessRead, shape.Processes, "records").Data;
        Policy = new ForwardingRam<ProcessPolicy>(PolicyWrite, intake.ProcessRead, shape.Processes, "policies").Data;
        Left = new ForwardingRam<byte>(LeftWrite, intake.ProcessRead, shape.Processes, "left").Data;
        LeftOfLeave = new ForwardingRam<byte>(LeftWrite, LeaveRead, shape.Processes, "leftOfLeave").Data;
        ParkedOfLeave = new ForwardingRam<bool>(ParkedWrite, LeaveRead, shape.Processes, "parked").Data;
        Mark = new ForwardingRam<EndpointMark>(MarkWrite, intake.MarkRead, shape.Endpoints, "marks").Data;
        Core = new ForwardingRam<CoreEntry>(CoreWrite, intake.CoreRead, shape.Cores, "cores").Data;
    }

    public IRamWrite<ProcessRecord> RecordWrite { get; }

    public IRamWrite<ProcessPolicy> PolicyWrite { get; }

    public IRamWrite<byte> LeftWrite { get; }

    public IRamWrite<bool> ParkedWrite { get; }

    public IRamWrite<EndpointMark> MarkWrite { get; }

    public IRamWrite<CoreEntry> CoreWrite { get; }

    public IRamWrite<LastProcess> LastWrite { get; }

    public IRamWrite<bool> MemberWrite { get; }

    public IRamWrite<bool> LateWrite { get; }

    public IRamRead LeaveRead { get; }

    public IRamData<ProcessRecord> Record { get; }

    public IRamData<ProcessPolicy> Policy { get; }

    public IRamData<byte> Left { get; }

    public IRamData<byte> LeftOfLeave { get; }

    public IRamData<bool> ParkedOfLeave { get; }

    public IRamData<EndpointMark> Mark { get; }

    public IRamData<CoreEntry> Core { get; }
}

/// <summary>Writes a process's policy when the OS commands it. Combinational.</summary>
public sealed class PolicyWrite([InputBus] ICommand command, [OutputBus] IRamWrite<ProcessPolicy> write, int processes) : SimpleProcess
{
    private readonly uint processes = (uint)processes;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = command.Valid && command.Code == CommandCode.SetProcess && command.Index < processes;
        write.Address = command.Index;
        write.Item = CommandData.ProcessPolicy(command.Data);
    }
}
