// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Tool.Benchmarks.Sme;

/// <summary>
/// The state of AES between two rounds: four columns of 32 bits, the first row in the highest byte (FIPS-197, section 3.4).
/// </summary>
public interface IAesState : IBus
{
    /// <summary>Column 0.</summary>
    uint Column0 { get; set; }

    /// <summary>Column 1.</summary>
    uint Column1 { get; set; }

    /// <summary>Column 2.</summary>
    uint Column2 { get; set; }

    /// <summary>Column 3.</summary>
    uint Column3 { get; set; }
}

/// <summary>Four words of the key schedule.</summary>
/// <param name="Word0">For column 0.</param>
/// <param name="Word1">For column 1.</param>
/// <param name="Word2">For column 2.</param>
/// <param name="Word3">For column 3.</param>
public readonly record struct AesRoundKey(uint Word0, uint Word1, uint Word2, uint Word3);

/// <summary>The tables and the key schedule of FIPS-197, computed from its definitions.</summary>
public static class AesTables
{
    /// <summary>The substitution box (section 5.1.1): inverse in GF(2^8), then an affine map.</summary>
    public static byte[] SubstitutionBox()
    {
        byte[] box = new byte[256];
        for (int value = 0; value < 256; value++)
        {
            byte inverse = 0;
            for (int candidate = 1; candidate < 256 && inverse == 0; candidate++)
            {
                if (Multiply((byte)value, (byte)candidate) == 1)
                {
                    inverse = (byte)candidate;
                }
            }

            int result = 0x63;
            for (int bit = 0; bit < 8; bit++)
            {
                int sum = (inverse >> bit) ^ (inverse >> ((bit + 4) & 7)) ^ (inverse >> ((bit + 5) & 7)) ^ (inverse >> ((bit + 6) & 7))
                    ^ (inverse >> ((bit + 7) & 7));
                result ^= (sum & 1) << bit;
            }

            box[value] = (byte)result;
        }

        return box;
    }

    /// <summary>Substitution and the first column of MixColumns (section 5.1.3) in one: 2s, s, s, 3s from the highest byte.</summary>
    public static uint[] MixedBox() =>
        [.. SubstitutionBox().Select(value => (uint)Multiply(value, 2) << 24 | (uint)value << 16 | (uint)value << 8 | Multiply(value, 3))];

    /// <summary>The 15 round keys of AES-256 (section 5.2).</summary>
    /// <param name="key">32 bytes.</param>
    public static AesRoundKey[] Expand(ReadOnlySpan<byte> key)
    {
        byte[] box = SubstitutionBox();
        uint[] words = new uint[60];
        byte constant = 1;
        for (int i = 0; i < words.Length; i++)
        {
            if (i < 8)
            {
                words[i] = (uint)(key[4 * i] << 24 | key[(4 * i) + 1] << 16 | key[(4 * i) + 2] << 8 | key[(4 * i) + 3]);
                continue;
            }

            uint previous = words[i - 1];
            if (i % 8 == 0)
            {
                previous = Substitute(previous << 8 | previous >> 24) ^ (uint)constant << 24;
                constant = Multiply(constant, 2);
            }
            else if (i % 8 == 4)
            {
                previous = Substitute(previous);
            }

            words[i] = words[i - 8] ^ previous;
        }

        return [.. words.Chunk(4).Select(round => new AesRoundKey(round[0], round[1], round[2], round[3]))];

        uint Substitute(uint word) => (uint)(box[word >> 24] << 24 | box[(word >> 16) & 255] << 16 | box[(word >> 8) & 255] << 8
            | box[word & 255]);
    }

    /// <summary>Product in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 (section 4.2).</summary>
    private static byte Multiply(byte left, byte right)
    {
        int product = 0;
        int shifted = left;
        for (int bit = 0; bit < 8; bit++)
        {
            if ((right >> bit & 1) != 0)
            {
                product ^= shifted;
            }

            shifted <<= 1;
            if (shifted > 255)
            {
                shifted ^= 0x11b;
            }
        }

        return (byte)product;
    }
}

