// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Schedule;
using SME;

namespace Lauberhorn.Hdl.Control;

/// <summary>
/// The NIC's registers behind AXI4-Lite, see docs/control.md and docs/registers.md: settings, commands, counters. One access at a time; an
/// answer is valid 6 ticks after the access was accepted, and stays valid until it is accepted.
/// </summary>
public sealed class RegisterFile
{
    /// <summary>Name of the top-level entity, where it stands alone.</summary>
    public const string EntityName = "register_file";

    /// <summary>Creates the registers in a scope of their own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="axi">The port to the host.</param>
    /// <param name="receiveCounters">The receive path's counters.</param>
    /// <param name="slots">How many slots are in use.</param>
    /// <param name="events">The events of all blocks that have any.</param>
    /// <param name="answers">The answers of all blocks that answer commands: those that <see cref="CommandCodes.IsAnswered"/> names
    /// are each answered once by one of them.</param>
    /// <param name="outputs">The buses that the registers drive, if they exist already; null creates them.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public RegisterFile(
        NicConfig config,
        AxiLitePort axi,
        IReceiveCounters receiveCounters,
        ISlotCount slots,
        IReadOnlyList<IEvents> events,
        IReadOnlyList<ICommandAnswer> answers,
        RegisterOutputs? outputs = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(axi);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(answers);
        config.Validate();
        using Scope scope = Scope.Open("registers");
        outputs ??= new RegisterOutputs();
        IReadOnlyList<Register> map = RegisterMap.For(config);
        IRegisterRequest request = Scope.CreateBus<IRegisterRequest>("request");
        RegisterBank bank = new(config, request, slots, map, outputs.Settings, outputs.Receive) { Name = "bank" };
        CommandSequencer sequencer = new(config, request, answers, outputs.Command) { Name = "sequencer" };
        ReceiveCounterView view = new(request, receiveCounters) { Name = "receiveCounterView" };
        CoreStates cores = new(config, request, outputs.CoreNotices);
        EventCounters counters = new(request, [.. events, sequencer.Events]);
        _ = new AxiLiteChannels(axi, request, map, bank.Answer, sequencer.Answer, view.Answer, cores.Answer,
            counters.Answer)
        { Name = "channels" };
        Command = outputs.Command;
        Settings = outputs.Settings;
        Receive = outputs.Receive;
        CoreNotices = outputs.CoreNotices;
    }

    /// <summary>Output: the command that the blocks execute.</summary>
    public ICommand Command { get; }

    /// <summary>Output: the OS's settings; registers.</summary>
    public INicSettings Settings { get; }

    /// <summary>Output: the OS's settings for the receive path; registers.</summary>
    public IReceiveConfiguration Receive { get; }

    /// <summary>Output: the OS's stores to the cores' states, in order.</summary>
    public Stream<CoreNotice> CoreNotices { get; }
}

/// <summary>The buses that the registers drive.</summary>
public sealed class RegisterOutputs
{
    /// <summary>Creates the buses in the current scope.</summary>
    public RegisterOutputs()
    {
        Command = Scope.CreateBus<ICommand>("command");
        Settings = Scope.CreateBus<INicSettings>("settings");
        Receive = Scope.CreateBus<IReceiveConfiguration>("receive");
        CoreNotices = new Stream<CoreNotice>("coreNotices");
    }

    /// <summary>The command that the blocks execute.</summary>
    public ICommand Command { get; }

    /// <summary>The OS's settings.</summary>
    public INicSettings Settings { get; }

    /// <summary>The OS's settings for the receive path.</summary>
    public IReceiveConfiguration Receive { get; }

    /// <summary>The OS's stores to the cores' states, in order.</summary>
    public Stream<CoreNotice> CoreNotices { get; }
}
