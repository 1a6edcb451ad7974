// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Receive.Mac;

/// <summary>A header cut out of a frame.</summary>
/// <typeparam name="TWidth">Its width: 8 times its length in bytes.</typeparam>
public interface IHeader<TWidth> : IBus
    where TWidth : unmanaged, IWidth
{
    /// <summary>Its bytes, the first one on the wire is byte 0.</summary>
    Bits<TWidth> Bytes { get; set; }
}

/// <summary>The clear input of a header's register.</summary>
public interface IHeaderClear : IBus
{
    /// <summary>Whether the register becomes 0 at the end of this tick, whatever the beat contains.</summary>
    bool Clear { get; set; }
}

/// <summary>
/// Cuts a header at a fixed place out of each frame, wherever the boundaries of the beats fall. Bytes that a frame is too short
/// for keep an earlier frame's value. One beat per tick; no back-pressure.
/// </summary>
/// <typeparam name="TWidth">The header's width: 8 times its length in bytes.</typeparam>
public sealed class HeaderExtractor<TWidth>
    where TWidth : unmanaged, IWidth
{
    /// <summary>Creates the extractor in a scope of its own.</summary>
    /// <param name="beat">The frames.</param>
    /// <param name="offset">Where the header begins, in bytes from the beginning of the frame.</param>
    /// <param name="name">Name of the scope.</param>
    /// <param name="clear">Says when <see cref="Held"/> becomes 0; null if never.</param>
    /// <exception cref="ElaborationException">The width is no whole number of bytes, or the header ends beyond beat 254, the last that has
    /// a number of its own.</exception>
    public HeaderExtractor(IFrameBeat beat, int offset, string name, IHeaderClear? clear = null)
    {
        using Scope scope = Scope.Open(name);
        int length = Bits<TWidth>.Width / 8;
        if (Bits<TWidth>.Width % 8 != 0)
        {
            throw new ElaborationException($"{scope.Path}: a header of {Bits<TWidth>.Width} bits; use a multiple of 8");
        }

        if (offset < 0 || offset + length > 255 * 64)
        {
            throw new ElaborationException(
                $"{scope.Path}: a header at bytes {offset} to {offset + length - 1}; bytes 0 to {(255 * 64) - 1} can be cut out");
        }

        Now = Scope.CreateBus<IHeader<TWidth>>("now");
        Held = Scope.CreateBus<IHeader<TWidth>>("held");
        _ = new HeaderCut<TWidth>(beat, Held, Now, offset) { Name = "cut" };
        _ = clear is null
            ? (SimpleProcess)new HeaderRegister<TWidth>(Now, Held) { Name = "register" }
            : new HeaderClearedRegister<TWidth>(Now, clear, Held) { Name = "register" };
    }

    /// <summary>The header as of the beat of this tick: wires, a multiplexer behind the beat.</summary>
    public IHeader<TWidth> Now { get; }

    /// <summary>The header as of the beat of the last tick: registers.</summary>
    public IHeader<TWidth> Held { get; }
}

/// <summary>Puts the bytes that the beat has of a header over those of earlier beats. Combinational.</summary>
/// <typeparam name="TWidth">The header's width.</typeparam>
public sealed class HeaderCut<TWidth>(
    [InputBus] IFrameBeat beat,
    [InputBus] IHeader<TWidth> held,
    [OutputBus] IHeader<TWidth> now,
    int offset) : SimpleProcess
    where TWidth : unmanaged, IWidth
{
    private const int BeatBytes = 64;

    private readonly int offset = offset;
    private readonly int length = Bits<TWidth>.Width / 8;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<TWidth> bytes = held.Bytes;
        Bits<W512> data = beat.Data;
        byte index = beat.Index;
        if (beat.Valid)
        {
            for (int i = 0; i < length; i++)
            {
                if (index == (offset + i) / BeatBytes)
                {
                    bytes = bytes.WithByte(i, data.GetByte((offset + i) % BeatBytes));
                }
            }
        }

        now.Bytes = bytes;
    }
}

/// <summary>The header's register, written beat by beat. Latency 1 tick.</summary>
/// <typeparam name="TWidth">The header's width.</typeparam>
[ClockedProcess]
public sealed class HeaderRegister<TWidth>([InputBus] IHeader<TWidth> now, [OutputBus] IHeader<TWidth> held) : SimpleProcess
    where TWidth : unmanaged, IWidth
{

    /// <inheritdoc/>
    protected override void OnTick() => held.Bytes = now.Bytes;
}

/// <summary>The header's register, written beat by beat, with clear. Latency 1 tick.</summary>
/// <typeparam name="TWidth">The header's width.</typeparam>
[ClockedProcess]
public sealed class HeaderClearedRegister<TWidth>(
    [InputBus] IHeader<TWidth> now,
    [InputBus] IHeaderClear clear,
    [OutputBus] IHeader<TWidth> held) : SimpleProcess
    where TWidth : unmanaged, IWidth
{

    /// <inheritdoc/>
    protected override void OnTick() => held.Bytes = clear.Clear ? default : now.Bytes;
}
