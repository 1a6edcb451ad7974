// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Machines;
using Lauberhorn.Node;
using SME;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>The inputs of a NIC that is called without a pause, recorded from a node, so that a NIC can be run by itself.</summary>
/// <param name="Tape">All inputs from reset on.</param>
/// <param name="First">The tick from which on calls come back to back.</param>
/// <param name="Last">The tick up to which they do; at the end of the tape the NIC is idle and all cores wait.</param>
public sealed record NicTraffic(PortTape Tape, long First, long Last)
{
    private const int Endpoints = 48;
    private const int WarmUp = 1000;
    private const int IdleTicks = 2000;

    /// <summary>Records calls of 86 bytes back to back, caches being ideal.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="calls">How many calls.</param>
    public static NicTraffic Record(NicConfig config, ulong seed, int calls)
    {
        ArgumentNullException.ThrowIfNull(config);
        int endpoints = Math.Min(Endpoints, config.Cores);
        using Node.Node node = new(new NodeOptions
        {
            Config = config,
            Machine = MachineParameters.Ideal with { Cores = endpoints },
            Hardware = Machine.CSharp,
            Seed = seed,
        });
        PortTape tape = new(RtlGenerator.Generate(node.Simulation, Hdl.Top.Nic.EntityName));
        node.Simulation.AddMonitor(tape);
        CalculatorNode.Serve(node, endpoints);

        // The first answer goes out when the NIC knows the client.
        CallLatency.Follow(node, CalculatorNode.Call(uint.MaxValue, 2, 1));
        bool isCalled = true;
        int answered = 0;
        int sent = 0;
        node.OnTick = tick =>
        {
            while (node.Wire.Received.TryDequeue(out _))
            {
                answered++;
            }

            while (isCalled && node.Wire.Waiting < 2)
            {
                node.Wire.Send(CalculatorNode.Call((uint)sent, 2, sent));
                sent++;
            }
        };
        node.RunUntil(() => answered >= WarmUp);
        long first = tape.Ticks;
        node.RunUntil(() => answered >= WarmUp + calls);
        long last = tape.Ticks;
        isCalled = false;
        node.RunUntil(() => answered >= sent && node.Wire.Waiting == 0);
        for (int i = 0; i < IdleTicks; i++)
        {
            node.Tick();
        }

        return new NicTraffic(tape, first, last);
    }
}

/// <summary>A NIC by itself, which plays <see cref="NicTraffic"/>.</summary>
public sealed class LoneNic : IDisposable
{
    private readonly Lockstep? lockstep;

    /// <summary>Builds the NIC, alone in a simulation.</summary>
    /// <param name="config">Its parameters.</param>
    /// <param name="lockstep">How its RTL beside it is built; null for C# alone.</param>
    public LoneNic(NicConfig config, RtlBuildOptions? lockstep = null)
    {
        Simulation = new Simulation();
        Hdl.Top.Nic.Build(Simulation, config);
        Design = RtlGenerator.Generate(Simulation, Hdl.Top.Nic.EntityName);
        this.lockstep = lockstep is null ? null : Lockstep.Attach(Design, lockstep);
    }

    /// <summary>The simulation, of which the NIC is the whole.</summary>
    public Simulation Simulation { get; }

    /// <summary>The NIC's RTL design.</summary>
    public BusDesign Design { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Simulation.Dispose();
        lockstep?.Dispose();
    }
}
