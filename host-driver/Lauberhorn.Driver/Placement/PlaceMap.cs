// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver.Placement;

/// <summary>
/// Which key is in which place of a hashed table (<see cref="ServiceTableShape"/>), and how room is made for another: cuckoo hashing with
/// buckets (Pagh and Rodler, J. Algorithms 51(2), 2004; Dietzfelbinger and Weidling, TCS 380, 2007). The shortest way to an empty place is
/// searched breadth first, so few entries move. Not safe for several threads.
/// </summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <param name="shape">The table's shape.</param>
/// <param name="bucketOf">The bucket of a key in table 0 or 1.</param>
public sealed class PlaceMap<TKey>(ServiceTableShape shape, Func<TKey, int, int> bucketOf)
    where TKey : struct
{
    /// <summary>
    /// Places searched before giving up. Each that is occupied leads to two more, and at least half of all are empty: even the fullest
    /// table is left after a few.
    /// </summary>
    private const int SearchLimit = 4096;

    private readonly TKey?[] keys = new TKey?[shape.Places];
    private readonly Dictionary<TKey, int> places = [];

    /// <summary>Number of keys in the table.</summary>
    public int Count => places.Count;

    /// <summary>The table's shape.</summary>
    public ServiceTableShape Shape => shape;

    /// <summary>The keys in the table, in no particular order.</summary>
    public IReadOnlyCollection<TKey> Keys => places.Keys;

    /// <summary>Finds the place of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="place">Its place.</param>
    /// <returns>Whether it is in the table.</returns>
    public bool TryFind(TKey key, out int place) => places.TryGetValue(key, out place);

    /// <summary>
    /// Adds a key and says what must be written, in order: each is a key and the place it is copied to. The last is the new key; all before
    /// are keys that make room, each of which is written to its new place before its old one is written over.
    /// </summary>
    /// <param name="key">The key, which is not in the table.</param>
    /// <param name="writes">What must be written.</param>
    /// <returns>Whether there was room; if not, nothing has changed.</returns>
    public bool TryAdd(TKey key, [NotNullWhen(true)] out IReadOnlyList<(TKey Key, int Place)>? writes)
    {
        // The search: places that were reached, each with the one whose key would move here.
        List<(int Place, int From)> reached = [];
        HashSet<int> known = [];
        for (int table = 0; table < ServiceTableShape.Tables; table++)
        {
            Reach(key, table, -1);
        }

        writes = null;
        for (int i = 0; i < reached.Count && i < SearchLimit; i++)
        {
            int place = reached[i].Place;
            if (keys[place] is not TKey occupant)
            {
                writes = Move(key, reached, i);
                return true;
            }

            // Its other way adds nothing: a search that reaches one way of a bucket reaches both.
            Reach(occupant, 1 - ServiceTableShape.TableOf(place), i);
        }

        return false;

        void Reach(TKey of, int table, int from)
        {
            int bucket = bucketOf(of, table);
            for (int way = 0; way < ServiceTableShape.Ways; way++)
            {
                int place = ServiceTableShape.Place(table, bucket, way);
                if (known.Add(place))
                {
                    reached.Add((place, from));
                }
            }
        }
    }

    /// <summary>Removes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="place">The place where it was, to be emptied.</param>
    /// <returns>Whether it was in the table.</returns>
    public bool TryRemove(TKey key, out int place)
    {
        if (!places.Remove(key, out place))
        {
            return false;
        }

        keys[place] = null;
        return true;
    }

    private List<(TKey Key, int Place)> Move(TKey key, List<(int Place, int From)> reached, int last)
    {
        List<(TKey Key, int Place)> writes = [];
        int at = last;
        for (int from = reached[at].From; from >= 0; from = reached[at].From)
        {
            Put(keys[reached[from].Place]!.Value, reached[at].Place);
            at = from;
        }

        Put(key, reached[at].Place);
        return writes;

        void Put(TKey moved, int place)
        {
            keys[place] = moved;
            places[moved] = place;
            writes.Add((moved, place));
        }
    }
}
