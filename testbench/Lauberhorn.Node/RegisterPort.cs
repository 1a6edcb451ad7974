// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Control;

namespace Lauberhorn.Node;

/// <summary>
/// The driver's way to the registers: one AXI4-Lite access at a time. From outside of the node's ticks it lets the node tick until the access is answered; from inside, that is from a core's
/// program or what it calls, the access ends some ticks later.
/// </summary>
internal sealed class RegisterPort(AxiLitePort port, Action tick, Func<bool> isTicking) : IRegisterAccess
{
    private const int LongestAccess = 1000;
    private TaskCompletionSource<ulong>? waiting;
    private bool addressWaits;
    private bool dataWaits;
    private bool readWaits;
    private bool isDone;
    private AxiResponse response;
    private ulong data;
    private uint offset;

    /// <inheritdoc/>
    public ValueTask<ulong> ReadAsync(uint offset)
    {
        this.offset = offset;
        readWaits = true;
        return FinishAsync();
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(uint offset, ulong value)
    {
        this.offset = offset;
        data = value;
        addressWaits = dataWaits = true;
        await FinishAsync();
    }

    /// <summary>Ends an access from inside of ticks that was answered in the tick before. To be called between ticks.</summary>
    internal void Complete()
    {
        if (waiting is null || !isDone)
        {
            return;
        }

        TaskCompletionSource<ulong> ended = waiting;
        waiting = null;
        if (Problem() is Exception problem)
        {
            ended.SetException(problem);
        }
        else
        {
            ended.SetResult(data);
        }
    }

    /// <summary>Takes what passes in the tick to come, and brings what comes after it.</summary>
    internal void Step()
    {
        addressWaits &= !port.WriteAddress.Passes;
        dataWaits &= !port.WriteData.Passes;
        readWaits &= !port.ReadAddress.Passes;
        if (port.WriteAnswer.Passes)
        {
            (isDone, response) = (true, port.WriteAnswer.Forward.Item.Response);
        }

        if (port.ReadAnswer.Passes)
        {
            (isDone, response, data) = (true, port.ReadAnswer.Forward.Item.Response, port.ReadAnswer.Forward.Item.Data);
        }

        port.WriteAddress.Forward.Valid = addressWaits;
        port.WriteAddress.Forward.Item = new AxiLiteAddress(offset);
        port.WriteData.Forward.Valid = dataWaits;
        port.WriteData.Forward.Item = new AxiLiteWord(data, 0xFF);
        port.ReadAddress.Forward.Valid = readWaits;
        port.ReadAddress.Forward.Item = new AxiLiteAddress(offset);
        port.WriteAnswer.Backward.Ready = true;
        port.ReadAnswer.Backward.Ready = true;
    }

    private ValueTask<ulong> FinishAsync()
    {
        isDone = false;
        if (isTicking())
        {
            waiting = new TaskCompletionSource<ulong>();
            return new ValueTask<ulong>(waiting.Task);
        }

        for (int i = 0; !isDone; i++)
        {
            if (i == LongestAccess)
            {
                throw new InvalidOperationException($"the access to register 0x{offset:X} was not answered in {LongestAccess} ticks");
            }

            tick();
        }

        return Problem() is Exception problem ? throw problem : ValueTask.FromResult(data);
    }

    private NicException? Problem() =>
        response == AxiResponse.Okay ? null : new NicException($"the NIC refuses the access to register 0x{offset:X}: {response}");
}
