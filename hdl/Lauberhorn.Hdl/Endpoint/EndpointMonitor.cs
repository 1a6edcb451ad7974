// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>
/// Checks at the home port, in every simulation: each read is answered once; no line is fetched while a fetch of it is outstanding; and the
/// CPU's side keeps the port's contract: no tag is used twice at a time, no answer comes without a fetch, no read comes of a line that is
/// being fetched. A read that was valid when the fetch passed, be it first valid in that very tick, has crossed it: that is legal, and the
/// fetch is answered after it.
/// </summary>
public sealed class EndpointMonitor : SME.Monitor
{
    [InputBus] private readonly IStream<HomeRead> reads;
    [InputBus] private readonly IReady readsReady;
    [InputBus] private readonly IStream<HomeReturn> returns;
    [InputBus] private readonly IReady returnsReady;
    [InputBus] private readonly IStream<HomeData> data;
    [InputBus] private readonly IReady dataReady;
    [InputBus] private readonly IStream<HomeFetch> fetches;
    [InputBus] private readonly IReady fetchesReady;
    private readonly HashSet<ushort> open = [];
    private readonly HashSet<uint> fetched = [];
    private bool hasCrossed;

    internal EndpointMonitor(HomePort home)
    {
        (reads, readsReady) = (home.Reads.Forward, home.Reads.Backward);
        (returns, returnsReady) = (home.Returns.Forward, home.Returns.Backward);
        (data, dataReady) = (home.Data.Forward, home.Data.Backward);
        (fetches, fetchesReady) = (home.Fetches.Forward, home.Fetches.Backward);
    }

    /// <summary>Number of reads that have no answer yet.</summary>
    public int OpenReads => open.Count;

    /// <summary>Number of fetches that have no answer yet.</summary>
    public int OpenFetches => fetched.Count;

    /// <inheritdoc/>
    protected override void Check()
    {
        if (data.Valid && dataReady.Ready && !open.Remove(data.Item.Tag))
        {
            Fail($"an answer with tag {data.Item.Tag}, of which no read is open");
        }

        if (fetches.Valid && fetchesReady.Ready)
        {
            if (!fetched.Add(fetches.Item.Line))
            {
                Fail($"line {fetches.Item.Line:x} is fetched while a fetch of it is outstanding");
            }

            hasCrossed |= reads.Valid && reads.Item.Line == fetches.Item.Line;
        }

        if (reads.Valid && readsReady.Ready)
        {
            if (!open.Add(reads.Item.Tag))
            {
                Fail($"a read with tag {reads.Item.Tag}, which is in use");
            }

            if (fetched.Contains(reads.Item.Line) && !hasCrossed)
            {
                Fail($"a read of line {reads.Item.Line:x}, which is being fetched");
            }

            hasCrossed = false;
        }

        if (returns.Valid && returnsReady.Ready && returns.Item.IsAnswer && !fetched.Remove(returns.Item.Line))
        {
            Fail($"an answer to a fetch of line {returns.Item.Line:x}, which was not fetched");
        }
    }
}
