// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Model.Captures;

namespace Lauberhorn.Model.Wire;

/// <summary>A wire that remembers what passes on another, both ways, and can write it as a capture.</summary>
/// <param name="wire">The other wire.</param>
/// <param name="time">The time that frames get in the capture; the clock's unless given.</param>
public sealed class RecordedWire(IWire wire, Func<DateTime>? time = null) : IWire
{
    private readonly List<CapturedFrame> frames = [];
    private readonly Func<DateTime> time = time ?? (() => DateTime.UtcNow);

    /// <summary>The frames that have passed, in order.</summary>
    public IReadOnlyList<CapturedFrame> Frames => frames;

    /// <inheritdoc/>
    public bool TryReceive(out byte[] frame)
    {
        bool isThere = wire.TryReceive(out frame);
        if (isThere)
        {
            frames.Add(new CapturedFrame(time(), frame, frame.Length));
        }

        return isThere;
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> frame)
    {
        frames.Add(new CapturedFrame(time(), frame.ToArray(), frame.Length));
        wire.Send(frame);
    }

    /// <summary>Writes what has passed as a capture that tshark reads.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => CaptureWriter.Write(path, frames);
}
