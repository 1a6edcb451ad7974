// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;

namespace Lauberhorn.Hdl.Control;

/// <summary>
/// Reads the receive path's counters. The multiplexer has two pipeline stages, to keep its path short: an answer is valid 2 ticks after the
/// request. One access at a time; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class ReceiveCounterView([InputBus] IRegisterRequest request, [InputBus] IReceiveCounters counters) : SimpleProcess
{
    private const int Group = 8;
    private const int DropGroups = 3;
    private const int KindGroups = 2;

    [OutputBus] private readonly IRegisterAnswer answer = Scope.CreateBus<IRegisterAnswer>("receiveAnswer");
    private readonly uint[] drops = new uint[DropGroups];
    private readonly uint[] kinds = new uint[KindGroups];
    private byte group;
    private bool isDrop;
    private bool isKind;

    internal IRegisterAnswer Answer => answer;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        int within = request.Register & (Group - 1);
        answer.IsRefused = false;
        ulong data = 0;
        for (int i = 0; i < DropGroups; i++)
        {
            data |= isDrop && group == i ? drops[i] : 0;
        }

        for (int i = 0; i < KindGroups; i++)
        {
            data |= isKind && group == i ? kinds[i] : 0;
        }

        answer.Data = data;

        isDrop = request.Register >= RegisterMap.DropCounters / 8 && request.Register < (RegisterMap.DropCounters / 8) + DropCounters.Count;
        isKind = request.Register >= RegisterMap.KindCounters / 8 && request.Register < (RegisterMap.KindCounters / 8) + KindCounters.Count;
        group = (byte)((request.Register / Group) & 3);
        DropCounters dropped = counters.Dropped;
        KindCounters passed = counters.Passed;
        for (int i = 0; i < DropGroups; i++)
        {
            uint chosen = 0;
            for (int j = 0; j < Group; j++)
            {
                int number = (Group * i) + j;
                chosen |= within == j && number < DropCounters.Count ? dropped[number % DropCounters.Count] : 0;
            }

            drops[i] = chosen;
        }

        for (int i = 0; i < KindGroups; i++)
        {
            uint chosen = 0;
            for (int j = 0; j < Group; j++)
            {
                int number = (Group * i) + j;
                chosen |= within == j && number < KindCounters.Count ? passed[number % KindCounters.Count] : 0;
            }

            kinds[i] = chosen;
        }
    }
}
