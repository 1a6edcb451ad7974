// SPDX-License-Identifier: Apache-2.0
using SME.Components;
using SME.VHDL.Elaboration;
using SME.VHDL.Waits;

namespace SME.VHDL;

/// <summary>
/// Which stream's item may wait for which other stream, computed from the elaborated design. The ready of a stream is followed back through
/// logic, in whatever process, to the first registers, through those and all other registers of the same process to what they depend on,
/// and where that is how full a FIFO is, to what that depends on; readies of other streams that are met are what it waits for. Where an
/// item does not pass in any tick in which another stream has none, it waits for that to be offered. What lies in memories, and what passes
/// as an item, is not followed.
/// </summary>
public sealed class WaitsGraph
{
    private readonly Dictionary<SignalSource, Driver> drivers = [];
    private readonly Dictionary<BusStorage, StreamMonitor> readies = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<BusStorage, StreamMonitor> offers = new(ReferenceEqualityComparer.Instance);
    private readonly List<StreamWait> waits = [];
    private readonly Network network;

    private WaitsGraph(Network network)
    {
        this.network = network;
        Streams = network.Simulation.Standstill.Streams;
        foreach (StreamMonitor stream in Streams)
        {
            readies[stream.BackwardBus] = stream;
            offers[stream.ForwardBus] = stream;
        }

        FormLibrary forms = new();
        foreach (ProcessInstance instance in network.Processes.Where(VhdlGenerator.IsTranslated))
        {
            LoweredProcess process = ProcessElaborator.Run(instance, forms);
            foreach ((SignalSource target, IReadOnlyDictionary<SignalSource, Polarity> sources) in Dependencies.Of(process))
            {
                drivers[target] = new Driver(process, sources);
            }
        }

        foreach (StreamMonitor stream in Streams)
        {
            Follow(stream);
        }
    }

    /// <summary>The streams, in order of construction.</summary>
    public IReadOnlyList<StreamMonitor> Streams { get; }

    /// <summary>The edges, in the order of the streams that wait.</summary>
    public IReadOnlyList<StreamWait> Waits => waits;

    /// <summary>Computes the graph. It may be done at any time, also when the simulation has run.</summary>
    /// <param name="network">The elaborated design.</param>
    /// <exception cref="VhdlException">A process is outside of the subset that becomes hardware.</exception>
    public static WaitsGraph Of(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        try
        {
            return new WaitsGraph(network);
        }
        catch (ProblemException exception)
        {
            throw new VhdlException([exception.Problem]);
        }
    }

    /// <summary>For what a stream waits, as <see cref="Standstill.WaitsFor"/> asks.</summary>
    /// <param name="stream">The stream.</param>
    public IEnumerable<(StreamMonitor Stream, string Reason)> WaitsOf(StreamMonitor stream) =>
        waits.Where(wait => wait.From == stream).Select(wait => (wait.To, WaitArgument.Describe(wait)));

    private static SignalSource Ready(StreamMonitor stream) => new(stream.BackwardBus, 0, null);

    private static SignalSource Valid(StreamMonitor stream) => new(stream.ForwardBus, 0, null);

    private static IEnumerable<StreamMonitor> InOrder(IEnumerable<StreamMonitor> streams) =>
        streams.OrderBy(stream => stream.StreamPath, StringComparer.Ordinal);

