// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace SME;

/// <summary>
/// The rule that nothing waits for ever, for all streams of a simulation; the monitor of each checks it. An item that the hardware is to
/// accept may be valid for <see cref="Limit"/> ticks in which everything outside takes and gives. A tick in which the outside does not is
/// not counted: the monitors see when it leaves an item standing that it is to take; what it owes besides, the test bench says with <see
/// cref="HoldUp"/>. See docs/waits.md.
/// </summary>
public sealed class Standstill
{
    /// <summary>The default of <see cref="Limit"/>, in base ticks.</summary>
    public const long DefaultLimit = 20_000;

    private readonly Simulation simulation;
    private readonly List<StreamMonitor> streams = [];
    private long lastHeldUp = -1;

    internal Standstill(Simulation simulation) => this.simulation = simulation;

    /// <summary>So many base ticks an item may be valid, and not accepted by hardware, while everything outside takes and gives.</summary>
    public long Limit { get; set; } = DefaultLimit;

    /// <summary>Base ticks in which something outside did not accept an item, or did not send one that it owes.</summary>
    public long HeldUp { get; private set; }

    /// <summary>
    /// Tells for which other streams one waits, and why, so that the message has their histories too; null, and the message has those of
    /// all streams that are stalled. Called only when the rule is broken.
    /// </summary>
    public Func<StreamMonitor, IEnumerable<(StreamMonitor Stream, string Reason)>>? WaitsFor { get; set; }

    /// <summary>The monitors of all streams, in the order in which they were constructed.</summary>
    public IReadOnlyList<StreamMonitor> Streams => streams;

    /// <summary>The stream that hardware stalled longest, in ticks that count; null if none was stalled.</summary>
    public StreamMonitor? Longest => streams.Where(stream => stream.LongestWait > 0).MaxBy(stream => stream.LongestWait);

    /// <summary>
    /// Says that the outside does not accept an item, or does not send one that it owes, in this tick: no stall gets longer by it. A tick
    /// counts once, however often this is called.
    /// </summary>
    public void HoldUp()
    {
        long tick = simulation.Ticks;
        if (tick != lastHeldUp)
        {
            lastHeldUp = tick;
            HeldUp++;
        }
    }

    internal void Add(StreamMonitor stream) => streams.Add(stream);

    /// <summary>The message about a stream that is stalled for too long.</summary>
    internal string Describe(StreamMonitor stream, long waited)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"an item was valid for {waited} ticks and not accepted, ");
        text.Append("while everything outside took and gave");
        text.Append(CultureInfo.InvariantCulture, $" (ticks in which it did not are left out: {HeldUp} of {simulation.Ticks} so far)");
        text.Append(CultureInfo.InvariantCulture, $"\n  {stream.StreamPath}: {stream.History()}");
        if (WaitsFor is null)
        {
            foreach (StreamMonitor other in streams.Where(other => other != stream && other.Waits).OrderByDescending(other => other.Waited))
            {
                text.Append(CultureInfo.InvariantCulture, $"\n  also stalled, {other.StreamPath}: {other.History()}");
            }

            return text.ToString();
        }

        // What it waits for, what that waits for if something is valid there, and so on; each once.
        HashSet<StreamMonitor> told = [stream];
        Queue<StreamMonitor> open = new([stream]);
        while (open.TryDequeue(out StreamMonitor? from))
        {
            foreach ((StreamMonitor to, string reason) in WaitsFor(from))
            {
                if (told.Add(to))
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n  {from.StreamPath} waits for {to.StreamPath} ({reason}): ");
                    text.Append(to.History());
                    if (to.Waits)
                    {
                        open.Enqueue(to);
                    }
                }
                else if (to.Waits)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n  {from.StreamPath} waits for {to.StreamPath} ({reason}), see above");
                }
            }
        }

        return text.ToString();
    }
}
