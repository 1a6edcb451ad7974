// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Schedule;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>Whether a core uses the endpoint of the current event, by what the OS has said; wires.</summary>
public interface IEndpointInUse : IBus
{
    /// <summary>Whether some core uses it.</summary>
    bool IsInUse { get; set; }
}

/// <summary>The user endpoint that a core uses, by what the OS has said.</summary>
/// <param name="HasEndpoint">Whether the core uses a user endpoint.</param>
/// <param name="Endpoint">The endpoint.</param>
public readonly record struct UsedEndpoint(bool HasEndpoint, ushort Endpoint);

/// <summary>
/// Looks up for each event which core uses its endpoint, by what the OS has said (docs/scheduler.md): an endpoint is in use if the core
/// that was last said to use it still is, and has not come to its kernel endpoint since. Two cores cannot use one endpoint: the later store
/// wins. Latency: an event's result is there in the tick of its decision; a store of the OS takes effect 2 ticks after the scheduler
/// accepted it, later by a tick for each core that comes to the kernel meanwhile. One event per tick; no back-pressure. When a core leaves
/// an endpoint the engine gets an event, so that a read stalled there is answered; and for its kernel endpoint when it begins to use
/// another. The queue has as many entries as there are cores; what finds it full is dropped: that read stalls until its TRYAGAIN.
/// </summary>
internal static class EndpointsInUse
{
    /// <summary>Stores that can be queued; they come at least 6 ticks apart.</summary>
    private const int Depth = 16;

    /// <summary>Creates the block in a scope of its own.</summary>
    /// <param name="notices">The OS's stores to the cores' states, as the scheduler gets them.</param>
    /// <param name="decided">The engine's outputs.</param>
    /// <param name="held">The current event.</param>
    /// <param name="stateRead">The read of its endpoint's state, a tick before.</param>
    /// <param name="shape">How large memories are.</param>
    /// <param name="inUse">The look-up's result.</param>
    /// <param name="leaves">Input of the queue of endpoints that cores have left.</param>
    /// <param name="leavesIn">Output of that queue.</param>
    public static void Create(
        Stream<CoreNotice> notices,
        IEndpointActions decided,
        IEndpointEvent held,
        IRamRead stateRead,
        EndpointShape shape,
        IEndpointInUse inUse,
        FifoDistributed<ushort> leaves,
        IStream<ushort> leavesIn)
    {
        using Scope scope = Scope.Open("inUse");
        Stream<CoreNotice> passed = new("passed");
        _ = new PassedNotice(notices, passed) { Name = "passing" };
        Stream<CoreNotice> queued = new FifoDistributed<CoreNotice>(passed, Depth, "queue").Output;
        UsedEndpointWrite write = new(queued, decided, shape) { Name = "write" };
        IRamData<byte> user = new SimpleDualPortRam<byte>(write.User, stateRead, shape.EndpointDepth) { Name = "users" }.Data;
        UserAddress address = new(user, shape) { Name = "address" };
        IRamData<UsedEndpoint> used = new DistributedRam<UsedEndpoint>(write.Used, address.Address, shape.CoreDepth).Data;
        _ = new EndpointUseCheck(held, used, inUse) { Name = "check" };
        IRamAddress writeAddress = new UsedWriteAddress(write.Used, shape) { Name = "writeAddress" }.Address;
        IRamData<UsedEndpoint> before = new DistributedRam<UsedEndpoint>(write.Used, writeAddress, shape.CoreDepth).Data;
        _ = new EndpointLeave(write.Used, before, leaves.State, leavesIn, shape) { Name = "leave" };
    }
}

/// <summary>
/// Taps the OS's stores to the cores' states as the scheduler accepts them. Latency 1 tick; one notice per tick; no back-pressure: there is
/// room behind it.
/// </summary>
[ClockedProcess]
public sealed class PassedNotice(Stream<CoreNotice> notices, Stream<CoreNotice> passed) : SimpleProcess
{
    [InputBus] private readonly IStream<CoreNotice> notices = notices.Forward;
    [InputBus] private readonly IReady noticesReady = notices.Backward;
    [OutputBus] private readonly IStream<CoreNotice> passed = passed.Forward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        passed.Valid = notices.Valid && noticesReady.Ready;
        passed.Item = notices.Item;
    }
}

