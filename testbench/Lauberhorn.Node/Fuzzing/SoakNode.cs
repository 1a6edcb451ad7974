// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Endpoint;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>What the soaks do alike with a node.</summary>
internal static class SoakNode
{
    /// <summary>All bound endpoints, a line each: which of their lines are out, and the engine's state. For messages.</summary>
    /// <param name="node">The node.</param>
    public static string DescribeEndpoints(Node node)
    {
        EndpointMemories memories = node.Nic.FastPath.Endpoints.Memories;
        return string.Join("\n", memories.States.Index().Where(item => item.Item.IsBound).Select(item =>
            $"endpoint {item.Index} out {LineBits.Out(item.Item.Given, memories.Home[item.Index])} {item.Item}"));
    }

    /// <summary>
    /// Binds an endpoint with two lines if that is wanted and the driver allows it; otherwise with one that is written back. Where a
    /// stalled load blocks its colour two of the former may deadlock (docs/colours.md).
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="writesBack">Whether one line is wanted.</param>
    /// <param name="bind">Binds it; whether with one line.</param>
    /// <exception cref="NicException">It cannot be bound in any way.</exception>
    public static async Task<BoundEndpoint> BindAsync(Node node, bool writesBack, Func<bool, Task<BoundEndpoint>> bind)
    {
        try
        {
            return await bind(writesBack);
        }
        catch (NicException) when (!writesBack && node.Cpu.Parameters.StallBlocksColour)
        {
            return await bind(true);
        }
    }
}
