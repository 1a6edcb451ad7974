// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A memory of look-up tables that is written by the clock and read without it: the word at the read address is there in the
/// same tick. Its contents are zero at power-up and survive a reset. See docs/components/DistributedRam.md.
/// </summary>
/// <typeparam name="T">What a word is.</typeparam>
public sealed class DistributedRam<T>
    where T : struct
{
    /// <summary>Creates the memory in the current scope.</summary>
    /// <param name="write">The write port.</param>
    /// <param name="read">The read address.</param>
    /// <param name="depth">Number of words, a power of two.</param>
    /// <exception cref="ElaborationException">The depth is no power of two.</exception>
    public DistributedRam(IRamWrite<T> write, IRamAddress read, int depth)
    {
        T[] memory = new T[Ram.CheckDepth(depth, $"{Scope.Current.Path}.DistributedRam", powerOfTwo: true)];
        DistributedRamRead<T> reader = new(read, memory);
        _ = new DistributedRamWrite<T>(write, memory, reader);
        Data = reader.Data;
    }

    /// <summary>The word at the read address, in the same tick.</summary>
    public IRamData<T> Data { get; }
}

/// <summary>The read port of a <see cref="DistributedRam{T}"/>, which stands for the whole memory in the VHDL.</summary>
/// <typeparam name="T">What a word is.</typeparam>
[VhdlTemplate("distributed_ram")]
public sealed class DistributedRamRead<T> : SimpleProcess, IVhdlTemplate
    where T : struct
{
    [InputBus] private readonly IRamAddress read;
    [OutputBus] private readonly IRamData<T> data = Scope.CreateBus<IRamData<T>>();
    private readonly T[] memory;

    internal DistributedRamRead(IRamAddress read, T[] memory)
    {
        this.read = read;
        this.memory = memory;
    }

    /// <inheritdoc/>
    public IReadOnlyList<VhdlGeneric> Generics => [new("data_width", typeof(T)), new("address_width", Ram.AddressWidth(memory.Length))];

    internal IRamData<T> Data => data;

    /// <inheritdoc/>
    protected override void OnTick() => data.Item = memory[read.Address & (uint)(memory.Length - 1)];
}

/// <summary>The write port of a <see cref="DistributedRam{T}"/>.</summary>
/// <typeparam name="T">What a word is.</typeparam>
[ClockedProcess]
public sealed class DistributedRamWrite<T> : SimpleProcess, IVhdlTemplatePart
    where T : struct
{
    [InputBus] private readonly IRamWrite<T> write;
    private readonly T[] memory;

    internal DistributedRamWrite(IRamWrite<T> write, T[] memory, DistributedRamRead<T> whole)
    {
        this.write = write;
        this.memory = memory;
        Whole = whole;
    }

    /// <inheritdoc/>
    public Process Whole { get; }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (write.Enable)
        {
            memory[write.Address & (uint)(memory.Length - 1)] = write.Item;
        }
    }
}
