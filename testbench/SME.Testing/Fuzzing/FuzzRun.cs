// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using SME.Testing.Cosimulation;

namespace SME.Testing.Fuzzing;

/// <summary>Compares the programs of one batch, cycle by cycle.</summary>
internal sealed unsafe partial class FuzzRun
{
    private readonly FuzzProgram[] programs;
    private readonly BusDesign design;
    private readonly RtlModel model;
    private readonly PortLayout layout;
    private readonly PlacedPort[][] outputs;
    private readonly Stimulus[] stimuli;

    internal FuzzRun(FuzzProgram[] programs, BusDesign design, RtlModel model)
    {
        this.programs = programs;
        this.design = design;
        this.model = model;
        layout = model.Library.Layout;
        outputs = new PlacedPort[programs.Length][];
        stimuli = new Stimulus[programs.Length];
        Dictionary<RtlPort, PlacedPort> places = layout.Inputs.Concat(layout.Outputs).ToDictionary(placed => placed.Port);
        ILookup<BusStorage, PlacedPort> ports = design.Ports.ToLookup(port => port.Bus, port => places[port.Port]);
        Simulation simulation = design.Network.Simulation;
        for (int i = 0; i < programs.Length; i++)
        {
            stimuli[i] = new Stimulus(programs[i].Seed, ports[(BusStorage)simulation.TopLevelInputs[i]].ToArray());
            outputs[i] = ports[(BusStorage)simulation.TopLevelOutputs[i]].ToArray();
        }
    }

    /// <summary>Runs, and says for each program whether C# and RTL agree.</summary>
    internal (int Index, Verdict Verdict, string Detail)[] Compare(int cycles)
    {
        Simulation simulation = design.Network.Simulation;
        PortCodec inputCodec = new(design.Ports.Where(port => port.Port.IsInput), layout);
        PortCodec outputCodec = new(design.Ports.Where(port => !port.Port.IsInput), layout);
        byte[] expected = new byte[layout.Size];
        byte* ports = model.PortPointer;
        string?[] differences = new string?[programs.Length];
        inputCodec.Encode(ports);
        model.Reset();
        for (int cycle = 0; ; cycle++)
        {
            fixed (byte* pointer = expected)
            {
                outputCodec.Encode(pointer);
            }

            if (!new ReadOnlySpan<byte>(ports + layout.OutputOffset, layout.Size - layout.OutputOffset)
                .SequenceEqual(expected.AsSpan(layout.OutputOffset)))
            {
                FindDifferences(cycle, expected, differences);
            }

            if (cycle == cycles)
            {
                break;
            }

            foreach (Stimulus stimulus in stimuli)
            {
                stimulus.Drive(model.Ports);
            }

            inputCodec.DecodeNext(ports);
            try
            {
                simulation.Tick();
            }
            catch (Exception exception)
            {
                // A generated program must not throw; who did stands in the stack.
                Match culprit = ProcessFrame().Match(exception.StackTrace ?? string.Empty);
                int program = culprit.Success ? int.Parse(culprit.Groups[1].Value, CultureInfo.InvariantCulture) : -1;
                throw new FuzzBatch.FuzzException(Verdict.Discarded,
                    [(program, $"cycle {cycle}: {exception.GetType().Name}: {exception.Message}")]);
            }

            model.Advance();
        }

        if (cycles > 1 && !design.Network.IsCompiled)
        {
            throw new InvalidOperationException("the tick should have been compiled: " + string.Join("; ", design.Network.Warnings));
        }

        return differences.Select((difference, index) => (index, difference is null ? Verdict.Equal : Verdict.Mismatch,
            difference ?? string.Empty)).ToArray();
    }

    private void FindDifferences(int cycle, byte[] expected, string?[] differences)
    {
        for (int i = 0; i < programs.Length; i++)
        {
            foreach (PlacedPort port in outputs[i])
            {
                ReadOnlySpan<byte> actual = model.Ports.Slice(port.Offset, port.Size);
                ReadOnlySpan<byte> wanted = expected.AsSpan(port.Offset, port.Size);
                if (differences[i] is null && !actual.SequenceEqual(wanted))
                {
                    differences[i] = $"cycle {cycle}, port {port.Port.Name}: C# has 0x{Hexadecimal(wanted)}, RTL has "
                        + $"0x{Hexadecimal(actual)}; inputs {Inputs(i)}";
                }
            }
        }
    }

    private string Inputs(int program)
    {
        BusStorage bus = (BusStorage)design.Network.Simulation.TopLevelInputs[program];
        return string.Join(", ", bus.Signals.Select((signal, index) => $"{signal.Name} = {bus.GetValue(index)}"));
    }

    private static string Hexadecimal(ReadOnlySpan<byte> bytes) => new BigInteger(bytes, true).ToString("x", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\bat P(\d+)\.")]
    private static partial Regex ProcessFrame();
}