/// <summary>
/// Writes which endpoint a core uses: none when it comes to its kernel endpoint, which has priority; otherwise what the OS says.
/// Combinational; a write per tick.
/// </summary>
internal sealed class UsedEndpointWrite(
    [InputBus] Stream<CoreNotice> notices,
    [InputBus] IEndpointActions decided,
    EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IRamWrite<UsedEndpoint> used = Scope.CreateBus<IRamWrite<UsedEndpoint>>("usedWrite");
    [OutputBus] private readonly IRamWrite<byte> user = Scope.CreateBus<IRamWrite<byte>>("userWrite");
    private readonly uint coreMask = (uint)shape.CoreDepth - 1;
    private readonly uint endpointMask = (uint)shape.EndpointDepth - 1;

    internal IRamWrite<UsedEndpoint> Used => used;

    internal IRamWrite<byte> User => user;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        CoreNotice notice = notices.Item;
        bool entersKernel = decided.EntersKernel;
        bool takes = notices.Valid && !entersKernel;
        notices.Ready = !entersKernel;
        used.Enable = entersKernel || takes;
        used.Address = (entersKernel ? decided.Endpoint : notice.Core) & coreMask;
        used.Item = new UsedEndpoint(!entersKernel && notice.State.HasEndpoint, notice.State.Endpoint);
        user.Enable = takes && notice.State.HasEndpoint;
        user.Address = notice.State.Endpoint & endpointMask;
        user.Item = (byte)notice.Core;
    }
}

/// <summary>The core that was last said to use the endpoint. Combinational.</summary>
internal sealed class UserAddress([InputBus] IRamData<byte> user, EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IRamAddress address = Scope.CreateBus<IRamAddress>("usedAddress");
    private readonly uint mask = (uint)shape.CoreDepth - 1;

    internal IRamAddress Address => address;

    /// <inheritdoc/>
    protected override void OnTick() => address.Address = user.Item & mask;
}

/// <summary>The core whose entry is written. Combinational.</summary>
internal sealed class UsedWriteAddress([InputBus] IRamWrite<UsedEndpoint> write, EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IRamAddress address = Scope.CreateBus<IRamAddress>("beforeAddress");
    private readonly uint mask = (uint)shape.CoreDepth - 1;

    internal IRamAddress Address => address;

    /// <inheritdoc/>
    protected override void OnTick() => address.Address = write.Address & mask;
}

/// <summary>
/// Compares a core's new entry with its old one: outputs the endpoint that it leaves, or its kernel endpoint if it has left none and uses
/// one now. Combinational; one write per tick; no back-pressure: what finds no room is dropped.
/// </summary>
internal sealed class EndpointLeave(
    [InputBus] IRamWrite<UsedEndpoint> write,
    [InputBus] IRamData<UsedEndpoint> before,
    [InputBus] IFifoState state,
    [OutputBus] IStream<ushort> leaves,
    EndpointShape shape) : SimpleProcess
{
    private readonly uint coreMask = (uint)shape.CoreDepth - 1;
    private readonly uint places = (uint)shape.LeaveDepth;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        UsedEndpoint now = write.Item;
        UsedEndpoint then = before.Item;
        bool leavesUser = then.HasEndpoint && !(now.HasEndpoint && now.Endpoint == then.Endpoint);
        leaves.Valid = write.Enable && (leavesUser || now.HasEndpoint) && state.Count < places;
        leaves.Item = leavesUser ? then.Endpoint : (ushort)(write.Address & coreMask);
    }
}

/// <summary>Whether that core still uses it. Combinational.</summary>
public sealed class EndpointUseCheck(
    [InputBus] IEndpointEvent held,
    [InputBus] IRamData<UsedEndpoint> used,
    [OutputBus] IEndpointInUse inUse) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick() => inUse.IsInUse = used.Item.HasEndpoint && used.Item.Endpoint == held.Event.Endpoint;
}
