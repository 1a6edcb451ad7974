// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Schedule;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Control;

/// <summary>
/// The registers with the cores' states, with a FIFO of <see cref="Depth"/> entries behind them: the OS's stores leave it in order, 3 ticks
/// after the request at the earliest.
/// </summary>
internal sealed class CoreStates
{
    /// <summary>
    /// Entries of the FIFO. A store takes at least 6 ticks and the scheduler accepts one in every few, so the FIFO does not fill up while
    /// the NIC runs.
    /// </summary>
    public const int Depth = 16;

    /// <summary>Creates the registers in a scope of their own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="request">An access to a register.</param>
    /// <param name="notices">Where the stores go to.</param>
    public CoreStates(NicConfig config, IRegisterRequest request, Stream<CoreNotice> notices)
    {
        using Scope scope = Scope.Open("coreStates");
        Stream<CoreNotice> stores = new("stores");
        CoreStateRegisters registers = new(config, request, stores) { Name = "stored" };
        FifoDistributed<CoreNotice> queue = new(stores, Depth, "queue");
        _ = new StreamBridge<CoreNotice>(queue.Output, notices) { Name = "noticesBridge" };
        _ = new ReadyBridge(notices.Backward, queue.Output.Backward) { Name = "noticesReadyBridge" };
        Answer = registers.Answer;
    }

    /// <summary>Output: whether a store is refused.</summary>
    public IRegisterAnswer Answer { get; }
}

/// <summary>
/// Makes a notice of each store to a <see cref="RegisterMap.CoreState"/>, and refuses those that name a process or an endpoint that there
/// is not, an endpoint without a process, and all while there is no room for the notice. A number that means nothing is 0 in the notice.
/// Latency 1 tick from the request to notice and answer. One access at a time; no back-pressure: a notice is valid for one tick, in which
/// there is room, since only this process writes the FIFO.
/// </summary>
[ClockedProcess]
public sealed class CoreStateRegisters(
    NicConfig config,
    [InputBus] IRegisterRequest request,
    [OutputBus] Stream<CoreNotice> notices) : SimpleProcess
{
    [OutputBus] private readonly IRegisterAnswer answer = Scope.CreateBus<IRegisterAnswer>("coreStateAnswer");
    private readonly uint cores = (uint)config.Cores;
    private readonly uint processes = (uint)config.Processes;
    private readonly uint endpoints = (uint)config.Endpoints;

    internal IRegisterAnswer Answer => answer;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        CoreState state = CoreStateWord.Unpack(request.Data);
        bool isGood = (!state.HasProcess || state.Process < processes)
            && (!state.HasEndpoint || (state.HasProcess && state.Endpoint < endpoints)) && notices.Ready;
        bool isStore = request.Valid && request.IsWrite && request.Register >= RegisterMap.CoreState / 8
            && request.Register < (RegisterMap.CoreState / 8) + cores;
        notices.Valid = isStore && isGood;
        notices.Item = new CoreNotice((ushort)(request.Register & (RegisterMap.CorePlaces - 1)), state with
        {
            Process = (ushort)(state.HasProcess ? state.Process : 0),
            Endpoint = (ushort)(state.HasEndpoint ? state.Endpoint : 0),
        });
        answer.Data = 0;
        if (request.Valid)
        {
            answer.IsRefused = isStore && !isGood;
        }
    }
}
