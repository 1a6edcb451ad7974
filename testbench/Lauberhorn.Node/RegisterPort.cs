// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Control;

namespace Lauberhorn.Node;

/// <summary>
/// The driver's way to the registers: one AXI4-Lite access at a time. To be used from outside of the cores' programs: it lets the node tick until
/// the access is answered.
/// </summary>
internal sealed class RegisterPort(AxiLitePort port, Action tick) : IRegisterAccess
{
    private const int LongestAccess = 1000;
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
        Finish("read");
        return ValueTask.FromResult(data);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(uint offset, ulong value)
    {
        this.offset = offset;
        data = value;
        addressWaits = dataWaits = true;
        Finish("written");
        return ValueTask.CompletedTask;
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

    private void Finish(string what)
    {
        isDone = false;
        for (int i = 0; !isDone; i++)
        {
            if (i == LongestAccess)
            {
                throw new InvalidOperationException($"register 0x{offset:X} was not {what} in {LongestAccess} ticks");
            }

            tick();
        }

        if (response != AxiResponse.Okay)
        {
            throw new InvalidOperationException($"register 0x{offset:X} cannot be {what}: {response}");
        }
    }
}
