// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Node;

/// <summary>
/// What the kernel's work costs a core, in cycles of the NIC's clock (4 ns, or 8 cycles of a core at 2 GHz). Modelled, not measured: the
/// defaults are of the order that is published for Arm cores that issue in order, as the ThunderX-1 does, and for a kernel that does
/// nothing but what is needed.
/// </summary>
public sealed record KernelCosts
{
    /// <summary>
    /// A system call, in and out; as much for going from the kernel into a process's handler and back. L4Re publishes 230 core cycles for a
    /// Cortex-A53, 142 for a Neoverse-N1 (l4re.org/performance.html).
    /// </summary>
    public int SystemCall { get; init; } = 29;

    /// <summary>
    /// Into the address space of another process, what its caches and its TLB miss at first included. L4Re publishes 691 core cycles for a
    /// whole IPC to another address space on a Cortex-A53, 399 on a Neoverse-N1 (l4re.org/performance.html).
    /// </summary>
    public int ProcessSwitch { get; init; } = 87;

    /// <summary>
    /// To a thread that is no RPC's, through the scheduler, and as much back: 2 µs, of the order that lmbench's <c>lat_ctx</c> shows for
    /// Linux.
    /// </summary>
    public int ThreadSwitch { get; init; } = 500;

    /// <summary>
    /// An interrupt: entry, acknowledgement, exit. Two system calls' worth and some accesses to the interrupt controller.
    /// </summary>
    public int Interrupt { get; init; } = 75;

    /// <summary>The timer's tick: an interrupt and a look at the run queue.</summary>
    public int TimerTick { get; init; } = 125;

    /// <summary>Taking the arguments from the kernel's line to where the process can read them; one line of 128 bytes.</summary>
    public int MessageCopy { get; init; } = 12;

    /// <summary>The store that tells the NIC what runs on the core. It is posted: the core does not wait for it.</summary>
    public int StateStore { get; init; } = 4;

    /// <summary>Sets all costs to nothing: what is left is the NIC's and the caches'.</summary>
    public static KernelCosts Free { get; } = new()
    {
        SystemCall = 0,
        ProcessSwitch = 0,
        ThreadSwitch = 0,
        Interrupt = 0,
        TimerTick = 0,
        MessageCopy = 0,
        StateStore = 0,
    };
}

/// <summary>Policy and costs of the modelled kernel.</summary>
public sealed record KernelOptions
{
    /// <summary>Cycles that the kernel's work takes.</summary>
    public KernelCosts Costs { get; init; } = new();

    /// <summary>How many cores it runs, from core 0 on; 0 for all of the machine's.</summary>
    public int Cores { get; init; }

    /// <summary>Cycles between two of the timer's ticks: 1 ms.</summary>
    public long TimerPeriod { get; init; } = 250_000;

    /// <summary>Most cycles that a thread that is no RPC's runs at a time: 1 ms.</summary>
    public long Slice { get; init; } = 250_000;

    /// <summary>With a thread ready on its core, a load of the core's that is not answered for so many cycles is retired.</summary>
    public long RetirePatience { get; init; } = 2500;

    /// <summary>Whether a handler that was given its call at a user endpoint is interrupted for another process's call.</summary>
    public bool MayPreempt { get; init; } = true;

    /// <summary>A handler polls for interrupts so often, in cycles: the time that one is late at most.</summary>
    public int InterruptGrain { get; init; } = 32;

    /// <summary>
    /// Whether the kernel keeps a process out of its user loop whose threads were sent back from there before they had a second call.
    /// Otherwise a thread goes there after each call that it got by the kernel.
    /// </summary>
    public bool LearnsWhoStays { get; init; } = true;

    /// <summary>
    /// Whether loads of endpoints where the OS names no thread are answered with TRYAGAIN at once by the NIC; null where stalled loads
    /// block others of their colour, as there nothing else ends a load that a core made by itself.
    /// </summary>
    public bool? TurnsAwayStrayLoads { get; init; }

    /// <summary>
    /// Whether the kernel says when a thread leaves its endpoint, and loads its line once more; only if stray loads are answered with
    /// TRYAGAIN at once. Null where cores load by themselves. It has a price: the NIC takes a core that was asked for and says that it runs
    /// nobody as come, and may ask for another before it is there.
    /// </summary>
    public bool? TellsOfLeaves { get; init; }

    /// <summary>
    /// Messages that all processes together may have queued beyond what each is guaranteed; null for a quarter of what the NIC has room
    /// for.
    /// </summary>
    public int? SharedQueue { get; init; }

    /// <summary>Called when the NIC says that a process's load has become high, or low again.</summary>
    public Action<int, bool> OnLoad { get; init; } = static (_, _) => { };

    /// <summary>Called when a handler begins.</summary>
    public Action<HandlerStart> OnHandler { get; init; } = static _ => { };
}

/// <summary>A handler begins.</summary>
/// <param name="Core">The core.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Message">The call's control line.</param>
/// <param name="IsKernel">Whether it came by the core's kernel endpoint.</param>
public readonly record struct HandlerStart(int Core, long Cycle, Driver.LineMessage Message, bool IsKernel);
