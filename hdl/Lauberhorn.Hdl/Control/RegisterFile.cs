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
/// The NIC's registers behind AXI4-Lite, see docs/control.md and docs/registers.md: settings, commands, counters. One access at a time; an answer is
/// valid 6 ticks after the access was accepted, and waits as long as it must.
/// </summary>
public sealed class RegisterFile
{
    /// <summary>Name of the top-level entity, where it stands alone.</summary>
    public const string EntityName = "register_file";

    /// <summary>Creates the registers in a scope of their own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="axi">The port to the host.</param>
    /// <param name="receiveCounters">The receive path's counters.</param>
    /// <param name="slots">How many slots are taken.</param>
    /// <param name="events">The events of all blocks that have any.</param>
    /// <param name="answers">The answers of all blocks that answer commands: those that <see cref="CommandCodes.IsAnswered"/> names
    /// are each answered once by one of them.</param>
    /// <param name="outputs">What the registers drive, if it was there first; null makes it.</param>
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
        _ = new AxiLiteChannels(axi, request, map, bank.Answer, sequencer.Answer, view.Answer, cores.Answer, counters.Answer) { Name = "channels" };
        Command = outputs.Command;
        Settings = outputs.Settings;
        Receive = outputs.Receive;
        CoreNotices = outputs.CoreNotices;
    }

    /// <summary>The command that the blocks are to carry out.</summary>
    public ICommand Command { get; }

    /// <summary>What the OS has set.</summary>
    public INicSettings Settings { get; }

    /// <summary>What the OS has set for the receive path.</summary>
    public IReceiveConfiguration Receive { get; }

    /// <summary>What the OS says of cores, in its order.</summary>
    public Stream<CoreNotice> CoreNotices { get; }
}

/// <summary>What the registers drive.</summary>
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

    /// <summary>The command that the blocks are to carry out.</summary>
    public ICommand Command { get; }

    /// <summary>What the OS has set.</summary>
    public INicSettings Settings { get; }

    /// <summary>What the OS has set for the receive path.</summary>
    public IReceiveConfiguration Receive { get; }

    /// <summary>What the OS says of cores, in its order.</summary>
    public Stream<CoreNotice> CoreNotices { get; }
}
