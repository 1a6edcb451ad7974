// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Lauberhorn.Ends;

namespace Lauberhorn.Model.Wire;

/// <summary>
/// A network namespace of Linux with a name, made by <c>ip netns</c>. It is removed when this is disposed of and when the process ends, in
/// an ordinary way or by SIGINT, SIGTERM, SIGHUP or SIGQUIT, and the programs that were started in it with it. What killed processes have
/// left is found and removed when the next one is made. What runs in it sees only the devices that were put there.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    // What all names made here begin with.
    private const string Prefix = "lauberhorn";
    private const string Places = "/run/netns";

    // In which the kernel asks for a neighbour, again and again: it must not give up before a slow simulation answers.
    private const int AskAgainMilliseconds = 60_000;
    private const int AskTimes = 60;

    private readonly IDisposable atEnd;
    private readonly List<Process> programs = [];
    private int isGone;

    private NetworkNamespace(string name)
    {
        Name = name;
        atEnd = AtEnd.Do(Remove);
    }

    /// <summary>The namespace's name, as <c>ip netns</c> lists it.</summary>
    public string Name { get; }

    /// <summary>Makes a namespace with a loopback device that is up, and without IPv6, whose greetings would fall in at random.</summary>
    /// <param name="suffix">What its name has behind the part that says whose it is; for those who make more than one.</param>
    /// <exception cref="WireException">No right to make one, or no <c>ip</c>, or the name is taken.</exception>
    public static NetworkNamespace Create(string? suffix = null)
    {
        RemoveLeftovers();
        string name = AtEnd.NameOf(Prefix) + (suffix is null ? string.Empty : $"-{suffix}");
        RunIp("netns", "add", name);
        var made = new NetworkNamespace(name);
        try
        {
            RunIp("-n", name, "link", "set", "lo", "up");

            // Kernels without IPv6 have no such setting, and need none.
            made.Set(("net/ipv6/conf/all/disable_ipv6", 1), ("net/ipv6/conf/default/disable_ipv6", 1));
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
                RunIp("-n", Name, "link", "set", name, "address",
                    string.Join(':', Enumerable.Range(0, 6).Select(i => $"{(byte)(mac >> (40 - (8 * i))):x2}")));
            }

            RunIp("-n", Name, "link", "set", name, "mtu", $"{largestPacket}");
            string neighbours = $"net/ipv4/neigh/{name}";
            Set(
                ($"{neighbours}/retrans_time_ms", AskAgainMilliseconds), ($"{neighbours}/mcast_solicit", AskTimes),
                    ($"{neighbours}/ucast_solicit", AskTimes),
                ($"{neighbours}/base_reachable_time_ms", AskAgainMilliseconds * AskTimes));
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
    public Process Start(string program, IEnumerable<string> arguments)
    {
        Process process = StartProgram("ip", ["netns", "exec", Name, program, .. arguments]);
        lock (programs)
        {
            programs.Add(process);
        }

        return process;
    }

    /// <summary>Runs a program in the namespace to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its exit code, output and errors.</returns>
    public (int ExitCode, string Output, string Errors) Run(string program, IEnumerable<string> arguments)
    {
        using Process process = Start(program, arguments);
        return Finish(process);
    }

    /// <summary>Removes the namespace; programs and devices in it are gone with it.</summary>
    public void Dispose()
    {
        atEnd.Dispose();
        Remove();
    }

    /// <summary>Removes the namespaces of processes that are gone, and what still runs in them.</summary>
    /// <returns>Their names.</returns>
    public static IReadOnlyList<string> RemoveLeftovers()
    {
        string[] names = Directory.Exists(Places)
            ? [.. Directory.GetFiles(Places).Select(path => Path.GetFileName(path)!).Where(name => AtEnd.IsLeftover(name, Prefix))]
            : [];
        foreach (string name in names)
        {
            Remove(name);
        }

        return names;
    }

    private void Remove()
    {
        if (Interlocked.Exchange(ref isGone, 1) != 0)
        {
            return;
        }

        lock (programs)
        {
            foreach (Process process in programs)
            {
                try
                {
                    process.Kill(entireProcessTree: true);
                }
                catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
                {
                    // It has ended, or its owner has disposed of it.
                }
            }
        }

        Remove(Name);
    }

    // Without its name a namespace lives on as long as something runs in it.
    private static void Remove(string name)
    {
        try
        {
            using Process list = StartProgram("ip", ["netns", "pids", name]);
            foreach (string line in Finish(list).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using Process program = Process.GetProcessById(int.Parse(line, CultureInfo.InvariantCulture));
                program.Kill();
            }

            using Process process = StartProgram("ip", ["netns", "delete", name]);
            Finish(process);
        }
        catch (Exception exception) when (exception is WireException or ArgumentException or InvalidOperationException or Win32Exception)
        {
            // A program has ended by itself meanwhile, or nothing more can be done about it.
        }
    }

    // Sets the kernel's parameters for the namespace, as far as it has them. A bare machine has a shell, but no sysctl.
    private void Set(params (string Name, int Value)[] parameters) =>
        Run("sh", ["-c", string.Join("; ", parameters.Select(parameter =>
            $"[ ! -e /proc/sys/{parameter.Name} ] || echo {parameter.Value} >/proc/sys/{parameter.Name}"))]);

    private static void RunIp(params string[] arguments)
    {
        using Process process = StartProgram("ip", arguments);
        (int exitCode, _, string errors) = Finish(process);
        if (exitCode != 0)
        {
            string problem = errors.Trim().ReplaceLineEndings("; ");
            bool lacksRight = problem.Contains("not permitted", StringComparison.OrdinalIgnoreCase)
                || problem.Contains("denied", StringComparison.OrdinalIgnoreCase)
                || problem.Contains("Read-only", StringComparison.OrdinalIgnoreCase);
            throw new WireException($"ip {string.Join(' ', arguments)}: "
                + $"{problem}{(lacksRight ? "; run as root, or with CAP_NET_ADMIN and CAP_SYS_ADMIN" : "")}", lacksRight);
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
