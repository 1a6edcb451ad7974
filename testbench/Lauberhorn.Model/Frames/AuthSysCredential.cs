// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Frames;

/// <summary>
/// Bodies of AUTH_SYS: <c>authsys_parms</c> of RFC 5531 appendix A, which has names of up to 255 bytes and up to 16 groups.
/// </summary>
public static class AuthSysCredential
{
    /// <summary>Makes a body.</summary>
    /// <param name="random">Gives stamp, name, user and groups.</param>
    /// <param name="nameBytes">Bytes of the machine's name.</param>
    /// <param name="groups">How many groups there are.</param>
    public static byte[] Make(SeededRandom random, int nameBytes, int groups) =>
        Lie(random, nameBytes, groups, (uint)nameBytes, (uint)groups);

    /// <summary>Makes a body whose lengths need not be right.</summary>
    /// <param name="random">Gives stamp, name, user and groups.</param>
    /// <param name="nameBytes">Bytes of the machine's name.</param>
    /// <param name="groups">How many groups there are.</param>
    /// <param name="saidBytes">The length that the name says it has.</param>
    /// <param name="saidGroups">The number of groups that is said.</param>
    public static byte[] Lie(SeededRandom random, int nameBytes, int groups, uint saidBytes, uint saidGroups)
    {
        ArgumentNullException.ThrowIfNull(random);
        return
        [
            .. random.Bytes(4), .. BigEndian(saidBytes), .. random.Bytes((nameBytes + 3) / 4 * 4),
            .. random.Bytes(8), .. BigEndian(saidGroups), .. random.Bytes(4 * groups),
        ];
    }

    private static byte[] BigEndian(uint word) => [(byte)(word >> 24), (byte)(word >> 16), (byte)(word >> 8), (byte)word];
}
