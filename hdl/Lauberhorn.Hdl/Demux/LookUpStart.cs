// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Demux;

/// <summary>
/// Accepts a frame if there is room for it, but none in the tick after a call: then the call's second look-up uses the tables' ports.
/// Combinational.
/// </summary>
public sealed class LookUpReady(Stream<FrameMetadata> input, Stream<FrameMetadata> kept, [InputBus] ILookUp lookUp) : SimpleProcess
{
    [InputBus] private readonly IReady kept = kept.Backward;
    [OutputBus] private readonly IReady ready = input.Backward;

    /// <inheritdoc/>
    protected override void OnTick() => ready.Ready = kept.Ready && !(lookUp.Starts && lookUp.IsCall);
}

/// <summary>
/// Puts the frames that <see cref="LookUpReady"/> accepts into the FIFO where metadata wait for their look-ups' result. Combinational.
/// </summary>
public sealed class LookUpKeep(Stream<FrameMetadata> input, Stream<FrameMetadata> kept, [InputBus] ILookUp lookUp) : SimpleProcess
{
    [InputBus] private readonly IStream<FrameMetadata> input = input.Forward;
    [OutputBus] private readonly IStream<FrameMetadata> kept = kept.Forward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        kept.Valid = input.Valid && !(lookUp.Starts && lookUp.IsCall);
        kept.Item = input.Item;
    }
}

/// <summary>The hashes of the input's frame, without the procedure for the service table's. Wires.</summary>
public interface IFrameHashes : IBus
{
    /// <summary>All but the procedure, for table 0 of the services.</summary>
    ushort Rest0 { get; set; }

    /// <summary>All but the procedure, for table 1 of the services.</summary>
    ushort Rest1 { get; set; }
}

/// <summary>
/// Drives the tables' addresses: those of the input's frame, and in the tick after a call those of its key with procedure 0. Combinational.
/// </summary>
public sealed class LookUpAddress(
    Stream<FrameMetadata> input,
    [InputBus] ILookUp lookUp,
    ServiceTableShape keys,
    ServiceTableShape programs) : SimpleProcess
{
    [InputBus] private readonly IStream<FrameMetadata> input = input.Forward;
    [OutputBus] private readonly IFrameHashes hashes = Scope.CreateBus<IFrameHashes>("hashes");
    [OutputBus] private readonly IRamRead key0 = Scope.CreateBus<IRamRead>("key0");
    [OutputBus] private readonly IRamRead key1 = Scope.CreateBus<IRamRead>("key1");
    [OutputBus] private readonly IRamRead program0 = Scope.CreateBus<IRamRead>("program0");
    [OutputBus] private readonly IRamRead program1 = Scope.CreateBus<IRamRead>("program1");
    private readonly int keyBits = keys.BucketBits;
    private readonly int programBits = programs.BucketBits;

    internal IFrameHashes Hashes => hashes;

    internal IRamRead Key0 => key0;

    internal IRamRead Key1 => key1;

    internal IRamRead Program0 => program0;

    internal IRamRead Program1 => program1;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        FrameMetadata frame = input.Item;
        ServiceKey key = new(frame.DestinationPort, frame.Program, frame.Version, 0);
        bool isSecond = lookUp.Starts && lookUp.IsCall;
        ushort rest0 = TableHash.OfRest(key, 0, keyBits);
        ushort rest1 = TableHash.OfRest(key, 1, keyBits);
        uint first0 = (uint)(rest0 ^ TableHash.OfProcedure(frame.Procedure, 0, keyBits));
        uint first1 = (uint)(rest1 ^ TableHash.OfProcedure(frame.Procedure, 1, keyBits));
        hashes.Rest0 = rest0;
        hashes.Rest1 = rest1;
        key0.Enable = true;
        key0.Address = isSecond ? (uint)(lookUp.RestHash0 ^ TableHash.OfProcedure(0, 0, keyBits)) : first0;
        key1.Enable = true;
        key1.Address = isSecond ? (uint)(lookUp.RestHash1 ^ TableHash.OfProcedure(0, 1, keyBits)) : first1;
        program0.Enable = true;
        program0.Address = TableHash.OfProgram(frame.DestinationPort, frame.Program, 0, programBits);
        program1.Enable = true;
        program1.Address = TableHash.OfProgram(frame.DestinationPort, frame.Program, 1, programBits);
    }
}

