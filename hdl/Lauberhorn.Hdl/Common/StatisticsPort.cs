// SPDX-License-Identifier: Apache-2.0
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Common;

/// <summary>The port by which the CPU reads statistics.</summary>
/// <param name="StatisticsRead">What is read: by process, core or service.</param>
/// <param name="StatisticsLine">The line read, a tick later.</param>
public sealed record StatisticsPort(IStatisticsRead StatisticsRead, IRamData<Bits<W1024>> StatisticsLine);
