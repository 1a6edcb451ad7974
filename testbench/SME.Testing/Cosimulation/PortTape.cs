// SPDX-License-Identifier: Apache-2.0

namespace SME.Testing.Cosimulation;

/// <summary>
/// The top-level inputs of a design, tick by tick: recorded from one run, they drive another simulation of the same design, its RTL, or
/// both, without the test bench that made them. So all are measured with the same traffic, and with nothing beside it.
/// </summary>
public sealed unsafe class PortTape : IMonitor
{
    private readonly PortLayout layout;
    private readonly PortCodec inputs;
    private readonly List<byte[]> images = [];

    /// <summary>Records a simulation. To be added before its first tick, with <see cref="Simulation.AddMonitor(IMonitor)"/>.</summary>
    /// <param name="design">The design that is simulated.</param>
    public PortTape(BusDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        layout = new PortLayout(design.Rtl.Ports);
        inputs = new PortCodec(design.Ports.Where(port => port.Port.IsInput), layout);
    }

    /// <summary>Ticks that are recorded.</summary>
    public long Ticks => images.Count;

    /// <inheritdoc/>
    public void OnSettled(Simulation simulation)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        if (simulation.Ticks == 0)
        {
            return;
        }

        byte[] image = new byte[layout.OutputOffset];
        fixed (byte* pointer = image)
        {
            inputs.Encode(pointer);
        }

        images.Add(image);
    }

    /// <summary>Plays ticks into a simulation of the same design, which may run on C#, on RTL or on both.</summary>
    /// <param name="design">The design, elaborated from the same sources with the same parameters.</param>
    /// <returns>Plays from a tick on, so many.</returns>
    public Action<long, long> PlayTo(BusDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        Simulation simulation = design.Network.Simulation;
        PortCodec codec = new(design.Ports.Where(port => port.Port.IsInput), layout);
        return (from, count) =>
        {
            for (long tick = from; tick < from + count; tick++)
            {
                fixed (byte* pointer = images[(int)tick])
                {
                    codec.DecodeNext(pointer);
                }

                simulation.Tick(1);
            }
        };
    }

    /// <summary>Plays ticks into a model alone, without C# beside it.</summary>
    /// <param name="design">The design.</param>
    /// <param name="model">Its RTL, reset.</param>
    /// <param name="from">The first tick.</param>
    /// <param name="count">How many.</param>
    public void Play(BusDesign design, RtlModel model, long from, long count)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(model);
        for (long tick = from; tick < from + count; tick++)
        {
            images[(int)tick].CopyTo(model.Ports);
            model.Advance(design.Clocks(tick));
        }
    }
}
