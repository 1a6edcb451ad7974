// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Model;
using Lauberhorn.Model.Captures;
using Lauberhorn.Model.Wire;
using Lauberhorn.Node;

namespace Lauberhorn.Tool.Demo;

/// <summary>Something that a client asked in a capture, and what was answered.</summary>
/// <param name="Asked">The client's frame.</param>
/// <param name="Recorded">What the server in the capture answered; null if it did not.</param>
/// <param name="Answered">What the NIC answered; null if it did not.</param>
public sealed record Exchange(byte[] Asked, byte[]? Recorded, byte[]? Answered)
{
    private const int PayloadPlace = 42;
    private const int ArpBytes = 42;
    private const int EtherTypePlace = 12;

    /// <summary>
    /// Whether both answered the same: the same bytes from the end of the UDP header on, or the same ARP. What lies before is each sender's
    /// own (identification and flags of IPv4), and what comes behind is padding.
    /// </summary>
    public bool IsSame => (Recorded, Answered) switch
    {
        (null, null) => true,
        (byte[] recorded, byte[] answered) => Essence(recorded).SequenceEqual(Essence(answered)),
        _ => false,
    };

    private static ReadOnlySpan<byte> Essence(byte[] frame)
    {
        bool isIpv4 = frame[EtherTypePlace] == 8 && frame[EtherTypePlace + 1] == 0;
        int udpBytes = isIpv4 ? (frame[PayloadPlace - 4] << 8) | frame[PayloadPlace - 3] : 0;
        return isIpv4 ? frame.AsSpan(PayloadPlace, Math.Min(udpBytes - 8, frame.Length - PayloadPlace))
            : frame.AsSpan(0, Math.Min(ArpBytes, frame.Length));
    }
}

/// <summary>A capture that was played.</summary>
/// <param name="Path">The capture.</param>
/// <param name="Exchanges">What was asked and answered.</param>
/// <param name="LeftOut">How many of its calls were left out because they are too long for this NIC.</param>
public sealed record ReplayedCapture(string Path, IReadOnlyList<Exchange> Exchanges, int LeftOut);

/// <summary>
/// Plays the client's side of a capture to the machine, each frame when the one before is answered, and compares what the NIC answers with
/// what was recorded.
/// </summary>
public static class Replay
{
    /// <summary>Plays a capture.</summary>
    /// <param name="machine">The machine; it serves what the capture's server did.</param>
    /// <param name="path">The capture: in it, the answer to a frame is the next frame the other way.</param>
    /// <returns>What was asked and answered, without the calls that do not fit the lines of this NIC's endpoints.</returns>
    public static ReplayedCapture Run(DemoMachine machine, string path)
    {
        ArgumentNullException.ThrowIfNull(machine);
        int largest = machine.Driver.Capabilities.LargestMessage;
        int leftOut = 0;
        byte[][] frames = [.. CaptureReader.Read(path).Select(frame => frame.Bytes)];
        byte[] client = frames.Length > 0 ? frames[0][6..12] : [];
        List<Exchange> exchanges = [];
        for (int i = 0; i < frames.Length; i++)
        {
            if (!IsFrom(frames[i], client))
            {
                continue;
            }

            if (ReferenceDecoder.Decode(frames[i], false, ReceiveSettings.Captures) is { IsCall: true } call
                && call.Payload.Length > largest)
            {
                leftOut++;
                continue;
            }

            byte[]? recorded = i + 1 < frames.Length && !IsFrom(frames[i + 1], client) ? frames[i + 1] : null;
            CaptureWire wire = new([frames[i]]);
            WireLink link = machine.Connect(wire);
            while (link.Step() && wire.Sent.Count == 0)
            {
            }

            exchanges.Add(new Exchange(frames[i], recorded, wire.Sent.Count > 0 ? wire.Sent[0] : null));
        }

        return new ReplayedCapture(path, exchanges, leftOut);
    }

    private static bool IsFrom(byte[] frame, byte[] mac) => frame.AsSpan(6, 6).SequenceEqual(mac);
}
