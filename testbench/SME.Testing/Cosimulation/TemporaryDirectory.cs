// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Lauberhorn.Ends;

namespace SME.Testing.Cosimulation;

/// <summary>
/// A directory that vanishes with its contents, at the latest when the process ends. What a killed process has left in the same place is
/// removed when the first one is made there.
/// </summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private const string Prefix = "lauberhorn";
    private static readonly ConcurrentDictionary<string, bool> Swept = new();
    private readonly IDisposable atEnd;

    internal TemporaryDirectory(string? parent = null)
    {
        parent ??= System.IO.Path.GetTempPath();
        if (Swept.TryAdd(parent, true))
        {
            Sweep(parent);
        }

        Path = System.IO.Path.Combine(parent, $"{AtEnd.NameOf(Prefix)}-{Guid.NewGuid():n}");
        Directory.CreateDirectory(Path);
        atEnd = AtEnd.Do(Remove);
    }

    internal string Path { get; }

    internal string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        atEnd.Dispose();
        Remove();
    }

    private void Remove()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, true);
        }
    }

    private static void Sweep(string parent)
    {
        try
        {
            foreach (string directory in Directory.GetDirectories(parent, $"{Prefix}-*").Where(path =>
                AtEnd.IsLeftover(System.IO.Path.GetFileName(path), Prefix)))
            {
                Directory.Delete(directory, true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process sweeps too, or it is another user's.
        }
    }
}
