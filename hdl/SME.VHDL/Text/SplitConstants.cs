// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace SME.VHDL.Text;

/// <summary>
/// GHDL 2.0 takes a constant of 33 to 64 bits whose lowest 32 bits are zero for zero, whatever the others are, and writes that
/// into the netlist. One bit of such a constant becomes a signal that is always '0', so that GHDL cannot fold it.
/// </summary>
internal static partial class SplitConstants
{
    /// <summary>Writes such constants in another way.</summary>
    /// <param name="statements">Statements of an architecture.</param>
    /// <param name="zero">Name of the signal that is always '0'.</param>
    /// <returns>The statements; as they were if there is no such constant.</returns>
    public static string In(string statements, string zero) => Hexadecimal().Replace(statements, match =>
    {
        string digits = match.Groups[2].Value;
        int width = match.Groups[1].Length > 0 ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 4 * digits.Length;
        BigInteger bits = BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return width is <= 32 or > 64 || bits.IsZero || !(bits & uint.MaxValue).IsZero
            ? match.Value
            : $"({Literals.BitString(bits >> 32, width - 32)} & {zero} & 31x\"0\")";
    });

    [GeneratedRegex("\\b(\\d*)x\"([0-9a-f]+)\"")]
    private static partial Regex Hexadecimal();
}
