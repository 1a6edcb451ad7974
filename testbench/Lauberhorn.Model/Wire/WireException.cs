// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Wire;

/// <summary>A TAP device or a network namespace cannot be had. The message says why, and what would help.</summary>
/// <param name="message">That message.</param>
/// <param name="lacksRight">See <see cref="LacksRight"/>.</param>
public sealed class WireException(string message, bool lacksRight = false) : Exception(message)
{
    /// <summary>Whether it is for want of a right or of /dev/net/tun, so that something else, such as a capture, may do instead.</summary>
    public bool LacksRight { get; } = lacksRight;
}
