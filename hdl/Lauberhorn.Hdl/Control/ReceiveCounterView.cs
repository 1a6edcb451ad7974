// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Top;
using SME;

namespace Lauberhorn.Hdl.Control;

/// <summary>
/// Shows the receive path's counters. The choice among them takes two steps, so that it is no long way: an answer is there 2 ticks after the
/// request. One access at a time; cannot be held up.
/// </summary>
[ClockedProcess]
public sealed class ReceiveCounterView : SimpleProcess
{
    private const int Group = 8;
    private const int Groups = 4;

    [InputBus] private readonly IRegisterRequest request;
    [InputBus] private readonly IReceiveCounters counters;
    [OutputBus] private readonly IRegisterAnswer answer = Scope.CreateBus<IRegisterAnswer>("receiveAnswer");
    private readonly uint[] chosen = new uint[Groups];
    private bool isDrop;
    private bool isKind;

    internal ReceiveCounterView(IRegisterRequest request, IReceiveCounters counters)
    {
        this.request = request;
        this.counters = counters;
    }

    internal IRegisterAnswer Answer => answer;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        int within = request.Register & (Group - 1);
        bool isHigh = (request.Register & Group) != 0;
        answer.IsRefused = false;
        answer.Data = 0;
        if (isDrop)
        {
            answer.Data = isHigh ? chosen[1] : chosen[0];
        }
        else if (isKind)
        {
            answer.Data = isHigh ? chosen[3] : chosen[2];
        }

        isDrop = request.Register >= RegisterMap.DropCounters / 8 && request.Register < (RegisterMap.DropCounters / 8) + DropCounters.Count;
        isKind = request.Register >= RegisterMap.KindCounters / 8 && request.Register < (RegisterMap.KindCounters / 8) + KindCounters.Count;
        DropCounters dropped = counters.Dropped;
        KindCounters passed = counters.Passed;
        uint drop0 = 0;
        uint drop1 = 0;
        uint kind0 = 0;
        uint kind1 = 0;
        for (int i = 0; i < Group; i++)
        {
            bool isThis = within == i;
            drop0 |= isThis ? dropped[i] : 0;
            drop1 |= isThis && Group + i < DropCounters.Count ? dropped[(Group + i) % DropCounters.Count] : 0;
            kind0 |= isThis ? passed[i] : 0;
            kind1 |= isThis && Group + i < KindCounters.Count ? passed[(Group + i) % KindCounters.Count] : 0;
        }

        chosen[0] = drop0;
        chosen[1] = drop1;
        chosen[2] = kind0;
        chosen[3] = kind1;
    }
}
