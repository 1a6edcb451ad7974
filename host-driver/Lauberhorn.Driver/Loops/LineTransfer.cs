// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>
/// Moves messages between a core and the control and aux lines of one direction of an endpoint. With two control lines, loading one is
/// leaving the other, and the NIC fetches what was left. With one only, the core writes back what it has written, and invalidates what it
/// has read, the control line last: when that comes home, the message is whole.
/// </summary>
internal sealed class LineTransfer
{
    private readonly ICoreMemory core;
    private readonly IReadOnlyList<ulong> control;
    private readonly IReadOnlyList<ulong> aux;
    private readonly int? only;
    private int held;

    public LineTransfer(ICoreMemory core, IReadOnlyList<ulong> control, IReadOnlyList<ulong> aux, int? only = null)
    {
        this.only = only;
        if (control.Count != 2)
        {
            throw new ArgumentException($"an endpoint has two control lines in each direction, here are {control.Count}", nameof(control));
        }

        this.core = core;
        this.control = control;
        this.aux = aux;
    }

    /// <summary>The most bytes of a message.</summary>
    public int LargestMessage => LineMessage.InlineBytes + (aux.Count * LineMessage.LineBytes);

    /// <summary>Whether the core writes lines back itself, and uses one control line of the direction.</summary>
    public bool WritesBack => only is not null;

    /// <summary>The control line to begin with.</summary>
    public int First => only ?? 0;

    /// <summary>The control line that follows a control line.</summary>
    public int Next(int line) => only ?? line ^ 1;

    /// <summary>Gives up a control line that holds nothing to be answered, if the NIC does not fetch it.</summary>
    public ValueTask GiveUpAsync(int line) => WritesBack ? core.CleanInvalidateAsync(control[line]) : ValueTask.CompletedTask;

    /// <summary>Loads a control line into a buffer of its own.</summary>
    public async ValueTask<LineMessage> LoadControlAsync(int line)
    {
        byte[] bytes = new byte[LineMessage.LineBytes];
        await core.LoadLineAsync(control[line], bytes);
        return new LineMessage(bytes);
    }

    /// <summary>All bytes of a message whose control line is loaded; loads the aux lines.</summary>
    public async ValueTask<byte[]> ReadBodyAsync(LineMessage message)
    {
        int length = Math.Min(message.Length, LargestMessage);
        byte[] body = new byte[length];
        int inline = Math.Min(length, LineMessage.InlineBytes);
        message.Bytes.Slice(LineMessage.Arguments, inline).CopyTo(body);
        byte[] line = new byte[LineMessage.LineBytes];
        for (int at = inline, i = 0; at < length; at += LineMessage.LineBytes, i++)
        {
            await core.LoadLineAsync(aux[i], line);
            held = Math.Max(held, i + 1);
            line.AsSpan(0, Math.Min(LineMessage.LineBytes, length - at)).CopyTo(body.AsSpan(at));
        }

        return body;
    }

    /// <summary>
    /// Stores a message: its bytes and its length, then its kind, with a barrier between, so that a line with the kind is whole whenever it
    /// leaves the core. With two control lines a barrier follows, so that the load of the other line, by which the NIC takes this one, does
    /// not pass the stores.
    /// </summary>
    public async ValueTask StoreAsync(int line, MessageKind kind, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> destination = default)
    {
        ulong address = control[line];
        int inline = Math.Min(body.Length, LineMessage.InlineBytes);
        for (int at = inline, i = 0; at < body.Length; at += LineMessage.LineBytes, i++)
        {
            await core.StoreAsync(aux[i], body.Slice(at, Math.Min(LineMessage.LineBytes, body.Length - at)));
            held = Math.Max(held, i + 1);
        }

        for (int i = 0; WritesBack && i < held; i++)
        {
            await core.CleanInvalidateAsync(aux[i]);
        }

        held = 0;
        if (inline > 0)
        {
            await core.StoreAsync(address + LineMessage.Arguments, body[..inline]);
        }

        if (!destination.IsEmpty)
        {
            await core.StoreAsync(address + ControlLine.DestinationAddress, destination);
        }

        await core.StoreAsync(address + ControlLine.Bytes, new byte[] { (byte)body.Length, (byte)(body.Length >> 8) });
        await core.BarrierAsync();
        await core.StoreAsync(address + ControlLine.Kind, new[] { (byte)kind });
        if (WritesBack)
        {
            await core.CleanInvalidateAsync(address);
        }
        else
        {
            await core.BarrierAsync();
        }
    }
}
