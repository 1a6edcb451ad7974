// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool.Front;

/// <summary>What the launcher knows of the command line without a build: files in <c>tools/front</c>.</summary>
public static class FrontFiles
{
    /// <summary>The files' texts, by path from the repository's root.</summary>
    public static IReadOnlyDictionary<string, string> All() => new Dictionary<string, string>
    {
        ["tools/front/verbs"] = VerbTable.Text(),
        ["tools/front/help"] = Help.Overview(),
    }.Concat(VerbTable.Verbs.Select(verb => KeyValuePair.Create($"tools/front/help-{VerbTable.NameOf(verb)}",
        Help.Of(verb)))).ToDictionary();
}
