// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>The result of a handler's call.</summary>
/// <param name="Kind">The kind, for the control line's byte 0.</param>
/// <param name="Body">The results, as they must be in memory.</param>
/// <param name="Problem">What failed; null if nothing did.</param>
public readonly record struct HandlerAnswer(MessageKind Kind, byte[] Body, string? Problem = null);

/// <summary>A procedure: its method, target and layouts.</summary>
public sealed class ProcedureHandler
{
    private readonly object? target;

    internal ProcedureHandler(MethodInfo method, object? target, MessageLayout arguments, MessageLayout results, bool isOneWay)
    {
        Method = method;
        this.target = target;
        Arguments = arguments;
        Results = results;
        IsOneWay = isOneWay;
    }

    /// <summary>The C# method.</summary>
    public MethodInfo Method { get; }

    /// <summary>The layout of its arguments.</summary>
    public MessageLayout Arguments { get; }

    /// <summary>The layout of its results.</summary>
    public MessageLayout Results { get; }

    /// <summary>Whether callers get no reply.</summary>
    public bool IsOneWay { get; }

    /// <summary>Reads the arguments, calls the method and writes its results. Whatever the handler throws becomes an answer.</summary>
    /// <param name="message">The arguments, as they are in memory.</param>
    public HandlerAnswer Call(ReadOnlySpan<byte> message)
    {
        try
        {
            object? result = Method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, Arguments.Read(message), null);
            return IsOneWay
                ? new HandlerAnswer(MessageKind.NoReply, [])
                : new HandlerAnswer(MessageKind.Reply, Results.Shapes.Count == 0 ? [] : Results.Write(result));
        }
        catch (GarbageArgumentsException problem)
        {
            return new HandlerAnswer(IsOneWay ? MessageKind.NoReply : MessageKind.GarbageArguments, [], problem.Message);
        }
        catch (Exception problem)
        {
            // A handler's failure is reported to its caller; it does not end the loop that serves all others.
            return new HandlerAnswer(IsOneWay ? MessageKind.NoReply : MessageKind.SystemError, [],
                $"{problem.GetType().Name}: {problem.Message}");
        }
    }
}

/// <summary>
/// The handlers by their code pointers. On the machine model no code lies at an address, so a code pointer is a number that the NIC returns
/// unchanged: those of this table begin at <see cref="FirstCodePointer"/> and are 16 apart, as functions would be. The data pointer is the
/// number of the object that serves.
/// </summary>
public sealed class HandlerTable
{
    /// <summary>The first code pointer.</summary>
    public const ulong FirstCodePointer = 0x4C48_0000_0000;

    private readonly List<(ProcedureHandler Handler, ulong DataPointer)> handlers = [];
    private readonly Lock gate = new();
    private long refused;

    /// <summary>
    /// Number of requests whose code pointer, or the data pointer beside it, is not in this table. No handler was called for them.
    /// </summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Adds a handler.</summary>
    /// <param name="handler">The handler.</param>
    /// <param name="dataPointer">The data pointer that its calls will have.</param>
    /// <returns>Its code pointer.</returns>
    public ulong Add(ProcedureHandler handler, ulong dataPointer)
    {
        ArgumentNullException.ThrowIfNull(handler);
        lock (gate)
        {
            handlers.Add((handler, dataPointer));
            return FirstCodePointer + (16 * (ulong)(handlers.Count - 1));
        }
    }

    /// <summary>
    /// Calls the handler of a code pointer, if it is in this table with the data pointer that it was added with: nothing else is ever
    /// called, whatever the line holds. Otherwise the answer is
    /// SYSTEM_ERR, since it is no fault of the caller, and counted in <see cref="Refused"/>. Loops in other languages must do the same
    /// before they jump (docs/fast-path.md).
    /// </summary>
    /// <param name="codePointer">The code pointer.</param>
    /// <param name="dataPointer">The data pointer.</param>
    /// <param name="arguments">The arguments, as they are in memory.</param>
    public HandlerAnswer Call(ulong codePointer, ulong dataPointer, ReadOnlySpan<byte> arguments)
    {
        (ProcedureHandler Handler, ulong DataPointer) entry;
        lock (gate)
        {
            ulong index = (codePointer - FirstCodePointer) / 16;
            if (codePointer < FirstCodePointer || codePointer % 16 != 0 || index >= (ulong)handlers.Count)
            {
                Interlocked.Increment(ref refused);
                return new HandlerAnswer(MessageKind.SystemError, [], $"no handler has the code pointer 0x{codePointer:X}");
            }

            entry = handlers[(int)index];
        }

        if (entry.DataPointer != dataPointer)
        {
            Interlocked.Increment(ref refused);
            return new HandlerAnswer(
                MessageKind.SystemError, [], $"code pointer 0x{codePointer:X} came with data pointer {dataPointer}, not "
                    + $"{entry.DataPointer}");
        }

        return entry.Handler.Call(arguments);
    }
}
