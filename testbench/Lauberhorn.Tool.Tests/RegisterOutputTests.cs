// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Tool.Registers;
using SME;
using Process = System.Diagnostics.Process;

namespace Lauberhorn.Tool.Tests;

public class RegisterOutputTests
{
    private static readonly Gen<ulong[][]> FieldValues =
        Gen.ULong.Array[CommandLayout.All.Max(layout => layout.Fields.Count)].Array[CommandLayout.All.Count];

    [Fact]
    public void Files_in_the_repository_are_not_stale()
    {
        (int code, string output, _) = CommandLineTests.Run("registers --check");
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Names_are_split_at_their_words()
    {
        Assert.Equal("try_again_cycles", Names.Snake("TryAgainCycles"));
        Assert.Equal("IPV4_BAD_CHECKSUM", Names.Capitals("Ipv4BadChecksum"));
        Assert.Equal("rpc_call", Names.Snake("RPCCall"));
    }

    [Fact]
    public void No_field_of_a_command_overlaps_another_or_lies_in_two_registers()
    {
        foreach (CommandLayout layout in CommandLayout.All)
        {
            int end = 0;
            foreach (CommandField field in layout.Fields)
            {
                Assert.True(field.Bit >= end && field.Bit / 64 == (field.Bit + field.Width - 1) / 64, $"{layout.Name}.{field.Name}");
                end = field.Bit + field.Width;
            }
        }
    }

    [Fact]
    public void No_field_of_a_line_of_statistics_overlaps_another_and_each_has_what_the_hardware_puts_there()
    {
        foreach (StatisticsOf of in Enum.GetValues<StatisticsOf>())
        {
            LoadLineField[] fields = [.. LoadLine.Fields.Where(field => field.Of.Contains(of))];
            int end = 0;
            foreach (LoadLineField field in fields)
            {
                Assert.True(field.Place >= end && field.Place % field.Bytes == 0, $"{of}, {field.Name}");
                end = field.Place + (field.Bytes * field.Count);
            }

            // With all bits set in the records, the bytes that are not 0 are those of the fields; but a service's counts of 32 bits lie in
            // 8 bytes.
            byte[] line = new byte[NicConfig.LineBytes];
            Full(of).CopyTo(line);
            foreach (int place in Enumerable.Range(0, line.Length))
            {
                LoadLineField? field = fields.SingleOrDefault(field => place >= field.Place
                    && place < field.Place + (field.Bytes * field.Count));
                bool isUpperHalf = of == StatisticsOf.Service && field?.Place <= LoadLine.Dropped && place - field.Place >= 4;
                Assert.True((line[place] != 0) == (field is not null && !isUpperHalf), $"{of}, byte {place}, {field?.Name}");
            }
        }
    }

    [Fact]
    public void The_header_packs_commands_and_lays_lines_out_as_the_hardware_has_them() =>
        FieldValues.Array[4].Sample(CheckHeader, iter: 2);

    private static void CheckHeader(ulong[][][] cases)
    {
        StringBuilder program = new("#include <stddef.h>\n#include <stdio.h>\n#include \"lauberhorn_regs.h\"\n");
        foreach (ControlLineField field in ControlLine.Fields)
        {
            program.Append(CultureInfo.InvariantCulture,
                $"_Static_assert(offsetof(struct lauberhorn_control_line, {Names.Snake(field.Name)}) == {field.Place}, "
                    + $"\"{field.Name}\");\n");
        }

        program.Append("_Static_assert(sizeof(struct lauberhorn_control_line) == LAUBERHORN_LINE_BYTES, \"line\");\n");
        foreach (StatisticsOf of in Enum.GetValues<StatisticsOf>())
        {
            string name = $"struct lauberhorn_{Names.Snake(of.ToString())}_statistics";
            foreach (LoadLineField field in LoadLine.Fields.Where(field => field.Of.Contains(of)))
            {
                string member = Names.Snake(field.Name);
                program.Append(CultureInfo.InvariantCulture,
                    $"_Static_assert(offsetof({name}, {member}) == {field.Place}, \"{of}, {field.Name}\");\n");
                program.Append(CultureInfo.InvariantCulture,
                    $"_Static_assert(sizeof((({name} *)0)->{member}) == {field.Bytes * field.Count}, \"{of}, {field.Name}\");\n");
            }

            program.Append(CultureInfo.InvariantCulture, $"_Static_assert(sizeof({name}) == LAUBERHORN_LINE_BYTES, \"{of}\");\n");
        }

        program.Append("static void show(const __u64 *regs)\n{\n\tfor (int i = 0; i < 8; i++)\n\t\tprintf(\"%llu\\n\", (unsigned long "
            + "long)regs[i]);\n}\n\nint main(void)\n{\n\t__u64 regs[8];\n");
        List<ulong> expected = [];
        foreach (ulong[][] values in cases)
        {
            for (int i = 0; i < values.Length; i++)
            {
                CommandLayout layout = CommandLayout.All[i];
                string name = $"{Names.Snake(layout.Name)}_data";
                ulong[] registers = new ulong[8];
                List<string> members = [];
                for (int j = 0; j < layout.Fields.Count; j++)
                {
                    CommandField field = layout.Fields[j];
                    ulong value = values[i][j] & (ulong.MaxValue >> (64 - field.Width));
                    registers[field.Bit / 64] |= value << (field.Bit % 64);
                    members.Add($".{Names.Snake(field.Name)} = {value}ULL");
                }

                expected.AddRange(registers);
                program.Append(CultureInfo.InvariantCulture,
                    $"\t{{\n\t\tstruct lauberhorn_{name} in = {{ {string.Join(", ", members)} }};\n\t\tlauberhorn_pack_{name}(&in, "
                        + $"regs);\n\t\tshow(regs);\n\t}}\n");
            }
        }

        program.Append("\treturn 0;\n}\n");
        CompareOutput(program.ToString(), expected);
    }

    [Fact]
    public void The_header_finds_lines_where_the_driver_does()
    {
        StringBuilder program = new("#include <stdio.h>\n#include \"lauberhorn_regs.h\"\n\nint main(void)\n{\n");
        List<ulong> expected = [];
        foreach (AddressWindow window in from progress in new[] { 3, 4, 5 }
                                         from hash in Enum.GetValues<AddressHash>()
                                         from stride in new ulong[] { 128, 4096 }
                                         select new AddressWindow(1ul << 40, stride, hash, progress))
        {
            AddressPlanner planner = new(window);
            string members = $"{window.BaseAddress}ULL, {window.Stride}, {(int)window.Hash}, {window.ProgressColourBits}";
            program.Append(CultureInfo.InvariantCulture, $"\t{{\n\t\tstruct lauberhorn_window w = {{ {members} }};\n");
            program.Append("\t\t__u64 sum = lauberhorn_region_bytes(&w);\n");
            ulong sum = planner.RegionBytes;
            foreach (LineKind kind in Enum.GetValues<LineKind>().Where(kind => kind != LineKind.None))
            {
                int owners = kind == LineKind.ServiceStatistics ? Math.Min(65_536, 1 << (12 + window.ProgressColourBits)) : LineMap.Owners;
                int lines = kind is LineKind.ReceiveAux or LineKind.TransmitAux ? 32 : kind < LineKind.None ? 2 : 1;
                string name = $"LAUBERHORN_LINE_KIND_{Names.Capitals(kind.ToString())}";
                program.Append(CultureInfo.InvariantCulture, $"\t\tfor (__u32 o = 0; o < {owners}; o++)\n");
                program.Append(CultureInfo.InvariantCulture, $"\t\t\tfor (__u32 i = 0; i < {lines}; i++)\n");
                program.Append(CultureInfo.InvariantCulture, $"\t\t\t\tsum = sum * 31 + lauberhorn_line_address(&w, {name}, o, i);\n");
                for (int owner = 0; owner < owners; owner++)
                {
                    for (int index = 0; index < lines; index++)
                    {
                        sum = (sum * 31) + planner.Address(new EndpointLine(kind, (ushort)owner, (byte)index));
                    }
                }
            }

            program.Append("\t\tfor (__u32 o = 0; o < 1024; o++)\n\t\t\tsum = sum * 31 + lauberhorn_region_address(&w, o);\n");
            program.Append("\t\tprintf(\"%llu\\n\", (unsigned long long)sum);\n\t}\n");
            expected.Add(Enumerable.Range(0, LineMap.Owners).Aggregate(sum, (all, endpoint) => (all * 31) + planner.Region(endpoint)));
        }

        CompareOutput(program.Append("\treturn 0;\n}\n").ToString(), expected);
    }

    private static void CompareOutput(string program, IEnumerable<ulong> expected)
    {
        string directory = Directory.CreateTempSubdirectory("registers").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, "lauberhorn_regs.h"),
                RegisterOutput.Files()["kernel-module-shim/include/lauberhorn_regs.h"]);
            File.WriteAllText(Path.Combine(directory, "main.c"), program);
            Assert.Equal(string.Empty, Execute("gcc", $"-std=gnu11 -Wall -Wextra -Werror -o {directory}/main {directory}/main.c"));
            Assert.Equal(expected, Execute($"{directory}/main", string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => ulong.Parse(line, CultureInfo.InvariantCulture)));
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }

    private static Bits<W1024> Full(StatisticsOf of)
    {
        ServedRecord served = new(ulong.MaxValue, ulong.MaxValue);
        return of switch
        {
            StatisticsOf.Core => LoadPacking.Pack(new CoreLoadRecord
            {
                Idle = ulong.MaxValue,
                Stalled = ulong.MaxValue,
                Busy = ulong.MaxValue,
                Preempted = ulong.MaxValue,
                Other = ulong.MaxValue
            }),
            StatisticsOf.Service => LoadPacking.Pack(new ServiceLoadRecord(uint.MaxValue, uint.MaxValue, uint.MaxValue, ulong.MaxValue),
                served),
            _ => LoadPacking.Pack(
                new LoadRecord
                {
                    Arrivals = ulong.MaxValue,
                    Dispatched = ulong.MaxValue,
                    Dropped = ulong.MaxValue,
                    WaitCycles = ulong.MaxValue,
                    Queued = ushort.MaxValue,
                    PeakQueued = ushort.MaxValue,
                    Load = uint.MaxValue,
                    Waits = ~Bits<W512>.Zero,
                },
                served),
        };
    }

    private static string Execute(string program, string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        })!;
        string error = process.StandardError.ReadToEnd();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        return output;
    }
}
