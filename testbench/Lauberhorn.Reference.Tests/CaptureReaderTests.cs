// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;
using CsCheck;
using Lauberhorn.Reference.Captures;

namespace Lauberhorn.Reference.Tests;

public class CaptureReaderTests
{
    // In milliseconds: only a test that fails takes so long, however busy the machine is.
    private const int Patience = 300_000;

    private static readonly Gen<CapturedFrame> Frame = Gen.Select(
        Gen.Long[0, 4_000_000_000_000_000],
        Gen.Byte.Array[0, 300],
        Gen.Int[0, 100],
        (microseconds, bytes, more) => new CapturedFrame(DateTime.UnixEpoch.AddMicroseconds(microseconds), bytes, bytes.Length + more));

    [Fact]
    public void What_was_written_is_read_again() => Frame.Array[0, 20].Sample(
        frames => CaptureFiles.WithTemporary(path =>
        {
            CaptureWriter.Write(path, frames);
            AssertSame(frames, CaptureReader.Read(path));
        }),
        iter: 100,
        threads: 1);

    [Fact]
    public void The_other_byte_order_and_nanoseconds_are_read() => CaptureFiles.WithTemporary(path =>
    {
        var file = new byte[24 + 16 + 3];
        foreach (var (offset, word) in new[]
        {
            (0, 0xA1B2_3C4Du), (4, 0x0002_0004u), (16, 65535u), (20, 1u), (24, 5u), (28, 123_456_700u), (32, 3u), (36, 9u),
        })
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(offset), word);
        }

        (file[40], file[41], file[42]) = (7, 8, 9);
        File.WriteAllBytes(path, file);
        AssertSame([new CapturedFrame(DateTime.UnixEpoch.AddTicks(51_234_567), [7, 8, 9], 9)], CaptureReader.Read(path));
    });

    [Theory]
    [MemberData(nameof(CaptureFiles.Names), MemberType = typeof(CaptureFiles))]
    public void A_capture_as_pcapng_says_the_same(string name) => CaptureFiles.WithTemporary(path =>
    {
        using var editcap = Process.Start("editcap", ["-F", "pcapng", CaptureFiles.PathOf(name), path]);
        Assert.True(editcap.WaitForExit(Patience));
        Assert.Equal(0, editcap.ExitCode);
        var frames = CaptureReader.Read(CaptureFiles.PathOf(name));
        Assert.NotEmpty(frames);
        AssertSame(frames, CaptureReader.Read(path));
    });

    [Theory]
    [InlineData("", "is no capture")]
    [InlineData("abc", "is no capture")]
    [InlineData("#!/bin/sh\necho", "is no capture")]
    public void A_file_that_is_no_capture_is_refused(string content, string problem) => CaptureFiles.WithTemporary(path =>
    {
        File.WriteAllText(path, content);
        AssertRefused(path, problem);
    });

    [Fact]
    public void A_missing_file_and_a_directory_are_refused() => CaptureFiles.WithTemporary(path =>
    {
        AssertRefused(path, "no such file");
        AssertRefused(Path.GetDirectoryName(path)!, "is a directory");
    });

    [Fact]
    public void A_link_other_than_Ethernet_is_refused() => CaptureFiles.WithTemporary(path =>
    {
        var file = File.ReadAllBytes(CaptureFiles.PathOf("background.pcap"));
        file[20] = 113;
        File.WriteAllBytes(path, file);
        AssertRefused(path, "is of link type 113, not Ethernet (1)");
    });

    [Fact]
    public void A_truncated_capture_is_refused() => CaptureFiles.WithTemporary(path =>
    {
        var file = File.ReadAllBytes(CaptureFiles.PathOf("background.pcap"));
        File.WriteAllBytes(path, file[..^1]);
        AssertRefused(path, "is cut off in frame ");
        File.WriteAllBytes(path, file[..20]);
        AssertRefused(path, "is cut off in its header");
    });

    [Fact]
    public void Whatever_is_damaged_gives_frames_or_one_message()
    {
        var pcap = File.ReadAllBytes(CaptureFiles.PathOf("background.pcap"));
        var pcapng = Array.Empty<byte>();
        CaptureFiles.WithTemporary(path =>
        {
            using var editcap = Process.Start("editcap", ["-F", "pcapng", CaptureFiles.PathOf("background.pcap"), path]);
            Assert.True(editcap.WaitForExit(Patience));
            pcapng = File.ReadAllBytes(path);
        });
        Gen.Select(Gen.Bool, Gen.Int[4, 600], Gen.Select(Gen.Int[0, 599], Gen.Byte).Array[0, 4]).Sample(
            (newer, length, changes) => CaptureFiles.WithTemporary(path =>
            {
                var file = (newer ? pcapng : pcap)[..length];
                foreach (var (offset, value) in changes)
                {
                    file[offset % length] = value;
                }

                File.WriteAllBytes(path, file);
                try
                {
                    CaptureReader.Read(path);
                }
                catch (CaptureException exception)
                {
                    Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain('\n', exception.Message);
                }
            }),
            iter: 2000);
    }

    private static void AssertRefused(string path, string problem)
    {
        var exception = Assert.Throws<CaptureException>(() => CaptureReader.Read(path));
        Assert.StartsWith($"{path}: {problem}", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    private static void AssertSame(IReadOnlyList<CapturedFrame> expected, IReadOnlyList<CapturedFrame> actual)
    {
        Assert.Equal(expected.Select(frame => (frame.Timestamp, frame.OriginalLength)), actual.Select(frame => (frame.Timestamp, frame.OriginalLength)));
        Assert.Equal(expected.Select(frame => frame.Bytes), actual.Select(frame => frame.Bytes));
    }
}
