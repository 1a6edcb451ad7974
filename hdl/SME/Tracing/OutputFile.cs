// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace SME.Tracing;

/// <summary>Files that a simulation writes.</summary>
internal static class OutputFile
{
    /// <summary>Creates a text file, and the folders on the way to it.</summary>
    internal static StreamWriter Create(string path)
    {
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return new StreamWriter(full, false, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
    }
}
