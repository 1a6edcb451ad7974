// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Rpc;
using Lauberhorn.Hdl.Receive.Udp;
using SME;

namespace Lauberhorn.Hdl.Tests.Rpc;

public class RpcVerifierTests
{
    [Fact]
    public void The_verifier_is_found_behind_a_credential_of_any_length()
    {
        using Simulation simulation = new();
        IFrameBeat beat = Scope.CreateBus<IFrameBeat>("beat");
        HeaderExtractor<W256> header = new(beat, 42, "header");
        IUdpRange range = Scope.CreateBus<IUdpRange>("range");
        RpcVerifier verifier = new(
            new BeatDelay(beat).Beat,
            new WordSizeCheck(beat).Sizes,
            new RpcVerifierPosition(header.Now).Position,
            range);
        simulation.AddTopLevelInputs(beat, range).AddTopLevelOutputs(verifier.Verifier);
        Random random = new(1);
        for (int credential = 0; credential <= 400; credential++)
        {
            int place = 78 + ((credential + 3) / 4 * 4);
            byte[] frame = new byte[640];
            random.NextBytes(frame);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(70), (uint)credential);

            // Lengths of 9 bits, and with one bit above.
            uint length = (uint)random.Next(512) | (random.Next(2) == 0 ? 0 : 1u << random.Next(9, 32));
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(place), length);
            range.End = (uint)random.Next(82, 640);
            for (int index = 0; index * 64 < place + 4; index++)
            {
                beat.Valid = true;
                beat.Index = (byte)index;
                beat.Data = Bits<W512>.FromBytes(frame.AsSpan(index * 64, 64));
                simulation.Tick();
            }

            beat.Valid = false;
            simulation.Tick(3);
            int room = (int)range.End - (place + 4);
            Assert.Equal(length & 0x1FF, verifier.Verifier.Length);
            Assert.Equal(length > 0x1FF, verifier.Verifier.IsLong);
            Assert.Equal((place + 2) / 4, verifier.Verifier.LengthWord);
            Assert.Equal(room, (4 * verifier.Verifier.RoomWords) + verifier.Verifier.RoomRest);
        }
    }
}
