// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Rpc;

/// <summary>
/// Which of a beat's 16 words, as <see cref="IVerifierPosition"/> counts them, are large numbers; bit i is that of word i.
/// </summary>
public interface IWordSizes : IBus
{
    /// <summary>Words of 32 or more: bit i for word i.</summary>
    ushort Over31 { get; set; }

    /// <summary>Words of 512 or more: bit i for word i.</summary>
    ushort Over511 { get; set; }
}

/// <summary>
/// Compares a beat's words with the largest lengths and numbers that are accepted. It does so in front of the multiplexer that selects a
/// word, which then has one bit of each word instead of its upper half and more. Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class WordSizeCheck([InputBus] IFrameBeat beat) : SimpleProcess
{
    private const int Words = NicConfig.DatapathBytes / 4;

    [OutputBus] private readonly IWordSizes sizes = Scope.CreateBus<IWordSizes>("sizes");

    /// <summary>The last two bytes of the beat before, which are the first half of its successor's first word.</summary>
    private Bits<W16> tail;

    /// <summary>Output: the comparisons, one tick after the beat; registers.</summary>
    public IWordSizes Sizes => sizes;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (beat.Valid)
        {
            Bits<W512> words = (beat.Data << 16) | tail.Resize<W512>();
            uint over31 = 0;
            uint over511 = 0;
            for (int i = 0; i < Words; i++)
            {
                uint word = words.GetUInt32BigEndian(4 * i);
                bool isOver511 = word >> 9 != 0;
                over511 |= isOver511 ? 1u << i : 0;
                over31 |= isOver511 || ((word >> 5) & 15) != 0 ? 1u << i : 0;
            }

            sizes.Over31 = (ushort)over31;
            sizes.Over511 = (ushort)over511;
            tail = beat.Data.Slice<W16>(496);
        }
    }
}
