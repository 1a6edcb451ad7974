// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver;

namespace Lauberhorn.Tool.Demo;

/// <summary>
/// The service that the captures call, <c>tools/captures-src/sample.x</c>, in C#: what libtirpc's server answered there, the NIC and this
/// must answer too.
/// </summary>
[RpcProgram(0x2000_4C48, 1)]
public interface ISample
{
    /// <summary>Adds two words.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    [Procedure(1)]
    int Add(int left, int right);

    /// <summary>Gives text back.</summary>
    /// <param name="text">The text.</param>
    [Procedure(2)]
    [return: MaximumBytes(2048)]
    string EchoString([MaximumBytes(2048)] string text);

    /// <summary>Gives bytes back.</summary>
    /// <param name="bytes">The bytes.</param>
    [Procedure(3)]
    [return: MaximumBytes(2048)]
    byte[] EchoOpaque([MaximumBytes(2048)] byte[] bytes);
}

/// <summary>Implements the sample's service.</summary>
public sealed class Sample : ISample
{
    /// <inheritdoc/>
    public int Add(int left, int right) => left + right;

    /// <inheritdoc/>
    public string EchoString(string text) => text;

    /// <inheritdoc/>
    public byte[] EchoOpaque(byte[] bytes) => bytes;
}
