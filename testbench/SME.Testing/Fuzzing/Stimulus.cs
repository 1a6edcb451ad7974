// SPDX-License-Identifier: Apache-2.0
using SME.Testing.Cosimulation;

namespace SME.Testing.Fuzzing;

/// <summary>Random values for the inputs of one program, with a liking for the corners where mistakes are.</summary>
internal sealed class Stimulus(ulong seed, IReadOnlyList<PlacedPort> inputs)
{
    private readonly FuzzRandom random = new(seed ^ 0x5bd1e995a3c59ac3);

    /// <summary>Sets all inputs for the next cycle.</summary>
    internal void Drive(Span<byte> ports)
    {
        foreach (PlacedPort port in inputs)
        {
            Drive(ports.Slice(port.Offset, port.Size), port.Port.Width);
        }
    }

    private void Drive(Span<byte> port, int width)
    {
        int choice = random.Below(16);
        if (choice < 4)
        {
            return;
        }

        port.Clear();
        switch (choice)
        {
            case 4:
                break;
            case 5:
                port.Fill(0xff);
                break;
            case 6:
                port[0] = 1;
                break;
            case 7:
                SetBit(port, width - 1);
                break;
            case 8:
                port.Fill(0xff);
                port[(width - 1) / 8] &= (byte)~(1 << ((width - 1) & 7));
                break;
            case 9:
                SetBit(port, random.Below(width));
                break;
            case 10 or 11 or 12:
                port[0] = (byte)random.Below(random.Percent(50) ? 8 : 101);
                break;
            default:
                for (int i = 0; i < port.Length; i++)
                {
                    port[i] = (byte)random.Next();
                }

                break;
        }

        // Bits above the width do not exist.
        for (int i = 0; i < port.Length; i++)
        {
            int left = Math.Clamp(width - (i * 8), 0, 8);
            port[i] &= (byte)((1 << left) - 1);
        }
    }

    private static void SetBit(Span<byte> port, int bit) => port[bit >> 3] = (byte)(1 << (bit & 7));
}
