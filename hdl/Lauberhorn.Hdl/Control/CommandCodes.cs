// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Control;

/// <summary>Properties of command codes.</summary>
[Hardware]
public static class CommandCodes
{
    /// <summary>
    /// Whether a block reports the command's completion; the others complete after <see cref="CommandSequencer.WriteTicks"/>.
    /// </summary>
    /// <param name="code">The command.</param>
    public static bool IsAnswered(CommandCode code) => code
        is CommandCode.BindEndpoint
        or CommandCode.ReleaseEndpoint
        or CommandCode.RetireEndpoint
        or CommandCode.FlushProcess
        or CommandCode.SetProcess;
}
