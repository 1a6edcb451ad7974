// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary><see cref="MessageChecks"/> for a processor. Simulation only.</summary>
public static class MessageLines
{
    /// <summary>As <see cref="MessageChecks.Line"/>.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="words">The first 96 bytes of its payload.</param>
    /// <param name="slot">The message's slot.</param>
    /// <param name="generation">The slot's generation.</param>
    public static Bits<W1024> Line(RoutedFrame frame, Bits<W768> words, ushort slot, ushort generation)
    {
        Bits<W48> layout = frame.Route == RouteKind.Call ? frame.Service.ArgumentLayout : default;
        return Bits.Concat<W768, W256, W1024>(ArgumentWordsInMemory.Convert(words, layout), MessageChecks.Header(frame, slot, generation));
    }
}
