// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Schedule;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>Whether a core is said to use the endpoint of the event at hand; wires.</summary>
public interface IEndpointInUse : IBus
{
    /// <summary>Whether one is.</summary>
    bool IsInUse { get; set; }
}

/// <summary>The user endpoint that a core is said to use.</summary>
/// <param name="HasEndpoint">Whether it uses one.</param>
/// <param name="Endpoint">The endpoint.</param>
public readonly record struct UsedEndpoint(bool HasEndpoint, ushort Endpoint);

/// <summary>
/// What the OS says of cores and endpoints (docs/scheduler.md), looked up for each event: an endpoint is in use if the core that was last said to use it still is, and has not come to its
/// kernel endpoint since. Two cores cannot use one endpoint: the later counts. Latency: an event's answer is there in the tick of its decision; a store of the OS's counts
/// 2 ticks after the scheduler took it, later by a tick for each core that comes to the kernel meanwhile. One event per tick; holds up nobody.
/// When a core leaves an endpoint the engine is told, so that a read that waits there does not wait on; and of its kernel endpoint when it
/// begins to use another. What finds no room, with as many places as cores, is forgotten: that read waits until TRYAGAIN.
/// </summary>
internal static class EndpointsInUse
{
    /// <summary>Stores that can wait; they come at least 6 ticks apart.</summary>
    private const int Depth = 16;

    /// <summary>Creates the block in a scope of its own.</summary>
    /// <param name="notices">What the OS says of cores, on its way to the scheduler.</param>
    /// <param name="decided">What the engine decided.</param>
    /// <param name="held">The event at hand.</param>
    /// <param name="stateRead">The read of its endpoint's state, a tick before.</param>
    /// <param name="shape">How large memories are.</param>
    /// <param name="inUse">The answer.</param>
    /// <param name="leaves">Keeps endpoints that cores have left.</param>
    /// <param name="leavesIn">Takes them.</param>
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

/// <summary>Sees what the OS says of cores as the scheduler takes it. Latency 1 tick; one notice per tick; holds up nobody: there is room behind it.</summary>
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
/// Writes what a core uses: nothing when it comes to its kernel endpoint, which goes first; otherwise what the OS says. No latency, no state; a write per tick.
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

/// <summary>The core that was last said to use the endpoint. No latency, no state.</summary>
internal sealed class UserAddress([InputBus] IRamData<byte> user, EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IRamAddress address = Scope.CreateBus<IRamAddress>("usedAddress");
    private readonly uint mask = (uint)shape.CoreDepth - 1;

    internal IRamAddress Address => address;

    /// <inheritdoc/>
    protected override void OnTick() => address.Address = user.Item & mask;
}

/// <summary>The core of which something else is written. No latency, no state.</summary>
internal sealed class UsedWriteAddress([InputBus] IRamWrite<UsedEndpoint> write, EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IRamAddress address = Scope.CreateBus<IRamAddress>("beforeAddress");
    private readonly uint mask = (uint)shape.CoreDepth - 1;

    internal IRamAddress Address => address;

    /// <inheritdoc/>
    protected override void OnTick() => address.Address = write.Address & mask;
}

/// <summary>
/// Compares what a core uses with what it used: the endpoint that it leaves, or its kernel endpoint if it has left none and uses one now.
/// No latency, no state; one write per tick; holds up nobody: what finds no room is forgotten.
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

/// <summary>Whether that core still uses it. No latency, no state.</summary>
public sealed class EndpointUseCheck(
    [InputBus] IEndpointEvent held,
    [InputBus] IRamData<UsedEndpoint> used,
    [OutputBus] IEndpointInUse inUse) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick() => inUse.IsInUse = used.Item.HasEndpoint && used.Item.Endpoint == held.Event.Endpoint;
}
