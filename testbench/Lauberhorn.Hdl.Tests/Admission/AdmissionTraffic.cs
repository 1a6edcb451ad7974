// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Rpc;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Admission;

/// <summary>Random frames of all sizes; calls from so few clients that they often come twice.</summary>
internal sealed class AdmissionTraffic(NicConfig config, SeededRandom random)
{
    private readonly List<Service> services = [.. Enumerable.Range(0, 6).Select(_ => Service(random))];

    private readonly List<AdmissionFrame> calls = [];

    /// <summary>One in so many frames is one of the last four calls, sent again.</summary>
    public int Repeats { get; init; } = 4;

    public AdmissionFrame Frame()
    {
        if (calls.Count > 0 && random.OneIn(Repeats))
        {
            return calls[^random.Between(1, calls.Count)] with { };
        }

        AdmissionFrame frame = New();
        if (frame.IsCall)
        {
            calls.RemoveRange(0, Math.Max(0, calls.Count - 3));
            calls.Add(frame);
        }

        return frame;
    }

    private AdmissionFrame New()
    {
        RouteKind route = random.Between(0, 9) switch
        {
            < 6 => RouteKind.Call,
            < 8 => RouteKind.Bypass,
            _ => RouteKind.Answer,
        };
        int most = 96 + (128 * config.AuxLines);
        int bytes = random.Between(0, 5) switch
        {
            0 => random.Between(0, 8),
            1 => random.Between(1, 64),
            2 => random.Between(60, 100),
            3 => random.Between(most - 3, most + 3),
            4 => random.Between(most, most + 300),
            _ => random.Between(90, most),
        };
        int number = random.Between(0, services.Count - 1);
        return Make(route, services[number], (ushort)number, random.Bytes(route == RouteKind.Bypass ? Math.Max(bytes, 14) : bytes));
    }

    public AdmissionFrame Make(RouteKind route, Service service, ushort number, byte[] payload)
    {
        bool isCall = route != RouteKind.Bypass && !random.OneIn(20);
        if (route == RouteKind.Bypass && payload.Length >= 55 && random.OneIn(2))
        {
            (payload[12], payload[13]) = random.OneIn(2) ? ((byte)0x08, (byte)0x06) : ((byte)0x86, (byte)0xDD);
            (payload[20], payload[54]) = ((byte)random.Pick(58, 58, 17), (byte)random.Pick(128, 132, 133, 135, 137, 138));
        }

        if (route == RouteKind.Call)
        {
            isCall = true;
            if (service.LengthWord < 24 && 4 * (service.LengthWord + 1) <= payload.Length)
            {
                int room = payload.Length - (4 * (service.LengthWord + 1));
                uint length = random.Between(0, 7) switch
                {
                    0 => (uint)random.Next(),
                    1 => (uint)random.Between(Math.Max(0, room - 4), room + 4),
                    2 => 0x10000u << random.Between(0, 15),
                    _ => (uint)random.Between(0, room),
                };
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(4 * service.LengthWord), length);
            }
        }

        bool isInline = isCall && payload.Length is > 0 and <= InlineArguments.MaxBytes && random.OneIn(2);
        return new AdmissionFrame(
            new RoutedFrame
            {
                Route = route,
                Answer = route == RouteKind.Answer ? (NicReplyKind)random.Between(0, 6) : default,
                Low = (uint)random.Next(),
                High = (uint)random.Next(),
                ServiceNumber = number,
                Service = service,
                Metadata = new FrameMetadata
                {
                    Kind = isCall ? FrameKind.RpcCall : random.OneIn(3) ? FrameKind.UnresolvedNeighbour : (FrameKind)random.Between(0, 8),
                    PayloadBytes = (ushort)payload.Length,
                    SourceAddress = random.OneIn(4) ? (uint)random.Between(1, 2) : (uint)random.Next(),
                    SourcePort = (ushort)random.Between(1, 2),
                    DestinationPort = (ushort)random.Next(),
                    Xid = (uint)random.Between(1, 2),
                    IsInline = isInline,
                    InlineArguments = isInline ? Bits<W368>.FromBytes(payload) : default,
                },
            },
            payload);
    }

    public static Service Service(SeededRandom random)
    {
        ulong layout = 0;
        for (int i = 0; i < 24; i++)
        {
            int word = i < 23 ? random.Between(0, 2) : random.Between(0, 1);
            layout |= (ulong)word << (2 * i);
            if (word == 2)
            {
                i++;
                layout |= 3ul << (2 * i);
            }
        }

        return new Service
        {
            Process = (ushort)random.Between(1, 3),
            Flags = ServiceFlags.AcceptsNone | (random.OneIn(4) ? ServiceFlags.LongReplies : 0),
            CodePointer = random.Next(),
            DataPointer = random.Next(),
            ProcessGeneration = (ushort)random.Next(),
            ArgumentLayout = (Bits<W48>)layout,
            ReplyLayout = (Bits<W48>)random.Next(),
            MinimumBytes = (ushort)(random.OneIn(2) ? 0 : random.Between(0, 60)),
            LengthWord = (byte)(random.OneIn(2) ? 31 : random.Between(0, 23)),
            LengthLimit = (ushort)random.Between(0, 400),
        };
    }
}
