// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Reply;

/// <summary>The look-up's result.</summary>
public interface INeighbourAnswer : IBus
{
    /// <summary>Whether a neighbour was looked up in the tick before.</summary>
    bool Valid { get; set; }

    /// <summary>Whether its MAC address is known.</summary>
    bool IsKnown { get; set; }

    /// <summary>The MAC address; the first byte on the wire is the most significant.</summary>
    Bits<W48> MacAddress { get; set; }
}

/// <summary>An entry of the neighbour table.</summary>
public readonly record struct Neighbour
{
    /// <summary>Whether the entry is valid.</summary>
    public bool IsValid { get; init; }

    /// <summary>Whether the OS has set it: what is learned does not change it.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Its IPv4 address.</summary>
    public uint Address { get; init; }

    /// <summary>Its MAC address; the first byte on the wire is the most significant.</summary>
    public Bits<W48> MacAddress { get; init; }
}

/// <summary>
/// MAC addresses by IPv4 address: learned from received frames, or set by the OS. Two tables; an address has a place in each
/// (docs/reply.md). A look-up takes 1 tick, and there is one per tick; it sees the old or the new neighbour. A neighbour is learned in 3
/// ticks, and what is seen meanwhile is not learned; what the OS sets is queued.
/// </summary>
public sealed class NeighbourTable
{
    /// <summary>Creates the table in a scope of its own.</summary>
    /// <param name="config">The NIC's parameters: <see cref="NicConfig.Neighbours"/>.</param>
    /// <param name="job">Jobs: a neighbour is looked up when one is accepted.</param>
    /// <param name="step">Whether a job is accepted.</param>
    /// <param name="sighting">Neighbours seen.</param>
    /// <param name="command">The OS's commands.</param>
    /// <param name="settings">Whether to learn.</param>
    /// <exception cref="ElaborationException">The number of neighbours is not 4 or a larger power of two.</exception>
    public NeighbourTable(NicConfig config, IReplyJob job, IReplyStep step, ISighting sighting, ICommand command, INicSettings settings)
    {
        using Scope scope = Scope.Open("neighbours");
        if (!BitOperations.IsPow2(config.Neighbours) || config.Neighbours < 4)
        {
            throw new ElaborationException($"{scope.Path}: Neighbours is {config.Neighbours}; use a power of two from 4 on");
        }

        int depth = config.Neighbours / 2;
        int bits = BitOperations.Log2((uint)depth);
        NeighbourRead read = new(job, bits) { Name = "read" };
        IRamRead learn0 = Scope.CreateBus<IRamRead>("learnRead0");
        IRamRead learn1 = Scope.CreateBus<IRamRead>("learnRead1");
        IRamWrite<Neighbour> write0 = Scope.CreateBus<IRamWrite<Neighbour>>("write0");
        IRamWrite<Neighbour> write1 = Scope.CreateBus<IRamWrite<Neighbour>>("write1");

        // Each table twice: one copy for look-ups, one for the read before a write.
        SimpleDualPortRam<Neighbour> table0 = new(write0, read.Read0, depth) { Name = "table0" };
        SimpleDualPortRam<Neighbour> table1 = new(write1, read.Read1, depth) { Name = "table1" };
        SimpleDualPortRam<Neighbour> copy0 = new(write0, learn0, depth) { Name = "copy0" };
        SimpleDualPortRam<Neighbour> copy1 = new(write1, learn1, depth) { Name = "copy1" };
        NeighbourQuestion question = new(job, step) { Name = "question" };
        Answer = new NeighbourMatch(question.Asked, table0.Data, table1.Data) { Name = "match" }.Answer;
        NeighbourPorts ports0 = new(copy0.Data, learn0, write0);
        NeighbourPorts ports1 = new(copy1.Data, learn1, write1);
        _ = new NeighbourLearning(sighting, command, settings, ports0, ports1, bits) { Name = "learning" };
    }

    /// <summary>Output: the result for the address that was looked up in the tick before.</summary>
    public INeighbourAnswer Answer { get; }
}

/// <summary>The addresses of an address's entries.</summary>
[Hardware]
public static class NeighbourHash
{
    /// <summary>The place of an address.</summary>
    /// <param name="address">The IPv4 address.</param>
    /// <param name="table">0 or 1; a constant in hardware.</param>
    /// <param name="bits">Bits of the result; a constant in hardware.</param>
    [SimulatedBy(typeof(TableHashRows), nameof(TableHashRows.OfNeighbour))]
    public static uint Of(uint address, int table, int bits) => TableHash.OfProcedure(address, table, bits);
}

/// <summary>Reads the places of the next job's destination. Combinational.</summary>
public sealed class NeighbourRead([InputBus] IReplyJob job, int bits) : SimpleProcess
{
    [OutputBus] private readonly IRamRead read0 = Scope.CreateBus<IRamRead>("read0");
    [OutputBus] private readonly IRamRead read1 = Scope.CreateBus<IRamRead>("read1");
    private readonly int bits = bits;

    internal IRamRead Read0 => read0;

    internal IRamRead Read1 => read1;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        read0.Enable = true;
        read0.Address = NeighbourHash.Of(job.Job.Address, 0, bits);
        read1.Enable = true;
        read1.Address = NeighbourHash.Of(job.Job.Address, 1, bits);
    }
}

