// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Pages;

/// <summary>The table of what is checked of received frames.</summary>
internal static class ReceiveChecksText
{
    public static string Write() => Markdown.Table(
        ["Check", "Bytes", "If so"],
        ReceiveChecks.InOrder.Select(check => new[] { check.What, check.Where, Then(check) }));

    private static string Then(ReceiveCheck check) => check.Drop != DropReason.None ? $"drop `{check.Drop}`"
        : check.Kind == FrameKind.RpcCall ? "`RpcCall`"
        : $"whole, `{check.Kind}`";
}
