// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using SME.VHDL.Hardware;

namespace SME.VHDL.Text;

/// <summary>
/// The package of a design: a record for each bus and each struct, a type for each array, constants for the members of
/// enums, and functions that pack values into vectors and back. What nothing asks for is not in it.
/// </summary>
internal sealed class TypesPackage
{
    private readonly Dictionary<HardwareType, string> typeNames = [];
    private readonly Dictionary<(HardwareRecord Type, int Field), string> fieldNames = [];
    private readonly Dictionary<Type, string> busNames = [];
    private readonly Dictionary<(Type Bus, string Signal, Type DeclaredIn), string> signalNames = [];
    private readonly Dictionary<Type, Dictionary<System.Numerics.BigInteger, string>> enumNames = [];
    private readonly HashSet<HardwareType> packed = [];
    private readonly Dictionary<HardwareType, string> unpacked = [];
    private readonly StringBuilder declarations = new();
    private readonly StringBuilder functions = new();
    private readonly StringBuilder bodies = new();
    private bool needsIndex;
    private bool needsStdLogic;

    public TypesPackage(string name)
    {
        Name = Names.Claim(name);
    }

    public string Name { get; }

    /// <summary>The name space that all other name spaces of the design lie in.</summary>
    public Namer Names { get; } = new();

    /// <summary>The function that limits an index to the length of an array.</summary>
    public string Index
    {
        get
        {
            needsIndex = true;
            return "to_index";
        }
    }

    /// <summary>The function that turns a condition into a bit.</summary>
    public string StdLogic
    {
        get
        {
            needsStdLogic = true;
            return "to_std_logic";
        }
    }