/// <summary>
/// Registers the key that the entries are compared with. Latency 1 tick; a frame per tick, a call in two; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class LookUpStart(Stream<FrameMetadata> input, [InputBus] IFrameHashes hashes, [OutputBus] ILookUp lookUp) : SimpleProcess
{
    private const uint AuthNone = 0;
    private const uint AuthSys = 1;
    private const uint Gss = 6;

    [InputBus] private readonly IStream<FrameMetadata> input = input.Forward;
    [InputBus] private readonly IReady ready = input.Backward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        FrameMetadata frame = input.Item;
        bool takes = input.Valid && ready.Ready;
        lookUp.Starts = takes;
        if (takes)
        {
            lookUp.Sought = new ServiceKey(frame.DestinationPort, frame.Program, frame.Version, frame.Procedure);
            lookUp.IsCall = frame.Kind == FrameKind.RpcCall;
            lookUp.IsOtherRpcVersion = frame.Kind == FrameKind.RpcVersionMismatch;
            lookUp.IsAuthNone = frame.CredentialFlavor == AuthNone;
            lookUp.IsAuthSys = frame.CredentialFlavor == AuthSys;
            lookUp.IsBadAuthSys = frame.IsBadAuthSys;
            lookUp.IsGss = frame.CredentialFlavor == Gss;
            lookUp.RestHash0 = hashes.Rest0;
            lookUp.RestHash1 = hashes.Rest1;
        }
        else
        {
            lookUp.Sought = lookUp.Sought with { Procedure = 0 };
        }
    }
}

/// <summary>A pipeline stage for what a frame needs besides the look-ups. Latency 1 tick; a frame per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class LookUpDelay([InputBus] ILookUp lookUp) : SimpleProcess
{
    [OutputBus] private readonly ILookUpStage stage2 = Scope.CreateBus<ILookUpStage>("stage2");
    [OutputBus] private readonly ILookUpStage stage3 = Scope.CreateBus<ILookUpStage>("stage3");

    internal ILookUpStage Stage2 => stage2;

    internal ILookUpStage Stage3 => stage3;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        stage2.Valid = lookUp.Starts;
        stage2.IsCall = lookUp.IsCall;
        stage2.IsOtherRpcVersion = lookUp.IsOtherRpcVersion;
        stage2.IsAuthNone = lookUp.IsAuthNone;
        stage2.IsAuthSys = lookUp.IsAuthSys;
        stage2.IsBadAuthSys = lookUp.IsBadAuthSys;
        stage2.IsGss = lookUp.IsGss;
        stage2.Version = lookUp.Sought.Version;
        stage3.Valid = stage2.Valid;
        stage3.IsCall = stage2.IsCall;
        stage3.IsOtherRpcVersion = stage2.IsOtherRpcVersion;
        stage3.IsAuthNone = stage2.IsAuthNone;
        stage3.IsAuthSys = stage2.IsAuthSys;
        stage3.IsBadAuthSys = stage2.IsBadAuthSys;
        stage3.IsGss = stage2.IsGss;
        stage3.Version = stage2.Version;
    }
}

/// <summary>Reports the caller's addresses, for the neighbour table. Latency 1 tick; a frame per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class Sighter(Stream<FrameMetadata> input) : SimpleProcess
{
    [InputBus] private readonly IStream<FrameMetadata> input = input.Forward;
    [InputBus] private readonly IReady ready = input.Backward;
    [OutputBus] private readonly ISighting sighting = Scope.CreateBus<ISighting>("sighting");

    internal ISighting Sighting => sighting;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        FrameMetadata frame = input.Item;
        sighting.Valid = input.Valid && ready.Ready && (frame.Kind == FrameKind.RpcCall || frame.Kind == FrameKind.RpcVersionMismatch);
        sighting.Address = frame.SourceAddress;
        sighting.MacAddress = frame.SourceMac;
    }
}
