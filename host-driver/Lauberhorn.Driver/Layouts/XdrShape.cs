// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace Lauberhorn.Driver;

/// <summary>Kind of an item of XDR (RFC 4506).</summary>
public enum XdrKind
{
    /// <summary>32 bits: int, unsigned int, bool, enum, float.</summary>
    Word,

    /// <summary>64 bits: hyper, unsigned hyper, double.</summary>
    DoubleWord,

    /// <summary>A length and so many bytes, padded to a multiple of 4: string, opaque.</summary>
    Variable,

    /// <summary>Members, one after the other.</summary>
    Structure,
}

/// <summary>How a C# type is written in XDR: its items in order.</summary>
public sealed class XdrShape
{
    private XdrShape(Type type, XdrKind kind, int limit, FieldInfo[] fields, XdrShape[] members)
    {
        Type = type;
        Kind = kind;
        Limit = limit;
        Fields = fields;
        Members = members;
    }

    /// <summary>The C# type.</summary>
    public Type Type { get; }

    /// <summary>The kind of item.</summary>
    public XdrKind Kind { get; }

    /// <summary>Of <see cref="XdrKind.Variable"/>: the most bytes, without length and padding; -1 if no limit was declared.</summary>
    public int Limit { get; }

    /// <summary>Of <see cref="XdrKind.Structure"/>: the shapes of the members, in the order of <see cref="Fields"/>.</summary>
    public IReadOnlyList<XdrShape> Members { get; }

    /// <summary>Of <see cref="XdrKind.Structure"/>: the fields, in the order of their declaration.</summary>
    internal FieldInfo[] Fields { get; }

    /// <summary>The fewest bytes that a value takes.</summary>
    public int MinimumBytes => Kind switch
    {
        XdrKind.DoubleWord => 8,
        XdrKind.Structure => Members.Sum(member => member.MinimumBytes),
        _ => 4,
    };

    /// <summary>All items but structures, in the order in which they are written.</summary>
    public IEnumerable<XdrShape> Items => Kind == XdrKind.Structure ? Members.SelectMany(member => member.Items) : [this];

    /// <summary>The shape of a type.</summary>
    /// <param name="type">int, uint, bool, float, long, ulong, double, string, byte[], an enum of 32 bits, or a struct of these.</param>
    /// <param name="place">What has this type, for messages.</param>
    /// <param name="limit">See <see cref="Limit"/>.</param>
    /// <exception cref="ServiceDefinitionException">The type has no place in XDR here; the message says what would do.</exception>
    public static XdrShape Of(Type type, string place, int limit = -1)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type == typeof(int) || type == typeof(uint) || type == typeof(bool) || type == typeof(float))
        {
            return Leaf(type, XdrKind.Word);
        }

        if (type == typeof(long) || type == typeof(ulong) || type == typeof(double))
        {
            return Leaf(type, XdrKind.DoubleWord);
        }

        if (type == typeof(string) || type == typeof(byte[]))
        {
            return limit is >= -1 and <= ushort.MaxValue
                ? new XdrShape(type, XdrKind.Variable, limit, [], [])
                : throw new ServiceDefinitionException($"{place}: a limit of {limit} bytes; use 0 to {ushort.MaxValue}");
        }

        if (type.IsEnum)
        {
            Type underlying = Enum.GetUnderlyingType(type);
            return underlying == typeof(int) || underlying == typeof(uint)
                ? Leaf(type, XdrKind.Word)
                : throw new ServiceDefinitionException(
                    $"{place}: enum {type.Name} is made of {underlying.Name}; XDR's enums have 32 bits, so make it of int or uint");
        }

        bool isStructure = type is { IsValueType: true, IsPrimitive: false, IsPointer: false }
            && type != typeof(decimal) && type.Namespace != "System" | type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal);
        if (!isStructure)
        {
            throw new ServiceDefinitionException(
                $"{place}: {type.Name} is no type of a procedure; use int, uint, bool, float, long, ulong, double, string, byte[], an enum "
                    + $"of 32 bits or a struct of these");
        }

        FieldInfo[] fields = [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .OrderBy(field => field.MetadataToken)];
        if (fields.Length == 0)
        {
            throw new ServiceDefinitionException($"{place}: struct {type.Name} has no fields; leave it out");
        }

        XdrShape[] members = [.. fields.Select(field => Of(field.FieldType, $"{place}.{PlainName(field)}", DeclaredLimit(type, field)))];
        return new XdrShape(type, XdrKind.Structure, -1, fields, members);

        static XdrShape Leaf(Type type, XdrKind kind) => new(type, kind, -1, [], []);
    }

    // The compiler names the field behind a property <Name>k__BackingField.
    private static string PlainName(
        FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    private static int DeclaredLimit(Type type, FieldInfo field)
    {
        MemberInfo member = field.Name.StartsWith('<') ? (MemberInfo?)type.GetProperty(PlainName(field)) ?? field : field;
        return member.GetCustomAttribute<MaximumBytesAttribute>()?.Bytes ?? -1;
    }
}
