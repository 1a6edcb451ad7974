// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace SME.VHDL;

/// <summary>
/// Gives out names that are legal in VHDL-2008 and in what comes after it (Verilog, SystemVerilog, C++), each once:
/// snake case, no keyword, no two that differ only in case, no underscore at either end and no two in a row. A namer may
/// have an outer one, whose names it does not give out again, so that nothing is hidden.
/// </summary>
public sealed class Namer
{
    private static readonly HashSet<string> Reserved = new(
        Words(VhdlWords).Concat(Words(VerilogWords)).Concat(Words(OtherWords)), StringComparer.Ordinal);

    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly Namer? outer;

    /// <summary>Begins a name space.</summary>
    /// <param name="outer">The name space around it; null for none.</param>
    public Namer(Namer? outer = null) => this.outer = outer;

    // IEEE 1076-2008, 15.10, and the words of PSL that it reserves.
    private const string VhdlWords = """
        abs access after alias all and architecture array assert assume assume_guarantee attribute begin block body buffer bus case
        component configuration constant context cover default disconnect downto else elsif end entity exit fairness file for force
        function generate generic group guarded if impure in inertial inout is label library linkage literal loop map mod nand new next
        nor not null of on open or others out package parameter port postponed procedure process property protected pure range record
        register reject release rem report restrict restrict_guarantee return rol ror select sequence severity shared signal sla sll
        sra srl strong subtype then to transport type unaffected units until use variable view vmode vprop vunit wait when while with
        xnor xor
        """;

    // IEEE 1800-2017, annex B. GHDL writes names into Verilog as they are.
    private const string VerilogWords = """
        accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before begin bind bins binsof
        bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos config const constraint context
        continue cover covergroup coverpoint cross deassign default defparam design disable dist do edge else end endcase endchecker
        endclass endclocking endconfig endfunction endgenerate endgroup endinterface endmodule endpackage endprimitive endprogram
        endproperty endspecify endsequence endtable endtask enum event eventually expect export extends extern final first_match for
        force foreach forever fork forkjoin function generate genvar global highz0 highz1 if iff ifnone ignore_bins illegal_bins
        implements implies import incdir include initial inout input inside instance int integer interconnect interface intersect
        join join_any join_none large let liblist library local localparam logic longint macromodule matches medium modport module
        nand negedge nettype new nexttime nmos nor noshowcancelled not notif0 notif1 null or output package packed parameter pmos
        posedge primitive priority program property protected pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure
        rand randc randcase randsequence rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran
        rtranif0 rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled
        signed small soft solve specify specparam static string strong strong0 strong1 struct super supply0 supply1 sync_accept_on
        sync_reject_on table tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior
        trireg type typedef union unique unique0 unsigned until until_with untyped use uwire var vectored virtual void wait wait_order
        wand weak weak0 weak1 while wildcard wire with within wor xnor xor
        """;

    // What the packages that every file uses declare, what the generator itself writes, and the keywords of C++ (Verilator).
    private const string OtherWords = """
        ieee work std std_logic std_ulogic std_logic_vector std_ulogic_vector unsigned signed unresolved_unsigned unresolved_signed
        boolean bit bit_vector integer natural positive string character time real resize shift_left shift_right rotate_left
        rotate_right to_integer to_unsigned to_signed to_std_logic to_index to_vector std_match to_01 maximum minimum rising_edge
        falling_edge true false now line text width severity_level note warning error failure rtl logic registers clk rst
        asm auto bool catch char char8_t char16_t char32_t concept const_cast constexpr consteval constinit co_await co_return
        co_yield decltype delete double dynamic_cast explicit float friend goto inline long main mutable namespace noexcept nullptr
        operator private public reinterpret_cast requires short sizeof static_assert static_cast switch template thread_local throw
        try typeid typename using volatile wchar_t bitand bitor compl and_eq or_eq xor_eq not_eq
        """;

    /// <summary>Whether a word must not be used as a name.</summary>
    /// <param name="word">The word, in lower case.</param>
    public static bool IsReserved(string word) => Reserved.Contains(word);

    /// <summary>A name for something, in snake case, that this name space has not given out yet.</summary>
    /// <param name="name">Its name in C#, or words joined by underscores or dots.</param>
    public string Name(string name) => Claim(Snake(name));

    /// <summary>Takes a name as it is, unless something else has it.</summary>
    /// <param name="name">A legal name.</param>
    /// <returns>The name, with a number if it was taken.</returns>
    public string Claim(string name)
    {
        string unique = name;
        for (int number = Reserved.Contains(name) ? 0 : 1; Reserved.Contains(unique) || !Take(unique); number++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
        }

        return unique;
    }

    /// <summary>Keeps a name from being given out.</summary>
    /// <param name="name">The name, in lower case.</param>
    public void Reserve(string name) => taken.Add(name);

    /// <summary>Turns a name of C# into snake case: <c>UdpPort16</c> is <c>udp_port16</c>, <c>IPAddress</c> is <c>ip_address</c>.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Letters, digits and single underscores, in lower case, beginning with a letter; may be a keyword.</returns>
    public static string Snake(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        StringBuilder text = new(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            char character = name[i];
            if (!char.IsAsciiLetterOrDigit(character))
            {
                if (character is > '\x7f' && char.IsLetterOrDigit(character))
                {
                    // A letter beyond ASCII has no place in VHDL's basic identifiers that every tool reads.
                    text.Append('u').Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
                }
                else if (text.Length > 0 && text[^1] != '_')
                {
                    text.Append('_');
                }

                continue;
            }

            bool begins = char.IsAsciiLetterUpper(character) && i > 0
                && (char.IsAsciiLetterLower(name[i - 1]) || char.IsAsciiDigit(name[i - 1])
                    || (char.IsAsciiLetterUpper(name[i - 1]) && i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1])));
            if (begins && text.Length > 0 && text[^1] != '_')
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(character));
        }

        while (text.Length > 0 && text[^1] == '_')
        {
            text.Length--;
        }

        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
        {
            text.Insert(0, "n");
        }

        return text.ToString();
    }

    private static string[] Words(string text) => text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private bool Take(string name)
    {
        for (Namer? space = outer; space is not null; space = space.outer)
        {
            if (space.taken.Contains(name))
            {
                return false;
            }
        }

        return taken.Add(name);
    }
}
