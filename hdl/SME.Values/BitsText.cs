// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace SME;

/// <content>Text.</content>
public partial struct Bits<TWidth>
{
    /// <summary>Hexadecimal digits, most significant first, as many as the width needs.</summary>
    public override readonly string ToString()
    {
        int digits = (TWidth.Bits + 3) / 4;
        return string.Create(digits, this, static (characters, value) =>
        {
            for (int i = 0; i < characters.Length; i++)
            {
                int digit = characters.Length - 1 - i;
                characters[i] = "0123456789abcdef"[(int)(value.ReadOnlyWords[digit >> 4] >> (digit & 15) * 4 & 15)];
            }
        });
    }

    /// <summary>Reads hexadecimal digits, most significant first.</summary>
    /// <param name="hexadecimal">The digits; the value must fit the width.</param>
    /// <exception cref="FormatException">Not hexadecimal, or too large.</exception>
    public static Bits<TWidth> Parse(string hexadecimal)
    {
        ArgumentNullException.ThrowIfNull(hexadecimal);
        Bits<TWidth> result = default;
        foreach (char character in hexadecimal)
        {
            if (!(result & ~(AllOnes >> 4)).Equals(default) && TWidth.Bits > 4)
            {
                throw new FormatException($"'{hexadecimal}' has more than {TWidth.Bits} bits");
            }

            ulong digit = ulong.Parse(character.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            result = (result << 4) | (Bits<TWidth>)digit;
        }

        return result;
    }
}
