// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// The argument that nothing waits for ever: the edges of the waits-for graph, the reasons given for them, and what is left to be
/// explained.
/// </summary>
public sealed class WaitArgument
{
    /// <summary>Applies the reasons to the edges.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="computed">The edges that were computed.</param>
    /// <param name="reasons">The reasons given for edges.</param>
    public WaitArgument(IReadOnlyList<StreamMonitor> streams, IReadOnlyList<StreamWait> computed, IReadOnlyList<WaitReason> reasons)
    {
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentNullException.ThrowIfNull(computed);
        ArgumentNullException.ThrowIfNull(reasons);
        Streams = streams;
        Reasons = reasons;
        Dictionary<string, StreamMonitor> byPath = [];
        foreach (StreamMonitor stream in streams)
        {
            byPath[stream.StreamPath] = stream;
        }

        List<string> stale = [];
        List<StreamWait> all = [.. computed];
        foreach (WaitReason reason in reasons)
        {
            IEnumerable<string> missing = reason.From.Concat(reason.To).Where(path => !byPath.ContainsKey(path));
            stale.AddRange(missing.Select(path => $"there is no stream {path}, of which it is said: {reason.Reason}"));
            if (reason.Use == WaitReasonUse.Adds)
            {
                all.AddRange(
                    from source in reason.From.Where(byPath.ContainsKey)
                    from target in reason.To.Where(byPath.ContainsKey)
                    select new StreamWait(byPath[source], byPath[target], reason.Kind ?? WaitKind.Taken, false, []));
            }
            else
            {
                HashSet<string> meant = [.. computed.Where(reason.IsAbout).Select(wait => wait.From.StreamPath)];
                foreach (string from in reason.From.Where(path => !meant.Contains(path)))
                {
                    stale.Add($"{from} waits for none of {string.Join(", ", reason.To)}, of which it is said: {reason.Reason}");
                }
            }
        }

        Waits = [.. all.OrderBy(wait => IndexOf(streams, wait.From))];
        Counted = [.. Waits.Where(wait => EndOf(wait) is null)];
        Unexplained = [.. Counted.Where(wait => wait.Kind == WaitKind.Offered && AddedBy(wait) is null)];
        Stale = stale;
        Cycles = WaitCycles.Find(streams, Counted);
        Ranks = WaitCycles.Ranks(streams, Counted);
    }

    /// <summary>The streams: the nodes of the waits-for graph.</summary>
    public IReadOnlyList<StreamMonitor> Streams { get; }

    /// <summary>The reasons given for edges, by hand.</summary>
    public IReadOnlyList<WaitReason> Reasons { get; }

    /// <summary>All edges, computed and added.</summary>
    public IReadOnlyList<StreamWait> Waits { get; }

    /// <summary>The edges without a reason why they end.</summary>
    public IReadOnlyList<StreamWait> Counted { get; }

    /// <summary>Edges to a stream that has to become valid, without a reason why it does.</summary>
    public IReadOnlyList<StreamWait> Unexplained { get; }

    /// <summary>Reasons for streams and edges that do not exist.</summary>
    public IReadOnlyList<string> Stale { get; }

    /// <summary>Streams that may wait for themselves.</summary>
    public IReadOnlyList<IReadOnlyList<StreamMonitor>> Cycles { get; }

    /// <summary>
    /// The place of each stream in an order in which each waits only for those of lower rank, or alternates with those of the same; if
    /// there is no cycle.
    /// </summary>
    public IReadOnlyDictionary<StreamMonitor, int> Ranks { get; }

    /// <summary>Whether nothing is left to be explained.</summary>
    public bool Holds => Cycles.Count == 0 && Unexplained.Count == 0 && Stale.Count == 0;

    /// <summary>What is left to be explained, a line each.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (IReadOnlyList<StreamMonitor> cycle in Cycles)
        {
            yield return $"these may wait for one another: {string.Join(", ", cycle.Select(stream => stream.StreamPath))}";
            foreach (StreamWait wait in Counted.Where(wait => cycle.Contains(wait.From) && cycle.Contains(wait.To)))
            {
                yield return $"  {wait.From.StreamPath} waits for {wait.To.StreamPath}, {Describe(wait)}";
            }
        }

        foreach (StreamWait wait in Unexplained)
        {
            yield return $"{wait.From.StreamPath} waits for {wait.To.StreamPath} to be offered, and nothing says why it is";
        }

        foreach (string stale in Stale)
        {
            yield return stale;
        }
    }

    /// <summary>The reason why an edge ends; null if none is given.</summary>
    /// <param name="wait">The edge.</param>
    public WaitReason? EndOf(StreamWait wait) =>
        Reasons.FirstOrDefault(reason => reason.Use == WaitReasonUse.Ends && reason.IsAbout(wait));

    /// <summary>The reason that added an edge; null if it was computed.</summary>
    /// <param name="wait">The edge.</param>
    public WaitReason? AddedBy(StreamWait wait) =>
        Reasons.FirstOrDefault(reason => reason.Use == WaitReasonUse.Adds && reason.IsAbout(wait));

    /// <summary>An edge's kind and way in words.</summary>
    /// <param name="wait">The edge.</param>
    public static string Describe(StreamWait wait)
    {
        ArgumentNullException.ThrowIfNull(wait);
        string what = wait.Kind switch
        {
            WaitKind.Taken => "to be taken",
            WaitKind.GoesFirst => "which goes first",
            _ => "to be offered",
        };
        string how = wait.Registers.Count == 0 ? "in the same tick" : $"through {string.Join(", ", wait.Registers)}";
        return wait.IsAlways ? $"{what}, always, {how}" : $"{what}, {how}";
    }

    private static int IndexOf(IReadOnlyList<StreamMonitor> streams, StreamMonitor stream)
    {
        for (int i = 0; i < streams.Count; i++)
        {
            if (streams[i] == stream)
            {
                return i;
            }
        }

        return streams.Count;
    }
}
