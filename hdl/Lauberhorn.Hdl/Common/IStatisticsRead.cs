// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>What the endpoint engine reads for the CPU.</summary>
public interface IStatisticsRead : IBus
{
    /// <summary>Whose line it is.</summary>
    StatisticsOf Of { get; set; }

    /// <summary>The process, core or service.</summary>
    ushort Index { get; set; }
}
