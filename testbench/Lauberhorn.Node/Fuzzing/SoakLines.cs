// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// The receive lines of an endpoint as its core must see them: what the NIC gave out, and what the core has stored since. Every byte that
/// is loaded is compared.
/// </summary>
/// <param name="core">The core.</param>
/// <param name="endpoint">The endpoint.</param>
/// <param name="auxLines">Its aux lines.</param>
/// <param name="tally">Counts bytes.</param>
/// <param name="random">Decides how lines are loaded and stored.</param>
internal sealed class SoakLines(Core core, BoundEndpoint endpoint, int auxLines, SoakTally tally, SeededRandom random)
{
    private readonly byte[] control = new byte[NicConfig.LineBytes];
    private readonly byte[] aux = new byte[auxLines * NicConfig.LineBytes];
    private uint touched;
    private int messageLines;
    private ulong address;

    /// <summary>The control line.</summary>
    public byte[] Control => control;

    /// <summary>The aux lines.</summary>
    public byte[] Aux => aux;

    /// <summary>Whether the core writes the lines back itself, and there is one control line.</summary>
    public bool WritesBack => endpoint.ReceiveLine is not null;

    /// <summary>Number of aux lines that may be sent.</summary>
    public int Lines => System.Numerics.BitOperations.TrailingZeroCount(~(ulong)(touched | ((1ul << messageLines) - 1)));

    /// <summary>Loads a control line that was not loaded since it was left; compares nothing.</summary>
    /// <param name="line">0 or 1.</param>
    public async ValueTask LoadFirstAsync(int line)
    {
        // With two lines this load says that the other is done with: it must not pass the stores.
        await core.BarrierAsync();
        address = endpoint.Addresses.ReceiveControl[endpoint.ReceiveLine ?? line];

        // The only line, were it evicted in between, might wait again.
        if (!WritesBack && random.OneIn(4))
        {
            // The line comes with the first byte of it.
            await core.LoadAsync(address + (ulong)random.Between(0, NicConfig.LineBytes - 1), new byte[1]);
        }

        await core.LoadAsync(address, control);
        touched = 0;
        messageLines = 0;
    }

    /// <summary>Says what is in the aux lines.</summary>
    /// <param name="message">The whole message.</param>
    public void SetMessage(ReadOnlySpan<byte> message)
    {
        Array.Clear(aux);
        int beyond = Math.Max(0, message.Length - ControlLine.InlineBytes);
        message[(message.Length - beyond)..].CopyTo(aux);
        messageLines = (beyond + NicConfig.LineBytes - 1) / NicConfig.LineBytes;
        tally.Bytes += NicConfig.LineBytes;
    }

    /// <summary>Loads some bytes of the control line and compares them.</summary>
    public async ValueTask LoadControlAsync()
    {
        int from = random.Between(0, NicConfig.LineBytes - 1);
        byte[] bytes = new byte[random.Between(1, NicConfig.LineBytes - from)];
        await core.LoadAsync(address + (ulong)from, bytes);
        Compare(control.AsSpan(from, bytes.Length), bytes, $"control line, from byte {from}");
    }

    /// <summary>Loads an aux line, or some of it, and compares.</summary>
    /// <param name="line">Which.</param>
    public async ValueTask LoadAuxAsync(int line)
    {
        touched |= 1u << line;
        int from = random.OneIn(3) ? random.Between(0, NicConfig.LineBytes - 1) : 0;
        byte[] bytes = new byte[from == 0 ? NicConfig.LineBytes : random.Between(1, NicConfig.LineBytes - from)];
        await core.LoadAsync(endpoint.Addresses.ReceiveAux[line] + (ulong)from, bytes);
        Compare(aux.AsSpan((NicConfig.LineBytes * line) + from, bytes.Length), bytes, $"aux line {line}, from byte {from}");
    }

    /// <summary>Loads a whole aux line and compares nothing.</summary>
    /// <param name="line">Which.</param>
    /// <param name="bytes">Gets it.</param>
    public ValueTask LoadAuxFirstAsync(int line, byte[] bytes)
    {
        touched |= 1u << line;
        return core.LoadAsync(endpoint.Addresses.ReceiveAux[line], bytes);
    }

    /// <summary>Asks for an aux line and goes on.</summary>
    /// <param name="line">Which.</param>
    public void PrefetchAux(int line)
    {
        touched |= 1u << line;
        core.Prefetch(endpoint.Addresses.ReceiveAux[line], random.OneIn(2));
    }

    /// <summary>Stores into the control line.</summary>
    /// <param name="at">Where.</param>
    /// <param name="bytes">What; in pieces.</param>
    public async ValueTask StoreControlAsync(int at, byte[] bytes)
    {
        for (int done = 0; done < bytes.Length;)
        {
            int count = random.OneIn(2) ? bytes.Length - done : random.Between(1, bytes.Length - done);
            await core.StoreAsync(address + (ulong)(at + done), bytes.AsMemory(done, count));
            bytes.AsSpan(done, count).CopyTo(control.AsSpan(at + done));
            done += count;
        }
    }

    /// <summary>Stores into an aux line.</summary>
    /// <param name="line">Which.</param>
    /// <param name="at">Where.</param>
    /// <param name="bytes">What.</param>
    public async ValueTask StoreAuxAsync(int line, int at, ReadOnlyMemory<byte> bytes)
    {
        touched |= 1u << line;
        await core.StoreAsync(endpoint.Addresses.ReceiveAux[line] + (ulong)at, bytes);
        bytes.Span.CopyTo(aux.AsSpan((NicConfig.LineBytes * line) + at));
    }

    /// <summary>Gives up the control line, with what was written.</summary>
    public ValueTask GiveUpAsync() => core.CleanInvalidateAsync(address);

    /// <summary>Gives up the aux lines that there may be copies of, with what was written.</summary>
    public async ValueTask GiveUpAuxAsync()
    {
        for (int i = 0; i < auxLines; i++)
        {
            if (((touched >> i) & 1) != 0)
            {
                await core.CleanInvalidateAsync(endpoint.Addresses.ReceiveAux[i]);
            }
        }
    }

    private void Compare(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string what)
    {
        tally.Bytes += actual.Length;
        if (!expected.SequenceEqual(actual))
        {
            throw new SoakException($"cycle {core.Cycle}: endpoint {endpoint.Number} of process {endpoint.Process} reads in its {what}: "
                + $"{SoakException.Difference(expected, actual)}");
        }
    }
}
