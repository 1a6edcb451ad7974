// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;

namespace Lauberhorn.Hdl.Tests.Demux;

/// <summary>
/// What the demultiplexer must say, tick by tick: the tables are plain arrays that are searched from end to end for the few places where a
/// key may lie, and a look-up sees what was written before its tick.
/// </summary>
internal sealed class DemultiplexerModel(NicConfig config)
{
    private readonly ServiceTableShape keyShape = ServiceTableShape.For(config.Services, "model");
    private readonly ServiceTableShape programShape = ServiceTableShape.For(config.Programs, "model");
    private readonly Dictionary<int, ServiceKeyEntry> keys = [];
    private readonly Dictionary<int, ProgramEntry> programs = [];
    private readonly Dictionary<int, Service> services = [];
    private readonly List<Pending> pending = [];

    private sealed class Pending
    {
        public required FrameMetadata Frame { get; init; }

        public required long Tick { get; init; }

        public required ushort? Number { get; init; }

        public required ProgramEntry? Program { get; init; }

        public bool HasNull { get; set; }
    }

    /// <summary>What must come out, with the tick in which it is valid at the earliest.</summary>
    public Queue<(RoutedFrame Frame, long Tick)> Expected { get; } = [];

    /// <summary>The four places of a key.</summary>
    public IEnumerable<int> Places(ServiceKey key) => Places(
        keyShape, table => TableHash.OfRest(key, table, keyShape.BucketBits)
            ^ TableHash.OfProcedure(key.Procedure, table, keyShape.BucketBits));

    /// <summary>The four places of a program.</summary>
    public IEnumerable<int> Places(ushort port, uint program) => Places(
        programShape, table => TableHash.OfProgram(port, program, table, programShape.BucketBits));

    /// <summary>The service of a key now; null if it has none.</summary>
    public ushort? Find(ServiceKey key) => Places(key)
        .Where(place => keys.TryGetValue(place, out ServiceKeyEntry entry) && entry.IsValid && entry.Key == key)
        .Select(place => (ushort?)keys[place].ServiceNumber)
        .FirstOrDefault();

    /// <summary>The entry of a program now; null if it has none.</summary>
    public ProgramEntry? Find(ushort port, uint program) => Places(port, program)
        .Where(place => programs.TryGetValue(place, out ProgramEntry entry) && entry.IsValid && entry.Port == port
            && entry.Program == program)
        .Select(place => (ProgramEntry?)programs[place])
        .FirstOrDefault();

    /// <summary>Advances the model by one tick.</summary>
    /// <param name="tick">Its number.</param>
    /// <param name="taken">The frame that is taken in it.</param>
    /// <param name="command">The command in it.</param>
    public void Tick(long tick, FrameMetadata? taken, TableCommand? command)
    {
        foreach (Pending look in pending)
        {
            if (look.Tick == tick - 1)
            {
                look.HasNull = Find(Key(look.Frame) with { Procedure = 0 }) is not null;
            }
            else if (look.Tick == tick - 2)
            {
                Expected.Enqueue((Decide(look), tick + 2));
            }
        }

        pending.RemoveAll(look => look.Tick == tick - 2);
        if (taken is FrameMetadata frame)
        {
            pending.Add(new Pending
            {
                Frame = frame,
                Tick = tick,
                Number = Find(Key(frame)),
                Program = Find(frame.DestinationPort, frame.Program)
            });
        }

        switch (command?.Code)
        {
            case CommandCode.SetService:
                services[command.Index] = command.Service;
                break;
            case CommandCode.SetServiceKey:
                keys[command.Index] = command.Key;
                break;
            case CommandCode.SetProgram:
                programs[command.Index] = command.Program;
                break;
        }
    }

    private static IEnumerable<int> Places(ServiceTableShape shape, Func<int, int> bucket) =>
        from table in Enumerable.Range(0, 2)
        from way in Enumerable.Range(0, 2)
        select ServiceTableShape.Place(table, bucket(table) % shape.Buckets, way);

    private static ServiceKey Key(FrameMetadata frame) => new(frame.DestinationPort, frame.Program, frame.Version, frame.Procedure);

    private RoutedFrame Decide(Pending look)
    {
        RoutedFrame routed = new() { Metadata = look.Frame };
        switch (look.Frame.Kind)
        {
            case FrameKind.RpcVersionMismatch:
                return Answer(NicReplyKind.RpcMismatch, 2, 2);
            case not FrameKind.RpcCall:
                return routed;
        }

        if (look.Number is ushort number)
        {
            Service service = services.GetValueOrDefault(number);
            ServiceFlags wanted = look.Frame.CredentialFlavor switch
            {
                0 => ServiceFlags.AcceptsNone,
                1 => ServiceFlags.AcceptsSys,
                _ => ServiceFlags.AcceptsOther,
            };
            return look.Frame.CredentialFlavor == 6 ? Answer(NicReplyKind.AuthError, 2)
                : service.Flags.HasFlag(ServiceFlags.Null) ? Answer(NicReplyKind.Null)
                : service.Flags.HasFlag(wanted) && look.Frame.IsBadAuthSys ? Answer(NicReplyKind.AuthError, 1)
                : service.Flags.HasFlag(wanted) ? routed with { Route = RouteKind.Call, ServiceNumber = number, Service = service }
                : Answer(NicReplyKind.AuthError, look.Frame.CredentialFlavor == 0 ? 5u : 2u);
        }

        return look.Program is not ProgramEntry program ? Answer(NicReplyKind.ProgramUnavailable)
            : look.Frame.Version < program.LowestVersion || look.Frame.Version > program.HighestVersion || !look.HasNull
                ? Answer(NicReplyKind.ProgramMismatch, program.LowestVersion, program.HighestVersion)
            : Answer(NicReplyKind.ProcedureUnavailable);

        RoutedFrame Answer(NicReplyKind kind, uint low = 0, uint high = 0) =>
            routed with { Route = RouteKind.Answer, Answer = kind, Low = low, High = high };
    }
}
