// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;

namespace SME.Analyzers;

/// <summary>What a bus must keep to, SME101 to SME105; docs/sme.md lists them.</summary>
internal static class BusRules
{
#pragma warning disable RS2008 // The project has no releases whose rules would be tracked.
    internal static readonly DiagnosticDescriptor Accessors = Rule("SME101", "A signal can be read and written",
        "signal '{0}' of bus '{1}' must have both get and set: write '{{ get; set; }}'");
    internal static readonly DiagnosticDescriptor SignalType = Rule("SME102", "A signal has a type of hardware",
        "signal '{0}' of bus '{1}' has type '{2}', which has no fixed number of bits ({3}); use bool, an integer type, an enum, "
            + "Bits<TWidth>, or a struct or [InlineArray] struct of these");
    internal static readonly DiagnosticDescriptor OnlySignals = Rule("SME103", "A bus has only signals",
        "'{0}' of bus '{1}' is no signal: a bus has only properties '{{ get; set; }}' without a body; put it into a static class or an "
            + "extension method");
    internal static readonly DiagnosticDescriptor Reachable = Rule("SME104", "Generated code can reach a bus",
        "bus '{0}' cannot be reached by the code that stores it, because '{1}' is {2}; make it internal or public");
    internal static readonly DiagnosticDescriptor Duplicate = Rule("SME105", "Signals of a bus have different names",
        "bus '{1}' has two signals named '{0}', one from '{2}' and one from '{3}'; rename one");
#pragma warning restore RS2008

    private static DiagnosticDescriptor Rule(
        string id, string title, string message) => new(id, title, message, "SME", DiagnosticSeverity.Error, true);
}
