// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>Finds the cycles of a waits-for graph, and the order of its streams if it has none.</summary>
public static class WaitCycles
{
    /// <summary>
    /// The sets of streams that wait for one another in a cycle, each in order of construction; none if nothing can wait for itself.
    /// Streams of one receiver of which each may go before the others are no cycle: one of them is accepted; but what one of them waits
    /// for, all of them do.
    /// </summary>
    /// <param name="streams">The streams.</param>
    /// <param name="waits">The edges that count.</param>
    public static IReadOnlyList<IReadOnlyList<StreamMonitor>> Find(IReadOnlyList<StreamMonitor> streams, IEnumerable<StreamWait> waits)
    {
        ArgumentNullException.ThrowIfNull(streams);
        StreamWait[] edges = [.. waits];
        Dictionary<StreamMonitor, int> group = Number(streams, edges.Where(edge => edge.Kind == WaitKind.GoesFirst));
        Dictionary<StreamMonitor, int> component = Number(streams, Joined(streams, edges, group));
        return
        [
            .. streams.GroupBy(stream => component[stream])
                .Where(members => members.Select(member => group[member]).Distinct().Count() > 1 || HasInner(members, edges))
                .Select(members => members.ToArray()),
        ];
    }

    /// <summary>
    /// The streams in an order in which each waits only for those before it, or beside it in the same row; the reason why nothing waits for
    /// ever, if there is no cycle.
    /// </summary>
    /// <param name="streams">The streams.</param>
    /// <param name="waits">The edges that count, without a cycle.</param>
    public static IReadOnlyDictionary<StreamMonitor, int> Ranks(IReadOnlyList<StreamMonitor> streams, IEnumerable<StreamWait> waits)
    {
        ArgumentNullException.ThrowIfNull(streams);
        StreamWait[] edges = [.. waits];
        Dictionary<StreamMonitor, int> group = Number(streams, edges.Where(edge => edge.Kind == WaitKind.GoesFirst));
        ILookup<int, int> next = edges
            .Where(edge => group[edge.From] != group[edge.To])
            .ToLookup(edge => group[edge.From], edge => group[edge.To]);
        Dictionary<int, int> ranks = [];
        return streams.ToDictionary(stream => stream, stream => Rank(group[stream]));

        int Rank(int node)
        {
            if (!ranks.TryGetValue(node, out int rank))
            {
                // Against a cycle, which the caller has excluded.
                ranks[node] = 0;
                rank = next[node].Select(to => Rank(to) + 1).DefaultIfEmpty(0).Max();
                ranks[node] = rank;
            }

            return rank;
        }
    }

    private static bool HasInner(IEnumerable<StreamMonitor> members, StreamWait[] edges)
    {
        // Within a group of one receiver only waits for something to be taken or offered make a cycle.
        HashSet<StreamMonitor> set = [.. members];
        return set.Count > 1 && edges.Any(edge => edge.Kind != WaitKind.GoesFirst && set.Contains(edge.From) && set.Contains(edge.To));
    }

    private static IEnumerable<StreamWait> Joined(
        IReadOnlyList<StreamMonitor> streams, StreamWait[] edges, Dictionary<StreamMonitor, int> group)
    {
        foreach (StreamWait edge in edges)
        {
            yield return edge;
        }

        // What one of a group waits for, all do: a cycle through all of the group joins them.
        foreach (IGrouping<int, StreamMonitor> members in streams.GroupBy(stream => group[stream]))
        {
            StreamMonitor[] all = [.. members];
            for (int i = 0; all.Length > 1 && i < all.Length; i++)
            {
                yield return new StreamWait(all[i], all[(i + 1) % all.Length], WaitKind.GoesFirst, false, []);
            }
        }
    }

    /// <summary>Numbers of the strongly connected components, after Tarjan.</summary>
    private static Dictionary<StreamMonitor, int> Number(IReadOnlyList<StreamMonitor> streams, IEnumerable<StreamWait> waits)
    {
        ILookup<StreamMonitor, StreamMonitor> next = waits.ToLookup(wait => wait.From, wait => wait.To);
        Dictionary<StreamMonitor, int> index = [];
        Dictionary<StreamMonitor, int> low = [];
        Dictionary<StreamMonitor, int> component = [];
        Stack<StreamMonitor> path = new();
        int components = 0;
        foreach (StreamMonitor stream in streams.Where(stream => !index.ContainsKey(stream)))
        {
            Visit(stream);
        }

        return component;

        void Visit(StreamMonitor stream)
        {
            index[stream] = low[stream] = index.Count;
            path.Push(stream);
            foreach (StreamMonitor to in next[stream])
            {
                if (!index.ContainsKey(to))
                {
                    Visit(to);
                    low[stream] = Math.Min(low[stream], low[to]);
                }
                else if (!component.ContainsKey(to))
                {
                    low[stream] = Math.Min(low[stream], index[to]);
                }
            }

            if (low[stream] == index[stream])
            {
                StreamMonitor member;
                do
                {
                    member = path.Pop();
                    component[member] = components;
                }
                while (member != stream);

                components++;
            }
        }
    }
}
