// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>
/// A parameter of <see cref="NicConfig"/>: its unit and range, for <see cref="NicConfig.Validate"/> and docs/configuration.md.
/// </summary>
/// <param name="unit">The unit of the value, such as "cores" or "bytes".</param>
/// <param name="least">The least value.</param>
/// <param name="most">The largest value; <see cref="int.MaxValue"/> for no bound of its own.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ParameterAttribute(string unit, int least, int most = int.MaxValue) : Attribute
{
    /// <summary>The unit of the value, such as "cores" or "bytes".</summary>
    public string Unit { get; } = unit;

    /// <summary>The least value.</summary>
    public int Least { get; } = least;

    /// <summary>The largest value; <see cref="int.MaxValue"/> for no bound of its own.</summary>
    public int Most { get; } = most;

    /// <summary>Whether it must be a power of two.</summary>
    public bool IsPowerOfTwo { get; init; }

    /// <summary>Why the largest value is the largest, up to the number; empty if that needs no words.</summary>
    public string Because { get; init; } = string.Empty;

    /// <summary>What else it must keep to, which depends on other parameters; empty for nothing.</summary>
    public string Besides { get; init; } = string.Empty;

    /// <summary>The range in words, such as "1 to 64".</summary>
    public string Range => (IsPowerOfTwo, Most) switch
    {
        (true, int.MaxValue) => $"a power of two from {Least} on",
        (true, _) => $"a power of two, {Least} to {Most}",
        (false, int.MaxValue) => $"{Least} or more",
        _ => $"{Least} to {Most}",
    };

    /// <summary>What to do about a value out of the range.</summary>
    public string WayOut => $"{(Because.Length == 0 ? string.Empty : $"{Because} {Most}: ")}use {Range}";
}
