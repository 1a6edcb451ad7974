// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>
/// The NIC's registers as the host reaches them: 64 bits wide, little-endian, at offsets from the beginning of the register block.
/// An access takes an unspecified time (on the machine model: cycles of the AXI4-Lite port), so both return when the access is done.
/// One access at a time.
/// </summary>
public interface IRegisterAccess
{
    /// <summary>Reads a register.</summary>
    /// <param name="offset">Offset in bytes; a multiple of 8.</param>
    /// <returns>The register's value.</returns>
    /// <exception cref="NicException">The NIC refuses the access (SLVERR).</exception>
    ValueTask<ulong> ReadAsync(uint offset);

    /// <summary>Writes a register.</summary>
    /// <param name="offset">Offset in bytes; a multiple of 8.</param>
    /// <param name="value">The value to write.</param>
    /// <returns>A task that ends when the write has been answered.</returns>
    /// <exception cref="NicException">The NIC refuses the access (SLVERR).</exception>
    ValueTask WriteAsync(uint offset, ulong value);
}
