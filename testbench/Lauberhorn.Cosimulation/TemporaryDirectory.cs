// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Cosimulation;

/// <summary>A directory that vanishes with its contents.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    internal TemporaryDirectory(string? parent = null)
    {
        Path = System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), $"lauberhorn-{Guid.NewGuid():n}");
        Directory.CreateDirectory(Path);
    }

    internal string Path { get; }

    internal string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, true);
        }
    }
}
