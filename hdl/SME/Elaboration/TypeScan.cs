// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.CompilerServices;
using SME.Compilation;

namespace SME;

/// <summary>
/// What the methods of a process type say about it: which signals they read, and whether widths fit. Looked at once for each type.
/// </summary>
internal sealed class TypeScan
{
    private static readonly ConditionalWeakTable<Type, TypeScan> Known = [];
    private readonly HashSet<(Type Bus, string Signal)> reads = [];
    private readonly List<string> misfits = [];

    private TypeScan(Type process)
    {
        HashSet<MethodBase> seen = [];
        for (Type? type = process; type is not null && type.Assembly != typeof(Process).Assembly; type = type.BaseType)
        {
            ScanType(type, seen);
        }
    }

    /// <summary>Whether a bus, or the process, is given to code that is not looked at, so that any signal may be read.</summary>
    internal bool HandsOut { get; private set; }

    /// <summary>Widths that do not fit, as a clause of a message.</summary>
    internal IReadOnlyList<string> Misfits => misfits;

    internal static TypeScan Of(Type process) => Known.GetValue(process, static type => new TypeScan(type));

    /// <summary>Whether a method of the type reads a signal of a bus interface.</summary>
    internal bool Reads(SignalDescription signal) => HandsOut || reads.Contains((signal.DeclaredIn, signal.Name));

    private void ScanType(Type type, HashSet<MethodBase> seen)
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.DeclaredOnly;
        foreach (MethodInfo method in type.GetMethods(All))
        {
            Scan(method, seen);
        }

        // Local functions, lambdas and asynchronous methods live in types that the compiler makes.
        foreach (Type nested in type.GetNestedTypes(BindingFlags.NonPublic))
        {
            if (nested.IsDefined(typeof(CompilerGeneratedAttribute)))
            {
                bool isOpen = nested.IsGenericTypeDefinition;
                Type[] arguments = type.GetGenericArguments();
                if (isOpen && nested.GetGenericArguments().Length != arguments.Length)
                {
                    HandsOut = true;
                    continue;
                }

                ScanType(isOpen ? nested.MakeGenericType(arguments) : nested, seen);
            }
        }
    }

    private void Scan(MethodBase method, HashSet<MethodBase> seen)
    {
        if (method.ContainsGenericParameters || !seen.Add(method) || Instruction.Read(method) is not { } code)
        {
            HandsOut |= method.ContainsGenericParameters;
            return;
        }

        foreach (Instruction instruction in code)
        {
            if (instruction.Operand is MethodInfo callee)
            {
                ScanCall(callee, seen);
            }
        }
    }

    private void ScanCall(MethodInfo callee, HashSet<MethodBase> seen)
    {
        Type? holder = callee.DeclaringType;
        if (holder is null)
        {
            return;
        }

        if (typeof(IBus).IsAssignableFrom(holder))
        {
            if (callee.Name.StartsWith("get_", StringComparison.Ordinal))
            {
                reads.Add((holder, callee.Name[4..]));
            }
        }
        else if (holder == typeof(Bits) && callee is { Name: nameof(Bits.Concat), IsGenericMethod: true, ContainsGenericParameters: false })
        {
            int[] widths = [.. callee.GetGenericArguments().Select(WidthOf)];
            if (widths[0] + widths[1] != widths[2])
            {
                misfits.Add($"Concat of {widths[0]} and {widths[1]} bits into {widths[2]}");
            }
        }
        else if (callee.GetParameters().Any(parameter => MayBeBus(parameter.ParameterType)))
        {
            if (callee.IsStatic && callee.GetMethodBody() is not null && holder.Assembly != typeof(object).Assembly)
            {
                Scan(callee, seen);
            }
            else
            {
                HandsOut |= holder.Assembly != typeof(Scope).Assembly;
            }
        }
        else if (callee is { IsStatic: true, ContainsGenericParameters: false } && !IsOurs(holder.Assembly))
        {
            Scan(callee, seen);
        }
    }

    // Of the library and of SME there is nothing to find out.
    private static bool IsOurs(Assembly assembly) =>
        assembly == typeof(object).Assembly || assembly == typeof(Scope).Assembly || assembly == typeof(Bits).Assembly;

    private static bool MayBeBus(Type type) => typeof(IBus).IsAssignableFrom(type) || typeof(Process).IsAssignableFrom(type)
        || (type.IsArray && MayBeBus(type.GetElementType()!));

    private static int WidthOf(Type width) => (int)typeof(Bits<>).MakeGenericType(width).GetProperty(nameof(Bits<W1>.Width))!.GetValue(
        null)!;
}
