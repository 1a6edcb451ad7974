// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace SME.Testing.Cosimulation;

/// <summary>
/// Names that VHDL allows and Verilog or C++ do not. GHDL 2.0 copies names as they are, so that a port called <c>small</c>
/// or <c>do</c> gives Verilog that does not parse.
/// </summary>
internal static partial class VerilogNames
{
    // Words of Verilog and SystemVerilog that GHDL's output never uses as such: wherever one stands, it is a name.
    [GeneratedRegex(
        @"(?<![\\$'`\w])("
        + "accept_on|alias|always_comb|always_ff|always_latch|assert|assume|automatic|before|bind|bins|binsof|bit|break|buf|"
        + "bufif0|bufif1|byte|casex|casez|cell|chandle|checker|class|clocking|cmos|config|const|constraint|context|continue|"
        + "cover|covergroup|coverpoint|cross|deassign|design|disable|dist|do|edge|endchecker|endclass|endclocking|endconfig|"
        + "endfunction|endgenerate|endgroup|endinterface|endpackage|endprimitive|endprogram|endproperty|endsequence|endspecify|"
        + "endtable|endtask|enum|event|eventually|expect|export|extends|extern|final|first_match|force|foreach|forever|fork|"
        + "forkjoin|function|generate|genvar|global|highz0|highz1|iff|ifnone|ignore_bins|illegal_bins|implements|implies|import|"
        + "incdir|include|inside|instance|int|interconnect|interface|intersect|join|join_any|join_none|large|let|liblist|library|"
        + "local|logic|longint|macromodule|matches|medium|modport|nand|nettype|new|nexttime|nmos|nor|noshowcancelled|not|notif0|"
        + "notif1|null|package|packed|pmos|primitive|priority|program|property|protected|pull0|pull1|pulldown|pullup|"
        + "pulsestyle_ondetect|pulsestyle_onevent|pure|rand|randc|randcase|randsequence|rcmos|real|realtime|ref|reject_on|"
        + "release|repeat|restrict|return|rnmos|rpmos|rtran|rtranif0|rtranif1|s_always|s_eventually|s_nexttime|s_until|"
        + "s_until_with|scalared|sequence|shortint|shortreal|showcancelled|small|soft|solve|specify|specparam|static|string|"
        + "strong|strong0|strong1|struct|super|supply0|supply1|sync_accept_on|sync_reject_on|table|tagged|task|this|throughout|"
        + "time|timeprecision|timeunit|tran|tranif0|tranif1|tri|tri0|tri1|triand|trior|trireg|type|typedef|union|unique|unique0|"
        + "unsigned|until|until_with|untyped|use|uwire|var|vectored|virtual|void|wait|wait_order|wand|weak|weak0|weak1|while|"
        + "wildcard|with|within|wor|xnor|xor"
        + @")(?!\w)")]
    private static partial Regex Word();

    // What Verilator calls a member whose name means something in C++.
    private static readonly HashSet<string> WordsOfCpp =
    [
        "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char", "char16_t",
        "char32_t", "class",
        "compl", "const", "const_cast", "constexpr", "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else",
        "enum",
        "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace",
        "new",
        "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast",
        "return",
        "short", "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local",
        "throw", "true",
        "try", "typedef", "typeid", "typename", "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor",
        "xor_eq",
    ];

    /// <summary>Escapes names that are words of Verilog, in what GHDL wrote.</summary>
    internal static string Escape(string verilog) => Word().Replace(verilog, @"\$1 ");

    /// <summary>The member of Verilator's class for a port.</summary>
    internal static string Member(string port) => WordsOfCpp.Contains(port) ? $"__SYM__{port}" : port;
}
