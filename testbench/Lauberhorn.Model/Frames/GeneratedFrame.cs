// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Frames;

/// <summary>A frame to try the receive path with.</summary>
/// <param name="Bytes">From the destination MAC address to the padding; at least one byte.</param>
/// <param name="ErrorFlag">Whether the MAC flags it as bad.</param>
/// <param name="Recipe">What it was made to be. What it is, the reference decoder says: changes may cancel out.</param>
public sealed record GeneratedFrame(byte[] Bytes, bool ErrorFlag, string Recipe)
{
    /// <summary>What the frame was made to be, and all of its bytes, so that a failure can be built again.</summary>
    public override string ToString() =>
        $"{Recipe}{(ErrorFlag ? ", flagged" : "")}, {Bytes.Length} bytes: {Convert.ToHexString(Bytes)}";
}
