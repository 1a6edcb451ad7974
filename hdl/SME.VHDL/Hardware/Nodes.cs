// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace SME.VHDL.Hardware;

/// <summary>What a <see cref="Cell"/> is in the VHDL.</summary>
internal enum CellKind
{
    /// <summary>A variable of the process; has no value at the beginning of a tick.</summary>
    Local,

    /// <summary>A variable that begins with the value of a register, which takes its last value with the clock.</summary>
    Register,

    /// <summary>A signal of a bus, or a register's current value, that is only read.</summary>
    Input,

    /// <summary>A signal of a bus that is only written.</summary>
    Output,

    /// <summary>A table of constants.</summary>
    Table,
}

/// <summary>Something that holds a value.</summary>
internal sealed class Cell(string name, HardwareType type, CellKind kind)
{
    /// <summary>The name, as it stands in the VHDL.</summary>
    public string Name { get; set; } = name;

    public HardwareType Type { get; } = type;

    public CellKind Kind { get; set; } = kind;

    /// <summary>The value at reset of a register, the value of a table.</summary>
    public Node? Value { get; set; }

    /// <summary>Whether the front end or the inliner made it, so that a reader does not look for it.</summary>
    public bool IsTemporary { get; init; }

    public override string ToString() => Name;
}

/// <summary>An expression whose types, widths and names are settled.</summary>
internal abstract class Node(HardwareType type)
{
    public HardwareType Type { get; } = type;

    public int Width => Type.Width;

    public virtual bool IsConstant => false;
}

/// <summary>A constant scalar. A bool is 0 or 1; a signed value has its sign.</summary>
/// <param name="type">Its type.</param>
/// <param name="value">Its value.</param>
/// <param name="name">The name of a constant of the architecture that has this value; null for none.</param>
internal sealed class Constant(HardwareType type, BigInteger value, string? name = null) : Node(type)
{
    public string? Name { get; } = name;

    public BigInteger Value { get; } = value;

    public override bool IsConstant => true;
}

/// <summary>A record or array from its parts.</summary>
internal sealed class Aggregate(HardwareType type, IReadOnlyList<Node> parts) : Node(type)
{
    private readonly bool isConstant = parts.All(part => part.IsConstant);

    public IReadOnlyList<Node> Parts { get; } = parts;

    public override bool IsConstant => isConstant;
}

/// <summary>The value of a cell.</summary>
internal sealed class Read(Cell cell) : Node(cell.Type)
{
    public Cell Cell { get; } = cell;
}

/// <summary>A field of a record.</summary>
internal sealed class Member(Node target, int index) : Node(((HardwareRecord)target.Type).Fields[index].Type)
{
    public Node Target { get; } = target;

    public int Index { get; } = index;
}

/// <summary>An element of an array.</summary>
/// <param name="target">The array.</param>
/// <param name="index">A constant, or an unsigned value of just the bits that count the elements.</param>
internal sealed class Item(Node target, Node index) : Node(((HardwareArray)target.Type).Element)
{
    public Node Target { get; } = target;

    public Node Index { get; } = index;
}

/// <summary>What an <see cref="Operation"/> does.</summary>
internal enum Operator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    Xor,
    Not,
    Negate,

    /// <summary>Shift by an unsigned count; a count of the width or more gives zero (or all signs).</summary>
    ShiftLeft,
    ShiftRight,

    Equal,
    NotEqual,
    Less,
    LessOrEqual,

    /// <summary>Extension by the operand's sign.</summary>
    Extend,

    /// <summary>The same bits, signed or not.</summary>
    Reinterpret,

    /// <summary>Some bits; <see cref="Operation.Low"/> is the lowest.</summary>
    Slice,

    /// <summary>Vectors side by side, the highest first.</summary>
    Concatenate,

    /// <summary>A bit of a vector, as bool; the second operand is the index.</summary>
    Bit,

    /// <summary>A bool as a vector of one bit.</summary>
    FromBoolean,

    /// <summary>The second operand if the first is true, otherwise the third.</summary>
    Select,

    /// <summary>Whether the number of ones is odd.</summary>
    XorReduce,
}

/// <summary>An operation on scalars (<see cref="Operator.Select"/>: on anything).</summary>
internal sealed class Operation(HardwareType type, Operator @operator, IReadOnlyList<Node> operands, int low = 0) : Node(type)
{
    public Operator Operator { get; } = @operator;

    public IReadOnlyList<Node> Operands { get; } = operands;

    public int Low { get; } = low;

    public Node this[int index] => Operands[index];
}

/// <summary>An object of the elaborated design: a bus, a configuration, an array of these; has no bits.</summary>
internal sealed class ObjectNode(object? value) : Node(HardwareBoolean.Instance)
{
    public object? Value { get; } = value;
}
