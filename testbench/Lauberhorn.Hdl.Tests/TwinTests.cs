// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Reply;
using SME;

namespace Lauberhorn.Hdl.Tests;

/// <summary>What the compiled simulation calls instead of methods that are written for hardware gives the same.</summary>
public class TwinTests
{
    // Each method with a twin has a property below.
    private static readonly string[] Compared =
    [
        "TableHash.OfRest", "TableHash.OfProcedure", "TableHash.OfProgram", "NeighbourHash.Of", "CallHash.Of", "ArgumentWords.Convert",
        "MessageChecks.Line", "LineBytes.First", "LineBytes.FirstOrAll", "LineBytes.Merge", "LineBytes.WithGroup",
    ];

    private static readonly Gen<Bits<W768>> Words = Gen.Byte.Array[96].Select(bytes => Bits<W768>.FromBytes(bytes));

    [Fact]
    public void Every_method_with_a_twin_is_compared() => Assert.Equal(
        Compared.Order(),
        new[] { typeof(TableHash), typeof(CallHash) }.SelectMany(type => type.Assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
                | BindingFlags.DeclaredOnly))
            .Where(method => method.IsDefined(typeof(SimulatedByAttribute)))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Order());

    [Fact]
    public void Hashes_of_services_are_the_same() =>
        Gen.Select(Gen.UShort, Gen.UInt, Gen.UInt, Gen.UInt, Gen.Int[0, 1], Gen.Int[1, 16]).Sample(
        (port, program, version, procedure, table, bits) =>
        {
            ServiceKey key = new(port, program, version, procedure);
            Assert.Equal(TableHash.OfRest(key, table, bits), TableHashRows.OfRest(key, table, bits));
            Assert.Equal(TableHash.OfProcedure(procedure, table, bits), TableHashRows.OfProcedure(procedure, table, bits));
            Assert.Equal(TableHash.OfProgram(port, program, table, bits), TableHashRows.OfProgram(port, program, table, bits));
            Assert.Equal(NeighbourHash.Of(program, table, bits), TableHashRows.OfNeighbour(program, table, bits));
        });

    [Fact]
    public void Hashes_of_calls_are_the_same() =>
        Gen.Select(Gen.UInt, Gen.UShort, Gen.UInt, Gen.UShort, Gen.Int[0, 1], Gen.Int[1, 16]).Sample(
        (client, port, xid, service, table, bits) =>
        {
            CallKey key = new(client, port, xid, service);
            Assert.Equal(CallHash.Of(key, table, bits), CallHashRows.Of(key, table, bits));
        });

    [Fact]
    public void Words_are_converted_the_same() => Gen.Select(Words, Gen.OneOf(Gen.Const(0UL), Gen.ULong)).Sample((words, layout) =>
        Assert.Equal(ArgumentWords.Convert(words, (Bits<W48>)layout), ArgumentWordsInMemory.Convert(words, (Bits<W48>)layout)));

    [Fact]
    public void Bytes_of_lines_are_the_same() =>
        Gen.Select(Gen.Byte.Array[384], Gen.UShort[0, 130], Gen.Byte, Gen.Bool, Gen.Int[0, 2]).Sample(
        (bytes, count, last, flag, kind) =>
        {
            Bits<W768> words = Bits<W768>.FromBytes(bytes.AsSpan(0, 96));
            Assert.Equal(LineBytes.First(words, count), LineBytesInMemory.First(words, count));
            Assert.Equal(LineBytes.FirstOrAll(words, last, flag), LineBytesInMemory.FirstOrAll(words, last, flag));
            Bits<W1024> news = Bits<W1024>.FromBytes(bytes.AsSpan(96, 128));
            Bits<W1024> olds = Bits<W1024>.FromBytes(bytes.AsSpan(224, 128));
            Bits<W128> mask = kind == 0 ? Bits<W128>.Zero : kind == 1 ? Bits<W128>.AllOnes : Bits<W128>.FromBytes(bytes.AsSpan(352, 16));
            Assert.Equal(LineBytes.Merge(mask, news, olds), LineBytesInMemory.Merge(mask, news, olds));
            Bits<W256> groups = Bits<W256>.FromBytes(bytes.AsSpan(0, 32));
            Assert.Equal(LineBytes.WithGroup(groups, last, flag), LineBytesInMemory.WithGroup(groups, last, flag));
        });

    [Fact]
    public void Lines_are_the_same() => Gen.Select(Words, Gen.ULong, Gen.Bool, Gen.UShort, Gen.UShort, Gen.ULong).Sample(
        (words, layout, isCall, slot, generation, pointer) =>
        {
            RoutedFrame frame = new()
            {
                Route = isCall ? RouteKind.Call : default,
                Service = new Service { ArgumentLayout = (Bits<W48>)layout, Process = slot, CodePointer = pointer, DataPointer = ~pointer },
            };
            Assert.Equal(MessageChecks.Line(frame, words, slot, generation), MessageLines.Line(frame, words, slot, generation));
        });
}
