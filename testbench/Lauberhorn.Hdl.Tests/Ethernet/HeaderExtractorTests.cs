// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Tests.Ethernet;

public class HeaderExtractorTests
{
    private static readonly Gen<(byte[][] Frames, int Seed)> Input = Gen.Select(Gen.Byte.Array[1, 500].Array[1, 12], Gen.Int);

    [Fact]
    public void It_cuts_1_byte() => Check<W8>();

    [Fact]
    public void It_cuts_2_bytes() => Check<W16>();

    [Fact]
    public void It_cuts_6_bytes() => Check<W48>();

    [Fact]
    public void It_cuts_20_bytes() => Check<W160>();

    [Fact]
    public void It_cuts_a_whole_beat() => Check<W512>();

    [Fact]
    public void It_cuts_more_than_a_beat() => Check<W1024>();

    [Fact]
    public void A_header_beyond_the_numbered_beats_is_refused()
    {
        using Simulation simulation = new();
        IFrameBeat beat = Scope.CreateBus<IFrameBeat>("beat");
        Assert.Contains("bytes 16319 to 16320",
            Assert.Throws<ElaborationException>(() => new HeaderExtractor<W16>(beat, 16319, "header")).Message);
        Assert.Contains("multiple of 8", Assert.Throws<ElaborationException>(() => new HeaderExtractor<W9>(beat, 0, "header")).Message);
    }

    private static void Check<TWidth>()
        where TWidth : unmanaged, IWidth =>
        Gen.Select(Input, Gen.Int[0, 300]).Sample((input, offset) => Check<TWidth>(input.Frames, offset, new Random(input.Seed)), iter: 60);

    /// <summary>
    /// The model is a list of bytes: after each beat, what the header's place holds of this frame, and else of earlier ones.
    /// </summary>
    private static void Check<TWidth>(byte[][] frames, int offset, Random random)
        where TWidth : unmanaged, IWidth
    {
        using Simulation simulation = new();
        IFrameBeat beat = Scope.CreateBus<IFrameBeat>("beat");
        HeaderExtractor<TWidth> extractor = new(beat, offset, "header");
        simulation.AddTopLevelInputs(beat).AddTopLevelOutputs(extractor.Now, extractor.Held);
        byte[] model = new byte[Bits<TWidth>.Width / 8];
        foreach (byte[] frame in frames)
        {
            byte[] padded = new byte[(frame.Length + 63) / 64 * 64];
            frame.CopyTo(padded, 0);
            for (int first = 0; first < frame.Length; first += 64)
            {
                Bits<TWidth> before = Bits<TWidth>.FromBytes(model);
                beat.Valid = random.Next(3) != 0;
                beat.Index = (byte)(first / 64);
                beat.Data = Bits<W512>.FromBytes(padded.AsSpan(first, 64));
                simulation.Tick();
                if (beat.Valid)
                {
                    for (int i = first; i < first + 64; i++)
                    {
                        if (i >= offset && i < offset + model.Length)
                        {
                            model[i - offset] = padded[i];
                        }
                    }
                }
                else
                {
                    first -= 64;
                }

                Assert.Equal(before, extractor.Held.Bytes);
                Assert.Equal(Bits<TWidth>.FromBytes(model), extractor.Now.Bytes);
            }
        }
    }
}
