// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>An entry of the timer's wheel.</summary>
/// <param name="Due">The tick in which TRYAGAIN is to be valid.</param>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Wait">Low bits of the tick in which it began to wait.</param>
public readonly record struct WheelEntry(uint Due, ushort Endpoint, ushort Wait);

/// <summary>
/// Finds the stalled reads whose timer expires. A scanner reads an endpoint per tick and enters those that are due soon into a timer wheel,
/// a memory with an entry for each tick to come: since at most one read stalls per tick, at most one is due per tick. An entry that
/// is stale is recognised by its time, or by the engine by its wait's number. A wait that was missed (because the OS made the time shorter)
/// is found when it is 64 ticks overdue. The engine gets the event <see cref="Lead"/> ticks before TRYAGAIN is due.
/// One endpoint per tick; an event that finds the queue behind full is found again as overdue.
/// </summary>
[ClockedProcess]
public sealed class StallTimer : SimpleProcess
{
    /// <summary>Ticks before the answer is due in which the event is first valid: time to ask the scheduler and then some.</summary>
    public const int Lead = 24;

    /// <summary>
    /// A wait that began so many ticks ago is overdue, whatever time is set; a multiple of 2^16, so that the wait's number is not changed
    /// by it.
    /// </summary>
    public const uint LongAgo = 0x6000_0000;

    /// <summary>
    /// The longest time that can be set, 4.3 s at 250 MHz; larger settings are cut to it. From half of all numbers on a time to come could
    /// not be distinguished from one that is past.
    /// </summary>
    public const uint MostCycles = 1u << 30;

    private const uint ReadLead = Lead + 2;
    private const uint LeastAhead = ReadLead + 2;

    [InputBus] private readonly IEndpointTime time;
    [InputBus] private readonly INicSettings settings;
    [InputBus] private readonly IRamData<WaitStart> wait;
    [OutputBus] private readonly IRamWrite<WheelEntry> wheelWrite = Scope.CreateBus<IRamWrite<WheelEntry>>("wheelWrite");
    [OutputBus] private readonly IRamRead waitRead = Scope.CreateBus<IRamRead>("waitRead");
    private readonly uint mask;
    private readonly uint least;
    private readonly uint wheelMask;
    private ushort pointer;
    private ushort addressed;
    private ushort scanned;
    private uint cycles;

    internal StallTimer(IEndpointTime time, INicSettings settings, IRamWrite<WaitStart> waitWrite, EndpointShape shape)
    {
        this.time = time;
        this.settings = settings;
        mask = (uint)shape.EndpointDepth - 1;
        least = LeastCycles(shape.EndpointDepth);
        cycles = least;
        WheelSize = WheelTicks(shape.EndpointDepth);
        wheelMask = (uint)WheelSize - 1;
        wait = new SimpleDualPortRam<WaitStart>(waitWrite, waitRead, shape.EndpointDepth) { Name = "waits" }.Data;
    }

    internal int WheelSize { get; }

    internal IRamWrite<WheelEntry> WheelWrite => wheelWrite;

    /// <summary>The shortest time that can be set; smaller settings are raised to it.</summary>
    /// <param name="endpointDepth">Endpoints, rounded up to a power of two.</param>
    public static uint LeastCycles(int endpointDepth) => RegisterMap.TryAgainLeast(endpointDepth);

    /// <summary>The time that applies, within the limits above.</summary>
    /// <param name="cycles">The time that is set, in cycles.</param>
    /// <param name="least">The shortest time, in cycles.</param>
    [Hardware]
    public static uint Clamp(uint cycles, uint least) => cycles < least ? least : cycles > MostCycles ? MostCycles : cycles;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // The address register, then the memory's: the word that was read is of the endpoint of two ticks ago.
        ushort endpoint = scanned;
        scanned = addressed;
        addressed = pointer;
        waitRead.Enable = true;
        waitRead.Address = pointer;
        pointer = (ushort)((pointer + 1) & mask);
        cycles = Clamp(settings.TryAgainCycles, least);

        uint due = wait.Item.Start + cycles;
        uint ahead = due - time.Now;
        bool isOverdue = (ahead >> 31) != 0 && ahead < 0xFFFF_FFC0u;
        bool isSoon = ahead >= LeastAhead + 1 && ahead < wheelMask - 8;
        uint entered = isOverdue ? time.Now + 40 : due;
        wheelWrite.Enable = wait.Item.IsWaiting && (isOverdue || isSoon);
        wheelWrite.Address = entered & wheelMask;
        wheelWrite.Item = new WheelEntry(entered, endpoint, (ushort)wait.Item.Start);
    }

    private static int WheelTicks(int endpointDepth) => Math.Max(2 * endpointDepth, 128);
}

/// <summary>Addresses the wheel's place of this tick. Combinational.</summary>
public sealed class WheelRead([InputBus] IEndpointTime time, int size) : SimpleProcess
{
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("read");
    private readonly uint mask = (uint)size - 1;

    internal IRamRead Read => read;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        read.Enable = true;
        read.Address = (time.Now + StallTimer.Lead + 2) & mask;
    }
}

/// <summary>Passes a wheel's entry on if its time has come; if there is no room it is found again later. Combinational.</summary>
public sealed class WheelCheck(
    [InputBus] IEndpointTime time,
    [InputBus] IRamData<WheelEntry> entry,
    [InputBus] IFifoState state,
    [OutputBus] IStream<TimeUp> timeUps) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        WheelEntry found = entry.Item;
        timeUps.Valid = found.Due == time.Now + StallTimer.Lead + 1 && state.Count <= Endpoints.QueueDepth - EndpointRoom.Margin;
        timeUps.Item = new TimeUp(found.Endpoint, found.Wait, (byte)found.Due);
    }
}
