// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Rpc;

/// <summary>Positions in an AUTH_SYS body, in words as <see cref="IVerifierPosition"/> counts them.</summary>
public interface IAuthSysPosition : IBus
{
    /// <summary>The word with the number of groups.</summary>
    byte GroupsWord { get; set; }

    /// <summary>Whether the machine's name has more than 255 bytes.</summary>
    bool IsNameTooLong { get; set; }
}

/// <summary>The length fields of an AUTH_SYS body; right on the frame's last beat, and only if the frame has such a body.</summary>
public interface IAuthSys : IBus
{
    /// <summary>Whether the machine's name has more than 255 bytes.</summary>
    bool IsNameTooLong { get; set; }

    /// <summary>Words of the body from its first one to the number of groups.</summary>
    byte WordsBeforeGroups { get; set; }

    /// <summary>The number of groups, modulo 32.</summary>
    byte Groups { get; set; }

    /// <summary>Whether there are 32 groups or more.</summary>
    bool HasManyGroups { get; set; }
}

/// <summary>Facts about <c>authsys_parms</c> (RFC 5531 appendix A): stamp, name of the machine, user, group, groups.</summary>
public static class AuthSysBody
{
    /// <summary>AUTH_SYS's number among the flavors of credentials.</summary>
    public const uint Flavor = 1;

    /// <summary>The most bytes of the machine's name.</summary>
    public const int LongestName = 255;

    /// <summary>The most groups.</summary>
    public const int MostGroups = 16;

    /// <summary>The word with which the body begins.</summary>
    internal const int FirstWord = 19;

    /// <summary>
    /// Words but for the name and the groups, up to the number of groups: stamp, length of the name, user, group, number.
    /// </summary>
    internal const int FixedWords = 5;
}

/// <summary>
/// Finds from the length of the machine's name where in an AUTH_SYS body the number of groups stands. The length is always in beat 1.
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class AuthSysPosition([InputBus] IFrameBeat beat) : SimpleProcess
{
    private const int NamePlace = (4 * (AuthSysBody.FirstWord + 1)) - 2 - NicConfig.DatapathBytes;

    [OutputBus] private readonly IAuthSysPosition position = Scope.CreateBus<IAuthSysPosition>("position");

    /// <summary>Output: the position, one tick after the beat; a register.</summary>
    public IAuthSysPosition Position => position;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (beat.Valid && beat.Index == 1)
        {
            uint length = beat.Data.GetUInt32BigEndian(NamePlace);
            const int withoutName = 4 * (AuthSysBody.FirstWord + AuthSysBody.FixedWords - 1);
            position.GroupsWord = (byte)(((length & AuthSysBody.LongestName) + withoutName + 3) >> 2);
            position.IsNameTooLong = length > AuthSysBody.LongestName;
        }
    }
}

/// <summary>
/// Extracts the number of groups of an AUTH_SYS body from whichever beat it is in; more than 31 groups is one bit.
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class AuthSysCheck(
    [InputBus] IFrameBeat beat,
    [InputBus] IWordSizes sizes,
    [InputBus] IAuthSysPosition position) : SimpleProcess
{
    private const int Words = NicConfig.DatapathBytes / 4;

    [OutputBus] private readonly IAuthSys body = Scope.CreateBus<IAuthSys>("body");

    /// <summary>The last two bytes of the beat before, which are the first half of its successor's first word.</summary>
    private Bits<W16> tail;

    /// <summary>Output: the length fields, one tick after the beat; registers.</summary>
    public IAuthSys Body => body;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (beat.Valid)
        {
            Bits<W512> words = (beat.Data << 16) | tail.Resize<W512>();
            if (beat.Index == position.GroupsWord >> 4)
            {
                byte groups = 0;
                bool hasMany = false;
                for (int i = 0; i < Words; i++)
                {
                    uint word = words.GetUInt32BigEndian(4 * i);
                    bool isThis = (position.GroupsWord & 15) == i;
                    groups |= (byte)(isThis ? word & 31 : 0);
                    hasMany |= isThis && ((sizes.Over31 >> i) & 1) != 0;
                }

                body.Groups = groups;
                body.HasManyGroups = hasMany;
            }

            tail = beat.Data.Slice<W16>(496);
        }

        body.IsNameTooLong = position.IsNameTooLong;
        body.WordsBeforeGroups = (byte)(position.GroupsWord - (AuthSysBody.FirstWord - 1));
    }
}
