// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Lauberhorn.Contract;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Registers;

/// <summary>
/// The places of the registers as a VHDL package, for test benches and for logic around the NIC. The NIC's own decoder comes from the same
/// definition.
/// </summary>
internal static class PackageText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    private const string Comment = "  -- ";

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
            text.Append('\n').Append(Markdown.Wrap($"{register.Meaning}.", Comment, Comment));
            text.Append(Culture, $"  constant {name} : natural := 16#{register.Offset:x3}#;\n");
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
