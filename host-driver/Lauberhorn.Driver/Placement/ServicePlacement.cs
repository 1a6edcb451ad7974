// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver.Placement;

/// <summary>
/// Keeps track of the NIC's service table and computes the commands that change it, so that while they are executed each call finds the
/// service that it found before, or the new one, and never a mix (docs/demux.md). Not safe for several threads.
/// </summary>
/// <remarks>
/// A service has a record, found by its number, and a key, whose entry has the number. Both are single words of the NIC's memories. A new
/// service's record is there before its key. A replacement writes the record where it is: one word, so a call sees the old or the new one.
/// A removed service's number is not used again before calls that found it are through.
/// </remarks>
public sealed class ServicePlacement
{
    private readonly PlaceMap<ServiceKey> map;
    private readonly Dictionary<ServiceKey, ushort> numbers = [];
    private readonly Queue<ushort> free;
    private readonly Queue<ushort> quarantine = [];
    private readonly int most;

    /// <summary>Starts with an empty table.</summary>
    /// <param name="services">Capacity of the NIC's table.</param>
    public ServicePlacement(int services)
    {
        ServiceTableShape shape = ServiceTableShape.For(services, nameof(ServicePlacement));
        most = services;
        map = new PlaceMap<ServiceKey>(shape, (key, table) => Bucket(key, table, shape));
        free = new Queue<ushort>(Enumerable.Range(0, services).Select(number => (ushort)number));
    }

    /// <summary>Number of services in the table.</summary>
    public int Count => map.Count;

    /// <summary>The keys in the table, in no particular order.</summary>
    public IReadOnlyCollection<ServiceKey> Keys => map.Keys;

    /// <summary>Whether there is a service with a key.</summary>
    /// <param name="key">The key.</param>
    public bool Contains(ServiceKey key) => numbers.ContainsKey(key);

    /// <summary>The number of a service, which stays the same until it is removed.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="KeyNotFoundException">There is none with this key.</exception>
    public ushort NumberOf(ServiceKey key) =>
        numbers.TryGetValue(key, out ushort number) ? number : throw new KeyNotFoundException($"{key} is not registered");

    /// <summary>Adds a service.</summary>
    /// <param name="key">The key, which no service has.</param>
    /// <param name="service">The service.</param>
    /// <returns>The steps that the NIC must execute.</returns>
    /// <exception cref="ArgumentException">There is one with this key.</exception>
    /// <exception cref="TableFullException">There is no room; nothing has changed.</exception>
    public IReadOnlyList<TableStep> Insert(ServiceKey key, Service service)
    {
        if (numbers.ContainsKey(key))
        {
            throw new ArgumentException($"{key} is registered already; replace it, or remove it first", nameof(key));
        }

        if (map.Count == most)
        {
            throw new TableFullException($"the NIC's service table is full: it has room for {most} services; remove one, or build the NIC "
                + $"with more (NicConfig.Services)");
        }

        if (!map.TryAdd(key, out IReadOnlyList<(ServiceKey Key, int Place)>? writes))
        {
            throw new TableFullException(
                $"the NIC's service table has no place for {key}, although it holds only {map.Count} of {most} services: too many keys "
                    + $"share its buckets; remove one of them");
        }

        List<TableStep> steps = [];
        if (free.Count == 0)
        {
            steps.Add(default);
            Drained();
        }

        ushort number = free.Dequeue();
        numbers.Add(key, number);
        steps.Add(new TableStep { Code = CommandCode.SetService, Index = number, Service = service });
        steps.AddRange(writes.Select(write => Write(write.Key, write.Place, isValid: true)));
        return steps;
    }

    /// <summary>Replaces a service.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="service">The service's new entry.</param>
    /// <returns>The steps that the NIC must execute.</returns>
    /// <exception cref="KeyNotFoundException">There is none with this key.</exception>
    public IReadOnlyList<TableStep> Replace(ServiceKey key, Service service) =>
        [new TableStep { Code = CommandCode.SetService, Index = NumberOf(key), Service = service }];

    /// <summary>Removes a service.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The steps that the NIC must execute.</returns>
    /// <exception cref="KeyNotFoundException">There is none with this key.</exception>
    public IReadOnlyList<TableStep> Remove(ServiceKey key)
    {
        ushort number = NumberOf(key);
        map.TryRemove(key, out int place);
        TableStep step = Write(key, place, isValid: false);
        numbers.Remove(key);
        quarantine.Enqueue(number);
        return [step];
    }

    /// <summary>
    /// Tells that the ticks that docs/demux.md asks for have passed since the last step was done, so that numbers of services that
    /// were removed can be used again. Without it, <see cref="Insert"/> asks for the wait when there are no others.
    /// </summary>
    public void Drained()
    {
        while (quarantine.TryDequeue(out ushort number))
        {
            free.Enqueue(number);
        }
    }

    private static int Bucket(ServiceKey key, int table, ServiceTableShape shape) =>
        TableHash.OfRest(key, table, shape.BucketBits) ^ TableHash.OfProcedure(key.Procedure, table, shape.BucketBits);

    private TableStep Write(ServiceKey key, int place, bool isValid) => new()
    {
        Code = CommandCode.SetServiceKey,
        Index = place,
        Key = new ServiceKeyEntry { IsValid = isValid, Key = key, ServiceNumber = numbers[key] },
    };
}
