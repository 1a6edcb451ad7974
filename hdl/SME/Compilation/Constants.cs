// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SME.Compilation;

/// <summary>Finds classes whose objects are constants: nothing in them changes after their construction, and no bus is in them.</summary>
internal static class Constants
{
    private static readonly ConditionalWeakTable<Type, StrongBox<bool>> Known = [];

    /// <summary>Whether all fields of a sealed class are fixed by its constructor, and are plain values.</summary>
    internal static bool AreAllOf(Type type) => type.IsSealed && type.IsClass && !type.IsArray && Known.GetValue(type, Find).Value;

    private static StrongBox<bool> Find(Type type)
    {
        for (Type? at = type; at is not null && at != typeof(object); at = at.BaseType)
        {
            const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
            FieldInfo[] fields = at.GetFields(Own);
            if (Array.Exists(
                fields, field => !field.IsInitOnly || !field.FieldType.IsValueType || MemoryLayout.HoldsReferences(field.FieldType)))
            {
                return new StrongBox<bool>(false);
            }
        }

        return new StrongBox<bool>(true);
    }
}
