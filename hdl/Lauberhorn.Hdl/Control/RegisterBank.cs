// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Control;

/// <summary>
/// The registers without side effects: constants, settings, cycle counter, slots in use, scratch. A write takes effect 1
/// tick after the request; an answer is valid 2 ticks after it. One access at a time; no back-pressure. In the first tick after a reset
/// settings that begin with another value than 0 still are 0.
/// </summary>
[ClockedProcess]
public sealed class RegisterBank : SimpleProcess
{
    private const int Constants = RegisterMap.CapabilitiesEnd / 8;

    [InputBus] private readonly IRegisterRequest request;
    [InputBus] private readonly ISlotCount slots;
    [OutputBus] private readonly INicSettings settings;
    [OutputBus] private readonly IReceiveConfiguration receive;
    [OutputBus] private readonly IRegisterAnswer answer = Scope.CreateBus<IRegisterAnswer>("bankAnswer");
    private readonly ulong[] constants = new ulong[Constants];
    private readonly uint tryAgainDefault;
    private readonly uint leastTryAgain;
    private readonly ushort sharedQueueDefault;
    private readonly ushort sharedPacketsDefault;
    private bool isStarted;
    private ulong cycles;
    private ulong scratch;
    private ulong constant;
    private ulong setting;

    internal RegisterBank(
        NicConfig config,
        IRegisterRequest request,
        ISlotCount slots,
        IReadOnlyList<Register> map,
        INicSettings settings,
        IReceiveConfiguration receive)
    {
        this.slots = slots;
        this.settings = settings;
        this.receive = receive;
        this.request = request;
        tryAgainDefault = RegisterMap.TryAgainDefault(config);
        sharedPacketsDefault = (ushort)(config.PacketSlots - config.BypassPacketSlots);
        leastTryAgain = RegisterMap.TryAgainLeast(config);
        sharedQueueDefault = RegisterMap.SharedQueueDefault(config);
        foreach (Register register in map.Where(register => register.Offset / 8 < Constants))
        {
            constants[register.Offset / 8] = register.Reset;
        }
    }

    internal IRegisterAnswer Answer => answer;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        cycles++;
        answer.IsRefused = false;
        answer.Data = constant | setting;
        constant = request.Register < Constants ? constants[request.Register & (Constants - 1)] : 0;
        setting = Setting(request.Register);
        if (!isStarted)
        {
            isStarted = true;
            settings.TryAgainCycles = tryAgainDefault;
            settings.SharedQueue = sharedQueueDefault;
            settings.SharedPackets = sharedPacketsDefault;
            settings.Quantum = RegisterMap.QuantumDefault;
            settings.LocalMessages = RegisterMap.LocalMessagesDefault;
            settings.ComingLimit = RegisterMap.ComingLimitDefault;
            settings.WaitLimit = RegisterMap.WaitLimitDefault;
            settings.Mtu = RegisterMap.MtuDefault;
        }

        if (request.Valid && request.IsWrite)
        {
            Write(request.Register, request.Data);
        }
    }

    private ulong Setting(ushort register) => register switch
    {
        RegisterMap.MacAddress / 8 => (ulong)settings.MacAddress,
        RegisterMap.IpAddress / 8 => settings.IpAddress,
        RegisterMap.Promiscuous / 8 => settings.Promiscuous ? 1ul : 0,
        RegisterMap.TryAgainCycles / 8 => settings.TryAgainCycles,
        RegisterMap.CallAgeLimit / 8 => settings.CallAgeLimit,
        RegisterMap.ErrorReplyLimit / 8 => settings.ErrorReplyLimit,
        RegisterMap.ErrorReplyPeriod / 8 => settings.ErrorReplyPeriod,
        RegisterMap.LearnsNeighbours / 8 => settings.LearnsNeighbours ? 1ul : 0,
        RegisterMap.AnyPort / 8 => receive.AnyPort ? 1ul : 0,
        RegisterMap.SharedQueue / 8 => settings.SharedQueue,
        RegisterMap.SharedPackets / 8 => settings.SharedPackets,
        RegisterMap.Quantum / 8 => settings.Quantum,
        RegisterMap.LocalMessages / 8 => settings.LocalMessages,
        RegisterMap.StrayLoads / 8 => settings.StrayLoads ? 1ul : 0,
        RegisterMap.ComingLimit / 8 => settings.ComingLimit,
        RegisterMap.WaitLimit / 8 => settings.WaitLimit,
        RegisterMap.SubnetMask / 8 => receive.SubnetMask,
        RegisterMap.MulticastFilter / 8 => receive.MulticastFilter,
        RegisterMap.AllMulticast / 8 => receive.AllMulticast ? 1ul : 0,
        RegisterMap.Mtu / 8 => settings.Mtu,
        RegisterMap.SlotsTaken / 8 => slots.Taken,
        RegisterMap.Cycles / 8 => cycles,
        RegisterMap.Scratch / 8 => scratch,
        _ => 0,
    };

    private void Write(ushort register, ulong value)
    {
        switch (register)
        {
            case RegisterMap.MacAddress / 8:
                settings.MacAddress = (Bits<W48>)value;
                receive.MacAddress = (Bits<W48>)value;
                break;
            case RegisterMap.IpAddress / 8:
                settings.IpAddress = (uint)value;
                receive.IpAddress = (uint)value;
                break;
            case RegisterMap.Promiscuous / 8:
                settings.Promiscuous = (value & 1) != 0;
                receive.Promiscuous = (value & 1) != 0;
                break;
            case RegisterMap.TryAgainCycles / 8:
                settings.TryAgainCycles = StallTimer.Clamp((uint)value, leastTryAgain);
                break;
            case RegisterMap.CallAgeLimit / 8:
                settings.CallAgeLimit = (ushort)value;
                break;
            case RegisterMap.ErrorReplyLimit / 8:
                settings.ErrorReplyLimit = (ushort)value;
                break;
            case RegisterMap.ErrorReplyPeriod / 8:
                settings.ErrorReplyPeriod = (uint)value;
                break;
            case RegisterMap.LearnsNeighbours / 8:
                settings.LearnsNeighbours = (value & 1) != 0;
                break;
            case RegisterMap.AnyPort / 8:
                receive.AnyPort = (value & 1) != 0;
                break;
            case RegisterMap.SharedQueue / 8:
                settings.SharedQueue = (ushort)value;
                break;
            case RegisterMap.SharedPackets / 8:
                settings.SharedPackets = (ushort)value;
                break;
            case RegisterMap.Quantum / 8:
                settings.Quantum = (ushort)value;
                break;
            case RegisterMap.LocalMessages / 8:
                settings.LocalMessages = (byte)value;
                break;
            case RegisterMap.StrayLoads / 8:
                settings.StrayLoads = (value & 1) != 0;
                break;
            case RegisterMap.ComingLimit / 8:
                settings.ComingLimit = (ushort)value;
                break;
            case RegisterMap.WaitLimit / 8:
                settings.WaitLimit = (ushort)value;
                break;
            case RegisterMap.SubnetMask / 8:
                receive.SubnetMask = (uint)value;
                break;
            case RegisterMap.MulticastFilter / 8:
                receive.MulticastFilter = value;
                break;
            case RegisterMap.AllMulticast / 8:
                receive.AllMulticast = (value & 1) != 0;
                break;
            case RegisterMap.Mtu / 8:
                settings.Mtu = (ushort)value;
                break;
            case RegisterMap.Scratch / 8:
                scratch = value;
                break;
        }
    }
}
