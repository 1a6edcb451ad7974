// SPDX-License-Identifier: Apache-2.0
namespace SME.VHDL.Hardware;

/// <summary>A type that has a width: what a C# type becomes when all type arguments are known.</summary>
internal abstract record HardwareType
{
    /// <summary>Bits that a value takes when it is packed.</summary>
    public abstract int Width { get; }

    /// <summary>Whether it is one vector or bit, not a record or an array.</summary>
    public bool IsScalar => this is not (HardwareRecord or HardwareArray);

    /// <summary>Whether a scalar is two's complement.</summary>
    public virtual bool IsSigned => false;

    public static HardwareInteger Unsigned(int width) => new(width, false);
}

/// <summary>A truth value: std_logic where it is stored.</summary>
internal sealed record HardwareBoolean : HardwareType
{
    public static HardwareBoolean Instance { get; } = new();

    public override int Width => 1;
}

/// <summary>A C# integer or char, or an intermediate value of any width.</summary>
internal sealed record HardwareInteger(int Bits, bool Signed) : HardwareType
{
    public override int Width => Bits;

    public override bool IsSigned => Signed;
}

/// <summary>An SME vector.</summary>
internal sealed record HardwareVector(int Bits) : HardwareType
{
    public override int Width => Bits;
}

/// <summary>A C# enum, a vector of its underlying type's width.</summary>
internal sealed record HardwareEnum(Type Clr, int Bits, bool Signed) : HardwareType
{
    public override int Width => Bits;

    public override bool IsSigned => Signed;

    public bool Equals(HardwareEnum? other) => other is not null && Clr == other.Clr;

    public override int GetHashCode() => Clr.GetHashCode();
}

/// <summary>A field of a record.</summary>
/// <param name="Name">Its name in C#.</param>
/// <param name="Type">Its type.</param>
/// <param name="Info">The CLR's field.</param>
internal sealed record HardwareField(string Name, HardwareType Type, System.Reflection.FieldInfo Info);

/// <summary>A C# struct.</summary>
internal sealed record HardwareRecord(Type Clr, IReadOnlyList<HardwareField> Fields) : HardwareType
{
    private readonly int width = Fields.Sum(field => field.Type.Width);

    public override int Width => width;

    public int IndexOf(string name)
    {
        for (int i = 0; i < Fields.Count; i++)
        {
            if (Fields[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    public bool Equals(HardwareRecord? other) => other is not null && Clr == other.Clr;

    public override int GetHashCode() => Clr.GetHashCode();
}

/// <summary>A C# array or inline array.</summary>
internal sealed record HardwareArray(HardwareType Element, int Length) : HardwareType
{
    public override int Width => Element.Width * Length;
}