    private void Follow(StreamMonitor stream)
    {
        if (stream.IsStock)
        {
            // Nobody waits for it to be taken, so it does not wait either.
            return;
        }

        SignalSource ready = Ready(stream);
        Dictionary<StreamMonitor, List<string>> taken = [];
        HashSet<StreamMonitor> preferred = [];
        HashSet<StreamMonitor> offered = [];
        HashSet<Step> seen = [];
        Stack<(Step Step, string Through)> open = new([(new Step(ready, null, false, Polarity.With), string.Empty)]);
        while (open.TryPop(out (Step Step, string Through) at))
        {
            (SignalSource source, ProcessInstance? registers, bool isFar, Polarity polarity) = at.Step;
            if (!seen.Add(at.Step))
            {
                continue;
            }

            if (source != ready && source.Bus is not null && readies.TryGetValue(source.Bus, out StreamMonitor? other))
            {
                if (other != stream)
                {
                    Note(other, at.Through);
                }

                continue;
            }

            if (source.Bus is not null && offers.TryGetValue(source.Bus, out other))
            {
                // A valid item of another stream has waits of its own. Seen through registers it passed before, or did not.
                if (other != stream && source.Signal == 0 && !isFar)
                {
                    offered.Add(other);
                    if (polarity.HasFlag(Polarity.Against))
                    {
                        preferred.Add(other);
                    }
                }

                continue;
            }

            if (!drivers.TryGetValue(source, out Driver driver))
            {
                continue;
            }

            ProcessInstance process = driver.Process.Instance;
            string way = at.Through;
            if (process.IsClocked)
            {
                if (registers is not null && registers != process && source.Bus is not IFifoState)
                {
                    continue;
                }

                registers = process;
                isFar |= source != ready;
                way = way.Length > 0 ? way : source.Bus is null ? $"{process.Path}.{source.Register!.Name}" : source.ToString();
            }

            foreach ((SignalSource from, Polarity own) in driver.Sources)
            {
                open.Push((new Step(from, registers, isFar, Dependencies.Through(polarity, own)), way));
            }
        }

        ProcessInstance? receiver = network.DriverOf(stream.BackwardBus);
        foreach (StreamMonitor other in preferred.Where(other => network.DriverOf(other.BackwardBus) != receiver))
        {
            Note(other, string.Empty);
        }

        foreach (StreamMonitor other in InOrder(taken.Keys.Where(other => !other.IsStock)))
        {
            List<string> through = taken[other];
            string[] ways = through.Contains(string.Empty) ? [] : [.. through.Distinct().Order(StringComparer.Ordinal)];
            bool isAlways = IsForced(stream, Ready(other), false) || IsForced(stream, Valid(other), true);
            waits.Add(new StreamWait(stream, other, WaitKind.Taken, isAlways, ways));
        }

        foreach (StreamMonitor other in InOrder(preferred.Where(other => !taken.ContainsKey(other) && !other.IsStock)))
        {
            waits.Add(new StreamWait(stream, other, WaitKind.GoesFirst, IsForced(stream, Valid(other), true), []));
        }

        foreach (StreamMonitor other in InOrder(offered.Where(other => IsForced(stream, Valid(other), false))))
        {
            waits.Add(new StreamWait(stream, other, WaitKind.Offered, true, []));
        }

        void Note(StreamMonitor other, string through)
        {
            if (!taken.TryGetValue(other, out List<string>? ways))
            {
                taken.Add(other, ways = []);
            }

            ways.Add(through);
        }
    }

    /// <summary>Whether a stream's ready is false for certain when a signal has some value, whatever else is so.</summary>
    private bool IsForced(StreamMonitor stream, SignalSource cause, bool value)
    {
        Dictionary<SignalSource, bool?> known = new() { [cause] = value };
        return Value(Ready(stream)) == false;

        bool? Value(SignalSource source)
        {
            if (known.TryGetValue(source, out bool? found))
            {
                return found;
            }

            // Registers may hold anything.
            known[source] = null;
            if (source.Bus is not null && drivers.TryGetValue(source, out Driver driver) && !driver.Process.Instance.IsClocked)
            {
                OutputSignal output = driver.Process.Outputs
                    .First(signal => signal.Port.Bus == source.Bus && signal.Signal == source.Signal);
                known[source] = Certainty.Of(driver.Process, output, Value);
            }

            return known[source];
        }
    }

    /// <summary>What drives a signal or register.</summary>
    private readonly record struct Driver(LoweredProcess Process, IReadOnlyDictionary<SignalSource, Polarity> Sources);

    /// <summary>A place on the way back from a ready.</summary>
    /// <param name="Source">The signal or register.</param>
    /// <param name="Registers">The process through whose registers the way went last; null for none so far.</param>
    /// <param name="IsFar">Whether it went through a register other than the ready itself.</param>
    /// <param name="Polarity">How ready follows it.</param>
    private readonly record struct Step(SignalSource Source, ProcessInstance? Registers, bool IsFar, Polarity Polarity);
}
