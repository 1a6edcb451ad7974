// SPDX-License-Identifier: Apache-2.0

namespace SME.Analyzers.Tests;

/// <summary>What processes become.</summary>
public class FormTests
{
    private static void Becomes(string body, string expected, string members = "", string types = "") =>
        Assert.Equal(expected.ReplaceLineEndings("\n").Trim(), Snippet.Tick(body, members, types));

    [Fact]
    public void A_signal_is_read_and_written() => Becomes("o.X = i.A + 1;", "this.o!X = (this.i!A + 1);");

    [Fact]
    public void Implicit_conversions_are_explicit() => Becomes("o.X = i.C << 3; o.W = i.A < i.B;", """
        this.o!X = ((int)this.i!C << 3);
        this.o!W = ((long)this.i!A < (long)this.i!B);
        """);

    [Fact]
    public void Compound_assignment_computes_in_the_promoted_type() => Becomes("o.Z += i.C; o.Z <<= 2; count++;", """
        this.o!Z = (byte)((int)this.o!Z + (int)this.i!C);
        this.o!Z = (byte)((int)this.o!Z << 2);
        this.count = (this.count + 1#byte);
        """, "private byte count;");
}
