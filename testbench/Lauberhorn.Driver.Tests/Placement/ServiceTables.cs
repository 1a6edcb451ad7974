// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver.Placement;

namespace Lauberhorn.Driver.Tests.Placement;

/// <summary>
/// The NIC's service table as its look-ups see it, one step after another. Checks after each step that every key is found with what it
/// shall be found with: only keys whose entries, or whose service's record, the step touches can change, so only these are looked up.
/// </summary>
internal sealed class ServiceTables(int services)
{
    private readonly ServiceTableShape shape = ServiceTableShape.For(services, "test");
    private readonly Dictionary<int, ServiceKeyEntry> places = [];
    private readonly Dictionary<ushort, Service> records = [];
    private readonly Dictionary<ushort, HashSet<ServiceKey>> owners = [];
    private readonly HashSet<ushort> inFlight = [];

    /// <summary>The service that a look-up of each key must find.</summary>
    public Dictionary<ServiceKey, Service> Expected { get; } = [];

    /// <summary>Carries out a change of one key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="service">What it shall be found with afterwards; null for nothing.</param>
    /// <param name="steps">The steps.</param>
    public void Apply(ServiceKey key, Service? service, IEnumerable<TableStep> steps)
    {
        Service? old = Expected.TryGetValue(key, out Service value) ? value : null;
        bool isNew = old == service;
        foreach (TableStep step in steps)
        {
            switch (step.Code)
            {
                case CommandCode.None:
                    inFlight.Clear();
                    break;
                case CommandCode.SetService:
                    ushort number = (ushort)step.Index;
                    Assert.InRange(step.Index, 0, services - 1);
                    Assert.DoesNotContain(number, inFlight);
                    Assert.All(owners.GetValueOrDefault(number, []), owner => Assert.Equal(key, owner));
                    records[number] = step.Service;
                    break;
                case CommandCode.SetServiceKey:
                    Assert.InRange(step.Index, 0, shape.Places - 1);
                    ServiceKeyEntry before = places.GetValueOrDefault(step.Index);
                    places[step.Index] = step.Key;
                    if (before.IsValid)
                    {
                        CheckOther(before.Key);
                        Own(before.ServiceNumber, before.Key);
                    }

                    CheckOther(step.Key.Key);
                    Own(step.Key.ServiceNumber, step.Key.Key);
                    break;
                default:
                    Assert.Fail($"a {step.Code}");
                    break;
            }

            Service? found = Find(key);
            Assert.True(found == old || found == service);
            Assert.True(!isNew || found == service);
            isNew = found == service;
        }

        Assert.Equal(service, Find(key));
        if (service is Service now)
        {
            Expected[key] = now;
        }
        else
        {
            Expected.Remove(key);
        }

        void CheckOther(ServiceKey other)
        {
            if (other != key)
            {
                Assert.Equal(Expected[other], Find(other));
            }
        }
    }

    /// <summary>Lets the frames in flight through.</summary>
    public void Drain() => inFlight.Clear();

    /// <summary>Looks at everything once more.</summary>
    public void CheckAll()
    {
        Assert.All(Expected, item => Assert.Equal(item.Value, Find(item.Key)));
        Assert.Equal(Expected.Count, places.Values.Count(entry => entry.IsValid));
    }

    /// <summary>Whether there is any way to put all keys and this one: a matching of keys and places, by augmenting paths (Kuhn).</summary>
    /// <param name="key">The key.</param>
    public bool HasRoomFor(ServiceKey key)
    {
        Dictionary<int, ServiceKey> match = [];
        return Expected.Keys.Append(key).All(next => Augment(next, []));

        bool Augment(ServiceKey of, HashSet<int> tried)
        {
            foreach (int place in Places(of))
            {
                if (tried.Add(place) && (!match.TryGetValue(place, out ServiceKey other) || Augment(other, tried)))
                {
                    match[place] = of;
                    return true;
                }
            }

            return false;
        }
    }

    private void Own(ushort number, ServiceKey key)
    {
        HashSet<ServiceKey> keys = owners.TryGetValue(number, out HashSet<ServiceKey>? found) ? found : owners[number] = [];
        if (Find(key) is not null)
        {
            keys.Add(key);
        }
        else if (keys.Remove(key))
        {
            // Calls that have this number may not have read its record yet.
            inFlight.Add(number);
        }
    }

    private IEnumerable<int> Places(ServiceKey key) =>
        from table in Enumerable.Range(0, 2)
        let bucket = TableHash.OfRest(key, table, shape.BucketBits) ^ TableHash.OfProcedure(key.Procedure, table, shape.BucketBits)
        from way in Enumerable.Range(0, 2)
        select ServiceTableShape.Place(table, bucket, way);

    private Service? Find(ServiceKey key)
    {
        List<ushort> found = [.. Places(key)
            .Where(place => places.TryGetValue(place, out ServiceKeyEntry entry) && entry.IsValid && entry.Key == key)
            .Select(place => places[place].ServiceNumber).Distinct()];
        Assert.InRange(found.Count, 0, 1);
        return found.Count == 0 ? null : records[found[0]];
    }
}