    /// <summary>How a type is written where something is declared.</summary>
    public string Subtype(HardwareType type) => type switch
    {
        HardwareBoolean => "std_logic",
        _ when !type.IsScalar => TypeName(type),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(type.IsSigned ? "signed" : "unsigned")}({type.Width - 1} downto 0)"),
    };

    /// <summary>Name of a record or array type.</summary>
    public string TypeName(HardwareType type)
    {
        if (typeNames.TryGetValue(type, out string? known))
        {
            return known;
        }

        StringBuilder text = new();
        string name;
        if (type is HardwareRecord record)
        {
            // Types that it consists of come before it.
            string[] subtypes = record.Fields.Select(field => Subtype(field.Type)).ToArray();
            name = Names.Claim(Namer.Snake(ShortName(record.Clr)) + "_t");
            text.Append(CultureInfo.InvariantCulture, $"  -- C#: {Describe(record.Clr)}\n  type {name} is record\n");
            Namer fields = new();
            for (int i = 0; i < subtypes.Length; i++)
            {
                string field = fields.Name(record.Fields[i].Name);
                fieldNames[(record, i)] = field;
                text.Append(CultureInfo.InvariantCulture, $"    {field} : {subtypes[i]};\n");
            }

            text.Append("  end record;\n\n");
        }
        else
        {
            HardwareArray array = (HardwareArray)type;
            string element = Subtype(array.Element);
            name = Names.Claim(string.Create(CultureInfo.InvariantCulture, $"{ElementName(array.Element)}_array{array.Length}_t"));
            text.Append(CultureInfo.InvariantCulture, $"  type {name} is array (0 to {array.Length - 1}) of {element};\n\n");
        }

        declarations.Append(text);
        typeNames[type] = name;
        return name;
    }

    /// <summary>Name of a field of a record.</summary>
    public string FieldName(HardwareRecord record, int index)
    {
        TypeName(record);
        return fieldNames[(record, index)];
    }

    /// <summary>Name of the record of a bus.</summary>
    public string BusType(BusStorage bus)
    {
        if (busNames.TryGetValue(bus.BusType, out string? known))
        {
            return known;
        }

        string[] subtypes = bus.Signals.Select(signal => Subtype(TypeOf(bus, signal))).ToArray();
        string shortName = ShortName(bus.BusType);
        string name = Names.Claim(Namer.Snake(shortName.Length > 1 && shortName[0] == 'I' && char.IsAsciiLetterUpper(shortName[1])
            ? shortName[1..] : shortName) + "_bus_t");
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"  -- C#: {Describe(bus.BusType)}\n  type {name} is record\n");
        Namer fields = new();
        for (int i = 0; i < subtypes.Length; i++)
        {
            string field = fields.Name(bus.Signals[i].Name);
            signalNames[(bus.BusType, bus.Signals[i].Name, bus.Signals[i].DeclaredIn)] = field;
            text.Append(CultureInfo.InvariantCulture, $"    {field} : {subtypes[i]};\n");
        }

        text.Append("  end record;\n\n");
        declarations.Append(text);
        busNames[bus.BusType] = name;
        return name;
    }

    /// <summary>Name of a signal in the record of its bus.</summary>
    public string SignalName(BusStorage bus, int index)
    {
        BusType(bus);
        return signalNames[(bus.BusType, bus.Signals[index].Name, bus.Signals[index].DeclaredIn)];
    }

    /// <summary>The hardware type of a signal.</summary>
    public static HardwareType TypeOf(BusStorage bus, SignalDescription signal) => HardwareTypes.Find(signal.Type)
        ?? throw Rules.Fail(Rules.Type,
            $"the signal {signal.Name} of {bus.BusType} is a {signal.Type}, which has no fixed number of bits; use bool, an integer, an "
                + $"enum, Bits<TWidth>, or a struct or inline array of these", Form.SourceLocation.Unknown);

    /// <summary>Name of the constant of an enum's member; null if the value has none.</summary>
    public string? EnumName(HardwareEnum type, System.Numerics.BigInteger value)
    {
        if (!enumNames.TryGetValue(type.Clr, out Dictionary<System.Numerics.BigInteger, string>? members))
        {
            members = [];
            enumNames[type.Clr] = members;
            string prefix = ShortName(type.Clr);
            declarations.Append(CultureInfo.InvariantCulture, $"  -- C#: {Describe(type.Clr)}\n");
            foreach (string member in Enum.GetNames(type.Clr))
            {
                System.Numerics.BigInteger number = Constants.Number(Enum.Parse(type.Clr, member));
                if (members.ContainsKey(number))
                {
                    continue;
                }

                string name = Names.Name($"{prefix}_{member}");
                members[number] = name;
                declarations.Append(CultureInfo.InvariantCulture,
                    $"  constant {name} : {Subtype(type)} := "
                        + $"{Literals.BitString(Constants.Wrap(number, type.Width, false), type.Width)};\n");
            }

            declarations.Append('\n');
        }

        return members.GetValueOrDefault(value);
    }

    /// <summary>A value as a std_logic_vector.</summary>
    public string Pack(HardwareType type, string value)
    {
        if (type is HardwareBoolean)
        {
            return $"std_logic_vector'(0 => {value})";
        }

        return type.IsScalar ? $"std_logic_vector({value})" : $"{PackFunction(type)}({value})";
    }

    /// <summary>A std_logic_vector as a value.</summary>
    /// <param name="type">The type.</param>
    /// <param name="vector">The name of the vector.</param>
    public string Unpack(HardwareType type, string vector) => type switch
    {
        HardwareBoolean => $"{vector}(0)",
        _ when type.IsScalar => $"{(type.IsSigned ? "signed" : "unsigned")}({vector})",
        _ => $"{UnpackFunction(type)}({vector})",
    };

    /// <summary>The text of the package.</summary>
    public string Text(string header)
    {
        StringBuilder text = new(header);
        text.Append(CultureInfo.InvariantCulture,
            $"\nlibrary ieee;\nuse ieee.std_logic_1164.all;\nuse ieee.numeric_std.all;\n\npackage {Name} is\n\n{declarations}");
        StringBuilder heads = new();
        StringBuilder implementations = new();
        if (needsStdLogic)
        {
            heads.Append("  -- A condition as a bit.\n  function to_std_logic(condition : boolean) return std_logic;\n\n");
            implementations.Append("  function to_std_logic(condition : boolean) return std_logic is\n  begin\n    if condition then\n     "
                + " return '1';\n    end if;\n    return '0';\n  end function;\n\n");
        }

        if (needsIndex)
        {
            heads.Append("  -- An index into an array whose length is no power of two; beyond its end, where the C# never goes, the first "
                + "element's.\n  function to_index(index : unsigned; length : positive) return natural;\n\n");
            implementations.Append("  function to_index(index : unsigned; length : positive) return natural is\n  begin\n    if index < "
                + "length then\n      return to_integer(index);\n    end if;\n    return 0;\n  end function;\n\n");
        }

        heads.Append(functions);
        implementations.Append(bodies);
        text.Append(heads).Append(CultureInfo.InvariantCulture, $"end package;\n");
        if (implementations.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\npackage body {Name} is\n\n{implementations}end package body;\n");
        }

        return text.ToString();
    }

    /// <summary>A short name of a C# type with its arguments, in words.</summary>
    public static string ShortName(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Bits<>))
        {
            return string.Create(CultureInfo.InvariantCulture, $"Bits{HardwareTypes.WidthOf(type.GetGenericArguments()[0])}");
        }

        string name = type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}_{string.Join('_', type.GetGenericArguments().Select(ShortName))}" : name;
    }

    /// <summary>A C# type as the source would write it, for comments.</summary>
    public static string Describe(Type type)
    {
        string name = (type.FullName ?? type.Name).Split('[')[0].Replace('+', '.');
        if (!type.IsGenericType)
        {
            return name;
        }

        StringBuilder text = new();
        foreach (string part in name.Split('.'))
        {
            text.Append(text.Length > 0 ? "." : string.Empty).Append(part.Split('`')[0]);
        }

        return $"{text}<{string.Join(", ", type.GetGenericArguments().Select(argument => argument.Name.Split('`')[0]))}>";
    }

    private static string ElementName(HardwareType type) => type switch
    {
        HardwareBoolean => "bool",
        HardwareEnum member => Namer.Snake(ShortName(member.Clr)),
        HardwareRecord record => Namer.Snake(ShortName(record.Clr)),
        HardwareArray array => string.Create(CultureInfo.InvariantCulture, $"{ElementName(array.Element)}_array{array.Length}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(type.IsSigned ? "signed" : "unsigned")}{type.Width}"),
    };

    private string PackFunction(HardwareType type)
    {
        if (packed.Add(type))
        {
            string name = TypeName(type);
            StringBuilder body = new();
            string head = $"  function to_vector(value : {name}) return std_logic_vector";
            body.Append(CultureInfo.InvariantCulture,
                $"{head} is\n    variable result : std_logic_vector({type.Width - 1} downto 0);\n  begin\n");
            int offset = 0;
            foreach ((HardwareType part, string access) in Parts(type))
            {
                string target = part is HardwareBoolean ? $"result({offset})" : $"result({offset + part.Width - 1} downto {offset})";
                string value = part is HardwareBoolean ? $"value{access}" : Pack(part, $"value{access}");
                body.Append(CultureInfo.InvariantCulture, $"    {target} := {value};\n");
                offset += part.Width;
            }

            body.Append("    return result;\n  end function;\n\n");
            functions.Append(CultureInfo.InvariantCulture, $"{head};\n\n");
            bodies.Append(body);
        }

        return "to_vector";
    }

    private string UnpackFunction(HardwareType type)
    {
        if (!unpacked.TryGetValue(type, out string? function))
        {
            string name = TypeName(type);
            function = Names.Claim("to_" + name[..^2]);
            unpacked[type] = function;
            StringBuilder body = new();
            string head = $"  function {function}(vector : std_logic_vector({type.Width - 1} downto 0)) return {name}";
            body.Append(CultureInfo.InvariantCulture, $"{head} is\n    variable result : {name};\n  begin\n");
            int offset = 0;
            foreach ((HardwareType part, string access) in Parts(type))
            {
                string source = part is HardwareBoolean
                    ? string.Create(CultureInfo.InvariantCulture, $"vector({offset})")
                    : Unpack(part, string.Create(CultureInfo.InvariantCulture, $"vector({offset + part.Width - 1} downto {offset})"));
                body.Append(CultureInfo.InvariantCulture, $"    result{access} := {source};\n");
                offset += part.Width;
            }

            body.Append("    return result;\n  end function;\n\n");
            functions.Append(CultureInfo.InvariantCulture, $"{head};\n\n");
            bodies.Append(body);
        }

        return function;
    }

    private IEnumerable<(HardwareType Type, string Access)> Parts(HardwareType type) => type is HardwareRecord record
        ? record.Fields.Select((field, i) => (field.Type, "." + FieldName(record, i)))
        : Enumerable.Range(0, ((HardwareArray)type).Length)
            .Select(i => (((HardwareArray)type).Element, string.Create(CultureInfo.InvariantCulture, $"({i})")));
}
