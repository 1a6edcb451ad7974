// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Wire;

/// <summary>The other end of the NIC's cable. Frames are whole, from the destination address on, without frame check sequence.</summary>
public interface IWire
{
    /// <summary>Takes the next frame that was sent to the NIC, if there is one by now; never waits.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>Whether there was one.</returns>
    bool TryReceive(out byte[] frame);

    /// <summary>Sends a frame that the NIC sent.</summary>
    /// <param name="frame">The frame.</param>
    void Send(ReadOnlySpan<byte> frame);
}
