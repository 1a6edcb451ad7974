// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace Lauberhorn.Driver.Tests;

public class LayoutTests
{
    private static readonly (Type Type, Gen<object> Value)[] Scalars =
    [
        (typeof(int), Gen.Int.Select(value => (object)value)),
        (typeof(uint), Gen.UInt.Select(value => (object)value)),
        (typeof(bool), Gen.Bool.Select(value => (object)value)),
        (typeof(float), Gen.Float.Select(value => (object)value)),
        (typeof(long), Gen.Long.Select(value => (object)value)),
        (typeof(ulong), Gen.ULong.Select(value => (object)value)),
        (typeof(double), Gen.Double.Select(value => (object)value)),
        (typeof(Colour), Gen.Int[-1, 2].Select(value => (object)(Colour)value)),
        (typeof(Point), Gen.Select(Gen.Int, Gen.Double, (x, weight) => (object)new Point { X = x, Weight = weight })),
        (typeof(ValueTuple<uint, Point>), Gen.Select(Gen.UInt, Gen.Int, (a, x) => (object)(a, new Point { X = x, Weight = 0.5 }))),
        (typeof(Person), Gen.Select(Gen.UInt, Gen.String[0, 20], (id, name) => (object)new Person(id, Plain(name)))),
    ];

    private static readonly (Type Type, Gen<object> Value)[] Variables =
    [
        (typeof(string), Gen.String[0, 200].Select(value => (object)Plain(value))),
        (typeof(byte[]), Gen.Byte.Array[0, 300].Select(value => (object)value)),
    ];

    private static Gen<(Type Type, object Value)[]> Signatures { get; } =
        from items in Gen.Int[0, Scalars.Length + Variables.Length - 1].Array[0, 14]
        from last in Gen.Int[0, Variables.Length]
        from values in Sequence([
            .. items.Where((item, i) => item < Scalars.Length || i % 3 == 0)
                .Select(item => item < Scalars.Length ? Scalars[item] : Variables[item - Scalars.Length]),
            .. last < Variables.Length ? new[] { Variables[last] } : []])
        select values;

    [Fact]
    public void Arguments_come_through_XDR_the_NIC_and_the_reader_as_they_were() =>
        Signatures.Sample(
            values =>
            {
                MessageLayout layout = Layout(values);
                byte[] xdr = Xdr(values);
                object[] read = layout.Read(layout.Convert(xdr));
                AssertSame(values, read);
                Assert.True(xdr.Length >= layout.MinimumBytes);
            },
            iter: 500);

    [Fact]
    public void Results_come_through_the_writer_and_the_NIC_as_XDR() =>
        Signatures.Sample(
            values =>
            {
                MessageLayout layout = Layout(values);
                byte[] xdr = Xdr(values);
                if (xdr.Length <= layout.MaximumBytes)
                {
                    Assert.Equal(Convert.ToHexString(xdr),
                        Convert.ToHexString(layout.Convert(layout.Write([.. values.Select(value => value.Value)]))));
                }
            },
            iter: 500);

    [Fact]
    public void What_the_NIC_is_told_of_the_length_is_where_the_length_is() =>
        Signatures.Sample(
            values =>
            {
                MessageLayout layout = Layout(values);
                byte[] xdr = Xdr(values);
                if (layout.LengthWord != MessageLayout.NoLengthWord)
                {
                    int length = (int)BinaryPrimitives.ReadUInt32BigEndian(xdr.AsSpan(4 * layout.LengthWord));
                    Assert.Equal(xdr.Length, (4 * layout.LengthWord) + 4 + ((length + 3) & ~3));
                    Assert.Equal(layout.MinimumBytes, (4 * layout.LengthWord) + 4);
                }
                else if (layout.IsNative)
                {
                    Assert.Equal(xdr.Length, layout.MinimumBytes);
                }
            },
            iter: 500);

    [Fact]
    public void No_bytes_make_the_reader_fail_but_with_garbage_arguments() =>
        Gen.Select(Signatures, Gen.Byte.Array[0, 120]).Sample(
            (values, bytes) =>
            {
                try
                {
                    Layout(values).Read(bytes);
                }
                catch (GarbageArgumentsException)
                {
                }
            },
            iter: 500);

