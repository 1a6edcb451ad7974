// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;

namespace SME.Analyzers;

/// <summary>
/// The rules of the hardware subset. The table with reasons and ways out is docs/diagnostics.md; ids never change their meaning.
/// </summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor Internal = Create("SME001", "Translator failed",
        "This cannot be translated because the translator failed ({0}): please report it, with this method");

    public static readonly DiagnosticDescriptor Construct = Create("SME002", "No hardware form", "{0} has no hardware form; {1}");

    public static readonly DiagnosticDescriptor State = Create("SME010", "State in a combinational process",
        "'{0}' is assigned in the combinational process {1}, which can hold no state; mark the process [ClockedProcess], or use a local "
            + "variable", DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor Unwritten = Create("SME011", "Output not written on all paths",
        "The combinational process {1} does not write '{0}' on every path, so it would have to remember it; assign it at the beginning of "
            + "the method");

    public static readonly DiagnosticDescriptor OwnOutput = Create("SME012", "Own output read",
        "The combinational process {1} reads its own output '{0}'; keep the value in a local variable and read that");

    public static readonly DiagnosticDescriptor Type = Create("SME020", "Type without hardware form",
        "The type '{0}' has no hardware form ({1}); use bool, an integer, an enum, Bits<TWidth>, or a struct or inline array of these");

    public static readonly DiagnosticDescriptor Float = Create("SME021", "Floating point",
        "'{0}' is a floating-point or decimal type, which has no hardware form; use an integer with a fixed scale");

    public static readonly DiagnosticDescriptor Text = Create("SME022", "String",
        "Strings have no hardware form; use an enum or a number, or do this in a [SimulationOnly] method");

    public static readonly DiagnosticDescriptor Allocation = Create("SME023", "Object created",
        "Hardware cannot create an object of class '{0}'; create it in the constructor, or make it a struct");

    public static readonly DiagnosticDescriptor Array = Create("SME024", "Array", "{0}; {1}");

    public static readonly DiagnosticDescriptor LoopBound = Create("SME030", "Loop not known at elaboration",
        "{0}; make start, limit and step constants, readonly fields or array lengths, and leave the loop early with 'break' where it "
            + "depends on signals");

    public static readonly DiagnosticDescriptor Loop = Create("SME031", "Loop without clock",
        "A '{0}' loop needs an 'await ClockAsync()' each way round, in a state process; use a 'for' loop with constant bounds for work "
            + "within one cycle");

    public static readonly DiagnosticDescriptor Recursion = Create("SME032", "Recursion",
        "'{0}' calls itself (by way of {1}), which has no hardware form; use a 'for' loop with constant bounds");

    public static readonly DiagnosticDescriptor Goto = Create("SME033", "Goto",
        "'goto' has no hardware form; use if, switch, break and continue");

    public static readonly DiagnosticDescriptor Async = Create("SME040", "Asynchronous code",
        "{0}; only OnTickAsync of a StateProcess waits, and only for 'await ClockAsync()'");

    public static readonly DiagnosticDescriptor Exception = Create("SME050", "Exception",
        "Exceptions ('{0}') have no hardware form; report errors through a signal, or check in a [SimulationOnly] method or with "
            + "Debug.Assert");

    public static readonly DiagnosticDescriptor Delegate = Create("SME051", "Delegate",
        "Lambdas, delegates and events have no hardware form; use a local function, or a static abstract member of a type argument");

    public static readonly DiagnosticDescriptor Library = Create("SME052", "Library method",
        "'{0}' has no hardware form and no source in this project; mark it [Hardware] if it is yours, use one of the library functions of "
            + "docs/subset.md, or call it in a [SimulationOnly] method");

    public static readonly DiagnosticDescriptor Unsafe = Create("SME053", "Pointers and spans",
        "{0} has no hardware form; use an array or an inline array");

    public static readonly DiagnosticDescriptor Checked = Create("SME054", "Checked arithmetic",
        "Checked arithmetic has no hardware form, because an overflow would be an exception; use 'unchecked' or a wider type and compare");

    public static readonly DiagnosticDescriptor Dynamic = Create("SME055", "Dynamic",
        "'dynamic' has no hardware form; use a type parameter");

    public static readonly DiagnosticDescriptor Reference = Create("SME056", "Reference",
        "{0} has no hardware form; copy the value into a local variable and write it back");

    public static readonly DiagnosticDescriptor Nullable = Create("SME057", "Null",
        "Null, nullable values and '?.' or '??' have no hardware form; use a struct with a 'bool Valid'");

    public static readonly DiagnosticDescriptor StaticState = Create("SME060", "Static variable",
        "The static field '{0}' can change, so it is no constant, and hardware has no memory that all processes share; make it readonly, "
            + "or pass it over a bus");

    public static readonly DiagnosticDescriptor SharedState = Create("SME061", "State in another object",
        "'{0}' belongs to another object than the process, whose fields are constants in hardware; keep the state in a field of the "
            + "process, or in a struct");

    public static readonly DiagnosticDescriptor SimulationOnly = Create("SME062", "Simulation value used in hardware",
        "'{0}' is marked [SimulationOnly], so its value does not exist in hardware");

    public static readonly DiagnosticDescriptor Output = Create("SME063", "Output to a console",
        "'{0}' has no hardware form; move it to a [SimulationOnly] method, or watch the waveform");

    public static readonly DiagnosticDescriptor Pattern = Create("SME064", "Pattern",
        "{0} has no hardware form; use constants, comparisons, 'and', 'or', 'not', and property or tuple patterns of these");

    public static readonly DiagnosticDescriptor Aliased = Create("SME065", "Two references to one place",
        "'{0}' is passed by reference twice in one call; hardware passes copies, so the result would not be C#'s; copy it into a local "
            + "variable first");

    /// <summary>All rules, in the order of their numbers; docs/diagnostics.md has a section for each.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        Internal, Construct, State, Unwritten, OwnOutput, Type, Float, Text, Allocation, Array, LoopBound, Loop, Recursion, Goto, Async,
        Exception, Delegate, Library, Unsafe, Checked, Dynamic, Reference, Nullable, StaticState, SharedState, SimulationOnly, Output,
        Pattern, Aliased,
    ];

    private static DiagnosticDescriptor Create(
        string id, string title, string message, DiagnosticSeverity severity = DiagnosticSeverity.Error) =>
        new(id, title, message, "SME", severity, isEnabledByDefault: true, helpLinkUri: "docs/diagnostics.md#" + id.ToLowerInvariant());
}

/// <summary>A rule broken somewhere.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Location">Where.</param>
/// <param name="Arguments">What the rule's message names.</param>
internal sealed record Finding(DiagnosticDescriptor Rule, Location Location, params object[] Arguments)
{
    public string Message => string.Format(System.Globalization.CultureInfo.InvariantCulture,
        Rule.MessageFormat.ToString(System.Globalization.CultureInfo.InvariantCulture), Arguments);

    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rule, Location, Arguments);
}
