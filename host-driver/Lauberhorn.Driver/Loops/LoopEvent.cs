// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>The steps of a loop.</summary>
public enum LoopStep
{
    /// <summary>The loop issues the load of a control line.</summary>
    Load,

    /// <summary>The load was answered; the kind is known.</summary>
    Answered,

    /// <summary>The loop calls the handler.</summary>
    Call,

    /// <summary>The handler returned.</summary>
    Returned,

    /// <summary>The answer is stored in the control line.</summary>
    Stored,

    /// <summary>The loop sends what is in the transmit line.</summary>
    Send,

    /// <summary>The transmit line is sent.</summary>
    Sent,
}

/// <summary>A step of a loop, for its observer.</summary>
/// <param name="Endpoint">The endpoint's number.</param>
/// <param name="Step">The step.</param>
/// <param name="Line">Number of the control line, 0 or 1.</param>
/// <param name="Kind">The kind in it, if it is known by then.</param>
/// <param name="Bytes">Bytes of the message, if known.</param>
/// <param name="Text">More about it, for people; may be empty.</param>
public readonly record struct LoopEvent(int Endpoint, LoopStep Step, int Line, MessageKind Kind, int Bytes, string Text);

/// <summary>Reason why a loop ended.</summary>
public enum LoopEnd
{
    /// <summary>The loop was told to stop.</summary>
    Stopped,

    /// <summary>The NIC sent the core back to the kernel (RETIRE).</summary>
    Retired,

    /// <summary>A control line held nothing: the endpoint is not bound, or something else has read its lines.</summary>
    Lost,
}
