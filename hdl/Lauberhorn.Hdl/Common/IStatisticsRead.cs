// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>A read of a statistics line by the CPU, through the endpoint engine.</summary>
public interface IStatisticsRead : IBus
{
    /// <summary>Which kind of statistics line it is.</summary>
    StatisticsOf Of { get; set; }

    /// <summary>The number of the process, core or service.</summary>
    ushort Index { get; set; }
}