/// <summary>The address that was looked up; registers.</summary>
public interface INeighbourAsked : IBus
{
    /// <summary>Whether one was looked up.</summary>
    bool Valid { get; set; }

    /// <summary>The IPv4 address.</summary>
    uint Address { get; set; }
}

/// <summary>Registers the address while the tables are read. Latency 1 tick; one per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class NeighbourQuestion([InputBus] IReplyJob job, [InputBus] IReplyStep step) : SimpleProcess
{
    [OutputBus] private readonly INeighbourAsked asked = Scope.CreateBus<INeighbourAsked>("asked");

    internal INeighbourAsked Asked => asked;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        asked.Valid = step.Takes && job.Job.Class != FrameClass.None;
        asked.Address = job.Job.Address;
    }
}

/// <summary>Compares the entries read with the address. Combinational.</summary>
public sealed class NeighbourMatch(
    [InputBus] INeighbourAsked asked,
    [InputBus] IRamData<Neighbour> table0,
    [InputBus] IRamData<Neighbour> table1) : SimpleProcess
{
    [OutputBus] private readonly INeighbourAnswer answer = Scope.CreateBus<INeighbourAnswer>("answer");

    internal INeighbourAnswer Answer => answer;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool is0 = table0.Item.IsValid && table0.Item.Address == asked.Address;
        bool is1 = table1.Item.IsValid && table1.Item.Address == asked.Address;
        answer.Valid = asked.Valid;
        answer.IsKnown = is0 || is1;
        answer.MacAddress = is0 ? table0.Item.MacAddress : is1 ? table1.Item.MacAddress : Bits<W48>.Zero;
    }
}

/// <summary>The port of a table by which neighbours are learned.</summary>
/// <param name="Data">What was read.</param>
/// <param name="Read">What is read.</param>
/// <param name="Write">What is written.</param>
internal sealed record NeighbourPorts(
    [InputBus] IRamData<Neighbour> Data, [OutputBus] IRamRead Read, [OutputBus] IRamWrite<Neighbour> Write);

/// <summary>
/// Writes neighbours: reads both places of an address, then writes where the address is, or a free place, or one that was learned. What the
/// OS sets gets a place in any case. 3 ticks for each; sightings meanwhile are lost, a command is kept.
/// </summary>
[ClockedProcess]
internal sealed class NeighbourLearning(
    [InputBus] ISighting sighting,
    [InputBus] ICommand command,
    [InputBus] INicSettings settings,
    [Ports] NeighbourPorts table0,
    [Ports] NeighbourPorts table1,
    int bits) : SimpleProcess
{
    private readonly int bits = bits;

    private bool hasCommand;
    private NeighbourEntry set;
    private bool isReading;
    private bool isDeciding;
    private Neighbour learned;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Neighbour place0 = table0.Data.Item;
        Neighbour place1 = table1.Data.Item;
        bool learns = sighting.Valid && settings.LearnsNeighbours;
        bool isIdle = !isReading && !isDeciding;
        table0.Read.Enable = true;
        table1.Read.Enable = true;
        table0.Write.Enable = false;
        table1.Write.Enable = false;
        if (isDeciding)
        {
            bool is0 = place0.IsValid && place0.Address == learned.Address;
            bool is1 = place1.IsValid && place1.Address == learned.Address;
            bool isOurs = learned.IsFixed;
            bool isFixed0 = place0.IsValid && place0.IsFixed;
            bool isFixed1 = place1.IsValid && place1.IsFixed;
            bool isFree0 = !place0.IsValid;
            bool isFree1 = !place1.IsValid;
            bool isNew = !is0 && !is1 && learned.IsValid;
            bool takes0 = isNew && (isFree0 || (!isFree1 && (!isFixed0 || (isOurs && isFixed1))));
            bool takes1 = isNew && !takes0 && (isFree1 || !isFixed1);
            table0.Write.Enable = takes0 || (is0 && (isOurs || !isFixed0));
            table1.Write.Enable = takes1 || (is1 && (isOurs || !isFixed1));
        }

        table0.Write.Address = table0.Read.Address;
        table1.Write.Address = table1.Read.Address;
        table0.Write.Item = learned;
        table1.Write.Item = learned;
        isDeciding = isReading;
        isReading = isIdle && (hasCommand || learns);
        if (isIdle)
        {
            learned = hasCommand
                ? new Neighbour { IsValid = set.IsValid, IsFixed = true, Address = set.Address, MacAddress = set.MacAddress }
                : new Neighbour { IsValid = true, IsFixed = false, Address = sighting.Address, MacAddress = sighting.MacAddress };
            table0.Read.Address = NeighbourHash.Of(hasCommand ? set.Address : sighting.Address, 0, bits);
            table1.Read.Address = NeighbourHash.Of(hasCommand ? set.Address : sighting.Address, 1, bits);
            hasCommand = false;
        }

        if (command.Valid && command.Code == CommandCode.SetNeighbour)
        {
            hasCommand = true;
            set = CommandData.Neighbour(command.Data);
        }
    }
}
