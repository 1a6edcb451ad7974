// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Node.Fuzzing;

/// <summary>The NIC did something that it must not. The message says what.</summary>
/// <param name="message">That message.</param>
internal sealed class SoakException(string message) : Exception(message)
{
    /// <summary>Says where two lists of bytes differ first, and how many bytes do.</summary>
    /// <param name="expected">What there should be.</param>
    /// <param name="actual">What there is.</param>
    public static string Difference(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        int common = expected.CommonPrefixLength(actual);
        int different = Math.Abs(expected.Length - actual.Length);
        for (int i = 0; i < Math.Min(expected.Length, actual.Length); i++)
        {
            different += expected[i] == actual[i] ? 0 : 1;
        }

        return $"{different} bytes differ, the first is byte {common}; {expected.Length} bytes expected, from there on "
            + $"{Excerpt(expected, common)}; {actual.Length} are there, {Excerpt(actual, common)}";
    }

    private static string Excerpt(
        ReadOnlySpan<byte> bytes, int from) =>
            from >= bytes.Length ? "none" : Convert.ToHexString(bytes[from..Math.Min(bytes.Length, from + 48)]);
}
