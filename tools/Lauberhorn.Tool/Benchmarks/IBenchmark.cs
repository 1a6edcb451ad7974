// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>What <c>bench NAME</c> runs. To add one: a class beside this file and a line in <see cref="BenchmarkList"/>.</summary>
public interface IBenchmark
{
    /// <summary>One word, as typed after <c>bench</c>.</summary>
    string Name { get; }

    /// <summary>One line for the help.</summary>
    string Summary { get; }

    /// <summary>What figures must reach, by name; figures without an entry are information.</summary>
    IReadOnlyDictionary<string, Floor> Floors => new Dictionary<string, Floor>();

    /// <summary>Runs the benchmark once.</summary>
    /// <param name="context">Seed, options, progress.</param>
    /// <returns>Figures by name, in the order in which a reader wants them.</returns>
    IReadOnlyDictionary<string, double> Run(BenchmarkContext context);
}

/// <summary>Limit that a figure must keep.</summary>
/// <param name="Value">The limit, in the figure's unit.</param>
/// <param name="IsUpperLimit">Whether less is better.</param>
public readonly record struct Floor(double Value, bool IsUpperLimit)
{
    /// <summary>More is better.</summary>
    /// <param name="value">The least that is accepted.</param>
    public static Floor AtLeast(double value) => new(value, false);

    /// <summary>Less is better.</summary>
    /// <param name="value">The most that is accepted.</param>
    public static Floor AtMost(double value) => new(value, true);

    /// <summary>Whether a figure keeps the limit.</summary>
    /// <param name="figure">The figure measured.</param>
    public bool IsReached(double figure) => IsUpperLimit ? figure <= Value : figure >= Value;
}

/// <summary>Inputs of a benchmark.</summary>
public sealed class BenchmarkContext
{
    /// <summary>Seed of all random choices; the same seed gives the same work.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The NIC that is measured, if hardware is.</summary>
    public required NicConfig Config { get; init; }

    /// <summary>The machine in front of the NIC, if there is one: <c>ideal</c> or <c>enzian</c>.</summary>
    public required string Machine { get; init; }

    /// <summary>Number of repetitions.</summary>
    public required int Rounds { get; init; }

    /// <summary>Exponent of Zipf's law.</summary>
    public double Exponent { get; init; } = 1;

    /// <summary>The part of the capacity that is offered, 0 to 1.</summary>
    public double Load { get; init; } = 0.7;

    /// <summary>Nanoseconds that a handler computes, modelled.</summary>
    public double HandlerNanoseconds { get; init; } = 1000;

    /// <summary>The one block that is asked for; null for all.</summary>
    public string? Block { get; init; }

    /// <summary>Whether the slowest path of each block is to be listed in <see cref="Remarks"/>.</summary>
    public bool ShowPath { get; init; }

    /// <summary>Sink for progress reports.</summary>
    public required IProgress<WorkProgress> Progress { get; init; }

    /// <summary>For remarks to people, shown after the figures; left out with <c>--json</c>.</summary>
    public List<string> Remarks { get; } = [];
}
