// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Driver.Placement;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Reply;
using SME;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>A process that serves.</summary>
/// <param name="Process">The driver's object for it.</param>
/// <param name="Secret">Decides all bytes of its arguments and results, so that they are no other process's.</param>
internal sealed record SoakProcess(NicProcess Process, ulong Secret);

/// <summary>A service in the NIC's table.</summary>
/// <param name="Key">What calls it.</param>
/// <param name="Entry">What the table says.</param>
/// <param name="Owner">Whose it is.</param>
internal sealed record SoakService(ServiceKey Key, Service Entry, SoakProcess Owner)
{
    /// <summary>Whether the NIC answers its calls by itself (NULL procedure).</summary>
    public bool IsNull => (Entry.Flags & ServiceFlags.Null) != 0;
}

/// <summary>
/// Random services of random processes, and what the NIC must make of a frame because of them: the table of docs/demux.md and the checks of
/// docs/admission.md.
/// </summary>
internal sealed class SoakServices
{
    private const uint AuthNone = 0;
    private const uint AuthSys = 1;
    private const uint Gss = 6;
    private const uint BadCredential = 1;
    private const uint RejectedCredential = 2;
    private const uint TooWeak = 5;
    private readonly Dictionary<ServiceKey, SoakService> services = [];
    private readonly Dictionary<(ushort Port, uint Program), (uint Lowest, uint Highest)> programs = [];
    private readonly int largestMessage;

    private SoakServices(ReceiveSettings settings, int largestMessage)
    {
        Settings = settings;
        this.largestMessage = largestMessage;
    }

    /// <summary>The services that have a handler.</summary>
    public IReadOnlyList<SoakService> Handled { get; private set; } = [];

    /// <summary>All services, with those that the NIC answers by itself.</summary>
    public IReadOnlyList<SoakService> All { get; private set; } = [];

    /// <summary>The NIC's addresses and ports.</summary>
    public ReceiveSettings Settings { get; }

    /// <summary>Makes random services and writes the NIC's tables.</summary>
    /// <param name="nic">The driver.</param>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="processes">The processes.</param>
    /// <param name="random">Decides.</param>
    public static async Task<SoakServices> Make(Driver.Nic nic, NicConfig config, IReadOnlyList<SoakProcess> processes, SeededRandom random)
    {
        ushort[] ports = [2049, (ushort)random.Between(1024, 60_000)];
        ServicePlacement placement = new(config.Services);
        ProgramPlacement programPlacement = new(config.Programs);
        SoakServices all = new(ReceiveSettings.Captures with { AnyPort = false, Ports = ports }, (128 * config.AuxLines) + 96);
        int room = Math.Min(config.Services, 16);
        uint program = 0x2000_0000 + (uint)random.Between(0, 0xFFFF);
        for (int i = 0; room >= 2 && i < 12; i++)
        {
            // Every process has one at least; a program may be served by several, at ports of their own.
            SoakProcess owner = processes[i % processes.Count];
            ushort port = ports[i < 2 ? i : random.Between(0, 1)];
            uint number = program + (uint)random.Between(0, Math.Min(config.Programs, 4) / ports.Length - 1);
            uint version = random.Pick<uint>(1, 1, 3);
            List<ServiceKey> keys = [new(port, number, version, 0), new(port, number, version, (uint)random.Between(1, 3)),
                new(port, number, version, random.Pick(7u, 0xFFFF_FFFF))];
            foreach (ServiceKey key in keys.Take(Math.Min(room, random.Between(2, 3))).Where(key => !all.services.ContainsKey(key)))
            {
                all.services.Add(key, new SoakService(key, Entry(key, owner, config, random), owner));
                room--;
            }

            (uint Lowest, uint Highest) versions = all.programs.GetValueOrDefault((port, number), (version, version));
            all.programs[(port, number)] = (Math.Min(versions.Lowest, version), Math.Max(versions.Highest, version));
        }

        foreach (SoakService service in all.services.Values.ToArray())
        {
            try
            {
                foreach (TableStep step in placement.Insert(service.Key, service.Entry))
                {
                    await nic.CommandAsync(step.Code, (uint)step.Index, step.Data);
                }
            }
            catch (TableFullException)
            {
                // Small tables cannot hold any set of keys; a case in some hundred meets one.
                all.services.Remove(service.Key);
            }
        }

        foreach (((ushort port, uint number), (uint lowest, uint highest)) in all.programs)
        {
            foreach (TableStep step in programPlacement.Set(port, number, lowest, highest))
            {
                await nic.CommandAsync(step.Code, (uint)step.Index, step.Data);
            }
        }

        foreach (ushort port in ports)
        {
            await nic.CommandAsync(CommandCode.SetPort, port, 1);
        }

        all.All = [.. all.services.Values];
        all.Handled = [.. all.services.Values.Where(service => !service.IsNull)];
        return all;
    }

    /// <summary>The service that a call is for; null for none.</summary>
    /// <param name="decoded">The call.</param>
    public SoakService? Find(DecodedFrame decoded) =>
        decoded.Rpc is RpcCallHeader rpc
            ? services.GetValueOrDefault(new ServiceKey(decoded.Udp!.DestinationPort, rpc.Program, rpc.Version, rpc.Procedure)) : null;

