// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool.Front;

/// <summary>The name that was probably meant.</summary>
public static class Nearest
{
    /// <summary>What to say behind "no such name": the nearest one, or all.</summary>
    /// <param name="name">What was typed.</param>
    /// <param name="names">What there is.</param>
    public static string Hint(string name, IReadOnlyCollection<string> names)
    {
        string? nearest = Of(name, names);
        return nearest is null ? $"there are: {string.Join(", ", names)}" : $"did you mean '{nearest}'?";
    }

    /// <summary>The name with the fewest letters to change; null if none is near.</summary>
    /// <param name="name">What was typed.</param>
    /// <param name="names">What there is.</param>
    public static string? Of(string name, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(name);
        (string? Name, int Distance) best = names.Select(one => ((string?)one, Distance(name.ToLowerInvariant(), one.ToLowerInvariant())))
            .OrderBy(one => one.Item2).FirstOrDefault((null, int.MaxValue));
        return best.Distance <= 1 + (name.Length / 4) ? best.Name : null;
    }

    /// <summary>How many letters must be inserted, left out, changed or swapped with the next one to make one word of the other.</summary>
    /// <param name="one">One word.</param>
    /// <param name="other">The other.</param>
    public static int Distance(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        int[,] table = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
        {
            for (int j = 0; j <= other.Length; j++)
            {
                table[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(table[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1), 1 + Math.Min(table[i - 1, j], table[i, j - 1]));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[one.Length, other.Length];
    }
}
