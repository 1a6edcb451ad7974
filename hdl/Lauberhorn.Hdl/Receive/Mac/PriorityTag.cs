// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Receive.Mac;

/// <summary>
/// Removes the priority tag from frames that have one: an IEEE 802.1Q tag with VLAN identifier 0, which carries only the frame's
/// priority. Behind this, such a frame is as long as one without, and its headers are where they always are. A beat of a tagged frame needs
/// the first four bytes of the next; these are at the MAC in the same tick, or the beat waits in its register until they are. So no frame
/// is delayed by it, and no other frame ever waits. Combinational; one beat per tick; no back-pressure.
/// </summary>
public sealed class PriorityTag([InputBus] IMacReceive mac, [InputBus] IMacBeat raw) : SimpleProcess
{
    /// <summary>Where the tag is, in bytes from the beginning of the frame.</summary>
    public const int Place = 12;

    /// <summary>Bytes of the tag.</summary>
    public const int Bytes = 4;

    private const ushort EtherType = WireFormat.TagEtherType;
    private const ushort VlanMask = 0x0FFF;
    private const int BeatBytes = NicConfig.DatapathBytes;

    [OutputBus] private readonly IFrameBeat beat = Scope.CreateBus<IFrameBeat>("beat");

    /// <summary>The frames without the tag.</summary>
    public IFrameBeat Beat => beat;

    /// <summary>Whether a frame that begins with this beat has a priority tag.</summary>
    /// <param name="data">Its first beat.</param>
    /// <param name="keep">Which of its bytes exist.</param>
    /// <param name="isLast">Whether it is the only one.</param>
    [Hardware]
    public static bool IsThere(Bits<W512> data, ulong keep, bool isLast) =>
        data.GetUInt16BigEndian(Place) == EtherType
        && (data.GetUInt16BigEndian(Place + 2) & VlanMask) == 0
        && (!isLast || ((keep >> (Place + Bytes - 1)) & 1) != 0);

    /// <summary>Whether what is left of a tagged frame fits behind the beat before, so that there is one beat less.</summary>
    /// <param name="keep">Which bytes of the last beat exist.</param>
    [Hardware]
    public static bool Fits(ulong keep) => ((keep >> Bytes) & 1) == 0;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<W512> data = raw.Data;
        bool isLast = raw.Last;
        bool isBad = raw.Error;
        uint bytes = raw.FrameBytes;
        if (raw.IsTagged)
        {
            // Beat 0 keeps the addresses, which stand before the tag.
            data = SME.Bits.Concat<W32, W480, W512>(mac.Data.Slice<W32>(0), raw.Data.Slice<W480>(8 * Bytes));
            if (raw.Index == 0)
            {
                data = data.WithSlice(0, raw.Data.Slice<W96>(0));
            }

            bytes -= Bytes;
            if (!raw.Last)
            {
                uint more = 1;
                for (int i = 1; i < Bytes; i++)
                {
                    more += (uint)((mac.Keep >> i) & 1);
                }

                isLast = mac.Last && Fits(mac.Keep);
                isBad = mac.Error;
                bytes = ((uint)raw.Index << 6) + (BeatBytes - Bytes) + more;
            }
        }

        beat.Valid = raw.Valid && (!raw.IsTagged || raw.Last || mac.Valid);
        beat.Data = data;
        beat.Index = raw.Index;
        beat.Last = isLast;
        beat.FrameBytes = (ushort)bytes;
        beat.Error = isBad;
    }
}
