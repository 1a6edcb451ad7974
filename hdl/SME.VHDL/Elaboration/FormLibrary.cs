// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Reflection;
using SME.Form;

namespace SME.VHDL.Elaboration;

/// <summary>
/// The forms of all types, read from the assemblies that define them as they are asked for. One library serves one
/// generation; what it has read of an assembly is kept for the next.
/// </summary>
internal sealed class FormLibrary
{
    private static readonly ConcurrentDictionary<Assembly, AssemblyForms> Assemblies = new();

    private readonly Dictionary<Type, TypeForm> added = [];

    /// <summary>Adds a form that is not in its type's assembly.</summary>
    public void Add(Type type, TypeForm form) => added[type] = form;

    /// <summary>The form of an open type; null if it has none.</summary>
    public TypeForm? Find(Type type) => added.TryGetValue(type, out TypeForm? form) ? form : Of(type.Assembly).Find(type);

    /// <summary>A method of a type; null if the type's form has none with that id.</summary>
    public Method? Find(Type type, string id) => Find(type)?.Methods.FirstOrDefault(method => method.Id == id);

    /// <summary>The definition of a generic type; the type itself if it is not generic.</summary>
    public static Type Open(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static AssemblyForms Of(Assembly assembly) => Assemblies.GetOrAdd(assembly, static assembly => new AssemblyForms(assembly));

    private sealed class AssemblyForms(Assembly assembly)
    {
        private readonly Dictionary<string, Lazy<TypeForm>> forms = TypeFormAttribute.Of(assembly)
            .GroupBy(attribute => attribute.TypeName)
            .ToDictionary(group => group.Key, group => new Lazy<TypeForm>(() => FormReader.Read(group.First().Text)));

        public TypeForm? Find(Type type) => type.FullName is { } name && forms.TryGetValue(name, out Lazy<TypeForm>? form) ? form.Value
            : null;
    }
}
