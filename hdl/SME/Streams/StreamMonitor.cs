// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace SME;

/// <summary>
/// The part of all streams' monitors that does not depend on the items' type: how long an item is stalled, and what passed last.
/// </summary>
public abstract class StreamMonitor : Monitor
{
    /// <summary>Number of transfers that are remembered, the last ones.</summary>
    protected const int Remembered = 4;

    private readonly long[] lastTicks = new long[Remembered];
    private readonly Standstill standstill;
    private readonly int period;
    private bool? isTakenOutside;
    private long heldUpBefore;

    private protected StreamMonitor(BusStorage forward, BusStorage backward)
    {
        ForwardBus = forward;
        BackwardBus = backward;
        standstill = Scope.Simulation.Standstill;
        standstill.Add(this);
        period = Domain.Period;
    }

    /// <summary>Number of items that have passed.</summary>
    public long Passed { get; private set; }

    /// <summary>Whether the stream is stalled: an item is valid that was not accepted in the last tick.</summary>
    public bool Waits { get; private set; }

    /// <summary>
    /// How long that item has been valid, in base ticks, those in which the outside did not take or give among them; without meaning if
    /// nothing <see cref="Waits"/>.
    /// </summary>
    public long Waited { get; private set; }

    /// <summary>
    /// The longest that an item which hardware is to take was valid and not accepted, in base ticks in which everything outside took and
    /// gave.
    /// </summary>
    public long LongestWait { get; private set; }

    /// <summary>
    /// Whether the items are a stock from which the receiver takes when it needs some, as free numbers: nobody waits for them to be
    /// accepted, so one may be valid for ever.
    /// </summary>
    public bool IsStock { get; set; }

    /// <summary>Whether the stream's receiver is no hardware of this design: the top level, or a process of the test bench.</summary>
    public bool IsTakenOutside => isTakenOutside ??= Scope.Simulation.Network.DriverOf(BackwardBus) is not { IsSimulationOnly: false };

    /// <summary>The stream's path: its scope and name.</summary>
    public string StreamPath => ForwardBus.Path;

    /// <summary>Storage of valid and item, which the sender drives.</summary>
    public BusStorage ForwardBus { get; }

    /// <summary>Storage of ready, which the receiver drives.</summary>
    public BusStorage BackwardBus { get; }

    /// <summary>Ticks and items of the last transfers, and the item that is stalled, as a message has it.</summary>
    public string History()
    {
        int known = (int)Math.Min(Passed, Remembered);
        IEnumerable<string> last = Enumerable.Range(0, known).Select(i =>
        {
            int at = (int)((Passed - known + i) % Remembered);
            return Text($"{lastTicks[at]}: {ItemText(at)}");
        });
        string passed = known == 0 ? "nothing ever passed" : Text($"{Passed} passed, the last in tick {string.Join("; in tick ", last)}");
        string taker = IsTakenOutside ? "the outside" : Scope.Simulation.Network.DriverOf(BackwardBus)!.Path;
        string offer = Waits ? Text($"valid to {taker} for {Waited} ticks: {OfferedText()}") : "nothing waits on it";
        return $"{offer}; {passed}";

        static string Text(FormattableString text) => FormattableString.Invariant(text);
    }

    /// <summary>The item of a remembered transfer.</summary>
    /// <param name="at">Its place, below <see cref="Remembered"/>.</param>
    private protected abstract string ItemText(int at);

    /// <summary>The item that is stalled.</summary>
    private protected abstract string OfferedText();

    /// <summary>Notes that an item passes in this tick.</summary>
    /// <returns>The place where to remember it.</returns>
    private protected int Pass()
    {
        int at = (int)(Passed & (Remembered - 1));
        lastTicks[at] = Scope.Simulation.Ticks;
        Passed++;
        if (Waits)
        {
            Waits = false;
            if (!IsTakenOutside && !IsStock)
            {
                LongestWait = Math.Max(LongestWait, Counted);
            }
        }

        return at;
    }

    /// <summary>Notes that an item is valid in this tick and not accepted.</summary>
    private protected void Wait()
    {
        if (!Waits)
        {
            Waits = true;
            Waited = 0;
            heldUpBefore = standstill.HeldUp;
        }

        Waited += period;
        if (IsStock)
        {
            return;
        }

        if (IsTakenOutside)
        {
            standstill.HoldUp();
        }
        else if (Waited > standstill.Limit && Counted > standstill.Limit)
        {
            LongestWait = Counted;
            Fail(standstill.Describe(this, Counted));
        }
    }

    private long Counted => Waited - (standstill.HeldUp - heldUpBefore);
}

/// <summary>
/// Checks the sender's side of the stream contract: an item that was valid and not accepted stays valid, unchanged, in
/// the next tick. (That valid does not wait for ready needs no check here: through logic it would be a combinational cycle,
/// which is found at elaboration.) And checks the receiver's: an item for hardware is not stalled for ever, see <see
/// cref="Standstill"/>.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class StreamMonitor<T> : StreamMonitor
    where T : struct
{
    private const int LongestText = 160;

    [InputBus] private readonly IStream<T> forward;
    [InputBus] private readonly IReady backward;
    private readonly T[] last = new T[Remembered];
    private T offered;

    internal StreamMonitor(Stream<T> stream)
        : base((BusStorage)stream.Forward, (BusStorage)stream.Backward)
    {
        Name = stream.Name + "Monitor";
        forward = stream.Forward;
        backward = stream.Backward;
    }

    /// <inheritdoc/>
    protected override void Check()
    {
        bool valid = forward.Valid;
        if (Waits)
        {
            if (!valid)
            {
                Fail($"the stream withdrew an item that was not taken; it was {Text(offered)}, now nothing is valid (it is "
                    + $"{Text(forward.Item)})");
            }

            if (!HardwareValue<T>.AreEqual(offered, forward.Item))
            {
                Fail($"the stream changed an item that was not taken; it was {Text(offered)}, now it is {Text(forward.Item)}");
            }
        }

        if (!valid)
        {
            Rests = true;
            return;
        }

        if (backward.Ready)
        {
            last[Pass()] = forward.Item;
        }
        else
        {
            offered = forward.Item;
            Wait();
        }
    }

    private protected override string ItemText(int at) => Short(last[at]);

    private protected override string OfferedText() => Short(offered);

    private static string Short(T item)
    {
        string text = Text(item);
        return text.Length <= LongestText ? text : text[..LongestText] + " ...";
    }

    private static string Text(T item) => System.Convert.ToString(item, CultureInfo.InvariantCulture) ?? string.Empty;
}
