// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using System.Net;

namespace Lauberhorn.Wire;

/// <summary>
/// A network namespace of Linux with a name, made by <c>ip netns</c> and removed when this is disposed of, when the process ends in an ordinary way, and on Ctrl-C. What runs in it
/// sees only the devices that were put there.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private readonly EventHandler atExit;
    private readonly ConsoleCancelEventHandler atCancel;
    private int isGone;

    private NetworkNamespace(string name)
    {
        Name = name;
        atExit = (_, _) => Dispose();
        atCancel = (_, _) => Dispose();
        AppDomain.CurrentDomain.ProcessExit += atExit;
        Console.CancelKeyPress += atCancel;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Makes a namespace with a loopback device that is up, and without IPv6, whose greetings would fall in at random.</summary>
    /// <param name="name">Its name; of this process alone unless given.</param>
    /// <exception cref="WireException">No right to make one, or no <c>ip</c>, or the name is taken.</exception>
    public static NetworkNamespace Create(string? name = null)
    {
        name ??= $"lauberhorn-{Environment.ProcessId}";
        RunIp("netns", "add", name);
        var made = new NetworkNamespace(name);
        try
        {
            RunIp("-n", name, "link", "set", "lo", "up");

            // Kernels without IPv6 have no such setting, and need none.
            made.Run("sysctl", ["-q", "-w", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"]);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Makes a TAP device, moves it in here, and gives it addresses and life.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="prefix">Bits of the network's prefix.</param>
    /// <param name="macAddress">Its MAC address, 48 bits, the byte sent first on top; null for a random one.</param>
    /// <param name="largestPacket">The largest IPv4 packet in bytes (MTU).</param>
    /// <returns>The device, whose cable is in the caller's hands.</returns>
    /// <exception cref="WireException">No right to make one.</exception>
    public TapDevice AddTap(string name, IPAddress address, int prefix = 24, ulong? macAddress = null, int largestPacket = 1500)
    {
        ArgumentNullException.ThrowIfNull(address);

        // Made under a name of our own, for other programs may have one of the same name outside.
        TapDevice tap = TapDevice.Create("lbh%d");
        try
        {
            RunIp("link", "set", tap.Name, "netns", Name, "name", name);
            if (macAddress is ulong mac)
            {
                RunIp("-n", Name, "link", "set", name, "address", string.Join(':', Enumerable.Range(0, 6).Select(i => $"{(byte)(mac >> (40 - (8 * i))):x2}")));
            }

            RunIp("-n", Name, "link", "set", name, "mtu", $"{largestPacket}");
            RunIp("-n", Name, "address", "add", $"{address}/{prefix}", "dev", name);
            RunIp("-n", Name, "link", "set", name, "up");
            return tap;
        }
        catch
        {
            tap.Dispose();
            throw;
        }
    }

    /// <summary>Starts a program in the namespace.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The process; its output and errors are to be read from it.</returns>
    public Process Start(string program, IEnumerable<string> arguments) => StartProgram("ip", ["netns", "exec", Name, program, .. arguments]);

    /// <summary>Runs a program in the namespace to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its exit code, output and errors.</returns>
    public (int ExitCode, string Output, string Errors) Run(string program, IEnumerable<string> arguments)
    {
        using Process process = Start(program, arguments);
        return Finish(process);
    }

    /// <summary>Removes the namespace; devices in it are gone with it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isGone, 1) != 0)
        {
            return;
        }

        AppDomain.CurrentDomain.ProcessExit -= atExit;
        Console.CancelKeyPress -= atCancel;
        try
        {
            using Process process = StartProgram("ip", ["netns", "delete", Name]);
            Finish(process);
        }
        catch (WireException)
        {
            // Nothing more can be done about it.
        }
    }

    private static void RunIp(params string[] arguments)
    {
        using Process process = StartProgram("ip", arguments);
        (int exitCode, _, string errors) = Finish(process);
        if (exitCode != 0)
        {
            string problem = errors.Trim().ReplaceLineEndings("; ");
            bool lacksRight = problem.Contains("not permitted", StringComparison.OrdinalIgnoreCase) || problem.Contains("denied", StringComparison.OrdinalIgnoreCase)
                || problem.Contains("Read-only", StringComparison.OrdinalIgnoreCase);
            throw new WireException($"ip {string.Join(' ', arguments)}: {problem}{(lacksRight ? "; run as root, or with CAP_NET_ADMIN and CAP_SYS_ADMIN" : "")}", lacksRight);
        }
    }

    private static Process StartProgram(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception problem)
        {
            throw new WireException($"{program} cannot be started ({problem.Message}); install iproute2", true);
        }
    }

    private static (int ExitCode, string Output, string Errors) Finish(Process process)
    {
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
