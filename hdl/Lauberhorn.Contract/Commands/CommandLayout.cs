// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace Lauberhorn.Contract;

/// <summary>
/// Where a member is in the data registers of a command; its width is that of its type, and it lies within one register.
/// </summary>
/// <param name="register">Number of the data register, 0 to 7.</param>
/// <param name="bit">The member's lowest bit in that register, 0 to 63.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PlaceAttribute(int register, int bit) : Attribute
{
    /// <summary>Number of the data register, 0 to 7.</summary>
    public int Register { get; } = register;

    /// <summary>The member's lowest bit in that register, 0 to 63.</summary>
    public int Bit { get; } = bit;
}

/// <summary>
/// Marks what a command's data registers hold. Each member has a <see cref="PlaceAttribute"/>, or is of a type whose members have one.
/// </summary>
/// <param name="code">The command.</param>
/// <param name="name">What the data are called.</param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class CommandDataAttribute(CommandCode code, string name) : Attribute
{
    /// <summary>The command whose data registers the type describes.</summary>
    public CommandCode Code { get; } = code;

    /// <summary>Name of the data, in docs/registers.md and in generated code.</summary>
    public string Name { get; } = name;
}

/// <summary>What a command's data registers hold, as <see cref="CommandDataAttribute"/> and <see cref="PlaceAttribute"/> say.</summary>
/// <param name="Code">The command.</param>
/// <param name="Name">Its data's name.</param>
/// <param name="Item">The type that hardware unpacks the data to.</param>
/// <param name="Fields">The fields, in the order of their bits.</param>
public sealed record CommandLayout(CommandCode Code, string Name, Type Item, params IReadOnlyList<CommandField> Fields)
{
    /// <summary>The layouts of all commands that have data, in the order of their codes.</summary>
    public static IReadOnlyList<CommandLayout> All { get; } =
    [
        .. from item in typeof(CommandLayout).Assembly.GetTypes()
        let mark = item.GetCustomAttribute<CommandDataAttribute>()
        where mark is not null
        orderby mark.Code
        select new CommandLayout(mark.Code, mark.Name, item, [.. FieldsOf(item, string.Empty).OrderBy(field => field.Bit)]),
    ];

    /// <summary>Width of a member in bits.</summary>
    /// <param name="type">Its type.</param>
    public static int WidthOf(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        Type plain = type.IsEnum ? Enum.GetUnderlyingType(type) : type;
        return plain == typeof(bool) ? 1
            : plain == typeof(byte) ? 8
            : plain == typeof(ushort) ? 16
            : plain == typeof(uint) ? 32
            : plain == typeof(ulong) ? 64
            : (int)plain.GetProperty("Width")!.GetValue(null)!;
    }

    private static IEnumerable<CommandField> FieldsOf(Type item, string outer)
    {
        foreach (PropertyInfo member in item.GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (member.GetCustomAttribute<PlaceAttribute>() is PlaceAttribute place)
            {
                int bit = (64 * place.Register) + place.Bit;
                yield return new CommandField(member.Name, outer + member.Name, bit, WidthOf(member.PropertyType));
                continue;
            }

            foreach (CommandField inner in FieldsOf(member.PropertyType, $"{outer}{member.Name}."))
            {
                yield return inner;
            }
        }
    }
}

/// <summary>A field of a command's data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Member">Where it is in the item: names of properties, with points between.</param>
/// <param name="Bit">Its lowest bit, counted from bit 0 of register 0.</param>
/// <param name="Width">Width in bits.</param>
public sealed record CommandField(string Name, string Member, int Bit, int Width);
