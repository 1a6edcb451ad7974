// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool.Output;

/// <summary>Progress of some work.</summary>
/// <param name="Fraction">0 to 1; NaN if it cannot be known.</param>
/// <param name="Text">What is being done now, a few words; empty for no change.</param>
public readonly record struct WorkProgress(double Fraction, string Text)
{
    /// <summary>A step whose share of the whole is not known.</summary>
    /// <param name="text">What is being done now, a few words.</param>
    public static WorkProgress Step(string text) => new(double.NaN, text);
}
