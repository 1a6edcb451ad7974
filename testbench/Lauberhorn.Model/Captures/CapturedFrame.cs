// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Captures;

/// <summary>A frame in a capture.</summary>
/// <param name="Timestamp">When it was recorded, in UTC; a tick of 100 ns is the finest that is kept.</param>
/// <param name="Bytes">What was recorded of it, from the destination MAC address on.</param>
/// <param name="OriginalLength">How many bytes it had on the wire.</param>
public sealed record CapturedFrame(DateTime Timestamp, byte[] Bytes, int OriginalLength)
{
    /// <summary>Whether the capture has all of its bytes.</summary>
    public bool IsWhole => Bytes.Length == OriginalLength;
}

/// <summary>A file is no capture that we can use. The message says which file, what is wrong with it, and what to do.</summary>
public sealed class CaptureException : Exception
{
    /// <summary>Creates the exception for a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong, and what to do.</param>
    /// <param name="inner">What was thrown for it, if something was.</param>
    public CaptureException(string path, string problem, Exception? inner = null)
        : base($"{path}: {problem}", inner)
    {
        Path = path;
    }

    /// <summary>Path of the file, as it was given.</summary>
    public string Path { get; }
}
