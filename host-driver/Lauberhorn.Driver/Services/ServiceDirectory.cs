// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver.Placement;

namespace Lauberhorn.Driver;

/// <summary>
/// All services of the NIC, of whatever process: the contents of its tables, and the order in which they change. A port becomes the NIC's
/// when its first service is in place, and ceases to be when the last is about to go, so that in between no call is answered with
/// PROG_UNAVAIL.
/// </summary>
internal sealed class ServiceDirectory(Nic nic)
{
    private readonly ServicePlacement services = new(nic.Capabilities.Services);
    private readonly ProgramPlacement programs = new(nic.Capabilities.Programs);
    // A version is there once for each time that it was registered.
    private readonly Dictionary<(ushort Port, uint Program), List<uint>> versions = [];
    private readonly Gate gate = new();

    /// <summary>Adds services, all of one version of a program at one port, then the program and the port.</summary>
    /// <returns>The services' numbers.</returns>
    public async Task<IReadOnlyList<ushort>> AddAsync(
        ushort port, uint program, uint version, IReadOnlyList<(ServiceKey Key, Service Service)> entries)
    {
        await gate.EnterAsync().ConfigureAwait(false);
        List<ServiceKey> done = [];
        try
        {
            (ServiceKey Key, Service Service) twice = entries.FirstOrDefault(entry => services.Contains(entry.Key));
            if (twice.Key != default)
            {
                throw new NicException(
                    $"procedure {twice.Key.Procedure} of program {program}, version {version}, at port {port} is registered already; "
                        + $"remove the service that has it, or take another port");
            }

            foreach ((ServiceKey key, Service service) in entries)
            {
                IReadOnlyList<TableStep> steps = services.Insert(key, service);
                done.Add(key);
                await nic.RunAsync(steps);
            }

            List<uint> next = [.. versions.GetValueOrDefault((port, program)) ?? [], version];
            await nic.RunAsync(programs.Set(port, program, next.Min(), next.Max()));
            bool isFirst = !versions.Keys.Any(other => other.Port == port);
            versions[(port, program)] = next;
            if (isFirst)
            {
                await nic.CommandAsync(CommandCode.SetPort, port, 1);
            }

            return [.. entries.Select(entry => services.NumberOf(entry.Key))];
        }
        catch (TableFullException)
        {
            foreach (ServiceKey key in done)
            {
                await nic.RunAsync(services.Remove(key));
            }

            throw;
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Removes what <see cref="AddAsync"/> added.</summary>
    public async Task RemoveAsync(ushort port, uint program, uint version, IReadOnlyList<ServiceKey> keys)
    {
        await gate.EnterAsync().ConfigureAwait(false);
        try
        {
            List<uint> left = [.. versions[(port, program)]];
            left.Remove(version);
            if (left.Count > 0)
            {
                versions[(port, program)] = left;
                await nic.RunAsync(programs.Set(port, program, left.Min(), left.Max()));
            }
            else
            {
                versions.Remove((port, program));
                if (!versions.Keys.Any(other => other.Port == port))
                {
                    await nic.CommandAsync(CommandCode.SetPort, port, 0);
                }

                await nic.RunAsync(programs.Remove(port, program));
            }

            foreach (ServiceKey key in keys)
            {
                await nic.RunAsync(services.Remove(key));
            }
        }
        finally
        {
            gate.Leave();
        }
    }
}
