// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SME.Compilation;

/// <summary>Finds what stands in for methods that are marked <see cref="SimulatedByAttribute"/>.</summary>
internal static class Twins
{
    private static readonly ConditionalWeakTable<MethodInfo, MethodInfo> Known = [];

    /// <summary>The method to call: the other one, or the same if it has none.</summary>
    internal static MethodInfo Of(MethodInfo method) => method.IsStatic ? Known.GetValue(method, Find) : method;

    private static MethodInfo Find(MethodInfo method)
    {
        if (method.GetCustomAttribute<SimulatedByAttribute>() is not { } mark)
        {
            return method;
        }

        Type[] parameters = [.. method.GetParameters().Select(parameter => parameter.ParameterType)];
        MethodInfo? twin = mark.Type.GetMethod(mark.Method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, parameters);
        return twin is not null && twin.ReturnType == method.ReturnType ? twin
            : throw new NotSupportedException(
                $"{method.DeclaringType}.{method.Name} is simulated by {mark.Type}.{mark.Method}, which has not the same parameters and "
                    + $"result");
    }
}
