// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>The slot whose age is to be checked next; registers.</summary>
public interface IAgeScan : IBus
{
    /// <summary>Whether a slot is to be checked; never without an age limit.</summary>
    bool Valid { get; set; }

    /// <summary>Number of that slot; means something if <see cref="Valid"/>.</summary>
    ushort Slot { get; set; }

    /// <summary>Whether the check has waited for so long that it has priority over releases.</summary>
    bool IsUrgent { get; set; }
}

/// <summary>
/// Scans all slots for calls older than the age limit. A check uses a tick in which no slot is given back; one that
/// has waited for <see cref="MostTicks"/> uses the next, and no slot is given back until then. So a scan takes 2 ticks a slot if nothing
/// else happens, and <see cref="MostTicks"/> and 4 more at most. Latency 1 tick.
/// </summary>
[ClockedProcess]
public sealed class AgeScan([InputBus] IReturnChoice choice, [InputBus] INicSettings settings, int slots) : SimpleProcess
{
    /// <summary>Ticks that a check waits at most for one without a release.</summary>
    public const int MostTicks = 60;

    [OutputBus] private readonly IAgeScan scan = Scope.CreateBus<IAgeScan>("scan");
    private readonly uint mask = (uint)slots - 1;
    private byte waited;

    internal IAgeScan Scan => scan;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool looks = choice.Enable && choice.IsLook;
        bool isDue = scan.Valid && waited == MostTicks;
        scan.Valid = settings.CallAgeLimit != 0;
        scan.IsUrgent = isDue && !looks && settings.CallAgeLimit != 0;
        scan.Slot = (ushort)((scan.Slot + (looks ? 1u : 0)) & mask);
        waited = (byte)(looks || !scan.Valid ? 0 : isDue ? waited : waited + 1);
    }
}

/// <summary>Reports that a call was too old. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class AgeEvents([InputBus] IAgeVerdict verdict) : SimpleProcess
{
    [OutputBus] private readonly IEvents events = Scope.CreateBus<IEvents>("ageEvents");

    internal IEvents Events => events;

    /// <inheritdoc/>
    protected override void OnTick() => events.Flags = verdict.IsOverdue ? 1ul << (int)NicEvent.CallOverdue : 0;
}
