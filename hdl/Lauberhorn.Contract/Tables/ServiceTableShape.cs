// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using SME;

namespace Lauberhorn.Contract;

/// <summary>
/// The shape of a hashed table: two tables with a hash function each, buckets of two ways, at least twice as many places as entries. A key
/// is in one of four places: either way of its bucket in either table. The service table and the program table are both of this shape;
/// hardware and driver take it from here.
/// </summary>
public sealed record ServiceTableShape
{
    /// <summary>Tables, each with a hash function of its own.</summary>
    public const int Tables = 2;

    /// <summary>Ways: places in a bucket.</summary>
    public const int Ways = 2;

    /// <summary>The largest number of entries that a table can have.</summary>
    public const int LargestEntries = 65_536;

    // With fewer, five keys of the same two buckets are not rare enough.
    private const int SmallestBuckets = 8;

    private ServiceTableShape(int entries)
    {
        Entries = entries;
        Buckets = Math.Max(SmallestBuckets, (int)BitOperations.RoundUpToPowerOf2((uint)entries) / Ways);
    }

    /// <summary>Number of entries that the table can hold.</summary>
    public int Entries { get; }

    /// <summary>Buckets in a table; a power of two, 8 or more.</summary>
    public int Buckets { get; }

    /// <summary>Bits of a bucket's number.</summary>
    public int BucketBits => BitOperations.Log2((uint)Buckets);

    /// <summary>Places in all; they are numbered from 0.</summary>
    public int Places => Buckets * Ways * Tables;

    /// <summary>The shape of a table.</summary>
    /// <param name="entries">How many entries it shall hold: <see cref="NicConfig.Services"/> or <see cref="NicConfig.Programs"/>.</param>
    /// <param name="name">The table's name, for messages.</param>
    /// <exception cref="ElaborationException">Under 1 or over <see cref="LargestEntries"/>.</exception>
    public static ServiceTableShape For(int entries, string name) => entries is >= 1 and <= LargestEntries
        ? new ServiceTableShape(entries)
        : throw new ElaborationException($"{name}: a hashed table for {entries} entries; use 1 to {LargestEntries}");

    /// <summary>The number of a place, as commands have it.</summary>
    /// <param name="table">The table, 0 or 1.</param>
    /// <param name="bucket">The bucket, 0 to <see cref="Buckets"/> - 1.</param>
    /// <param name="way">The way, 0 or 1.</param>
    public static int Place(int table, int bucket, int way) => (((bucket * Tables) + table) * Ways) + way;

    /// <summary>The bucket of a place.</summary>
    /// <param name="place">Its number.</param>
    public static int BucketOf(int place) => place / (Tables * Ways);

    /// <summary>The table of a place.</summary>
    /// <param name="place">Its number.</param>
    public static int TableOf(int place) => place / Ways % Tables;

    /// <summary>The way of a place.</summary>
    /// <param name="place">Its number.</param>
    public static int WayOf(int place) => place % Ways;
}
