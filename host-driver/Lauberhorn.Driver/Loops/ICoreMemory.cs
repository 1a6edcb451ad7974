// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>
/// A core's view of memory, as the loops use it: loads and stores of cacheable lines of 128 bytes. A program gives them one at a time.
/// Loads are done when they return; stores may be performed later, in any order but that of the same bytes, and loads may pass them, until
/// <see cref="BarrierAsync"/>.
/// </summary>
public interface ICoreMemory
{
    /// <summary>Loads a whole line; returns when the core has it, however long the load stalls.</summary>
    /// <param name="address">Address of its first byte, a multiple of 128.</param>
    /// <param name="destination">Gets the line's 128 bytes.</param>
    ValueTask LoadLineAsync(ulong address, Memory<byte> destination);

    /// <summary>Stores bytes; the core's own loads see them from then on.</summary>
    /// <param name="address">Address of the first.</param>
    /// <param name="bytes">The bytes; all in one line.</param>
    ValueTask StoreAsync(ulong address, ReadOnlyMemory<byte> bytes);

    /// <summary>
    /// Writes a line back, if it is dirty, and gives it up; returns when the NIC has what was written (Arm: <c>DC CIVAC</c>, then
    /// <c>DSB</c>, which is a barrier too).
    /// </summary>
    /// <param name="address">An address in it.</param>
    ValueTask CleanInvalidateAsync(ulong address);

    /// <summary>
    /// Returns when all stores before are performed, so that nothing after them can be seen without them (Arm: <c>DMB ISH</c>). A core that
    /// performs stores in program order has nothing to do.
    /// </summary>
    ValueTask BarrierAsync();
}