    /// <summary>What must become of a frame if there is room for it.</summary>
    /// <param name="frame">The frame.</param>
    public void Judge(SoakFrame frame)
    {
        DecodedFrame decoded = frame.Decoded;
        if (decoded.IsDropped)
        {
            frame.Fate = Fate.Dropped;
        }
        else if (decoded.Kind == FrameKind.RpcVersionMismatch)
        {
            Answer(frame, ReferenceReply.RpcMismatch);
        }
        else if (decoded.Kind != FrameKind.RpcCall)
        {
            frame.Fate = decoded.Payload.Length > largestMessage ? Fate.TooLongForKernel : Fate.Kernel;
        }
        else
        {
            JudgeCall(frame, decoded.Rpc!);
        }
    }

    private static void Answer(SoakFrame frame, Func<ReplyParties, ushort, byte[]> make) =>
        (frame.Fate, frame.Answer) = (Fate.Answer, make);

    private static void Answer(SoakFrame frame, AcceptStatus status, uint lowest = 0, uint highest = 0) =>
        Answer(frame, (parties, identification) => ReferenceReply.Accept(parties, identification, status, lowest, highest));

    private static Service Entry(ServiceKey key, SoakProcess owner, NicConfig config, SeededRandom random)
    {
        // Calls of procedure 0 can be a handler's as well.
        ServiceFlags lets = random.Pick(
            ServiceFlags.AcceptsNone,
            ServiceFlags.AcceptsSys,
            ServiceFlags.AcceptsNone | ServiceFlags.AcceptsSys,
            ServiceFlags.AcceptsNone | ServiceFlags.AcceptsSys,
            ServiceFlags.AcceptsNone | ServiceFlags.AcceptsSys | ServiceFlags.AcceptsOther);
        if (key.Procedure == 0 && !random.OneIn(8))
        {
            return new Service { Process = owner.Process.Number, Flags = lets | ServiceFlags.Null, LengthWord = 31 };
        }

        bool hasLength = random.OneIn(3);
        byte lengthWord = hasLength ? (byte)random.Pick(0, 0, 1, 2, 7, 15, 16, 23) : (byte)31;
        return new Service
        {
            Process = owner.Process.Number,
            Flags = lets | (random.OneIn(3) ? ServiceFlags.LongReplies : ServiceFlags.None),
            CodePointer = random.Next(),
            DataPointer = random.Next(),
            ArgumentLayout = Layout(random),
            ReplyLayout = Layout(random),
            MinimumBytes = (ushort)(hasLength ? 4 * (lengthWord + 1) : random.Pick(0, 0, 4, 8, 20, 96, 120)),
            LengthWord = lengthWord,
            LengthLimit = (ushort)random.Pick(0, 8, 100, 65_535, (128 * config.AuxLines) + 96),
        };
    }

    /// <summary>Raw bytes, integers, or any mixture; also halves of 64-bit values that have no other half.</summary>
    private static Bits<W48> Layout(
        SeededRandom random) => (Bits<W48>)random.Pick(0ul, 0x5555_5555_5555ul, 0xEEEE_EEEE_EEEEul, random.Next() >> 16,
            random.Next() >> 16);

    private void JudgeCall(SoakFrame frame, RpcCallHeader rpc)
    {
        ushort port = frame.Decoded.Udp!.DestinationPort;
        SoakService? service = Find(frame.Decoded);
        if (service is null)
        {
            if (!programs.TryGetValue((port, rpc.Program), out (uint Lowest, uint Highest) versions))
            {
                Answer(frame, AcceptStatus.ProgramUnavailable);
            }
            else if (rpc.Version < versions.Lowest || rpc.Version > versions.Highest
                || !services.ContainsKey(new ServiceKey(port, rpc.Program, rpc.Version, 0)))
            {
                Answer(frame, AcceptStatus.ProgramMismatch, versions.Lowest, versions.Highest);
            }
            else
            {
                Answer(frame, AcceptStatus.ProcedureUnavailable);
            }

            return;
        }

        // Procedure 0 with RPCSEC_GSS would make a context (RFC 2203 section 5.2).
        if (rpc.CredentialFlavor == Gss)
        {
            Answer(frame, static (parties, identification) => ReferenceReply.AuthError(parties, identification, RejectedCredential));
            return;
        }

        if (service.IsNull)
        {
            Answer(frame, AcceptStatus.Success);
            return;
        }

        ServiceFlags wanted = rpc.CredentialFlavor switch
        {
            AuthNone => ServiceFlags.AcceptsNone,
            AuthSys => ServiceFlags.AcceptsSys,
            _ => ServiceFlags.AcceptsOther,
        };
        byte[] arguments = frame.Decoded.Payload;
        if ((service.Entry.Flags & wanted) == 0)
        {
            Answer(frame, (parties, identification) => ReferenceReply.AuthError(parties, identification,
                rpc.CredentialFlavor == AuthNone ? TooWeak : RejectedCredential));
        }
        else if (rpc.IsBadAuthSys)
        {
            Answer(frame, static (parties, identification) => ReferenceReply.AuthError(parties, identification, BadCredential));
        }
        else if (arguments.Length > largestMessage)
        {
            Answer(frame, AcceptStatus.GarbageArguments);
        }
        else if (!AreFine(service.Entry, arguments))
        {
            Answer(frame, AcceptStatus.GarbageArguments);
        }
        else
        {
            (frame.Fate, frame.Service) = (Fate.Call, service);
        }
    }

    private static bool AreFine(Service service, byte[] arguments)
    {
        if (arguments.Length < service.MinimumBytes)
        {
            return false;
        }

        int at = 4 * service.LengthWord;
        if (service.LengthWord >= 24)
        {
            return true;
        }

        if (arguments.Length < at + 4)
        {
            return false;
        }

        long length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(arguments.AsSpan(at));
        return length <= service.LengthLimit && at + 4 + ((length + 3) / 4 * 4) <= arguments.Length;
    }
}
