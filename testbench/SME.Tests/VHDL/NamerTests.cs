// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using SME.VHDL;

namespace SME.Tests.VHDL;

/// <summary>Names that every tool reads.</summary>
public class NamerTests
{
    private static readonly Gen<string> AnyName = Gen.String[Gen.Char["abzAZ019_. äß日"], 0, 12];

    [Fact]
    public void Every_name_is_a_basic_identifier_of_VHDL_and_none_is_given_out_twice() =>
        AnyName.List[1, 30].Sample(wanted =>
        {
            Namer namer = new();
            HashSet<string> given = [];
            foreach (string name in wanted)
            {
                string legal = namer.Name(name);
                Assert.Matches("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", legal);
                Assert.False(Namer.IsReserved(legal), legal);
                Assert.True(given.Add(legal), legal);
            }
        });

    [Fact]
    public void An_inner_name_space_does_not_hide_names_of_the_outer() =>
        AnyName.List[1, 10].Select(AnyName.List[1, 10]).Sample((outer, inner) =>
        {
            Namer around = new();
            HashSet<string> given = outer.Select(around.Name).ToHashSet();
            Namer inside = new(around);
            Assert.All(inner, name => Assert.DoesNotContain(inside.Name(name), given));
        });

    [Theory]
    [InlineData("UdpPort16", "udp_port16")]
    [InlineData("IPAddress", "ip_address")]
    [InlineData("value", "value")]
    [InlineData("__a__b__", "a_b")]
    [InlineData("8bits", "n8bits")]
    [InlineData("SHA256Round", "sha256_round")]
    public void Names_become_snake_case(string name, string expected) => Assert.Equal(expected, Namer.Snake(name));

    [Theory]
    [InlineData("Signal", "signal_0")]
    [InlineData("wire", "wire_0")]
    [InlineData("Class", "class_0")]
    [InlineData("to_unsigned", "to_unsigned_0")]
    public void Keywords_of_VHDL_Verilog_and_C_get_a_number(string name, string expected) => Assert.Equal(expected, new Namer().Name(name));
}
