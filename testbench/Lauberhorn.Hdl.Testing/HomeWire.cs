// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;

namespace Lauberhorn.Hdl.Testing;

/// <summary>
/// The CPU's side of the home port on a test bench: queues of its reads and returns, and callbacks for answers and fetches.
/// </summary>
/// <param name="port">The NIC's home port.</param>
public sealed class HomeWire(HomePort port)
{
    private readonly Queue<HomeRead> reads = new();
    private readonly Queue<HomeReturn> returns = new();

    /// <summary>Called with each answer to a read, with the tick in which it was first valid.</summary>
    public Action<HomeData, long> OnData { get; set; } = static (_, _) => { };

    /// <summary>Called with each line that the NIC fetches, with the tick in which that was first valid.</summary>
    public Action<HomeFetch, long> OnFetch { get; set; } = static (_, _) => { };

    /// <summary>Called in each tick before reads and returns of the next are chosen, when all that passes in this one is known.</summary>
    public Action OnDrive { get; set; } = static () => { };

    /// <summary>Polled in each tick: whether the CPU is ready for an answer in the next.</summary>
    public Func<bool> DataPace { get; set; } = static () => true;

    /// <summary>Polled in each tick: whether the CPU is ready for a fetch in the next.</summary>
    public Func<bool> FetchPace { get; set; } = static () => true;

    /// <summary>The tick in which the last read was first valid.</summary>
    public long LastReadTick { get; private set; } = -1;

    /// <summary>The tick in which the last return was first valid.</summary>
    public long LastReturnTick { get; private set; } = -1;

    private long dataSince = -1;
    private long fetchSince = -1;

    /// <summary>Whether all reads and returns of the CPU have been accepted.</summary>
    public bool IsIdle => reads.Count == 0 && returns.Count == 0 && !port.Reads.Forward.Valid && !port.Returns.Forward.Valid;

    /// <summary>Queues a read.</summary>
    /// <param name="read">The read.</param>
    public void Read(HomeRead read) => reads.Enqueue(read);

    /// <summary>Queues a write-back or a fetch's answer.</summary>
    /// <param name="line">What comes home.</param>
    public void Return(HomeReturn line) => returns.Enqueue(line);

    /// <summary>Takes what passes in the tick to come.</summary>
    /// <param name="tick">The tick's number.</param>
    public void Take(long tick)
    {
        if (port.Data.Forward.Valid)
        {
            dataSince = dataSince < 0 ? tick : dataSince;
            if (port.Data.Backward.Ready)
            {
                OnData(port.Data.Forward.Item, dataSince);
                dataSince = -1;
            }
        }

        if (port.Fetches.Forward.Valid)
        {
            fetchSince = fetchSince < 0 ? tick : fetchSince;
            if (port.Fetches.Backward.Ready)
            {
                OnFetch(port.Fetches.Forward.Item, fetchSince);
                fetchSince = -1;
            }
        }
    }

    /// <summary>Brings what the NIC sees in the tick to come. To be called after <see cref="Take"/>.</summary>
    /// <param name="tick">The tick's number.</param>
    public void Drive(long tick)
    {
        OnDrive();
        port.Data.Backward.Ready = DataPace();
        port.Fetches.Backward.Ready = FetchPace();
        if (!port.Reads.Forward.Valid || port.Reads.Backward.Ready)
        {
            bool offers = reads.Count > 0;
            port.Reads.Forward.Valid = offers;
            if (offers)
            {
                port.Reads.Forward.Item = reads.Dequeue();
                LastReadTick = tick;
            }
        }

        if (!port.Returns.Forward.Valid || port.Returns.Backward.Ready)
        {
            bool offers = returns.Count > 0;
            port.Returns.Forward.Valid = offers;
            if (offers)
            {
                port.Returns.Forward.Item = returns.Dequeue();
                LastReturnTick = tick;
            }
        }
    }
}
