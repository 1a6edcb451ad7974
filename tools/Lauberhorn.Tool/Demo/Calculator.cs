// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver;

namespace Lauberhorn.Tool.Demo;

/// <summary>
/// The demo's service: <c>tools/demo-src/calculator.x</c> in C#. The attributes and the signatures are all that the NIC needs to know.
/// </summary>
[RpcProgram(0x2000_4C49, 1)]
public interface ICalculator
{
    /// <summary>Adds two words.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    [Procedure(1)]
    int Add(int left, int right);

    /// <summary>Adds two double words.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    [Procedure(2)]
    long AddHyper(long left, long right);

    /// <summary>Returns a greeting of at most 1,024 bytes with the name in it.</summary>
    /// <param name="name">Whom.</param>
    [Procedure(3)]
    string Greet([MaximumBytes(1024)] string name);
}

/// <summary>Implements the calculator's service.</summary>
public sealed class Calculator : ICalculator
{
    /// <inheritdoc/>
    public int Add(int left, int right) => left + right;

    /// <inheritdoc/>
    public long AddHyper(long left, long right) => left + right;

    /// <inheritdoc/>
    public string Greet(string name) => $"Hello, {name}";
}
