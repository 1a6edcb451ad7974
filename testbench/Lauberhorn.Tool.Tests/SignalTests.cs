// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Lauberhorn.Tool.Tests;

/// <summary>What the demo makes outside of itself is gone when it has ended, however that was.</summary>
public class SignalTests
{
    private const string Places = "/run/netns";

    // In seconds: only a test that fails takes so long, however busy the machine is.
    private const int Patience = 300;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    public void The_demo_s_namespace_and_directories_are_removed_on_a_signal(string signal)
    {
        string cache = Directory.CreateTempSubdirectory("lauberhorn-test-").FullName;
        try
        {
            using Process demo = Start(cache);
            string name = $"lauberhorn-{demo.Id}-";
            Clock clock = new();
            while (!demo.HasExited && !Mine(Places, name).Any() && clock.IsRunning)
            {
                Thread.Sleep(20);
            }

            Assert.SkipWhen(demo.HasExited || !Mine(Places, name).Any(), "no right to make a network namespace here");

            // Until the RTL is being built, in a directory of its own.
            while (!demo.HasExited && !Mine(cache, name).Any() && clock.IsRunning)
            {
                Thread.Sleep(20);
            }

            Send(signal, demo.Id);
            Assert.True(demo.WaitForExit(TimeSpan.FromSeconds(Patience)), "it goes on");
            Assert.NotEqual(0, demo.ExitCode);
            Assert.Empty(Mine(Places, name));
            Assert.Empty(Mine(cache, name));
        }
        finally
        {
            Directory.Delete(cache, true);
        }
    }

    private static IEnumerable<string> Mine(string directory, string name) =>
        Directory.Exists(directory) ? Directory.EnumerateFileSystemEntries(directory, name + "*") : [];

    private static Process Start(string cache)
    {
        string dll = Path.Combine(AppContext.BaseDirectory, "Lauberhorn.Tool.dll");
        ProcessStartInfo start = new("dotnet", ["exec", dll, "demo", "--preset", "tiny", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LAUBERHORN_CACHE"] = cache;
        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Send(string signal, int process)
    {
        using Process kill = Process.Start("sh", ["-c", $"kill -{signal} {process}"]);
        kill.WaitForExit();
    }

    private sealed class Clock
    {
        private readonly long start = Stopwatch.GetTimestamp();

        public bool IsRunning => Stopwatch.GetElapsedTime(start).TotalSeconds < Patience;
    }
}
