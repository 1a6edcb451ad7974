// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Control;

namespace Lauberhorn.Node;

/// <summary>
/// The driver's way to the registers: AXI4-Lite accesses one after the other, in the order in which they were asked for. From outside of
/// the node's ticks it lets the node tick until the access is answered; from inside, that is from a core's program or what it calls, the
/// access ends some ticks later.
/// </summary>
internal sealed class RegisterPort(AxiLitePort port, Action tick, Func<bool> isTicking) : IRegisterAccess
{
    private const int LongestAccess = 1000;
    private readonly Queue<Access> later = new();
    private Access? current;
    private bool addressWaits;
    private bool dataWaits;
    private bool readWaits;

    /// <inheritdoc/>
    public ValueTask<ulong> ReadAsync(uint offset) => FinishAsync(new Access { IsRead = true, Offset = offset });

    /// <inheritdoc/>
    public async ValueTask WriteAsync(uint offset, ulong value) => await FinishAsync(new Access { Offset = offset, Data = value });

    /// <summary>Ends an access from inside of ticks that was answered in the tick before. To be called between ticks.</summary>
    internal void Complete()
    {
        if (current?.IsDone != true)
        {
            return;
        }

        Access ended = current;
        Begin(later.TryDequeue(out Access? next) ? next : null);
        if (ended.Waiting is null)
        {
            return;
        }

        SynchronizationContext? context = SynchronizationContext.Current;
        try
        {
            // Or the waiting method would continue in a thread of its own under a test framework's context.
            SynchronizationContext.SetSynchronizationContext(null);
            if (Problem(ended) is Exception problem)
            {
                ended.Waiting.SetException(problem);
            }
            else
            {
                ended.Waiting.SetResult(ended.Data);
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Takes what passes in the tick to come, and brings what comes after it.</summary>
    internal void Step()
    {
        addressWaits &= !port.WriteAddress.Passes;
        dataWaits &= !port.WriteData.Passes;
        readWaits &= !port.ReadAddress.Passes;
        if (port.WriteAnswer.Passes && current is not null)
        {
            (current.IsDone, current.Response) = (true, port.WriteAnswer.Forward.Item.Response);
        }

        if (port.ReadAnswer.Passes && current is not null)
        {
            (current.IsDone, current.Response, current.Data) = (true, port.ReadAnswer.Forward.Item.Response,
                port.ReadAnswer.Forward.Item.Data);
        }

        port.WriteAddress.Forward.Valid = addressWaits;
        port.WriteAddress.Forward.Item = new AxiLiteAddress(current?.Offset ?? 0);
        port.WriteData.Forward.Valid = dataWaits;
        port.WriteData.Forward.Item = new AxiLiteWord(current?.Data ?? 0, 0xFF);
        port.ReadAddress.Forward.Valid = readWaits;
        port.ReadAddress.Forward.Item = new AxiLiteAddress(current?.Offset ?? 0);
        port.WriteAnswer.Backward.Ready = true;
        port.ReadAnswer.Backward.Ready = true;
    }

    private ValueTask<ulong> FinishAsync(Access access)
    {
        if (isTicking())
        {
            access.Waiting = new TaskCompletionSource<ulong>();
        }

        if (current is null)
        {
            Begin(access);
        }
        else
        {
            later.Enqueue(access);
        }

        if (access.Waiting is not null)
        {
            return new ValueTask<ulong>(access.Waiting.Task);
        }

        for (int i = 0; !access.IsDone; i++)
        {
            if (i == LongestAccess * (1 + later.Count))
            {
                throw new InvalidOperationException($"the access to register 0x{access.Offset:X} was not answered in {i} ticks");
            }

            tick();
        }

        // It may have been the last tick's: others wait behind it.
        if (current == access)
        {
            Begin(later.TryDequeue(out Access? next) ? next : null);
        }

        return Problem(access) is Exception problem ? throw problem : ValueTask.FromResult(access.Data);
    }

    private void Begin(Access? access)
    {
        current = access;
        addressWaits = dataWaits = access is { IsRead: false };
        readWaits = access is { IsRead: true };
    }

    private static NicException? Problem(Access access) =>
        access.Response == AxiResponse.Okay ? null
            : new NicException($"the NIC refuses the access to register 0x{access.Offset:X}: {access.Response}");

    private sealed class Access
    {
        public bool IsRead { get; init; }

        public uint Offset { get; init; }

        public ulong Data { get; set; }

        public AxiResponse Response { get; set; }

        public bool IsDone { get; set; }

        public TaskCompletionSource<ulong>? Waiting { get; set; }
    }
}
