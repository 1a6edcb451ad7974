// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using Lauberhorn.Model.Wire;
using Lauberhorn.Node;

namespace Lauberhorn.Tool.Demo;

/// <summary>A run of a program at the other end of the NIC's cable.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Remark">What is special about it, in a word or two.</param>
/// <param name="ExitCode">Its exit code; 0 if every answer was right.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Cycles">Cycles that the NIC's clock made meanwhile.</param>
public sealed record ClientRun(string Command, string Remark, int ExitCode, string Output, long Cycles);

/// <summary>
/// A network namespace of Linux with a TAP device in it, whose cable goes to the NIC, and a client of libtirpc that runs there. The client
/// is an ordinary program: nothing in it knows that the NIC is simulated.
/// </summary>
public sealed class LiveCalls : IDisposable
{
    private const string NicAddress = "10.77.0.2";

    // The programs' clocks are real ones, and a simulation on a busy machine may be very slow: they send again, or give up, after an hour.
    private const int Hour = 3600;
    private const int Pings = 3;

    // What is no hang is through within so many cycles; and while the machine's time stands still, which is when all is answered, a program
    // has so many milliseconds to go on.
    private const long MostCycles = 2_000_000;
    private const long MostIdleMilliseconds = 120_000;
    private const int WaitMilliseconds = 5;

    private readonly NetworkNamespace space;
    private readonly TapDevice tap;

    private LiveCalls(NetworkNamespace space, TapDevice tap)
    {
        this.space = space;
        this.tap = tap;
    }

    /// <summary>How many cycles the machine may make in a second, for tests; 0 for as many as it can.</summary>
    public int CyclesPerSecond { get; init; }

    /// <summary>The namespace's name.</summary>
    public string Name => space.Name;

    /// <summary>Makes the namespace and the device.</summary>
    /// <exception cref="WireException">They cannot be made; <see cref="WireException.LacksRight"/> says whether a right is
    /// missing.</exception>
    /// <param name="cyclesPerSecond">How many cycles the machine may make in a second; 0 for as many as it can.</param>
    public static LiveCalls Open(int cyclesPerSecond = 0)
    {
        NetworkNamespace space = NetworkNamespace.Create();
        try
        {
            TapDevice tap = space.AddTap("nic0", IPAddress.Parse("10.77.0.1"), macAddress: 0x024C_4800_0001);
            return new LiveCalls(space, tap) { CyclesPerSecond = cyclesPerSecond };
        }
        catch
        {
            space.Dispose();
            throw;
        }
    }

    /// <summary>Builds the client from <c>calculator.x</c> by rpcgen and the C compiler.</summary>
    /// <param name="directory">Where to.</param>
    /// <returns>The program.</returns>
    /// <exception cref="ToolException">A tool is missing, or it cannot be built.</exception>
    public static string BuildClient(string directory)
    {
        using Process build = Start(Path.Combine(Repository.Root, "tools", "demo-src", "build"), directory);
        Task<string> output = build.StandardOutput.ReadToEndAsync();
        string errors = build.StandardError.ReadToEnd();
        build.WaitForExit();
        if (build.ExitCode == 0)
        {
            return Path.Combine(directory, "client");
        }

        string problem = (errors + output.Result).Trim().Split('\n')[0];
        throw new ToolException($"{problem}; or, without a client: tools/lauberhorn demo --replay");
    }

    /// <summary>Has the machine pinged, whose kernel answers.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="link">The machine's link to <see cref="Wire"/>.</param>
    /// <returns>Null if there is no ping here.</returns>
    public ClientRun? Ping(DemoMachine machine, WireLink link)
    {
        // Who starts it in the namespace says in ways of its own that there is none.
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Append("/bin")
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "ping")));
        if (!isThere)
        {
            return null;
        }

        // One after the other, and none before the NIC is done with the one before: a slow simulation would get all at once, for which a
        // small NIC has no room.
        List<ClientRun> runs = [];
        while (runs.Count < Pings && runs.All(run => run.ExitCode == 0))
        {
            Settle(machine, link);
            runs.Add(Run(machine, link, "ping", "the kernel's core answers", "-n", "-c", "1", "-W", $"{Hour}", NicAddress));
        }

        IEnumerable<string> lines = runs.SelectMany(run => run.Output.Split('\n'));
        string[] answers = [.. lines.Where(line => line.Contains("bytes from", StringComparison.Ordinal))];
        return runs[^1] with
        {
            Output = runs[^1].ExitCode == 0 ? string.Join('\n', answers) : runs[^1].Output,
            Cycles = runs.Sum(run => run.Cycles),
        };
    }

    /// <summary>Runs the client with the machine at the other end of its cable, to the client's end.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="link">The machine's link to <see cref="Wire"/>.</param>
    /// <param name="client">The program.</param>
    /// <param name="flavor"><c>none</c> or <c>sys</c>: AUTH_NONE or AUTH_SYS.</param>
    /// <exception cref="ToolException">The client hangs.</exception>
    public ClientRun Call(DemoMachine machine, WireLink link, string client, string flavor)
    {
        ArgumentNullException.ThrowIfNull(flavor);
        return Run(machine, link, client, $"AUTH_{flavor.ToUpperInvariant()}", NicAddress, $"{DemoMachine.Port}", flavor, $"{Hour}");
    }

    /// <summary>The NIC's end of the cable.</summary>
    public IWire Wire => tap;

    /// <inheritdoc/>
    public void Dispose()
    {
        tap.Dispose();
        space.Dispose();
    }

    // Lets the machine go on until nothing is in flight in it.
    private static void Settle(DemoMachine machine, WireLink link)
    {
        long end = machine.Node.Ticks + MostCycles;
        while (machine.Driver.ReadSlotsTakenAsync().GetAwaiter().GetResult() > 0 && machine.Node.Ticks < end)
        {
            link.Step();
        }
    }

    private ClientRun Run(DemoMachine machine, WireLink link, string program, string remark, params string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(link);
        long start = machine.Node.Ticks;
        long idle = 0;
        using Process process = space.Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            while (!process.HasExited && !IsHung())
            {
                long before = machine.Node.Ticks;
                if (link.Step())
                {
                    idle = 0;
                    if (CyclesPerSecond > 0)
                    {
                        Thread.Sleep(TimeSpan.FromSeconds((double)(machine.Node.Ticks - before) / CyclesPerSecond));
                    }
                }
                else if (!tap.Wait(WaitMilliseconds))
                {
                    idle += WaitMilliseconds;
                }
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(true);
            }
        }

        if (IsHung())
        {
            throw new ToolException(
                $"{Path.GetFileName(program)} did not end in {machine.Node.Ticks - start} cycles, and {idle / 1000} s without a frame; "
                + $"it has printed: {output.Result.TrimEnd().ReplaceLineEndings(" | ")}");
        }

        process.WaitForExit();
        string command = string.Join(' ', arguments.Prepend(Path.GetFileName(program)));
        return new ClientRun(command, remark, process.ExitCode, (output.Result + errors.Result).TrimEnd(), machine.Node.Ticks - start);

        bool IsHung() => machine.Node.Ticks - start > MostCycles || idle > MostIdleMilliseconds;
    }

    private static Process Start(string program, string argument)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, [argument])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true
            })!;
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new ToolException($"{Repository.Shorten(program)} cannot be run: {problem.Message}", problem);
        }
    }
}
