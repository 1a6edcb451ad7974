// SPDX-License-Identifier: Apache-2.0

namespace SME.Testing.Cosimulation;

/// <summary>
/// Runs a simulation's hardware as RTL: the C# processes of the design do not run, its Verilated VHDL drives the
/// top-level outputs instead, and the test bench notices nothing.
/// </summary>
public sealed unsafe class RtlSimulation : IHardwareReplacement, IDisposable
{
    private readonly BusDesign design;
    private readonly PortCodec inputs;
    private readonly PortCodec outputs;

    private RtlSimulation(BusDesign design, RtlModel model)
    {
        this.design = design;
        Model = model;
        inputs = new PortCodec(design.Ports.Where(port => port.Port.IsInput), model.Library.Layout);
        outputs = new PortCodec(design.Ports.Where(port => !port.Port.IsInput), model.Library.Layout);
        inputs.Encode(model.PortPointer);
        model.Reset();
        outputs.Decode(model.PortPointer);
    }

    /// <summary>The running model.</summary>
    public RtlModel Model { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<BusStorage> Outputs => outputs.Buses.ToArray();

    /// <summary>Puts RTL in place of a network's hardware. To be called before the first tick.</summary>
    /// <param name="design">The network and its RTL.</param>
    /// <param name="options">How to build the model.</param>
    /// <returns>The RTL, reset with the inputs as they are now; dispose of it after the simulation.</returns>
    /// <exception cref="CosimulationException">The model cannot be built.</exception>
    public static RtlSimulation Attach(BusDesign design, RtlBuildOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(design);
        RtlSimulation hardware = new(design, RtlBuilder.Build(design.Rtl, options).Start());
        design.Network.ReplaceHardware(hardware);
        return hardware;
    }

    /// <inheritdoc/>
    public void Tick(long tick)
    {
        inputs.Encode(Model.PortPointer);
        Model.Advance(design.Clocks(tick));
        outputs.Decode(Model.PortPointer);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
