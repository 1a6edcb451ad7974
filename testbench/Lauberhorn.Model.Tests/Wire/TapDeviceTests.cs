// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using Lauberhorn.Model.Wire;

namespace Lauberhorn.Model.Tests.Wire;

/// <summary>With a kernel's own stack at the other end. Skipped where TAP devices cannot be made.</summary>
public class TapDeviceTests
{
    private const ulong NicMac = 0x024C_4800_0002;
    // In seconds: only a test that fails takes so long, however busy the machine is.
    private const int Patience = 300;
    private const uint NicAddress = 0x0A4D_0002;

    private static (NetworkNamespace Space, TapDevice Tap) Make(string name)
    {
        NetworkNamespace? space = null;
        try
        {
            space = NetworkNamespace.Create(name);
            return (space, space.AddTap("nic0", IPAddress.Parse("10.77.0.1"), macAddress: 0x024C_4800_0001));
        }
        catch (WireException problem)
        {
            space?.Dispose();
            Assert.SkipWhen(problem.LacksRight, problem.Message);
            throw;
        }
    }

    [Fact]
    public void An_unmodified_kernel_pings_the_model_s_kernel_and_finds_it_by_arp()
    {
        string[] places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(
            places.Any(place => File.Exists(Path.Combine(place, "ping"))), "the test wants ping; install iputils-ping, which brings it");
        (NetworkNamespace space, TapDevice tap) = Make("ping");
        using NetworkNamespace ownedSpace = space;
        using TapDevice ownedTap = tap;
        var kernel = new KernelNetwork(new ReceiveSettings(NicMac, NicAddress));
        using Process ping = space.Start("ping", ["-c", "3", "-i", "0.2", "-W", $"{Patience}", "-s", "600", "10.77.0.2"]);
        var clock = Stopwatch.StartNew();
        while (!ping.HasExited && clock.Elapsed.TotalSeconds < Patience)
        {
            tap.Wait(20);
            while (tap.TryReceive(out byte[] frame))
            {
                foreach (byte[] answer in kernel.Handle(frame))
                {
                    tap.Send(answer);
                }
            }
        }

        Assert.True(ping.HasExited, "ping hangs");
        Assert.Contains("3 received", ping.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal(3, kernel.EchoAnswers);
        Assert.True(kernel.ArpAnswers >= 1);
    }

    [Fact]
    public void Reading_does_not_wait_and_nothing_stays_behind()
    {
        (NetworkNamespace space, TapDevice tap) = Make("gone");
        while (tap.TryReceive(out _))
        {
        }

        tap.Dispose();
        Assert.DoesNotContain("nic0", space.Run("ip", ["link"]).Output, StringComparison.Ordinal);
        space.Dispose();
        Assert.False(File.Exists($"/run/netns/{space.Name}"));
        space.Dispose();
    }

    [Fact]
    public void What_a_killed_process_has_left_is_found_and_removed()
    {
        (NetworkNamespace space, TapDevice tap) = Make("sweep");
        using NetworkNamespace ownedSpace = space;
        using TapDevice ownedTap = tap;

        // Process 1 is there, but was not started then; and something still runs in it.
        string left = $"lauberhorn-1-1-{Guid.NewGuid():n}";
        using Process make = Process.Start("ip", ["netns", "add", left]);
        make.WaitForExit();
        using Process program = Process.Start("ip", ["netns", "exec", left, "sleep", "3600"]);
        SpinWait.SpinUntil(() => Pids(left).Length > 0 || program.HasExited);
        Assert.Contains(left, NetworkNamespace.RemoveLeftovers());
        Assert.False(File.Exists($"/run/netns/{left}"));
        program.WaitForExit();
        Assert.NotEqual(0, program.ExitCode);
        Assert.True(File.Exists($"/run/netns/{space.Name}"));

        static string Pids(string name)
        {
            using Process list = Process.Start(new ProcessStartInfo("ip", ["netns", "pids", name]) { RedirectStandardOutput = true })!;
            string output = list.StandardOutput.ReadToEnd().Trim();
            list.WaitForExit();
            return output;
        }
    }

    [Fact]
    public void A_name_that_is_none_is_refused_with_a_reason()
    {
        WireException problem = Assert.Throws<WireException>(() => TapDevice.Create("a-name-that-is-too-long"));
        Assert.Contains("1 to 15", problem.Message, StringComparison.Ordinal);
    }
}
