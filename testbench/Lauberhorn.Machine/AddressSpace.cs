// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Machines;

/// <summary>
/// The lines that a process may touch: those that its page tables map. A core that runs it (<see cref="Core.Space"/>) faults at any other.
/// Unmapping a line is what the kernel does with the page table
/// and the TLBs: what comes later faults, also where a cache still has the line; misses that are in flight complete.
/// </summary>
public sealed class AddressSpace
{
    private const ulong LineMask = ~127ul;
    private readonly HashSet<ulong> lines = [];

    /// <summary>Number of lines that are mapped.</summary>
    public int Count => lines.Count;

    /// <summary>Maps a line.</summary>
    /// <param name="address">An address in it.</param>
    public void Map(ulong address) => lines.Add(address & LineMask);

    /// <summary>Unmaps a line.</summary>
    /// <param name="address">An address in it.</param>
    public void Unmap(ulong address) => lines.Remove(address & LineMask);

    /// <summary>Unmaps all lines.</summary>
    public void Clear() => lines.Clear();

    /// <summary>Whether a line is mapped.</summary>
    /// <param name="address">An address in it.</param>
    public bool Maps(ulong address) => lines.Contains(address & LineMask);
}

/// <summary>A program touched a line that its process does not have mapped. It is the program's to end then; the machine goes on.</summary>
/// <param name="message">The message.</param>
public sealed class PageFaultException(string message) : Exception(message);
