// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>Reads a value change dump back: what each variable holds at each time. It knows the standard, not our writer.</summary>
internal sealed class VcdFile
{
    private readonly Dictionary<string, List<string>> namesOf = [];
    private readonly SortedDictionary<long, Dictionary<string, string>> changes = [];

    internal VcdFile(string path)
    {
        Queue<string> words = new(File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        List<string> scopes = [];
        long time = 0;
        while (words.TryDequeue(out string? word))
        {
            switch (word)
            {
                case "$scope":
                    words.Dequeue();
                    scopes.Add(words.Dequeue());
                    Assert.Equal("$end", words.Dequeue());
                    break;
                case "$upscope":
                    scopes.RemoveAt(scopes.Count - 1);
                    Assert.Equal("$end", words.Dequeue());
                    break;
                case "$var":
                    Declare(words, scopes);
                    break;
                case "$comment" or "$timescale" or "$enddefinitions":
                    while (words.Dequeue() != "$end")
                    {
                    }

                    break;
                case "$dumpvars" or "$end":
                    break;
                case ['#', ..]:
                    Assert.True(time < (time = long.Parse(word[1..])) || time == 0);
                    break;
                case ['b', ..] or ['s', ..]:
                    Change(time, words.Dequeue(), word[1..]);
                    break;
                default:
                    Assert.Contains(word[0], "01");
                    Change(time, word[1..], word[..1]);
                    break;
            }
        }

        Assert.Empty(scopes);
    }

    internal IEnumerable<string> Names => namesOf.Values.SelectMany(names => names);

    internal int ChangeCount { get; private set; }

    /// <summary>What a variable holds at a time, as in the file.</summary>
    internal string At(string name, long time) => changes.Where(change => change.Key <= time && change.Value.ContainsKey(name))
        .Last().Value[name];

    private void Declare(Queue<string> words, List<string> scopes)
    {
        words.Dequeue();
        words.Dequeue();
        string code = words.Dequeue();
        string name = string.Join('.', scopes.Append(words.Dequeue()));
        while (words.Dequeue() != "$end")
        {
        }

        if (!namesOf.TryGetValue(code, out List<string>? names))
        {
            namesOf[code] = names = [];
        }

        names.Add(name);
    }

    private void Change(long time, string code, string value)
    {
        ChangeCount++;
        if (!changes.TryGetValue(time, out Dictionary<string, string>? at))
        {
            changes[time] = at = [];
        }

        foreach (string name in namesOf[code])
        {
            at[name] = value;
        }
    }
}
