// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>The NIC is not what the driver needs, or refused a command. The message says what, and what to do.</summary>
public sealed class NicException : Exception
{
    /// <summary>Creates the exception for something other than a command.</summary>
    /// <param name="message">What failed, and what to do.</param>
    public NicException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception for something other than a command, with its cause.</summary>
    /// <param name="message">What failed, and what to do.</param>
    /// <param name="cause">The exception that caused it.</param>
    public NicException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>Creates the exception for a command.</summary>
    /// <param name="code">The command.</param>
    /// <param name="index">Its index.</param>
    /// <param name="status">The status with which it ended.</param>
    public NicException(CommandCode code, uint index, CommandStatus status)
        : base($"the NIC refused {code} {index}: {Reason(code, status)}") => Status = status;

    /// <summary>The status with which the command ended; <see cref="CommandStatus.Idle"/> if it was none.</summary>
    public CommandStatus Status { get; }

    private static string Reason(CommandCode code, CommandStatus status) => status switch
    {
        CommandStatus.UnknownCommand => "it knows no such command; the driver is newer than the NIC",
        CommandStatus.IndexOutOfRange => "the number is beyond what it was built with, see its capabilities",
        CommandStatus.BadValue when code == CommandCode.SetProcess =>
            "a process that uses kernel endpoints needs a weight, and what it is guaranteed must be no more than what it may have, and "
                + "that no more than the NIC has (cores, pending calls)",
        CommandStatus.BadValue => "a value in the data is not allowed",
        CommandStatus.WrongState when code == CommandCode.BindEndpoint => "the endpoint is bound already; release it first",
        CommandStatus.WrongState when code == CommandCode.ReleaseEndpoint => "the endpoint is not bound",
        CommandStatus.WrongState => "it is not in the state for that",
        CommandStatus.Full => "there is no room",
        CommandStatus.Busy => "it is still busy with it; something in the machine hangs, perhaps a core that does not give a line back",
        _ => $"status {status}",
    };
}
