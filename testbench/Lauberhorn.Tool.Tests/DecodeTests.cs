// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json;
using Lauberhorn.Model.Captures;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Tool.Tests;

/// <summary><c>decode</c> from outside.</summary>
public class DecodeTests
{
    private static readonly string Calls = Path.Combine(Repository.Captures, "libtirpc-auth-none.pcap");

    [Fact]
    public void A_port_that_is_not_the_NIC_s_makes_a_call_another_s()
    {
        Assert.True(Kinds($"{Calls} --port 2049,111").GetValueOrDefault("RpcCall") > 0);
        Assert.Equal(0, Kinds($"{Calls} --port 1").GetValueOrDefault("RpcCall"));
        Assert.True(Kinds($"{Calls} --port 1").GetValueOrDefault("UdpOtherPort") > 0);
    }

    [Fact]
    public void A_MAC_address_may_have_dashes() =>
        Assert.Equal(Kinds($"{Calls} --mac 02:4c:48:00:00:02"), Kinds($"{Calls} --mac 02-4C-48-00-00-02"));

    [Fact]
    public void The_hardware_says_the_same()
    {
        (int code, string output, string errors) = CommandLineTests.Run($"decode {Calls} --rtl");
        Assert.True(code == 0, errors + output);
        Assert.Contains("The receive path says the same of", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_before_a_cut_are_shown_and_the_cut_is_a_mistake()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] whole = File.ReadAllBytes(Calls);
            File.WriteAllBytes(path, whole[..^1]);
            int frames = CaptureReader.Read(Calls).Count;
            (int code, string output, string errors) = CommandLineTests.Run($"decode {path}");
            Assert.Equal(2, code);
            Assert.Contains($"{frames - 1} frames: ", output, StringComparison.Ordinal);
            Assert.Contains("is cut off", errors, StringComparison.Ordinal);
            (code, output, _) = CommandLineTests.Run($"decode {path} --json");
            Assert.Equal(2, code);
            JsonElement json = JsonDocument.Parse(output).RootElement;
            Assert.Equal(frames - 1, json.GetProperty("frames").GetArrayLength());
            Assert.Contains("is cut off", json.GetProperty("problem").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_pipe_gets_lines_of_at_most_120_columns()
    {
        foreach (string capture in Directory.GetFiles(Repository.Captures, "*.pcap*"))
        {
            (_, string output, _) = CommandLineTests.Run($"decode {capture}");
            Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 120, line));
        }
    }

    [Fact]
    public void A_hundred_megabytes_take_less_than_two_hundred_of_memory()
    {
        const long Most = 200_000_000;
        string path = Path.GetTempFileName();
        try
        {
            byte[] frame = new FrameBuilder().WithArguments(new byte[1400]).Build();
            CapturedFrame[] piece = [.. Enumerable.Range(0, 1000).Select(i =>
                new CapturedFrame(DateTime.UnixEpoch.AddSeconds(i), frame, frame.Length))];
            CaptureWriter.Write(path, piece);
            byte[] bytes = File.ReadAllBytes(path);
            using (FileStream file = new(path, FileMode.Append))
            {
                while (file.Length < 100_000_000)
                {
                    file.Write(bytes.AsSpan(24));
                }
            }

            foreach (string format in new[] { string.Empty, " --json" })
            {
                string dll = Path.Combine(AppContext.BaseDirectory, "Lauberhorn.Tool.dll");
                ProcessStartInfo start = new("sh", ["-c", $"exec dotnet exec {dll} decode {path}{format} >/dev/null"]);
                using Process decode = Process.Start(start)!;
                long peak = 0;
                while (!decode.WaitForExit(10))
                {
                    decode.Refresh();
                    peak = Math.Max(peak, decode.HasExited ? 0 : decode.PeakWorkingSet64);
                }

                Assert.Equal(0, decode.ExitCode);
                Assert.InRange(peak, 1, Most);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Dictionary<string, int> Kinds(string arguments)
    {
        (int code, string output, string errors) = CommandLineTests.Run($"decode {arguments} --json");
        Assert.True(code == 0, errors);
        return JsonDocument.Parse(output).RootElement.GetProperty("frames").EnumerateArray()
            .GroupBy(frame => frame.GetProperty("kind").GetString() ?? frame.GetProperty("drop").GetString()!)
            .ToDictionary(group => group.Key, group => group.Count());
    }
}
