// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace SME.Compilation;

/// <summary>The number of ticks that are done, where compiled code and everything else sees it.</summary>
internal sealed class TickCount
{
    internal long Done;

    /// <summary>After how many ticks a simulation is compiled unless it is told otherwise.</summary>
    internal static long CompileAfterAtFirst { get; } = Debugger.IsAttached ? long.MaxValue
        : Environment.GetEnvironmentVariable("SME_COMPILE_AFTER") switch
        {
            null or "" => 2000,
            "never" => long.MaxValue,
            string text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) => number,
            string text => throw new FormatException($"SME_COMPILE_AFTER is '{text}'; set it to a number of ticks, or to 'never'"),
        };

    /// <summary>From how many hardware processes on those of a simulation may rest unless it is told otherwise.</summary>
    internal static int RestFromAtFirst { get; } = Environment.GetEnvironmentVariable("SME_REST_FROM") switch
    {
        null or "" => 32,
        "never" => int.MaxValue,
        string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        string text => throw new FormatException($"SME_REST_FROM is '{text}'; set it to a number of processes, or to 'never'"),
    };
}

/// <summary>The objects that a piece of compiled tick works on, each at a fixed place.</summary>
internal sealed class TickState
{
    /// <summary>How many objects fit.</summary>
    internal const int Capacity = 256;

    internal Slots Objects;

    /// <summary>Where the bits of <see cref="RestPlan.Awake"/> lie.</summary>
    internal nint Awake;

    /// <summary>Where the bits of <see cref="RestPlan.Ran"/> lie.</summary>
    internal nint Ran;

    /// <summary>Where the counters of the <see cref="SimulationProfile"/> lie; 0 if nobody counts.</summary>
    internal nint Profile;

    /// <summary>Keeps the bits alive; null if no process rests.</summary>
    internal RestPlan? Plan;

    private readonly Dictionary<object, int> places = new(ReferenceEqualityComparer.Instance);

    internal int Count => places.Count;

    internal int PlaceOf(object item)
    {
        if (!places.TryGetValue(item, out int place))
        {
            place = places.Count;
            Objects[place] = item;
            places[item] = place;
        }

        return place;
    }

    [InlineArray(Capacity)]
    internal struct Slots
    {
        private object? first;
    }
}
