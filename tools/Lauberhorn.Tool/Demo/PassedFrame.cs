// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Model.Captures;

namespace Lauberhorn.Tool.Demo;

/// <summary>A frame that passed between the NIC and its wire.</summary>
/// <param name="Tick">To the NIC: the tick in which it was there to be taken. From the NIC: the tick in which its first beat was first
/// valid.</param>
/// <param name="LastTick">From the NIC: the tick in which its last beat was accepted. To the NIC: the same as <paramref
/// name="Tick"/>.</param>
/// <param name="IsToNic">Its direction.</param>
/// <param name="Bytes">From the destination MAC address on, without frame check sequence.</param>
public sealed record PassedFrame(long Tick, long LastTick, bool IsToNic, byte[] Bytes)
{
    /// <summary>Writes frames as a capture whose times are those of the simulated clock.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frames">The frames.</param>
    /// <param name="megahertz">The clock's frequency.</param>
    /// <param name="start">The time of tick 0.</param>
    public static void Save(string path, IEnumerable<PassedFrame> frames, int megahertz, DateTime start) => CaptureWriter.Write(
        path,
        frames.Select(frame => new CapturedFrame(start.AddMicroseconds((double)frame.LastTick / megahertz), frame.Bytes,
            frame.Bytes.Length)));
}
