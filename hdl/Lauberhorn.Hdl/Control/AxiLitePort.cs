// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Control;

/// <summary>An address on AW or AR.</summary>
/// <param name="Address">In bytes.</param>
public readonly record struct AxiLiteAddress(uint Address);

/// <summary>A word on W.</summary>
/// <param name="Data">The word.</param>
/// <param name="Strobes">Which of its bytes are written: bit i is byte i.</param>
public readonly record struct AxiLiteWord(ulong Data, byte Strobes);

/// <summary>How an access went; AXI's own numbers.</summary>
public enum AxiResponse : byte
{
    /// <summary>OKAY: the access has taken place.</summary>
    Okay = 0,

    /// <summary>SLVERR: there is no such register, it may not be written, or not so.</summary>
    SlaveError = 2,
}

/// <summary>A write response on B.</summary>
/// <param name="Response">OKAY or SLVERR; the low 2 bits are the port's.</param>
public readonly record struct AxiLiteWritten(AxiResponse Response);

/// <summary>Read data on R.</summary>
/// <param name="Data">The word; 0 if there is none.</param>
/// <param name="Response">OKAY or SLVERR; the low 2 bits are the port's.</param>
public readonly record struct AxiLiteRead(ulong Data, AxiResponse Response);

/// <summary>
/// An AXI4-Lite port (Arm IHI 0022) with data of 64 bits: its five channels, each with valid and ready. The protection bits are left out,
/// since the NIC does not look at them.
/// </summary>
public sealed class AxiLitePort
{
    /// <summary>Creates the channels in the current scope.</summary>
    /// <param name="name">What their names begin with.</param>
    public AxiLitePort(string name = "axi")
    {
        WriteAddress = new Stream<AxiLiteAddress>(name + "Aw");
        WriteData = new Stream<AxiLiteWord>(name + "W");
        WriteAnswer = new Stream<AxiLiteWritten>(name + "B");
        ReadAddress = new Stream<AxiLiteAddress>(name + "Ar");
        ReadAnswer = new Stream<AxiLiteRead>(name + "R");
    }

    /// <summary>In: the address of a write, AXI's AW.</summary>
    public Stream<AxiLiteAddress> WriteAddress { get; }

    /// <summary>In: the word of a write, W.</summary>
    public Stream<AxiLiteWord> WriteData { get; }

    /// <summary>Out: the response to a write, B.</summary>
    public Stream<AxiLiteWritten> WriteAnswer { get; }

    /// <summary>In: the address of a read, AR.</summary>
    public Stream<AxiLiteAddress> ReadAddress { get; }

    /// <summary>Out: the data of a read, R.</summary>
    public Stream<AxiLiteRead> ReadAnswer { get; }

    /// <summary>Makes the port one of the simulation's own.</summary>
    /// <param name="simulation">The simulation.</param>
    public void AddTopLevel(Simulation simulation)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        simulation.AddTopLevelInputs(WriteAddress.Forward, WriteData.Forward, WriteAnswer.Backward, ReadAddress.Forward,
            ReadAnswer.Backward);
        simulation.AddTopLevelOutputs(WriteAddress.Backward, WriteData.Backward, WriteAnswer.Forward, ReadAddress.Backward,
            ReadAnswer.Forward);
    }
}
