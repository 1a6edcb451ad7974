// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Model.Captures;

namespace Lauberhorn.Model.Wire;

/// <summary>
/// A wire on which a capture is replayed: each frame of it comes once, as fast as it is taken, without regard to its time.
/// </summary>
/// <param name="frames">The frames for the NIC.</param>
public sealed class CaptureWire(IEnumerable<byte[]> frames) : IWire
{
    private readonly Queue<byte[]> waiting = new(frames);
    private readonly List<byte[]> sent = [];

    /// <summary>Frames that were not taken yet.</summary>
    public int Waiting => waiting.Count;

    /// <summary>The frames that the NIC has sent, in order.</summary>
    public IReadOnlyList<byte[]> Sent => sent;

    /// <summary>Reads a capture (pcap or pcapng); of its frames, those that go to a MAC address or to all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="macAddress">The NIC's MAC address, 48 bits, the byte sent first on top; null for all frames.</param>
    /// <exception cref="CaptureException">The file is no capture, or has frames that were cut.</exception>
    public static CaptureWire Open(string path, ulong? macAddress = null)
    {
        IReadOnlyList<CapturedFrame> frames = CaptureReader.Read(path);
        return frames.FirstOrDefault(frame => !frame.IsWhole) is CapturedFrame cut
            ? throw new CaptureException(path,
                $"a frame of {cut.OriginalLength} bytes was cut to {cut.Bytes.Length}; record it anew with -s 0")
            : new CaptureWire(frames.Select(frame => frame.Bytes).Where(frame => macAddress is null || IsFor(frame, macAddress.Value)));
    }

    /// <inheritdoc/>
    public bool TryReceive(out byte[] frame)
    {
        bool isThere = waiting.TryDequeue(out byte[]? next);
        frame = next ?? [];
        return isThere;
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> frame) => sent.Add(frame.ToArray());

    private static bool IsFor(byte[] frame, ulong macAddress)
    {
        ulong destination = 0;
        for (int i = 0; i < 6 && i < frame.Length; i++)
        {
            destination = (destination << 8) | frame[i];
        }

        return frame.Length >= 6 && (destination == macAddress || destination == 0xFFFF_FFFF_FFFF);
    }
}
