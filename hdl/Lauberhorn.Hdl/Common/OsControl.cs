// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Common;

/// <summary>The buses by which the OS controls a block.</summary>
/// <param name="Command">The OS's commands, one at a time.</param>
/// <param name="Settings">The OS's settings.</param>
public sealed record OsControl(ICommand Command, INicSettings Settings);
