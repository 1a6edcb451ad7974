// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>
/// Reads the loads of processes, services and cores, for a scheduler (paper, section 5.2; docs/scheduler.md). Each is one line, a snapshot
/// of one tick; two reads are of two ticks. They never stall but for the link. Used by the core's program; each core that reads has a
/// reader of its own.
/// </summary>
public sealed class LoadReader
{
    private readonly ICoreMemory core;
    private readonly AddressPlanner planner;
    private readonly NicCapabilities capabilities;

    /// <summary>Creates a reader that uses one core's loads.</summary>
    /// <param name="core">The core that reads.</param>
    /// <param name="planner">Where the lines are.</param>
    /// <param name="capabilities">The numbers of processes, services and cores (<see cref="Nic.Capabilities"/>).</param>
    public LoadReader(ICoreMemory core, AddressPlanner planner, NicCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(core);
        ArgumentNullException.ThrowIfNull(planner);
        ArgumentNullException.ThrowIfNull(capabilities);
        this.core = core;
        this.planner = planner;
        this.capabilities = capabilities;
    }

    /// <summary>Reads a process's load.</summary>
    /// <param name="process">Its number (<see cref="NicProcess.Number"/>); 0 for the kernel's own messages.</param>
    /// <exception cref="ArgumentOutOfRangeException">The NIC has no such process.</exception>
    public async ValueTask<ProcessLoad> ReadProcessLoadAsync(int process) =>
        ProcessLoad.Of(await LoadAsync(LineKind.ProcessStatistics, process, capabilities.Processes, nameof(process)));

    /// <summary>Reads a service's load.</summary>
    /// <param name="service">Its number (<see cref="RegisteredProcedure.Number"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">The NIC has no such service.</exception>
    public async ValueTask<ServiceLoad> ReadServiceLoadAsync(int service) =>
        ServiceLoad.Of(await LoadAsync(LineKind.ServiceStatistics, service, capabilities.Services, nameof(service)));

    /// <summary>Reads a core's sampled activities.</summary>
    /// <param name="core">The core.</param>
    /// <exception cref="ArgumentOutOfRangeException">The NIC has no such core.</exception>
    public async ValueTask<CoreLoad> ReadCoreLoadAsync(int core) =>
        CoreLoad.Of(await LoadAsync(LineKind.CoreStatistics, core, capabilities.Cores, nameof(core)));

    private async ValueTask<byte[]> LoadAsync(LineKind kind, int number, int count, string parameter)
    {
        if (number < 0 || number >= count)
        {
            throw new ArgumentOutOfRangeException(parameter, $"there is no {parameter} {number}; the NIC has 0 to {count - 1}");
        }

        // Some cache may still have the line as it was when any core read it last: the NIC takes no copy back. Invalidated now and not
        // after the read, so that a copy that another reader has left is not used.
        ulong address = planner.Address(new EndpointLine(kind, (ushort)number, 0));
        await core.CleanInvalidateAsync(address);
        byte[] line = new byte[LineMessage.LineBytes];
        await core.LoadLineAsync(address, line);
        return line;
    }
}
