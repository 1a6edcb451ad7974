// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver.Tests;

/// <summary>The driver knows the hardware by the contract only.</summary>
public class ContractTests
{
    [Fact]
    public void The_driver_needs_the_contract_and_no_more_of_the_hardware()
    {
        string directory = Path.GetDirectoryName(typeof(Nic).Assembly.Location)!;
        HashSet<string> closure = [];
        Queue<string> pending = new([typeof(Nic).Assembly.GetName().Name!]);
        while (pending.TryDequeue(out string? name))
        {
            string path = Path.Combine(directory, name + ".dll");
            if (closure.Add(name) && File.Exists(path))
            {
                References(path).ForEach(pending.Enqueue);
            }
        }

        Assert.Equal(
            ["Lauberhorn.Contract", "Lauberhorn.Driver", "SME.Values"],
            closure.Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Addresses_lead_back_to_their_lines()
    {
        LineMap map = new();
        EndpointAddresses addresses = EndpointAddresses.Of(map, 0x1_0000_0000, 77, 32);
        Assert.Equal(new EndpointLine(LineKind.ReceiveControl, 77, 1), Line(addresses.ReceiveControl[1]));
        Assert.Equal(new EndpointLine(LineKind.TransmitControl, 77, 0), Line(addresses.TransmitControl[0]));
        Assert.Equal(new EndpointLine(LineKind.ReceiveAux, 77, 31), Line(addresses.ReceiveAux[31]));
        Assert.Equal(new EndpointLine(LineKind.TransmitAux, 77, 5), Line(addresses.TransmitAux[5]));

        EndpointLine Line(ulong address) => map.Line((uint)((address - 0x1_0000_0000) / 128));
    }

    private static List<string> References(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader reader = file.GetMetadataReader();
        return [.. reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))];
    }
}
