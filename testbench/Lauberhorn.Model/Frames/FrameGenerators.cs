// SPDX-License-Identifier: Apache-2.0
using CsCheck;

namespace Lauberhorn.Model.Frames;

/// <summary>The frames of <see cref="FrameGenerator"/> for CsCheck, which looks for the shortest that fails.</summary>
public static class FrameGenerators
{
    /// <summary>Frames of every kind: good calls, other traffic, and both with faults.</summary>
    /// <param name="settings">The addresses of the NIC that it is for, or not for.</param>
    public static Gen<GeneratedFrame> Frames(ReceiveSettings settings) =>
        new Generator(seed => new FrameGenerator(seed, settings).Next());

    /// <summary>Well-formed calls.</summary>
    /// <param name="settings">The addresses of the NIC that they are for.</param>
    public static Gen<GeneratedFrame> Calls(ReceiveSettings settings) =>
        new Generator(seed => new GeneratedFrame(new FrameGenerator(seed, settings).Call().Build(), false, "call"));

    private sealed class Generator(Func<ulong, GeneratedFrame> make) : Gen<GeneratedFrame>
    {
        public override GeneratedFrame Generate(PCG pcg, Size? min, out Size size)
        {
            var frame = make(pcg.Next64());
            size = new Size((ulong)frame.Bytes.Length);
            return frame;
        }
    }
}
