// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>A procedure that the NIC knows.</summary>
/// <param name="Key">The key of its calls.</param>
/// <param name="Service">Its entry in the NIC's table.</param>
/// <param name="Handler">The handler that is called; null for the NULL procedure, which the NIC answers.</param>
/// <param name="Number">The service's number, by which its load is read (<see cref="LoadReader.ReadServiceLoadAsync"/>).</param>
public sealed record RegisteredProcedure(ServiceKey Key, Service Service, ProcedureHandler? Handler, ushort Number = 0);

/// <summary>A version of an RPC program that a process serves at a UDP port.</summary>
public sealed class RegisteredService
{
    internal RegisteredService(NicProcess process, uint program, uint version, ushort port, IReadOnlyList<RegisteredProcedure> procedures)
    {
        Process = process;
        Program = program;
        Version = version;
        Port = port;
        Procedures = procedures;
    }

    /// <summary>The process that serves it.</summary>
    public NicProcess Process { get; }

    /// <summary>The RPC program's number.</summary>
    public uint Program { get; }

    /// <summary>The RPC program's version.</summary>
    public uint Version { get; }

    /// <summary>The UDP port.</summary>
    public ushort Port { get; }

    /// <summary>Its procedures, with the NULL procedure.</summary>
    public IReadOnlyList<RegisteredProcedure> Procedures { get; }
}
