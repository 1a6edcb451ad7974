// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>Which endpoints, transmit packet slots and process numbers are free.</summary>
/// <param name="capabilities">The NIC's sizes.</param>
/// <param name="conflictOf">Returns the conflict if a stalled load of an endpoint would block a line that must make progress; null if none
/// does.</param>
/// <param name="twoLineConflictOf">Returns the conflict if two endpoints of two control lines can deadlock; null if none can.</param>
internal sealed class EndpointPool(
    NicCapabilities capabilities,
    Func<StallingEndpoint, ColourConflict?>? conflictOf = null,
    Func<TwoLineEndpoint, TwoLineEndpoint, ColourConflict?>? twoLineConflictOf = null)
{
    private static readonly int[] Both = [0, 1];

    private readonly Lock gate = new();
    private readonly LineMap map = new(capabilities.ProgressColourBits);
    private readonly ushort[] generations = new ushort[capabilities.Endpoints];
    private readonly Dictionary<int, int?> taken = [];
    private readonly Dictionary<StallingEndpoint, ColourConflict?> conflicts = [];

    // Of a bound endpoint: its only receive control line, or null for both.
    private readonly Dictionary<int, int?> receiveLines = [];

    // Bound endpoints with two control lines, and whether each sends.
    private readonly Dictionary<int, bool> twoLines = [];

    // Bound endpoints that receive messages of processes.
    private readonly HashSet<int> kernels = [];
    private readonly SortedSet<int> packetSlots = [.. Enumerable.Range(capabilities.PacketSlots, capabilities.TransmitPacketSlots)];
    private readonly ushort[] processGenerations = new ushort[Math.Max(1, capabilities.Processes)];
    private readonly SortedSet<int> processes = [.. Enumerable.Range(1, Math.Max(0, capabilities.Processes - 1))];

    /// <summary>
    /// An endpoint, and if it uses one receive control line only: that line; of the colours that the fewest bound endpoints use.
    /// </summary>
    /// <param name="wanted">The endpoint; null for one that is free, and that is no core's kernel endpoint.</param>
    /// <param name="writesBack">Whether it uses one line only.</param>
    /// <param name="sends">Whether it sends.</param>
    /// <exception cref="NicException">None is free.</exception>
    public (int Number, int Line) Choose(int? wanted, bool writesBack, bool sends = false)
    {
        lock (gate)
        {
            int[] waiting = new int[1 << LineMap.ColourBits];
            foreach ((int number, int? only) in receiveLines)
            {
                foreach (int line in only is int one ? [one] : Both)
                {
                    waiting[Colour(number, line)]++;
                }
            }

            int[] numbers = wanted is int which
                ? [which]
                : [.. Enumerable.Range(capabilities.Cores, Math.Max(0, capabilities.Endpoints - capabilities.Cores))
                    .Where(number => !taken.ContainsKey(number))];
            if (numbers.Length == 0)
            {
                throw new NicException($"all {capabilities.Endpoints - capabilities.Cores} endpoints for processes are bound; release one, "
                    + $"or build the NIC with more (NicConfig.Endpoints)");
            }

            (int Number, int Line)[] ways = writesBack
                ? [.. from number in numbers from line in Both where Conflict(number, line) is null select (number, line)]
                : [.. numbers.Where(number => Conflict(number, null) is null).Select(number => (number, 0))];
            if (!writesBack && ways.Length != 0 && wanted is null)
            {
                (int Number, int Line)[] apart = [.. ways.Where(way => TwoLineConflict(way.Number, sends) is null)];
                if (apart.Length == 0)
                {
                    throw new NicException(
                        $"all {ways.Length} endpoints that are free could deadlock with one that is bound: each has "
                        + "two control lines, and a stalled load blocks all lines of its colour (of endpoint "
                        + $"{ways[0].Number}: {TwoLineConflict(ways[0].Number, sends)}); release one that is bound, or "
                            + $"{Advice(false)}which needs no colour of its own");
                }

                ways = apart;
            }

            if (ways.Length == 0 && wanted is null)
            {
                throw new NicException(
                    $"all {numbers.Length} endpoints that are free would block lines that must make progress while they are stalled (of "
                        + $"endpoint "
                    + $"{numbers[0]}: {Conflict(numbers[0], writesBack ? 0 : null)}); release one that is bound, "
                    + $"{(writesBack ? "" : Advice(false))}or build the NIC with more endpoints (NicConfig.Endpoints) or fewer progress "
                        + $"colours "
                    + "(NicConfig.ProgressColourBits)");
            }

            // One that is asked for by its number and must not be used is refused when it is taken, with the reason.
            return ways.Length == 0 ? (numbers[0], 0)
                : writesBack ? ways.MinBy(way => Cost(way.Number, way.Line))
                : ways.MinBy(way => Math.Max(Cost(way.Number, 0), Cost(way.Number, 1)));

            int Cost(int number, int line)
            {
                int colour = Colour(number, line);
                return waiting[colour] + (colour < map.StallingColours ? 0 : capabilities.Endpoints);
            }
        }

        int Colour(int number, int line) => (int)map.Number(new EndpointLine(LineKind.ReceiveControl, (ushort)number, (byte)line))
            & ((1 << LineMap.ColourBits) - 1);
    }

    /// <summary>Takes an endpoint.</summary>
    public (ushort Generation, int? PacketSlot) Take(
        int number, ushort process, bool wantsPacketSlot, int? receiveLine = null, bool isKernel = false, bool sends = false)
    {
        lock (gate)
        {
            if (number < 0 || number >= capabilities.Endpoints)
            {
                throw new NicException($"there is no endpoint {number}; the NIC has {capabilities.Endpoints}, from 0 on");
            }

            if (taken.ContainsKey(number))
            {
                throw new NicException($"endpoint {number} is bound already; release it first");
            }

            if (process != 0 && number < capabilities.Cores && kernels.Count != 0)
            {
                throw new NicException($"endpoint {number} is the kernel endpoint of core {number}, and the kernel uses these; take one "
                    + $"from {capabilities.Cores} on");
            }

            if (Conflict(number, receiveLine) is ColourConflict conflict)
            {
                throw new NicException(
                    $"endpoint {number} is not for this machine, where a stalled load blocks all lines of its colour: {conflict}. Take "
                    + $"another endpoint (without a number the driver chooses), {Advice(receiveLine is not null)}or build the NIC with "
                        + $"fewer progress colours (NicConfig.ProgressColourBits)");
            }

            if (receiveLine is null && TwoLineConflict(number, sends) is ColourConflict both)
            {
                throw new NicException(
                    $"endpoint {number} and one that is bound, both with two control lines, could deadlock on this machine, "
                    + $"where a stalled load blocks all lines of its colour: {both}. Take another endpoint (without a number the driver "
                    + $"chooses), or {Advice(false)}which needs no colour of its own");
            }

            int? slot = null;
            if (wantsPacketSlot)
            {
                if (packetSlots.Count == 0)
                {
                    throw new NicException(
                        $"none of the {capabilities.TransmitPacketSlots} packet slots for endpoints that send is left; bind endpoint "
                            + $"{number} without, or build the NIC with more (NicConfig.TransmitPacketSlots)");
                }

                slot = packetSlots.Min;
                packetSlots.Remove(slot.Value);
            }

            taken.Add(number, slot);
            receiveLines[number] = receiveLine;
            if (receiveLine is null)
            {
                twoLines[number] = sends;
            }

            if (isKernel)
            {
                kernels.Add(number);
            }

            return (++generations[number], slot);
        }
    }

    private static string Advice(bool writesBack) =>
        writesBack ? "its other receive line, " : "bind it with writesBack, so that it waits at one line only, ";

    // Lines with which this endpoint and one that is bound, both with two lines, could deadlock; null if there are none.
    private ColourConflict? TwoLineConflict(int number, bool sends) => twoLineConflictOf is null
        ? null
        : twoLines.Select(bound => twoLineConflictOf(new TwoLineEndpoint(bound.Key, bound.Value), new TwoLineEndpoint(number, sends)))
            .FirstOrDefault(conflict => conflict is not null);

    // A line that must make progress and that stalled loads of the endpoint would block; null if there is none.
    private ColourConflict? Conflict(int number, int? line)
    {
        StallingEndpoint endpoint = new(number, line);
        if (!conflicts.TryGetValue(endpoint, out ColourConflict? conflict))
        {
            conflicts[endpoint] = conflict = conflictOf?.Invoke(endpoint);
        }

        return conflict;
    }

    /// <summary>Gives an endpoint back.</summary>
    public void Return(int number)
    {
        lock (gate)
        {
            receiveLines.Remove(number);
            twoLines.Remove(number);
            kernels.Remove(number);
            if (taken.Remove(number, out int? slot) && slot is int freed)
            {
                packetSlots.Add(freed);
            }
        }
    }

    /// <summary>Takes the lowest free process number, and returns the number's generation.</summary>
    public (ushort Number, ushort Generation) TakeProcess()
    {
        lock (gate)
        {
            if (processes.Count == 0)
            {
                throw new NicException($"the NIC has room for {capabilities.Processes - 1} processes besides the kernel, and there are as "
                    + $"many; close one, or build the NIC with more (NicConfig.Processes)");
            }

            int number = processes.Min;
            processes.Remove(number);
            return ((ushort)number, processGenerations[number]);
        }
    }

    /// <summary>Gives a process number back.</summary>
    public void ReturnProcess(ushort number)
    {
        lock (gate)
        {
            processGenerations[number]++;
            processes.Add(number);
        }
    }
}