/// <summary>Adds the first round key to the plaintext; its output is a register.</summary>
/// <param name="input">The plaintext.</param>
/// <param name="key">The round key.</param>
[ClockedProcess]
public sealed class AesWhitening(IAesState input, AesRoundKey key) : SimpleProcess
{
    [InputBus] private readonly IAesState input = input;
    [OutputBus] private readonly IAesState output = Scope.CreateBus<IAesState>();
    private readonly uint key0 = key.Word0;
    private readonly uint key1 = key.Word1;
    private readonly uint key2 = key.Word2;
    private readonly uint key3 = key.Word3;

    /// <summary>The state behind the first round key, 128 bits, a tick later.</summary>
    public IAesState Output => output;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        output.Column0 = input.Column0 ^ key0;
        output.Column1 = input.Column1 ^ key1;
        output.Column2 = input.Column2 ^ key2;
        output.Column3 = input.Column3 ^ key3;
    }
}

/// <summary>One of the inner rounds of AES; its output is a register.</summary>
/// <param name="input">The state before the round.</param>
/// <param name="key">The round key.</param>
[ClockedProcess]
public sealed class AesRound(IAesState input, AesRoundKey key) : SimpleProcess
{
    [InputBus] private readonly IAesState input = input;
    [OutputBus] private readonly IAesState output = Scope.CreateBus<IAesState>();
    private readonly uint[] box = AesTables.MixedBox();
    private readonly uint key0 = key.Word0;
    private readonly uint key1 = key.Word1;
    private readonly uint key2 = key.Word2;
    private readonly uint key3 = key.Word3;

    /// <summary>The state behind this round, 128 bits.</summary>
    public IAesState Output => output;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        uint column0 = input.Column0;
        uint column1 = input.Column1;
        uint column2 = input.Column2;
        uint column3 = input.Column3;
        output.Column0 = Mix(column0, column1, column2, column3) ^ key0;
        output.Column1 = Mix(column1, column2, column3, column0) ^ key1;
        output.Column2 = Mix(column2, column3, column0, column1) ^ key2;
        output.Column3 = Mix(column3, column0, column1, column2) ^ key3;
    }

    private static uint Rotate(uint value, int count) => value >> count | value << (32 - count);

    private uint Mix(uint first, uint second, uint third, uint fourth) =>
        box[first >> 24] ^ Rotate(box[(second >> 16) & 255], 8) ^ Rotate(box[(third >> 8) & 255], 16) ^ Rotate(box[fourth & 255], 24);
}

/// <summary>The last round of AES, which mixes no columns; its output is a register.</summary>
/// <param name="input">The state before the round.</param>
/// <param name="key">The round key.</param>
[ClockedProcess]
public sealed class AesLastRound(IAesState input, AesRoundKey key) : SimpleProcess
{
    [InputBus] private readonly IAesState input = input;
    [OutputBus] private readonly IAesState output = Scope.CreateBus<IAesState>();
    private readonly byte[] box = AesTables.SubstitutionBox();
    private readonly uint key0 = key.Word0;
    private readonly uint key1 = key.Word1;
    private readonly uint key2 = key.Word2;
    private readonly uint key3 = key.Word3;

    /// <summary>The ciphertext, 128 bits.</summary>
    public IAesState Output => output;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        uint column0 = input.Column0;
        uint column1 = input.Column1;
        uint column2 = input.Column2;
        uint column3 = input.Column3;
        output.Column0 = Substitute(column0, column1, column2, column3) ^ key0;
        output.Column1 = Substitute(column1, column2, column3, column0) ^ key1;
        output.Column2 = Substitute(column2, column3, column0, column1) ^ key2;
        output.Column3 = Substitute(column3, column0, column1, column2) ^ key3;
    }

    private uint Substitute(uint first, uint second, uint third, uint fourth) =>
        (uint)box[first >> 24] << 24 | (uint)box[(second >> 16) & 255] << 16 | (uint)box[(third >> 8) & 255] << 8 | box[fourth & 255];
}

