// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>The events of a block in this tick.</summary>
public interface IEvents : IBus
{
    /// <summary>Bit n: <see cref="NicEvent"/> n happened.</summary>
    ulong Flags { get; set; }
}
