// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// Memory as an honest process's loop sees it. Every byte that is loaded must be the process's own; what a control line says must make
/// sense. The loop is the driver's, unchanged.
/// </summary>
/// <param name="core">The core.</param>
/// <param name="actor">The process.</param>
/// <param name="endpoint">The endpoint of the loop.</param>
/// <param name="judge">Notified of each step.</param>
/// <param name="random">Decides how long the core computes now and then.</param>
internal sealed class HonestMemory(
    Core core, HostileActor actor, BoundEndpoint endpoint, HostileJudge judge, SeededRandom random) : ICoreMemory
{
    /// <inheritdoc/>
    public async ValueTask LoadLineAsync(ulong address, Memory<byte> destination)
    {
        await core.LoadLineAsync(address, destination);
        judge.Bytes += destination.Length;
        if (endpoint.Addresses.ReceiveControl.Contains(address))
        {
            CheckControl(new LineMessage(destination));
        }
        else
        {
            CheckOwn(destination.Span, 0, "a line");
        }
    }

    /// <inheritdoc/>
    public async ValueTask StoreAsync(ulong address, ReadOnlyMemory<byte> bytes)
    {
        if (random.OneIn(8))
        {
            await core.ComputeAsync(random.OneIn(10) ? random.Between(0, 2000) : random.Between(0, 60));
        }

        await core.StoreAsync(address, bytes);
    }

    /// <inheritdoc/>
    public ValueTask CleanInvalidateAsync(ulong address) => core.CleanInvalidateAsync(address);

    /// <inheritdoc/>
    public ValueTask BarrierAsync() => core.BarrierAsync();

    private void CheckControl(LineMessage message)
    {
        ReadOnlySpan<byte> bytes = message.Bytes.Span;
        bool isLeaving = actor.IsDead || !actor.Endpoints.Contains(endpoint);
        switch (message.Kind)
        {
            case MessageKind.Request:
                if (message.Process != actor.Process.Number || message.Generation != endpoint.Generation)
                {
                    throw Wrong(
                        bytes, $"a request of process {message.Process}, generation {message.Generation}, not {endpoint.Generation}");
                }

                int length = BitConverter.ToInt32(bytes[LineMessage.Arguments..]);
                bool isWhole = length >= Mark.NumberBytes && message.Length == 4 + ((length + 3) / 4 * 4);
                if (message.CodePointer != HandlerTable.FirstCodePointer || !isWhole)
                {
                    string what = $"a request with code pointer 0x{message.CodePointer:X}, {message.Length} bytes, a length of {length}";
                    throw Wrong(bytes, what);
                }

                CheckOwn(bytes[(LineMessage.Arguments + 4)..], LineMessage.Arguments + 4, "a request");
                break;

            case MessageKind.TryAgain or MessageKind.Retire:
                if (bytes[2..].ContainsAnyExcept((byte)0))
                {
                    throw Wrong(bytes, $"a {message.Kind} with other bytes");
                }

                break;

            case MessageKind.None when isLeaving:
                CheckOwn(bytes, 0, "an empty line");
                break;

            default:
                throw Wrong(bytes, $"a line of kind {message.Kind}");
        }
    }

    private void CheckOwn(ReadOnlySpan<byte> bytes, int from, string what)
    {
        int at = Mark.FindForeign(bytes, actor.Owner);
        if (at >= 0)
        {
            throw Wrong(bytes, $"{what} with a byte of owner {bytes[at] >> 3} at {from + at}");
        }
    }

    private SoakException Wrong(ReadOnlySpan<byte> bytes, string what) =>
        new($"cycle {core.Cycle}: endpoint {endpoint.Number} of {actor} reads {what}: {Convert.ToHexString(bytes)}");
}
