// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Lauberhorn.Contract;

namespace Lauberhorn.Tool.Registers;

/// <summary>
/// The places of the registers as a VHDL package, for test benches and for logic around the NIC. The NIC's own decoder comes from the same
/// definition.
/// </summary>
internal static class PackageText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    // A comment in as many lines as it needs.
    private static string Comment(string words)
    {
        const int Columns = 140;
        StringBuilder text = new();
        int column = Columns;
        foreach (string word in words.Split(' '))
        {
            string before = column + 1 + word.Length <= Columns ? " " : text.Length == 0 ? "  -- " : "\n  -- ";
            column = before.Length == 1 ? column + 1 + word.Length : "  -- ".Length + word.Length;
            text.Append(before).Append(word);
        }

        return text.Append('\n').ToString();
    }

    public static string Write()
    {
        StringBuilder text = new();
        text.Append(Culture, $"-- SPDX-License-Identifier: Apache-2.0\n-- {RegisterOutput.Origin}; do not edit.\n");
        text.Append("-- The NIC's registers: offsets in bytes, all registers 64 bits wide.\nlibrary ieee;\nuse "
            + "ieee.std_logic_1164.all;\n\npackage registers_pkg is\n");
        text.Append(Culture, $"  constant reg_size : natural := 16#{RegisterMap.Size:x}#;\n");
        text.Append(Culture, $"  constant reg_magic_value : std_logic_vector(63 downto 0) := x\"{RegisterMap.MagicValue:x16}\";\n");
        text.Append(Culture, $"  constant reg_version_value : natural := {RegisterMap.VersionValue};\n");
        foreach (Register register in RegisterMap.For(NicConfig.Enzian))
        {
            string name = $"reg_{Names.Snake(register.Name)}";
            text.Append(Culture, $"\n{Comment($"{register.Meaning}.")}  constant {name} : natural := 16#{register.Offset:x3}#;\n");
            if (register.Count != 1 && register.CountFrom is null)
            {
                text.Append(Culture, $"  constant {name}_count : natural := {register.Count};\n");
            }

            foreach (RegisterField field in register.Fields.Count > 1 ? register.Fields : [])
            {
                text.Append(Culture, $"  constant {name}_{Names.Snake(field.Name)}_low : natural := {field.Bit};\n");
                text.Append(Culture, $"  constant {name}_{Names.Snake(field.Name)}_high : natural := {field.Bit + field.Width - 1};\n");
            }
        }

        return text.Append("end package registers_pkg;\n").ToString();
    }
}
