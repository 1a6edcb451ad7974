// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Lauberhorn.Tool.Registers;

/// <summary>One name in the styles of several languages.</summary>
public static class Names
{
    /// <summary><c>TryAgainCycles</c> as <c>try_again_cycles</c>.</summary>
    /// <param name="name">The name.</param>
    public static string Snake(string name)
    {
        StringBuilder text = new();
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    /// <summary><c>TryAgainCycles</c> as <c>TRY_AGAIN_CYCLES</c>.</summary>
    /// <param name="name">The name.</param>
    public static string Capitals(string name) => Snake(name).ToUpperInvariant();
}
