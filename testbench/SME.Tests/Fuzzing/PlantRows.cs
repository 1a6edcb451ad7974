// SPDX-License-Identifier: Apache-2.0
using SME.Form;
using SME.Testing.Fuzzing;

namespace SME.Tests.Fuzzing;

/// <summary>
/// For each deliberate fault a program that shows it: a row of <see cref="OrderRows"/>, or the body of a tick of its own.
/// </summary>
internal static class PlantRows
{
    /// <summary>The faults with the row's name, or with the body.</summary>
    internal static readonly (Plant Plant, string Row)[] All =
    [
        (Plant.OperandReadLate, "operand-increment"),
        (Plant.IndexReadLate, "assign-index-assigned"),
        (Plant.CallChangesNoFields, "operand-call"),
        (Plant.CallChangesNoArguments, "int c = n; int F(ref int x) { x += 3; return x; } r = c + F(ref c) + c;"),
        (Plant.ReferenceIsNoField, "ref-aliases-field"),
        (Plant.UpdaterSeesOldVariable, "for-two-updaters"),
        (Plant.DeconstructionFindsLate, "deconstruct-index-after-write"),
        (Plant.DeconstructionReadsLate, "deconstruct-swap"),
        (Plant.PropertyIsPlace, "in-property"),
        (Plant.ReceiverReadEarly, "receiver-place-after"),
        (Plant.ReadOnlyReceiverChanged, "in-receiver"),
        (Plant.PropertyReceiverChanged, "receiver-property-copy"),
        (Plant.NamedInOrderOfParameters, "argument-named"),
        (Plant.LibraryNamedInOrderOfParameters, "argument-named-library"),
        (Plant.PostfixGivesNew, "increment-element"),
        (Plant.CompoundReadsLate, "compound-reads-first"),
        (Plant.ShortcutRunsAlways, "operand-short-circuit"),
        (Plant.ConditionalRunsBoth, "operand-conditional"),
        (Plant.SubjectReadAgain, "r = n switch { > 3 when (n = 1) > 5 => 10, > 2 => 20, _ => 30 };"),
        (Plant.GuardIgnored, "operand-guard"),
        (Plant.CapturedIsCopy, "ref-captured"),
        (Plant.InIsCopy, "in-field"),
        (Plant.ArrayIsCopy, "array-written-by-other"),
        (Plant.AssignmentEvaluatedAgain, "assign-chain"),
        (Plant.SwitchBreakForgotten,
            "switch (n & 1) { case 0: if (m > 300) { if (n > 2) { break; } r++; } r += 2; break; default: r = 9; break; }"),
        (Plant.IndexNotFrozen, "ref-index-kept"),
        (Plant.ValueReadLive, "argument-value-kept"),
        (Plant.ValueIsNoPartOfReceiver, "value-of-receiver"),
        (Plant.ExitForgotten, "for (int k = 0; k < 4; k++) { if (m > 300 + k) { r++; if (n > 3) { break; } } r += k; }"),
        (Plant.DynamicWriteForgotten, "int[] c = [1, 2, 3, 4]; c[n & 3] = m; r = c[0] + (c[2] * 3);"),
        (Plant.JoinTakesFirst, "int c = 1; if (m > 300) { c = 2; } r = c + n;"),
        (Plant.PartHidesWhole, "№S c = new(n, m); c.X = u; r = c.X + c.Y;"),
        (Plant.ExtendsWithZeros, "long c = -n; sbyte d = (sbyte)m; r = d * 3; m = (int)(c >> 2);"),
        (Plant.ShiftNotMasked, "r = (m << (n * 7)) + (m >> (n + 30));"),
        (Plant.AwaitForgets, "int c = n + 5; await ClockAsync(); r = c;"),
    ];

    /// <summary>Whether the program is written here, not a row of <see cref="OrderRows"/>.</summary>
    /// <param name="plant">The fault.</param>
    internal static bool HasOwnBody(Plant plant) => OrderRows.All.All(row => row.Name != TextOf(plant));

    /// <summary>The program that shows a fault.</summary>
    /// <param name="plant">The fault.</param>
    internal static FuzzProgram Program(Plant plant) => OrderTests.Program(
        HasOwnBody(plant) ? TextOf(plant) : OrderRows.All.Single(row => row.Name == TextOf(plant)).Body, (ulong)plant);

    private static string TextOf(Plant plant) => All.Single(each => each.Plant == plant).Row;
}
