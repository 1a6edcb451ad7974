// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>Which endpoints, transmit packet slots and process numbers are free.</summary>
internal sealed class EndpointPool(NicCapabilities capabilities)
{
    // Endpoints whose numbers modulo 32 are from here on share colours with lines that must not wait (hdl/Lauberhorn.Hdl/Home/LineMap.cs): only if there are no others.
    internal const int PlainSlots = 24;

    private readonly Lock gate = new();
    private readonly ushort[] generations = new ushort[capabilities.Endpoints];
    private readonly Dictionary<int, int?> taken = [];

    // Of a bound endpoint: its only receive control line, or null for both.
    private readonly Dictionary<int, int?> receiveLines = [];
    // Bound endpoints that take messages of processes.
    private readonly HashSet<int> kernels = [];
    private readonly SortedSet<int> packetSlots = [.. Enumerable.Range(capabilities.PacketSlots, capabilities.TransmitPacketSlots)];
    private readonly SortedSet<int> processes = [.. Enumerable.Range(1, Math.Max(0, capabilities.Processes - 1))];

    /// <summary>An endpoint, and if it uses one receive control line only: that line; of a colour that no bound endpoint waits with, if there is one.</summary>
    /// <param name="wanted">The endpoint; null for one that no one has, and that is no core's kernel endpoint.</param>
    /// <param name="writesBack">Whether it uses one line only.</param>
    public (int Number, int Line) Choose(int? wanted, bool writesBack)
    {
        if (!writesBack)
        {
            return (wanted ?? Choose(), 0);
        }

        lock (gate)
        {
            HashSet<int> used = [.. receiveLines.SelectMany(entry => entry.Value is int only ? new[] { Colour(entry.Key, only) } : [Colour(entry.Key, 0), Colour(entry.Key, 1)])];
            IEnumerable<int> numbers = wanted is int one
                ? [one]
                : Enumerable.Range(capabilities.Cores, Math.Max(0, capabilities.Endpoints - capabilities.Cores)).Where(number => !taken.ContainsKey(number) && number % 32 < PlainSlots);
            foreach (int number in numbers)
            {
                for (int line = 0; line < 2; line++)
                {
                    if (!used.Contains(Colour(number, line)))
                    {
                        return (number, line);
                    }
                }
            }
        }

        return (wanted ?? Choose(), 0);

        static int Colour(int number, int line) => (number % 32 * 2) + line;
    }

    /// <summary>The number of an endpoint that no one has, and that is no core's kernel endpoint.</summary>
    public int Choose()
    {
        lock (gate)
        {
            int[] free = [.. Enumerable.Range(capabilities.Cores, Math.Max(0, capabilities.Endpoints - capabilities.Cores)).Where(number => !taken.ContainsKey(number))];
            return free.Length > 0
                ? free.FirstOrDefault(number => number % 32 < PlainSlots, free[0])
                : throw new NicException($"all {capabilities.Endpoints - capabilities.Cores} endpoints for processes are bound; release one, or build the NIC with more (NicConfig.Endpoints)");
        }
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
