// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Hdl.Top;
using Lauberhorn.Model;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Frames;

/// <summary>
/// Sends frames through the NIC's receive path, as C# and as Verilated VHDL in lock step, and compares what comes out with what the
/// reference decoder says. Some frames at a time, each time from a reset, so that it needs no more memory for more frames.
/// </summary>
/// <param name="config">The NIC's parameters.</param>
/// <param name="settings">The NIC's addresses and ports.</param>
public sealed class HardwareDecoder(NicConfig config, ReceiveSettings settings)
{
    private const int AtATime = 256;
    private readonly List<byte[]> waiting = [];
    private int first = 1;

    /// <summary>The first difference; null if there is none so far.</summary>
    public string? Difference { get; private set; }

    /// <summary>Frames that went through.</summary>
    public int Frames { get; private set; }

    /// <summary>Clock cycles in which all outputs of the C# and of the RTL were compared.</summary>
    public long Cycles { get; private set; }

    /// <summary>A frame; one without bytes is none to the hardware.</summary>
    /// <param name="frame">Its bytes.</param>
    public void Add(byte[] frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Length > 0)
        {
            waiting.Add(frame);
        }

        if (waiting.Count == AtATime)
        {
            Flush();
        }
    }

    /// <summary>Sends what has not been sent yet.</summary>
    /// <exception cref="CosimulationException">The RTL cannot be built.</exception>
    public void Flush()
    {
        if (waiting.Count == 0 || Difference is not null)
        {
            waiting.Clear();
            return;
        }

        using ReceivePathBench bench = new(config, settings);
        using Lockstep lockstep = Lockstep.Attach(RtlGenerator.Generate(bench.Simulation, ReceivePath.EntityName));
        List<SentFrame> sent = [.. waiting.Select(frame => bench.Send(frame))];
        string? difference;
        try
        {
            bench.Run();
            difference = ReceiveComparison.Difference(bench, sent);
        }
        catch (LockstepException problem)
        {
            difference = $"C# and RTL differ: {problem.Message}";
        }
        catch (TimeoutException problem)
        {
            difference = problem.Message;
        }

        Difference = difference is null ? null : $"of the frames from number {first} on, counted from 0: {difference}";
        Frames += sent.Count;
        Cycles += lockstep.Compared;
        first += sent.Count;
        waiting.Clear();
    }
}
