// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Rpc;

namespace Lauberhorn.Driver.Tests;

/// <summary>What the driver says of lines and layouts is what the hardware says.</summary>
public class ContractTests
{
    [Fact]
    public void Kinds_of_lines_have_the_hardware_s_names_and_numbers() =>
        Assert.Equal(
            Enum.GetValues<MessageKind>().Select(kind => (kind.ToString(), (byte)kind)),
            Enum.GetValues<LineContent>().Select(kind => (kind.ToString(), (byte)kind)));

    [Fact]
    public void Reasons_of_TRYAGAIN_have_the_hardware_s_names_and_numbers() =>
        Assert.Equal(
            Enum.GetValues<Hdl.Endpoint.TryAgainReason>().Select(reason => (reason.ToString(), (byte)reason)),
            Enum.GetValues<TryAgainReason>().Select(reason => (reason.ToString(), (byte)reason)));

    [Fact]
    public void A_line_s_fields_are_where_the_hardware_has_them()
    {
        byte[] bytes = [.. Enumerable.Range(0, 128).Select(i => (byte)i)];
        LineMessage line = new(bytes);
        Assert.Equal(ControlLine.Kind, (int)line.Kind);
        Assert.Equal(ControlLine.Flags, line.Flags);
        Assert.Equal(ControlLine.Flags, (int)line.Reason);
        Assert.Equal(ControlLine.Process, line.Process & 0xFF);
        Assert.Equal(ControlLine.Generation, line.Generation & 0xFF);
        Assert.Equal(ControlLine.Bytes, line.Length & 0xFF);
        Assert.Equal((ulong)ControlLine.CodePointer, line.CodePointer & 0xFF);
        Assert.Equal((ulong)ControlLine.DataPointer, line.DataPointer & 0xFF);
        Assert.Equal((ulong)ControlLine.ReplyHandle, line.ReplyHandle & 0xFF);
        Assert.Equal((ControlLine.Arguments, ControlLine.InlineBytes), (LineMessage.Arguments, LineMessage.InlineBytes));
        line.SetDestination(0x0102_0304, 0x0506);
        Assert.Equal((4, 6), (bytes[ControlLine.DestinationAddress], bytes[ControlLine.DestinationPort]));
    }

    [Fact]
    public void Words_of_layouts_are_the_hardware_s()
    {
        Assert.Equal(
            [(uint)ArgumentWord.AsIs, (uint)ArgumentWord.Swap, (uint)ArgumentWord.First, (uint)ArgumentWord.Second],
            [MessageLayout.AsIs, MessageLayout.Swap, MessageLayout.First, MessageLayout.Second]);
        Assert.Equal(ControlLine.InlineBytes, 4 * MessageLayout.Words);
    }

    [Fact]
    public void Addresses_lead_back_to_their_lines()
    {
        LineMap map = new();
        EndpointAddresses addresses = EndpointAddresses.Of(map, 0x1_0000_0000, 77, 32);
        Assert.Equal(new EndpointLine(LineKind.ReceiveControl, 77, 1), Line(addresses.ReceiveControl[1]));
        Assert.Equal(new EndpointLine(LineKind.TransmitControl, 77, 0), Line(addresses.TransmitControl[0]));
        Assert.Equal(new EndpointLine(LineKind.ReceiveAux, 77, 31), Line(addresses.ReceiveAux[31]));
        Assert.Equal(new EndpointLine(LineKind.TransmitAux, 77, 5), Line(addresses.TransmitAux[5]));

        EndpointLine Line(ulong address) => map.Line((uint)((address - 0x1_0000_0000) / 128));
    }
}
