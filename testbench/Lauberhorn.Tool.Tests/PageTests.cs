// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;
using Lauberhorn.Tool.Pages;

namespace Lauberhorn.Tool.Tests;

/// <summary>Pages say what the code has: tables of parameters and ports, and names.</summary>
public class PageTests
{
    private static readonly SourceNames Sources = SourceNames.Of(
        """
        // NotThere is named in a comment only.
        namespace N { public class Base { public int Kept; } public sealed class Part(int width) : Base { public int Width => width; } }
        enum Kind : byte { First, Second }
        class Texts { const string Figure = "cycles_per_rpc"; }
        """,
        "a.cs");

    [Fact]
    public void The_pages_are_what_the_code_gives() =>
        Assert.All(PageFiles.All(), page => Assert.Equal(page.Value, File.ReadAllText(Path.Combine(Repository.Root, page.Key))));

    [Fact]
    public void No_page_names_what_the_code_does_not_have()
    {
        IReadOnlyList<string> problems = PageFiles.Problems();
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Theory]
    [InlineData("the `Part`, its `Part.Width` and `Part.Kept`, `Kind.First`, `cycles_per_rpc`, `int x = 3`, `Part(0x10)`")]
    [InlineData("`tools/lauberhorn waits --check`, `bench latency --machine enzian`, `--seed 7`, `<design>_types.vhd`")]
    [InlineData("```\n`Nonesuch` stands in a block of code\n```\n")]
    public void A_page_may_name_what_there_is(string text) => Assert.Empty(new PageNames(Sources).Problems("docs/a.md", text));

    [Theory]
    [InlineData("one\n`Nonesuch`", "docs/a.md:2: `Nonesuch`: no name 'Nonesuch' in the sources")]
    [InlineData("`NotThere`", "docs/a.md:1: `NotThere`: no name 'NotThere' in the sources")]
    [InlineData("`Kind.Kept`", "docs/a.md:1: `Kind.Kept`: Kind has no member 'Kept'")]
    [InlineData("`hdl/None.cs`", "docs/a.md:1: `hdl/None.cs`: no such file or directory")]
    [InlineData("`tools/lauberhorn paint`", "docs/a.md:1: `tools/lauberhorn paint`: no verb 'paint'")]
    [InlineData("`bench latency --fast`", "docs/a.md:1: `bench latency --fast`: no option '--fast'")]
    [InlineData("`bench speed`x`bench speed --json`", "docs/a.md:1: `bench speed`: no NAME 'speed' of bench")]
    [InlineData("`--fastest`", "docs/a.md:1: `--fastest`: no option '--fastest'")]
    public void What_is_not_there_is_found(string text, string problem) =>
        Assert.Equal(problem, new PageNames(Sources).Problems("docs/a.md", text).First());

    [Fact]
    public void A_link_to_a_heading_that_is_not_there_is_found()
    {
        Dictionary<string, string> pages = new()
        {
            ["README.md"] = "[one](docs/a.md#two-words-more), [here](docs/a.md#named), [other](docs/none.md#x)\n[no](docs/a.md#three)",
            ["docs/a.md"] = "# A\n\n## Two words, more\n\n<a id=\"named\"></a> [up](../README.md#nowhere)",
        };
        Assert.Equal(
            ["README.md:2: docs/a.md has no heading for '#three'", "docs/a.md:5: README.md has no heading for '#nowhere'"],
            PageLinks.Problems(pages));
    }

    [Fact]
    public void Each_parameter_has_a_unit_and_a_range_that_holds()
    {
        string page = PageFiles.All()["docs/configuration.md"];
        Assert.All(VerbTable.Parameters, parameter => Assert.Contains($"| `{parameter.Name}` | ", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Words_are_wrapped_where_they_may_be()
    {
        string words = string.Join(' ', Enumerable.Repeat("`a b c d e f g`", 30));
        string[] lines = Markdown.Wrap(words, "- ").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, Markdown.Width));
        Assert.All(lines, line => Assert.Equal(0, line.Count(letter => letter == '`') % 2));
        Assert.All(lines.Skip(1), line => Assert.StartsWith("  `", line, StringComparison.Ordinal));
        Assert.Equal($"- {words}", string.Join(' ', lines.Select(line => line.Trim())));
    }

    [Fact]
    public void A_row_that_is_too_long_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => Markdown.Table(["a"], [[new string('x', Markdown.Width)]]));
}
