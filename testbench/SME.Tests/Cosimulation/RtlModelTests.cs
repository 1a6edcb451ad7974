// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using CsCheck;
using SME.Testing.Cosimulation;

namespace SME.Tests.Cosimulation;

/// <summary>Hand-written VHDL becomes a library that C# drives.</summary>
public class RtlModelTests
{
    private const string Accumulator = """
        library ieee; use ieee.std_logic_1164.all; use ieee.numeric_std.all;
        entity accumulator is port (
          clk, rst : in std_logic; enable : in std_logic; amount : in std_logic_vector(99 downto 0);
          small : in std_logic_vector(12 downto 0);
          total : out std_logic_vector(99 downto 0); virtual : out std_logic_vector(12 downto 0); ones : out std_logic_vector(69 downto 0));
        end;
        architecture rtl of accumulator is signal sum : unsigned(99 downto 0); begin
          process (clk) begin if rising_edge(clk) then
            if rst = '1' then sum <= to_unsigned(7, 100); elsif enable = '1' then sum <= sum + unsigned(amount); end if;
          end if; end process;
          total <= std_logic_vector(sum); virtual <= not small; ones <= (others => '1');
        end;
        """;

    private static readonly RtlPort[] Ports =
    [
        new("enable", true, 1), new("amount", true, 100), new("small", true, 13), new("total", false, 100), new("virtual", false, 13),
        new("ones", false, 70),
    ];

    private static readonly RtlDesign Design = new("accumulator", [new RtlFile("accumulator.vhd", Accumulator)], Ports,
        RtlDesign.DefaultClocks);

    [Theory]
    [InlineData(RtlOptimization.Quick)]
    [InlineData(RtlOptimization.Full)]
    public void A_model_does_what_its_VHDL_says(RtlOptimization optimization)
    {
        RtlLibrary library = RtlBuilder.Build(Design, new RtlBuildOptions { Optimization = optimization });
        UInt128 mask = (UInt128.One << 100) - 1;
        Gen.Select(Gen.Bool, Gen.ULong, Gen.ULong, Gen.UShort[0, 8191]).List[1, 50].Sample(cycles =>
        {
            using RtlModel model = library.Start();
            model.Reset();
            UInt128 sum = 7;
            foreach ((bool enable, ulong high, ulong low, ushort small) in cycles)
            {
                UInt128 amount = new UInt128(high, low) & mask;
                Port("enable")[0] = enable ? (byte)1 : (byte)0;
                BinaryPrimitives.WriteUInt128LittleEndian(Port("amount"), amount);
                BinaryPrimitives.WriteUInt16LittleEndian(Port("small"), small);
                model.Step();
                Assert.Equal(sum, BinaryPrimitives.ReadUInt128LittleEndian(Port("total")));
                Assert.Equal((ushort)(~small & 8191), BinaryPrimitives.ReadUInt16LittleEndian(Port("virtual")));
                Assert.Equal((UInt128.One << 70) - 1, Wide(Port("ones")));
                sum = enable ? (sum + amount) & mask : sum;
            }

            Span<byte> Port(string name)
            {
                PlacedPort port = library.Layout.Inputs.Concat(library.Layout.Outputs).Single(port => port.Port.Name == name);
                return model.Ports.Slice(port.Offset, port.Size);
            }
        }, iter: 50);
    }

    [Fact]
    public void What_was_built_is_found_again()
    {
        RtlBuilder.Build(Design);
        long start = Environment.TickCount64;
        RtlBuilder.Build(Design);
        Assert.InRange(Environment.TickCount64 - start, 0, 1000);
    }

    [Fact]
    public void Two_models_with_the_same_names_inside_do_not_disturb_each_other()
    {
        RtlDesign other = Design with
        {
            Files = [new RtlFile("accumulator.vhd",
            Accumulator.Replace("to_unsigned(7,", "to_unsigned(9,", StringComparison.Ordinal))]
        };
        using RtlModel first = RtlBuilder.Build(Design).Start();
        using RtlModel second = RtlBuilder.Build(other).Start();
        first.Reset();
        second.Reset();
        int total = first.Library.Layout.Outputs[0].Offset;
        Assert.Equal(7, first.Ports[total]);
        Assert.Equal(9, second.Ports[total]);
    }

    [Fact]
    public void Waves_appear_on_demand()
    {
        string path = Path.Combine(Path.GetTempPath(), $"waves-{Guid.NewGuid():n}.fst");
        using (RtlModel model = RtlBuilder.Build(Design, new RtlBuildOptions { Waves = true }).Start())
        {
            model.WriteWaves(path);
            model.Reset();
            for (int i = 0; i < 10; i++)
            {
                model.Step();
            }
        }

        Assert.True(new FileInfo(path).Length > 100);
        File.Delete(path);
        using RtlModel without = RtlBuilder.Build(Design).Start();
        Assert.Contains("without waves", Assert.Throws<CosimulationException>(() => without.WriteWaves(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_VHDL_gives_GHDLs_message_with_file_and_line()
    {
        RtlDesign wrong = Design with
        {
            Files = [new RtlFile("accumulator.vhd",
            Accumulator.Replace("sum + ", "sum plus ", StringComparison.Ordinal))]
        };
        Assert.Contains("accumulator.vhd:9:", Assert.Throws<CosimulationException>(() => RtlBuilder.Build(wrong)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void GHDL_is_quiet_about_good_files_and_names_what_is_unused()
    {
        Assert.Empty(Ghdl.Analyse(Design.Files));
        RtlFile file = new("accumulator.vhd",
            Accumulator.Replace("is signal", "is signal spare : std_logic; signal", StringComparison.Ordinal));
        Assert.Contains("spare", string.Concat(Ghdl.Analyse([file])), StringComparison.Ordinal);
    }

    [Fact]
    public void Driving_from_CSharp_sees_the_same_as_the_bare_loop()
    {
        DriveComparison comparison = DriveComparison.Measure(RtlBuilder.Build(Design), 42, TimeSpan.FromMilliseconds(20));
        Assert.True(comparison.Ratio > 0.1, comparison.ToString());
    }

    private static UInt128 Wide(ReadOnlySpan<byte> words)
    {
        Span<byte> bytes = stackalloc byte[16];
        words.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt128LittleEndian(bytes);
    }
}