/// <summary>AES-256 encryption as a pipeline: one block per tick, 15 ticks from plaintext to ciphertext.</summary>
public static class AesPipeline
{
    /// <summary>Builds it in the open scope.</summary>
    /// <param name="plaintext">What drives it.</param>
    /// <param name="key">32 bytes.</param>
    /// <returns>The ciphertext.</returns>
    public static IAesState Build(IAesState plaintext, ReadOnlySpan<byte> key)
    {
        AesRoundKey[] keys = AesTables.Expand(key);
        IAesState state = new AesWhitening(plaintext, keys[0]).Output;
        for (int round = 1; round < 14; round++)
        {
            state = new AesRound(state, keys[round]).Output;
        }

        return new AesLastRound(state, keys[14]).Output;
    }
}

/// <summary>The pipeline as a programmer would write it without SME.</summary>
public sealed class HandWrittenAes
{
    private readonly AesRoundKey[] keys;
    private readonly uint[] mixed = AesTables.MixedBox();
    private readonly byte[] box = AesTables.SubstitutionBox();
    private readonly State[] states = new State[15];
    private State input;

    /// <summary>Sets the key.</summary>
    /// <param name="key">32 bytes.</param>
    public HandWrittenAes(ReadOnlySpan<byte> key) => keys = AesTables.Expand(key);

    /// <summary>Runs some ticks.</summary>
    /// <param name="plaintext">The input.</param>
    /// <param name="ticks">How many.</param>
    /// <returns>The last stage.</returns>
    public State Run(State plaintext, long ticks)
    {
        State[] stages = states;
        for (long tick = 0; tick < ticks; tick++)
        {
            State last = stages[13];
            stages[14] = new State(
                Substitute(last.Column0, last.Column1, last.Column2, last.Column3) ^ keys[14].Word0,
                Substitute(last.Column1, last.Column2, last.Column3, last.Column0) ^ keys[14].Word1,
                Substitute(last.Column2, last.Column3, last.Column0, last.Column1) ^ keys[14].Word2,
                Substitute(last.Column3, last.Column0, last.Column1, last.Column2) ^ keys[14].Word3);
            for (int round = 13; round > 0; round--)
            {
                State before = stages[round - 1];
                stages[round] = new State(
                    Mix(before.Column0, before.Column1, before.Column2, before.Column3) ^ keys[round].Word0,
                    Mix(before.Column1, before.Column2, before.Column3, before.Column0) ^ keys[round].Word1,
                    Mix(before.Column2, before.Column3, before.Column0, before.Column1) ^ keys[round].Word2,
                    Mix(before.Column3, before.Column0, before.Column1, before.Column2) ^ keys[round].Word3);
            }

            stages[0] = new State(input.Column0 ^ keys[0].Word0, input.Column1 ^ keys[0].Word1, input.Column2 ^ keys[0].Word2,
                input.Column3 ^ keys[0].Word3);
            input = plaintext;
        }

        return stages[14];
    }

    private static uint Rotate(uint value, int count) => value >> count | value << (32 - count);

    private uint Mix(uint first, uint second, uint third, uint fourth) =>
        mixed[first >> 24] ^ Rotate(mixed[(second >> 16) & 255], 8) ^ Rotate(mixed[(third >> 8) & 255], 16)
            ^ Rotate(mixed[fourth & 255], 24);

    private uint Substitute(uint first, uint second, uint third, uint fourth) =>
        (uint)box[first >> 24] << 24 | (uint)box[(second >> 16) & 255] << 16 | (uint)box[(third >> 8) & 255] << 8 | box[fourth & 255];

    /// <summary>The AES state: four columns of 32 bits.</summary>
    /// <param name="Column0">Column 0.</param>
    /// <param name="Column1">Column 1.</param>
    /// <param name="Column2">Column 2.</param>
    /// <param name="Column3">Column 3.</param>
    public readonly record struct State(uint Column0, uint Column1, uint Column2, uint Column3);
}