    [Fact]
    public void Twenty_four_words_are_native_and_one_more_is_not()
    {
        XdrShape hyper = XdrShape.Of(typeof(long), "test");
        XdrShape word = XdrShape.Of(typeof(int), "test");
        Assert.True(ArgumentLayoutCompiler.Compile([.. Enumerable.Repeat(hyper, 12)]).IsNative);
        MessageLayout raw = ArgumentLayoutCompiler.Compile([.. Enumerable.Repeat(hyper, 12), word]);
        Assert.Contains("100 bytes", raw.RawReason, StringComparison.Ordinal);
        Assert.Equal((0ul, 100), (raw.Code, raw.MinimumBytes));
    }

    [Fact]
    public void Two_strings_are_read_as_XDR_and_the_layout_says_why()
    {
        XdrShape text = XdrShape.Of(typeof(string), "test");
        MessageLayout layout = ArgumentLayoutCompiler.Compile([text, text]);
        Assert.Contains("followed by other items", layout.RawReason, StringComparison.Ordinal);
        Assert.Equal(MessageLayout.NoLengthWord, layout.LengthWord);
    }

    [Fact]
    public void Arguments_that_cannot_fit_any_message_are_refused()
    {
        XdrShape[] many = [.. Enumerable.Repeat(XdrShape.Of(typeof(long), "test"), 13)];
        Assert.Contains("104 bytes", Assert.Throws<ServiceDefinitionException>(() => ArgumentLayoutCompiler.Compile(many, 100)).Message,
            StringComparison.Ordinal);
    }

    private static string Plain(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static Gen<(Type Type, object Value)[]> Sequence((Type Type, Gen<object> Value)[] items) =>
        items.Aggregate(
            Gen.Const(Array.Empty<(Type, object)>()),
            (soFar, item) => Gen.Select(soFar, item.Value, ((Type, object)[] before,
                object value) => ((Type, object)[])[.. before, (item.Type, value)]));

    private static MessageLayout Layout((Type Type, object Value)[] values) =>
        ArgumentLayoutCompiler.Compile([.. values.Select((value, i) => XdrShape.Of(value.Type, $"item {i}"))]);

    // RFC 4506, written down a second time and without the driver's shapes.
    private static byte[] Xdr((Type Type, object Value)[] values)
    {
        List<byte> bytes = [];
        foreach ((Type _, object value) in values)
        {
            Item(value);
        }

        return [.. bytes];

        void Item(object value)
        {
            switch (value)
            {
                case int number: Big(unchecked((uint)number), 4); break;
                case uint number: Big(number, 4); break;
                case bool truth: Big(truth ? 1u : 0, 4); break;
                case Colour colour: Big(unchecked((uint)(int)colour), 4); break;
                case float number: Big(BitConverter.SingleToUInt32Bits(number), 4); break;
                case long number: Big(unchecked((ulong)number), 8); break;
                case ulong number: Big(number, 8); break;
                case double number: Big(BitConverter.DoubleToUInt64Bits(number), 8); break;
                case Point point: Item(point.X); Item(point.Weight); break;
                case ValueTuple<uint, Point> pair: Item(pair.Item1); Item(pair.Item2); break;
                case Person person: Item(person.Number); Item(person.Name); break;
                case string text: Opaque(Encoding.UTF8.GetBytes(text)); break;
                default: Opaque((byte[])value); break;
            }
        }

        void Big(ulong number, int count)
        {
            for (int i = count - 1; i >= 0; i--)
            {
                bytes.Add((byte)(number >> (8 * i)));
            }
        }

        void Opaque(byte[] content)
        {
            Big((ulong)content.Length, 4);
            bytes.AddRange(content);
            while (bytes.Count % 4 != 0)
            {
                bytes.Add(0);
            }
        }
    }

    private static void AssertSame((Type Type, object Value)[] expected, object[] got)
    {
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < got.Length; i++)
        {
            Assert.Equal(expected[i].Value, got[i]);
        }
    }

    public enum Colour
    {
        Red = -1,
        Green,
        Blue = 2,
    }

    public struct Point
    {
        public int X;
        public double Weight;
    }

    public readonly record struct Person(uint Number, string Name);
}
