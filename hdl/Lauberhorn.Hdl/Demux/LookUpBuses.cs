// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Demux;

/// <summary>A look-up's first stage: the tick in which the entries come out of the memories.</summary>
public interface ILookUp : IBus
{
    /// <summary>
    /// Whether a frame was accepted in the tick before. If it is a call, the addresses of the same key with procedure 0 go out in this
    /// tick.
    /// </summary>
    bool Starts { get; set; }

    /// <summary>The key that is looked up in this tick; in the tick after a call's, the same with procedure 0.</summary>
    ServiceKey Sought { get; set; }

    /// <summary>Whether the frame is a call.</summary>
    bool IsCall { get; set; }

    /// <summary>Whether the frame is a call of another RPC version than 2.</summary>
    bool IsOtherRpcVersion { get; set; }

    /// <summary>Whether the credential's flavor is AUTH_NONE.</summary>
    bool IsAuthNone { get; set; }

    /// <summary>Whether the credential's flavor is AUTH_SYS.</summary>
    bool IsAuthSys { get; set; }

    /// <summary>Whether the credential's flavor is AUTH_SYS and its body is none.</summary>
    bool IsBadAuthSys { get; set; }

    /// <summary>Whether the credential's flavor is RPCSEC_GSS.</summary>
    bool IsGss { get; set; }

    /// <summary>The hash of all but the procedure, for table 0.</summary>
    ushort RestHash0 { get; set; }

    /// <summary>The hash of all but the procedure, for table 1.</summary>
    ushort RestHash1 { get; set; }
}

/// <summary>The pipeline register that carries what a frame needs besides the look-ups.</summary>
public interface ILookUpStage : IBus
{
    /// <summary>Whether there is a frame in this stage.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it is a call.</summary>
    bool IsCall { get; set; }

    /// <summary>Whether it is a call of another RPC version than 2.</summary>
    bool IsOtherRpcVersion { get; set; }

    /// <summary>Whether the credential's flavor is AUTH_NONE.</summary>
    bool IsAuthNone { get; set; }

    /// <summary>Whether the credential's flavor is AUTH_SYS.</summary>
    bool IsAuthSys { get; set; }

    /// <summary>Whether the credential's flavor is AUTH_SYS and its body is none.</summary>
    bool IsBadAuthSys { get; set; }

    /// <summary>Whether the credential's flavor is RPCSEC_GSS.</summary>
    bool IsGss { get; set; }

    /// <summary>The program's version.</summary>
    uint Version { get; set; }
}

/// <summary>Which of the four places of a key holds it, and with which service.</summary>
public interface IKeyMatch : IBus
{
    /// <summary>Whether way 0 of the bucket in table 0 matches the key.</summary>
    bool Is00 { get; set; }

    /// <summary>Whether way 1 of the bucket in table 0 matches the key.</summary>
    bool Is01 { get; set; }

    /// <summary>Whether way 0 of the bucket in table 1 matches the key.</summary>
    bool Is10 { get; set; }

    /// <summary>Whether way 1 of the bucket in table 1 matches the key.</summary>
    bool Is11 { get; set; }

    /// <summary>The service of way 0 in table 0.</summary>
    ushort Number00 { get; set; }

    /// <summary>The service of way 1 in table 0.</summary>
    ushort Number01 { get; set; }

    /// <summary>The service of way 0 in table 1.</summary>
    ushort Number10 { get; set; }

    /// <summary>The service of way 1 in table 1.</summary>
    ushort Number11 { get; set; }
}

/// <summary>The service look-up's result.</summary>
public interface IFoundService : IBus
{
    /// <summary>Whether a service matches the key.</summary>
    bool IsFound { get; set; }

    /// <summary>The service's number, below <see cref="NicConfig.Services"/>; means something if <see cref="IsFound"/>.</summary>
    ushort Number { get; set; }
}

/// <summary>The program look-up's result.</summary>
public interface IFoundProgram : IBus
{
    /// <summary>Whether a program matches.</summary>
    bool IsFound { get; set; }

    /// <summary>Lowest version that the program serves.</summary>
    uint Lowest { get; set; }

    /// <summary>Highest version that the program serves.</summary>
    uint Highest { get; set; }
}

/// <summary>The program look-up's result, compared with the version that is called.</summary>
public interface IVersionMatch : IBus
{
    /// <summary>Whether a program matches, whatever its versions.</summary>
    bool IsFound { get; set; }

    /// <summary>Whether the call's version is from the lowest to the highest.</summary>
    bool HasVersion { get; set; }

    /// <summary>The program's lowest version.</summary>
    uint Lowest { get; set; }

    /// <summary>The program's highest version.</summary>
    uint Highest { get; set; }
}

/// <summary>The look-ups' result for a frame: <see cref="RoutedFrame"/> but for the metadata.</summary>
public readonly record struct Outcome
{
    /// <summary>See <see cref="RoutedFrame.Route"/>.</summary>
    public RouteKind Route { get; init; }

    /// <summary>See <see cref="RoutedFrame.Answer"/>.</summary>
    public Demux.NicReplyKind Answer { get; init; }

    /// <summary>See <see cref="RoutedFrame.Low"/>.</summary>
    public uint Low { get; init; }

    /// <summary>See <see cref="RoutedFrame.High"/>.</summary>
    public uint High { get; init; }

    /// <summary>See <see cref="RoutedFrame.ServiceNumber"/>.</summary>
    public ushort ServiceNumber { get; init; }

    /// <summary>See <see cref="RoutedFrame.Service"/>.</summary>
    public Service Service { get; init; }
}
