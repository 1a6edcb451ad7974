// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Model;
using Lauberhorn.Model.Captures;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Reply;
using Lauberhorn.Tool.Demo;

namespace Lauberhorn.Tool.Tests;

/// <summary>tshark must take calls for calls, whatever port the client's library chose.</summary>
public class WitnessTests
{
    private const ulong ClientMac = 0x0200_0000_0001;

    // bindresvport takes any of 600 to 1023; on 854 tshark would read DLEP (RFC 8175), on 623 RMCP, on 1021 nothing in particular.
    [Theory]
    [InlineData(623)]
    [InlineData(854)]
    [InlineData(1021)]
    public void A_call_and_its_reply_are_RPC_from_any_port(int port)
    {
        string path = Path.GetTempFileName();
        try
        {
            ReplyParties parties = new()
            {
                OwnMac = ReceiveSettings.Captures.MacAddress,
                OwnAddress = ReceiveSettings.Captures.Ipv4Address,
                OwnPort = DemoMachine.Port,
                ClientMac = ClientMac,
                ClientAddress = 0x0A4D_0001,
                ClientPort = (ushort)port,
                Xid = 7,
            };
            byte[] call = new FrameBuilder().WithPorts((ushort)port, DemoMachine.Port).WithRpc(7).WithArguments([0, 0, 0, 19, 0, 0, 0, 23])
                .Build();
            CaptureWriter.Write(path, [call, ReferenceReply.Success(parties, 1, [0, 0, 0, 42])]);
            IReadOnlyList<WitnessedFrame> seen = Witness.Read(path, DemoMachine.Port);
            Assert.Equal([(true, false), (false, true)], seen.Select(frame => (frame.IsCall, frame.IsReply)));
            Assert.All(seen, frame => Assert.Empty(frame.Complaint));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
