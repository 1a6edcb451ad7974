// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;
using CsCheck;
using Lauberhorn.Model.Captures;

namespace Lauberhorn.Model.Tests;

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
    public void A_modified_pcap_is_read() => CaptureFiles.WithTemporary(path =>
    {
        var file = new byte[24 + 24 + 3];
        foreach (var (offset, word) in new[]
        {
            (0, 0xA1B2_CD34u), (4, 0x0004_0002u), (16, 65535u), (20, 1u), (24, 5u), (28, 7u), (32, 3u), (36, 9u), (40, 2u),
                (44, 0x0000_0008u),
        })
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), word);
        }

        (file[48], file[49], file[50]) = (7, 8, 9);
        File.WriteAllBytes(path, file);
        AssertSame([new CapturedFrame(DateTime.UnixEpoch.AddSeconds(5).AddMicroseconds(7), [7, 8, 9], 9)], CaptureReader.Read(path));
    });

    [Fact]
    public void Interfaces_of_other_links_are_refused_only_if_a_frame_is_theirs() => CaptureFiles.WithTemporary(path =>
    {
        byte[] section = Block(0x0A0D_0D0A, 0x1A2B_3C4D, 1, 0xFFFF_FFFF, 0xFFFF_FFFF);
        byte[] interfaces = [.. Block(1, 113, 0), .. Block(1, 1, 0)];
        byte[] frame = Block(6, 1, 0, 12, 4, 4, 0x0403_0201);
        File.WriteAllBytes(path, [.. section, .. interfaces, .. frame]);
        AssertSame([new CapturedFrame(DateTime.UnixEpoch.AddMicroseconds(12), [1, 2, 3, 4], 4)], CaptureReader.Read(path));
        File.WriteAllBytes(path, [.. section, .. interfaces, .. Block(6, 0, 0, 12, 4, 4, 0x0403_0201)]);
        AssertRefused(path, "is of link type 113, not Ethernet (1)");

        static byte[] Block(uint type, params uint[] body)
        {
            uint length = (uint)(12 + (4 * body.Length));
            byte[] bytes = new byte[length];
            foreach ((int i, uint word) in new[] { type, length }.Concat(body).Append(length).Index())
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), word);
            }

            return bytes;
        }
    });

    [Fact]
    public void Frames_before_a_cut_come_before_the_message() => Frame.Array[1, 20].Sample(
        frames => CaptureFiles.WithTemporary(path =>
        {
            CaptureWriter.Write(path, frames);
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
            List<CapturedFrame> read = [];
            var problem = Assert.Throws<CaptureException>(() => read.AddRange(CaptureReader.Stream(path).Select(frame => frame)));
            read.Clear();
            using IEnumerator<CapturedFrame> one = CaptureReader.Stream(path).GetEnumerator();
            while (read.Count < frames.Length - 1 && one.MoveNext())
            {
                read.Add(one.Current);
            }

            AssertSame(frames[..^1], read);
            Assert.Equal(problem.Message, Assert.Throws<CaptureException>(() => one.MoveNext()).Message);
            Assert.StartsWith($"{path}: is cut off in frame {frames.Length}", problem.Message, StringComparison.Ordinal);
        }),
        iter: 50,
        threads: 1);

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
        Assert.Equal(expected.Select(frame => (frame.Timestamp, frame.OriginalLength)),
            actual.Select(frame => (frame.Timestamp, frame.OriginalLength)));
        Assert.Equal(expected.Select(frame => frame.Bytes), actual.Select(frame => frame.Bytes));
    }
}
