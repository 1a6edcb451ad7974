// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>
/// A core's view of memory, as the loops use it: loads and stores of cacheable lines of 128 bytes. A core does one at a time, in program order.
/// </summary>
public interface ICoreMemory
{
    /// <summary>Loads a whole line; returns when the core has it, however long the load stalls.</summary>
    /// <param name="address">Address of its first byte, a multiple of 128.</param>
    /// <param name="destination">Gets its 128 bytes.</param>
    ValueTask LoadLineAsync(ulong address, Memory<byte> destination);

    /// <summary>Stores bytes; returns when the core's cache has them.</summary>
    /// <param name="address">Address of the first.</param>
    /// <param name="bytes">The bytes; all in one line.</param>
    ValueTask StoreAsync(ulong address, ReadOnlyMemory<byte> bytes);

    /// <summary>Writes a line back, if it is dirty, and gives it up; returns when the NIC has what was written (Arm: <c>DC CIVAC</c>, then <c>DSB</c>).</summary>
    /// <param name="address">An address in it.</param>
    ValueTask CleanInvalidateAsync(ulong address);
}
