// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>The write port of a memory.</summary>
/// <typeparam name="T">What a word is.</typeparam>
public interface IRamWrite<T> : IBus
    where T : struct
{
    /// <summary>Whether a word is written at the end of this tick.</summary>
    bool Enable { get; set; }

    /// <summary>The address, below the memory's depth; without meaning while not enabled.</summary>
    uint Address { get; set; }

    /// <summary>The word that is written; without meaning while not enabled.</summary>
    T Item { get; set; }
}

/// <summary>The write port of a memory whose bytes are written one by one.</summary>
/// <typeparam name="TWidth">Width of a word, a multiple of 8.</typeparam>
/// <typeparam name="TBytes">Bytes in a word: an eighth of <typeparamref name="TWidth"/>.</typeparam>
public interface IRamByteWrite<TWidth, TBytes> : IBus
    where TWidth : unmanaged, IWidth
    where TBytes : unmanaged, IWidth
{
    /// <summary>Which bytes are written at the end of this tick: bit i is byte i. None: nothing is written.</summary>
    Bits<TBytes> Enable { get; set; }

    /// <summary>The address, below the memory's depth; without meaning while no byte is enabled.</summary>
    uint Address { get; set; }

    /// <summary>The word of which the enabled bytes are written.</summary>
    Bits<TWidth> Item { get; set; }
}

/// <summary>The synchronous read port of a memory.</summary>
public interface IRamRead : IBus
{
    /// <summary>Whether a word is read at the end of this tick; if not, the data hold.</summary>
    bool Enable { get; set; }

    /// <summary>The address, below the memory's depth; without meaning while not enabled.</summary>
    uint Address { get; set; }
}

/// <summary>The address of a memory that is read combinationally.</summary>
public interface IRamAddress : IBus
{
    /// <summary>The address; bits beyond the memory's depth (a power of two) are ignored.</summary>
    uint Address { get; set; }
}

/// <summary>The read data of a memory.</summary>
/// <typeparam name="T">What a word is.</typeparam>
public interface IRamData<T> : IBus
    where T : struct
{
    /// <summary>The word that was read; each read port says in which tick after the address.</summary>
    T Item { get; set; }
}

/// <summary>A port of a memory that reads and writes.</summary>
/// <typeparam name="T">What a word is.</typeparam>
public interface IRamPort<T> : IBus
    where T : struct
{
    /// <summary>Whether the port does something at the end of this tick: it reads, and writes if <see cref="Write"/> says so.</summary>
    bool Enable { get; set; }

    /// <summary>Whether the port writes; otherwise it reads only.</summary>
    bool Write { get; set; }

    /// <summary>The address, below the memory's depth; without meaning while not enabled.</summary>
    uint Address { get; set; }

    /// <summary>The word that is written, if <see cref="Write"/> says so.</summary>
    T Item { get; set; }
}

/// <summary>A port of a memory that reads, and writes bytes one by one.</summary>
/// <typeparam name="TWidth">Width of a word, a multiple of 8.</typeparam>
/// <typeparam name="TBytes">Bytes in a word: an eighth of <typeparamref name="TWidth"/>.</typeparam>
public interface IRamBytePort<TWidth, TBytes> : IBus
    where TWidth : unmanaged, IWidth
    where TBytes : unmanaged, IWidth
{
    /// <summary>
    /// Whether the port does something at the end of this tick: it reads, and writes the bytes that <see cref="Write"/> names.
    /// </summary>
    bool Enable { get; set; }

    /// <summary>Which bytes it writes: bit i is byte i.</summary>
    Bits<TBytes> Write { get; set; }

    /// <summary>The address, below the memory's depth; without meaning while not enabled.</summary>
    uint Address { get; set; }

    /// <summary>The word of which the bytes that <see cref="Write"/> names are written.</summary>
    Bits<TWidth> Item { get; set; }
}

/// <summary>The primitives that a memory is to be made of.</summary>
public enum RamStyle
{
    /// <summary>Block RAM (RAMB36E2, RAMB18E2).</summary>
    Block,

    /// <summary>Look-up tables (RAM32M16, RAM64M8).</summary>
    Distributed,

    /// <summary>UltraRAM (URAM288), 4,096 words of 72 bits each.</summary>
    Ultra,
}
