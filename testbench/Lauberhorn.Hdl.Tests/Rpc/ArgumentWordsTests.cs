// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;

namespace Lauberhorn.Hdl.Tests.Rpc;

public class ArgumentWordsTests
{
    private static readonly Gen<Bits<W768>> Lines = Gen.Byte.Array[96].Select(bytes => Bits<W768>.FromBytes(bytes));

    /// <summary>Layouts in which the halves of 64-bit values stand together.</summary>
    private static readonly Gen<Bits<W48>> Layouts = Gen.Int[0, 2].Array[ArgumentWords.Count].Select(choices =>
    {
        List<ArgumentWord> words = [];
        foreach (int choice in choices)
        {
            if (choice < 2)
            {
                words.Add((ArgumentWord)choice);
            }
            else
            {
                words.AddRange([ArgumentWord.First, ArgumentWord.Second]);
            }
        }

        while (words.Count > ArgumentWords.Count)
        {
            words.RemoveAt(words.Count - 1);
        }

        if (words[^1] == ArgumentWord.First)
        {
            words[^1] = ArgumentWord.Swap;
        }

        return Layout([.. words]);
    });

    [Fact]
    public void Converting_twice_changes_nothing() => Gen.Select(Lines, Layouts).Sample(
        (line, layout) => Assert.Equal(line, ArgumentWords.Convert(ArgumentWords.Convert(line, layout), layout)));

    [Fact]
    public void No_layout_leaves_all_as_it_is() => Lines.Sample(line => Assert.Equal(line, ArgumentWords.Convert(line, default)));

    [Fact]
    public void Values_become_native()
    {
        byte[] xdr = [0, 0, 0, 5, .. "ab\0\0"u8, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, .. new byte[80]];
        Bits<W768> native = ArgumentWords.Convert(
            Bits<W768>.FromBytes(xdr), Layout(ArgumentWord.Swap, ArgumentWord.AsIs, ArgumentWord.First, ArgumentWord.Second));
        byte[] bytes = new byte[96];
        native.CopyTo(bytes);
        Assert.Equal(5, BitConverter.ToInt32(bytes, 0));
        Assert.Equal("ab\0\0"u8, bytes.AsSpan(4, 4));
        Assert.Equal(0x0102_0304_0506_0708, BitConverter.ToInt64(bytes, 8));
        Assert.All(bytes[16..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Halves_beyond_the_ends_are_zero()
    {
        Bits<W768> all = Bits<W768>.AllOnes;
        Assert.Equal(0u, (uint)ArgumentWords.Convert(all, Layout(ArgumentWord.Second)).Slice<W32>(0));
        Assert.Equal(0u, (uint)ArgumentWords.Convert(all, Layout([.. new ArgumentWord[23], ArgumentWord.First])).Slice<W32>(23 * 32));
    }

    private static Bits<W48> Layout(params ArgumentWord[] words)
    {
        ulong layout = 0;
        for (int i = 0; i < words.Length; i++)
        {
            layout |= (ulong)words[i] << (2 * i);
        }

        return (Bits<W48>)layout;
    }
}
