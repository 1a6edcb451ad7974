// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Hdl.Top;

namespace Lauberhorn.Node;

/// <summary>When a call was where: ticks from the first beat at the MAC.</summary>
/// <param name="Stages">Name of each stage, and the tick in which its output was first valid, in the order in which a call meets
/// them.</param>
/// <param name="Reply">The reply's frame.</param>
public sealed record CallTrace(IReadOnlyList<(string Stage, long Tick)> Stages, SentByNic Reply)
{
    /// <summary>The tick of a stage.</summary>
    /// <param name="stage">Its name.</param>
    public long this[string stage] => Stages.First(entry => entry.Stage == stage).Tick;
}

/// <summary>Follows a call through the NIC and back.</summary>
public static class CallLatency
{
    /// <summary>The MAC's first beat.</summary>
    public const string Mac = "mac";

    /// <summary>The control line's data at the home port.</summary>
    public const string Line = "line";

    /// <summary>The request for the line with the reply, after the core has loaded the other one.</summary>
    public const string Fetch = "fetch";

    /// <summary>The fetched line's answer at the home port.</summary>
    public const string Return = "return";

    /// <summary>The reply's first beat.</summary>
    public const string Transmit = "transmit";

    /// <summary>Sends a call to an idle node and counts the ticks from its first beat to the reply's.</summary>
    /// <param name="node">The node; a core serves the call.</param>
    /// <param name="frame">A call.</param>
    /// <param name="most">Most ticks to wait for the reply.</param>
    /// <exception cref="TimeoutException">No reply came.</exception>
    public static long RoundTrip(Node node, byte[] frame, long most = 100_000)
    {
        ArgumentNullException.ThrowIfNull(node);
        (long first, long last) = (-1, -1);
        Action<long> before = node.OnTick;
        node.Wire.Received.Clear();
        node.OnTick = tick =>
        {
            before(tick);
            first = first < 0 && node.Nic.Mac.Valid ? tick : first;
            last = last < 0 && node.Nic.Frames.Forward.Valid ? tick : last;
        };
        node.Wire.Send(frame);
        node.RunUntil(() => node.Wire.Received.Count > 0, most);
        node.OnTick = before;
        node.Wire.Received.Clear();
        return last - first;
    }

    /// <summary>Sends a frame to an idle node and notes when what it causes is first valid.</summary>
    /// <param name="node">The node; a core serves the call.</param>
    /// <param name="frame">A call.</param>
    /// <param name="most">Most ticks to wait for the reply.</param>
    /// <exception cref="TimeoutException">No reply came.</exception>
    public static CallTrace Follow(Node node, byte[] frame, long most = 100_000)
    {
        ArgumentNullException.ThrowIfNull(node);
        Nic nic = node.Nic;
        FastPath path = nic.FastPath;
        HomePort home = nic.Home;
        (string Name, Func<bool> IsThere)[] stages =
        [
            (Mac, () => nic.Mac.Valid),
            ("metadata", () => path.ReceivePath.Metadata.Forward.Valid),
            ("routed", () => path.Demux.Routed.Forward.Valid),
            ("arrival", () => path.Admission.Arrivals.Forward.Valid),
            ("dispatch", () => path.Scheduler.Dispatches.Forward.Valid),
            (Line, () => home.Data.Forward.Valid),
            (Fetch, () => home.Fetches.Forward.Valid),
            (Return, () => home.Returns.Forward.Valid),
            ("left", () => path.Endpoints.Left.Forward.Valid),
            (Transmit, () => nic.Frames.Forward.Valid),
        ];
        long[] ticks = new long[stages.Length];
        Array.Fill(ticks, -1);
        Action<long> before = node.OnTick;
        node.Wire.Received.Clear();
        node.OnTick = tick =>
        {
            before(tick);

            // Each stage after the one before it: what is valid earlier is of something else.
            for (int i = 0; i < stages.Length && (i == 0 || ticks[i - 1] >= 0); i++)
            {
                if (ticks[i] < 0 && stages[i].IsThere())
                {
                    ticks[i] = tick;
                }
            }
        };
        node.Wire.Send(frame);
        node.RunUntil(() => node.Wire.Received.Count > 0, most);
        node.OnTick = before;
        return new CallTrace([.. stages.Select((stage, i) => (stage.Name, ticks[i] - ticks[0]))], node.Wire.Received.Dequeue());
    }
}
