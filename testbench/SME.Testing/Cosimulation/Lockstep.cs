// SPDX-License-Identifier: Apache-2.0

namespace SME.Testing.Cosimulation;

/// <summary>
/// Runs a simulation's RTL beside its C#, with the same inputs, and compares every output in every cycle. The first
/// difference ends the simulation with a <see cref="LockstepException"/>.
/// </summary>
public sealed unsafe class Lockstep : IMonitor, IDisposable
{
    private readonly BusDesign design;
    private readonly PortLayout layout;
    private readonly PortCodec inputs;
    private readonly PortCodec outputs;
    private readonly LockstepHistory history;
    private readonly byte[] expected;

    private Lockstep(BusDesign design, RtlModel model, int depth)
    {
        this.design = design;
        Model = model;
        layout = model.Library.Layout;
        inputs = new PortCodec(design.Ports.Where(port => port.Port.IsInput), layout);
        outputs = new PortCodec(design.Ports.Where(port => !port.Port.IsInput), layout);
        history = new LockstepHistory(design, layout, depth);
        expected = GC.AllocateArray<byte>(layout.Size, true);
        inputs.Encode(model.PortPointer);
        model.Reset();
    }

    /// <summary>The running model.</summary>
    public RtlModel Model { get; }

    /// <summary>Cycles that were compared and found equal, the state at reset included.</summary>
    public long Compared { get; private set; }

    /// <summary>Puts RTL beside a network. To be called before the first tick.</summary>
    /// <param name="design">The network and its RTL.</param>
    /// <param name="options">How to build the model.</param>
    /// <param name="history">How many cycles before a difference are shown.</param>
    /// <returns>The RTL; dispose of it after the simulation.</returns>
    /// <exception cref="CosimulationException">The model cannot be built.</exception>
    public static Lockstep Attach(BusDesign design, RtlBuildOptions? options = null, int history = 8)
    {
        ArgumentNullException.ThrowIfNull(design);
        Lockstep lockstep = new(design, RtlBuilder.Build(design.Rtl, options).Start(), history);
        design.Network.Simulation.AddMonitor(lockstep);
        return lockstep;
    }

    /// <summary>Brings the RTL to the cycle in which the C# is, and compares.</summary>
    /// <exception cref="LockstepException">They differ.</exception>
    public void OnSettled(Simulation simulation)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        byte* ports = Model.PortPointer;
        inputs.Encode(ports);
        if (simulation.Ticks == 0)
        {
            Model.Settle();
        }
        else
        {
            Model.Advance(design.Clocks(simulation.Ticks - 1));
        }

        fixed (byte* pointer = expected)
        {
            outputs.Encode(pointer);
        }

        ReadOnlySpan<byte> actual = new(ports, layout.Size);
        history.Add(simulation.Ticks, actual, expected);
        if (!actual[layout.OutputOffset..].SequenceEqual(expected.AsSpan(layout.OutputOffset)))
        {
            throw history.Describe();
        }

        Compared++;
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
