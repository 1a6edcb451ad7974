// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>
/// Marks an interface (or class) whose <see cref="ProcedureAttribute"/> methods are the procedures of one version of an RPC program (RFC
/// 5531 section 8.2).
/// </summary>
/// <param name="program">The program's number.</param>
/// <param name="version">The program's version number.</param>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class)]
public sealed class RpcProgramAttribute(uint program, uint version) : Attribute
{
    /// <summary>The program's number.</summary>
    public uint Program { get; } = program;

    /// <summary>The RPC program's version number.</summary>
    public uint Version { get; } = version;
}

/// <summary>Marks a method as a procedure of its type's <see cref="RpcProgramAttribute"/>.</summary>
/// <param name="number">The procedure's number; not 0, which is the NULL procedure that every version has by itself.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProcedureAttribute(uint number) : Attribute
{
    /// <summary>The procedure's number.</summary>
    public uint Number { get; } = number;

    /// <summary>Whether callers get no reply (batched calls, RFC 5531 section 8.4.1); the method must return nothing.</summary>
    public bool IsOneWay { get; init; }
}

/// <summary>Limits the bytes of a string or opaque item; without it, what a message can hold is the limit.</summary>
/// <param name="bytes">The most bytes, without length and padding.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue | AttributeTargets.Field | AttributeTargets.Property)]
public sealed class MaximumBytesAttribute(int bytes) : Attribute
{
    /// <summary>The most bytes.</summary>
    public int Bytes { get; } = bytes;
}
