// SPDX-License-Identifier: Apache-2.0

namespace SME.Form;

/// <summary>
/// Deliberate faults in the way from C# to VHDL, which the fuzzer must find: they show that it can. Only it can sow them.
/// </summary>
internal enum Plant
{
    /// <summary>No fault is planted: the compiler as it is.</summary>
    None,

    /// <summary>An operand is read after the effects of the operands behind it.</summary>
    OperandReadLate,

    /// <summary>The index of a place is read after the effects of what stands behind it.</summary>
    IndexReadLate,

    /// <summary>A call is thought to change no fields.</summary>
    CallChangesNoFields,

    /// <summary>A call is thought to change nothing that it is given.</summary>
    CallChangesNoArguments,

    /// <summary>A place known by reference is thought to be no field.</summary>
    ReferenceIsNoField,

    /// <summary>An updater of a loop that stands behind the step sees the variable as it was.</summary>
    UpdaterSeesOldVariable,

    /// <summary>A deconstruction finds its later places after it has written the earlier ones.</summary>
    DeconstructionFindsLate,

    /// <summary>A deconstruction reads its later values after it has written the earlier ones.</summary>
    DeconstructionReadsLate,

    /// <summary>A property that is given to an <c>in</c> parameter is the place behind it.</summary>
    PropertyIsPlace,

    /// <summary>The object of a struct's method is read before the arguments are evaluated.</summary>
    ReceiverReadEarly,

    /// <summary>A method that changes a struct changes one that is read-only.</summary>
    ReadOnlyReceiverChanged,

    /// <summary>A method that changes a struct changes the one that a property gave.</summary>
    PropertyReceiverChanged,

    /// <summary>Arguments by name are evaluated in the order of the parameters.</summary>
    NamedInOrderOfParameters,

    /// <summary>The same, of library functions.</summary>
    LibraryNamedInOrderOfParameters,

    /// <summary><c>x++</c> gives the new value.</summary>
    PostfixGivesNew,

    /// <summary><c>x += y</c> reads x after y.</summary>
    CompoundReadsLate,

    /// <summary>The effects on the right of <c>&amp;&amp;</c> and <c>||</c> happen always.</summary>
    ShortcutRunsAlways,

    /// <summary>The effects of both branches of <c>?:</c> happen.</summary>
    ConditionalRunsBoth,

    /// <summary>What a pattern looks at is read again at each look.</summary>
    SubjectReadAgain,

    /// <summary>The guard of a switch's arm is ignored.</summary>
    GuardIgnored,

    /// <summary>A variable that a local function reads is a copy.</summary>
    CapturedIsCopy,

    /// <summary>An <c>in</c> parameter is a copy.</summary>
    InIsCopy,

    /// <summary>An array that a method only reads is a copy.</summary>
    ArrayIsCopy,

    /// <summary>What an assignment gives is evaluated again.</summary>
    AssignmentEvaluatedAgain,

    /// <summary>What stands behind a conditional <c>break</c> of a switch runs all the same.</summary>
    SwitchBreakForgotten,

    /// <summary>A place by reference follows its index.</summary>
    IndexNotFrozen,

    /// <summary>An argument by value is read where the parameter is used.</summary>
    ValueReadLive,

    /// <summary>An argument by value is thought to be no part of the object of the call.</summary>
    ValueIsNoPartOfReceiver,

    /// <summary>What stands behind a conditional <c>return</c>, <c>break</c> or <c>continue</c> runs all the same.</summary>
    ExitForgotten,

    /// <summary>A write to an element that is not known leaves what was known of all.</summary>
    DynamicWriteForgotten,

    /// <summary>What is known at the end of the first branch is taken for known after all.</summary>
    JoinTakesFirst,

    /// <summary>A write to a part makes an earlier write to the whole dead.</summary>
    PartHidesWhole,

    /// <summary>Widening a negative number fills with zeros.</summary>
    ExtendsWithZeros,

    /// <summary>The count of a shift is masked to one bit too many.</summary>
    ShiftNotMasked,

    /// <summary>A local is forgotten at an await.</summary>
    AwaitForgets,
}

/// <summary>Which <see cref="Plant"/> is sown in the current compilation.</summary>
internal static class Plants
{
    private static readonly AsyncLocal<Plant> Sown = new();
    private static readonly AsyncLocal<Func<object, Plant>?> Chosen = new();
    private static bool isUsed;

    /// <summary>Whether a fault is planted in the current compilation.</summary>
    /// <param name="plant">Which.</param>
    internal static bool Is(Plant plant) => isUsed && Sown.Value == plant;

    /// <summary>Sows a fault for all that is called, or started, from here on until another is sown.</summary>
    /// <param name="plant">Which; <see cref="Plant.None"/> takes it away.</param>
    internal static void Sow(Plant plant)
    {
        isUsed |= plant != Plant.None;
        Sown.Value = plant;
    }

    /// <summary>Lets the work on each process have a fault of its own, so that one network shows many.</summary>
    /// <param name="choice">Says which, from the process; null to end that, which leaves nothing sown.</param>
    internal static void SowEach(Func<object, Plant>? choice)
    {
        isUsed |= choice is not null;
        Chosen.Value = choice;
        Sown.Value = Plant.None;
    }

    /// <summary>Work on a process begins.</summary>
    /// <param name="process">The process.</param>
    internal static void Begin(object process)
    {
        if (isUsed && Chosen.Value is { } choice)
        {
            Sown.Value = choice(process);
        }
    }
}
