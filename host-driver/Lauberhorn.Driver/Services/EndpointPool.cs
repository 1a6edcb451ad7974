// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;

namespace Lauberhorn.Driver;

/// <summary>Which endpoints, transmit packet slots and process numbers are free.</summary>
internal sealed class EndpointPool(NicCapabilities capabilities)
{
    private static readonly int[] Both = [0, 1];

    private readonly Lock gate = new();
    private readonly LineMap map = new(capabilities.ProgressColourBits);
    private readonly ushort[] generations = new ushort[capabilities.Endpoints];
    private readonly Dictionary<int, int?> taken = [];

    // Of a bound endpoint: its only receive control line, or null for both.
    private readonly Dictionary<int, int?> receiveLines = [];
    // Bound endpoints that take messages of processes.
    private readonly HashSet<int> kernels = [];
    private readonly SortedSet<int> packetSlots = [.. Enumerable.Range(capabilities.PacketSlots, capabilities.TransmitPacketSlots)];
    private readonly SortedSet<int> processes = [.. Enumerable.Range(1, Math.Max(0, capabilities.Processes - 1))];

    /// <summary>An endpoint, and if it uses one receive control line only: that line; of the colours with which the fewest bound endpoints wait.</summary>
    /// <param name="wanted">The endpoint; null for one that no one has, and that is no core's kernel endpoint.</param>
    /// <param name="writesBack">Whether it uses one line only.</param>
    /// <exception cref="NicException">None is free.</exception>
    public (int Number, int Line) Choose(int? wanted, bool writesBack)
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
                : [.. Enumerable.Range(capabilities.Cores, Math.Max(0, capabilities.Endpoints - capabilities.Cores)).Where(number => !taken.ContainsKey(number))];
            if (numbers.Length == 0)
            {
                throw new NicException($"all {capabilities.Endpoints - capabilities.Cores} endpoints for processes are bound; release one, or build the NIC with more (NicConfig.Endpoints)");
            }

            return writesBack
                ? numbers.SelectMany(number => Both.Select(line => (number, line))).MinBy(way => Cost(way.number, way.line))
                : (numbers.MinBy(number => Math.Max(Cost(number, 0), Cost(number, 1))), 0);

            int Cost(int number, int line)
            {
                int colour = Colour(number, line);
                return waiting[colour] + (colour < map.StallingColours ? 0 : capabilities.Endpoints);
            }
        }

        int Colour(int number, int line) => (int)map.Number(new EndpointLine(LineKind.ReceiveControl, (ushort)number, (byte)line)) & ((1 << LineMap.ColourBits) - 1);
    }

    /// <summary>Takes an endpoint.</summary>
    public (ushort Generation, int? PacketSlot) Take(int number, ushort process, bool wantsPacketSlot, int? receiveLine = null, bool isKernel = false)
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
                throw new NicException($"endpoint {number} is the kernel endpoint of core {number}, and the kernel uses these; take one from {capabilities.Cores} on");
            }

            int? slot = null;
            if (wantsPacketSlot)
            {
                if (packetSlots.Count == 0)
                {
                    throw new NicException(
                        $"none of the {capabilities.TransmitPacketSlots} packet slots for endpoints that send is left; bind endpoint {number} without, or build the NIC with more (NicConfig.TransmitPacketSlots)");
                }

                slot = packetSlots.Min;
                packetSlots.Remove(slot.Value);
            }

            taken.Add(number, slot);
            receiveLines[number] = receiveLine;
            if (isKernel)
            {
                kernels.Add(number);
            }

            return (++generations[number], slot);
        }
    }

    /// <summary>Gives an endpoint back.</summary>
    public void Return(int number)
    {
        lock (gate)
        {
            receiveLines.Remove(number);
            kernels.Remove(number);
            if (taken.Remove(number, out int? slot) && slot is int freed)
            {
                packetSlots.Add(freed);
            }
        }
    }

    /// <summary>Takes the lowest free process number.</summary>
    public ushort TakeProcess()
    {
        lock (gate)
        {
            if (processes.Count == 0)
            {
                throw new NicException($"the NIC has room for {capabilities.Processes - 1} processes besides the kernel, and there are as many; close one, or build the NIC with more (NicConfig.Processes)");
            }

            int number = processes.Min;
            processes.Remove(number);
            return (ushort)number;
        }
    }

    /// <summary>Gives a process number back.</summary>
    public void ReturnProcess(ushort number)
    {
        lock (gate)
        {
            processes.Add(number);
        }
    }
}
