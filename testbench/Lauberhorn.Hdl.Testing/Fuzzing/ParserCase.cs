// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Hdl.Testing.Fuzzing;

/// <summary>All that decides a run of the receive path.</summary>
/// <param name="Seed">Of the case; it decides all the rest, and the paces once more in the run.</param>
/// <param name="Config">The NIC's parameters.</param>
/// <param name="Settings">Its addresses.</param>
/// <param name="Gaps">Pauses between beats at the input.</param>
/// <param name="Metadata">How the consumer of the metadata stalls.</param>
/// <param name="Payload">How the consumer of the payload stalls.</param>
/// <param name="Frames">The frames, in order.</param>
internal sealed record ParserCase(
    ulong Seed, NicConfig Config, ReceiveSettings Settings, Pace Gaps, Pace Metadata, Pace Payload, IReadOnlyList<GeneratedFrame> Frames)
{
    /// <summary>
    /// Whether frames may be dropped for want of room: if somebody stalls behind the buffers, or if, while the longest frame's
    /// payload goes out, more short frames can come in than there are places for metadata.
    /// </summary>
    public bool MayOverrun =>
        Metadata != Pace.Steady || Payload != Pace.Steady
        || Frames.Max(frame => Beats(frame.Bytes.Length)) > Config.MetadataDepth - (2 * BufferRoom.Margin);

    /// <summary>Makes a case from its seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="cycles">About how many cycles it should take.</param>
    /// <param name="config">The NIC's parameters; null for a preset chosen by the seed, mostly the tiny one, whose buffers overrun
    /// soon.</param>
    public static ParserCase Make(ulong seed, long cycles, NicConfig? config = null)
    {
        var random = new SeededRandom(seed);
        var preset = random.OneIn(4) ? NicConfig.Enzian : NicConfig.Tiny;
        var settings = random.OneIn(2)
            ? ReceiveSettings.Captures
            : new ReceiveSettings((random.Next() >> 16) & ~0x0100_0000_0000ul, (uint)random.Next(), random.OneIn(3));
        settings = settings with
        {
            SubnetMask = (uint)(ulong.MaxValue << random.Between(0, 32)),
            MulticastFilter = random.OneIn(2) ? 0 : random.Next() & random.Next(),
            AllMulticast = random.OneIn(4),
        };
        if (random.OneIn(2))
        {
            settings = settings with { AnyPort = false, Ports = AnyPorts() };
        }

        var stalls = random.OneIn(2);
        var gaps = random.OneIn(2) ? Pace.Steady : AnyPace();
        var metadata = stalls ? AnyPace() : Pace.Steady;
        var payload = stalls ? AnyPace() : Pace.Steady;
        var generator = new FrameGenerator(random.Next(), settings, random.OneIn(3) ? 700 : 9700);
        var frames = new List<GeneratedFrame>();
        for (long beats = 0; beats < cycles;)
        {
            var frame = generator.Next();
            frames.Add(frame);
            beats += Beats(frame.Bytes.Length) * (gaps == Pace.Steady ? 1 : 2);
        }

        return new ParserCase(seed, config ?? preset, settings, gaps, metadata, payload, frames);

        // The generator's calls are to any port: half of them are enough for every kind of frame to pass and to be another's.
        ushort[] AnyPorts()
        {
            var mask = 1 << random.Between(0, 15);
            return [.. Enumerable.Range(0, 65_536).Where(port => (port & mask) != 0).Select(port => (ushort)port)];
        }

        Pace AnyPace() => random.Pick(Pace.Steady, Pace.Rare, Pace.Half, Pace.Bursts);
    }

    /// <summary>The seed of the case that follows in a campaign.</summary>
    public static ulong SeedAfter(ulong seed) => new SeededRandom(seed).Next();

    /// <summary>A text with all of it, for cases that were shrunk.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"preset {Config.Name}, own MAC address {Settings.MacAddress:x12}, ");
        text.Append(CultureInfo.InvariantCulture, $"own IPv4 address {Settings.Ipv4Address:x8}, ");
        text.Append(CultureInfo.InvariantCulture, $"promiscuous {Settings.Promiscuous}, subnet mask {Settings.SubnetMask:x8}, ");
        text.Append(CultureInfo.InvariantCulture, $"multicast filter {Settings.MulticastFilter:x16}, ");
        text.Append(CultureInfo.InvariantCulture, $"all multicast {Settings.AllMulticast}\n");
        text.Append(CultureInfo.InvariantCulture, $"input {Gaps}, metadata {Metadata}, payload {Payload}; {Frames.Count} frames:\n");
        foreach (var frame in Frames.Take(8))
        {
            var decoded = ReferenceDecoder.Decode(frame.Bytes, frame.ErrorFlag, Settings);
            text.Append(CultureInfo.InvariantCulture, $"  [{(decoded.IsDropped ? decoded.Drop : decoded.Kind)}] {frame}\n");
        }

        return Frames.Count > 8 ? text.Append("  ...\n").ToString() : text.ToString();
    }

    private static int Beats(int bytes) => (bytes + NicConfig.DatapathBytes - 1) / NicConfig.DatapathBytes;
}
