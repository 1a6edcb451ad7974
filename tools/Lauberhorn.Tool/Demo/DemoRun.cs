// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Lauberhorn.Contract;
using Lauberhorn.Node;
using Lauberhorn.Tool.Output;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Demo;

/// <summary>What happened on the demo's wire, whether it was live or a replay.</summary>
public sealed record DemoRun
{
    /// <summary>Programs that ran live; none in a replay.</summary>
    public IReadOnlyList<ClientRun> Clients { get; init; } = [];

    /// <summary>What was replayed, by capture; none if live.</summary>
    public IReadOnlyList<ReplayedCapture> Replays { get; init; } = [];

    /// <summary>Why it is no live call; null if it is one, or was not wanted.</summary>
    public string? WhyReplay { get; init; }

    /// <summary>Broken frames that were sent behind all others.</summary>
    public required IReadOnlyList<BrokenResult> Broken { get; init; }

    /// <summary>All frames that passed, in order.</summary>
    public required IReadOnlyList<PassedFrame> Frames { get; init; }

    /// <summary>Cycles of the RTL.</summary>
    public required long Cycles { get; init; }

    /// <summary>Seconds that it took, without building it.</summary>
    public required double Seconds { get; init; }

    /// <summary>The call that was followed in the C# afterwards.</summary>
    public required CallPath Path { get; init; }

    /// <summary>The first difference between the RTL and the C#; null if there is none.</summary>
    public required string? Difference { get; init; }

    /// <summary>Whether every answer was right, and the C# did the same as the RTL.</summary>
    public bool IsRight => Difference is null && Path.IsWhole && Clients.All(client => client.ExitCode == 0)
        && Replays.All(replay => replay.Exchanges.All(exchange => exchange.IsSame))
        && Broken.All(broken => broken.IsCounted);

    /// <summary>Calls the service from a network namespace.</summary>
    /// <param name="calls">The namespace.</param>
    /// <param name="config">The NIC.</param>
    /// <param name="directory">Where the client is built.</param>
    /// <param name="reporter">Prints what is being done.</param>
    public static DemoRun Live(LiveCalls calls, NicConfig config, string directory, Reporter reporter)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(reporter);
        string client = reporter.Watch("building the client", _ => LiveCalls.BuildClient(directory));
        using DemoMachine machine = Start<ICalculator>(config, new Calculator(), reporter);
        WireLink link = machine.Connect(calls.Wire);
        Stopwatch clock = Stopwatch.StartNew();
        List<ClientRun> runs = [];
        if (reporter.Watch("ping", _ => calls.Ping(machine, link)) is { } ping)
        {
            runs.Add(ping);
        }

        runs.AddRange(new[] { "none", "sys" }.Select(flavor => reporter.Watch($"calling, {flavor}",
            _ => calls.Call(machine, link, client, flavor))));
        return Finish<ICalculator>(machine, config, new Calculator(), clock.Elapsed) with { Clients = runs };
    }

    /// <summary>Replays captures of a libtirpc client that called libtirpc's own server.</summary>
    /// <param name="captures">The captures.</param>
    /// <param name="why">Why it is no live call; null if a replay was wanted.</param>
    /// <param name="config">The NIC.</param>
    /// <param name="reporter">Prints what is being done.</param>
    public static DemoRun Replayed(IEnumerable<string> captures, string? why, NicConfig config, Reporter reporter)
    {
        ArgumentNullException.ThrowIfNull(reporter);
        using DemoMachine machine = Start<ISample>(config, new Sample(), reporter);
        Stopwatch clock = Stopwatch.StartNew();
        ReplayedCapture[] replays = [.. captures.Select(capture => reporter.Watch($"replaying {Repository.Shorten(capture)}",
            _ => Replay.Run(machine, capture)))];
        return Finish<ISample>(machine, config, new Sample(), clock.Elapsed) with { Replays = replays, WhyReplay = why };
    }

    private static DemoMachine Start<T>(NicConfig config, T service, Reporter reporter)
        where T : class =>
        reporter.Watch("compiling the VHDL; kept for the next time", _ => DemoMachine.Start(config, Machine.Rtl, service));

    private static DemoRun Finish<T>(DemoMachine machine, NicConfig config, T service, TimeSpan time)
        where T : class
    {
        long cycles = machine.Node.Ticks;
        PassedFrame[] frames = [.. machine.Frames];
        byte[] call = frames.First(frame => frame.IsToNic && CallPath.CanFollow(frame.Bytes)).Bytes;
        IReadOnlyList<BrokenResult> broken = BrokenRun.Of(machine, call);
        using DemoMachine again = DemoMachine.Start(config, Machine.CSharp, service);
        CallPath path = new(again);
        string? difference = Repetition.Run(again, frames, frame => path.Follow(frame.Bytes));
        return new DemoRun
        {
            Frames = frames,
            Broken = broken,
            Cycles = cycles,
            Seconds = time.TotalSeconds,
            Path = path,
            Difference = difference
        };
    }
}
