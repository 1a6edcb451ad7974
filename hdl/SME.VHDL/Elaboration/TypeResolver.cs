// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Reflection;
using SME.Form;

namespace SME.VHDL.Elaboration;

/// <summary>Finds the closed C# type that a type of the form stands for in a method that runs on a certain instance.</summary>
internal static class TypeResolver
{
    private static readonly ConcurrentDictionary<(string Name, string Assembly), Type?> Known = new();

    /// <summary>Resolves a type.</summary>
    /// <param name="type">The type as the form names it.</param>
    /// <param name="declaring">The closed type that declares the method.</param>
    /// <param name="arguments">The type arguments of the method.</param>
    /// <param name="location">Where, for the message.</param>
    public static Type Resolve(FormType type, Type declaring, IReadOnlyList<Type> arguments, SourceLocation location)
    {
        switch (type)
        {
            case ArrayType array:
                return Resolve(array.Element, declaring, arguments, location).MakeArrayType();
            case TypeParameter { OfMethod: true } parameter when parameter.Position < arguments.Count:
                return arguments[parameter.Position];
            case TypeParameter { OfMethod: false } parameter
                when declaring.GetGenericArguments() is { } known && parameter.Position < known.Length:
                return known[parameter.Position];
            case NamedType named:
                Type? open = Known.GetOrAdd((named.Name, named.Assembly), static key => Load(key.Name, key.Assembly));
                if (open is null)
                {
                    throw Rules.Fail(Rules.Type, $"the type {named.Name} of assembly '{named.Assembly}' cannot be loaded; build the "
                        + $"project again", location);
                }

                return named.Arguments.Count == 0 ? open
                    : open.MakeGenericType(named.Arguments.Select(argument => Resolve(argument, declaring, arguments, location)).ToArray());
            default:
                throw Rules.Fail(Rules.Type, $"the type {FormPrinter.Describe(type)} is not known here", location);
        }
    }

    private static Type? Load(string name, string assembly)
    {
        if (assembly.Length == 0)
        {
            return typeof(object).Assembly.GetType(name);
        }

        foreach (Assembly loaded in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (loaded.GetName().Name == assembly && loaded.GetType(name) is { } type)
            {
                return type;
            }
        }

        try
        {
            return Assembly.Load(assembly).GetType(name);
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return null;
        }
    }
}
