// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Elaboration;

/// <content>Operations that are known by name: the members of <c>SME.Bits</c> and some of the core library.</content>
internal sealed partial class ProcessElaborator
{
    private static readonly HardwareType Int32 = new HardwareInteger(32, true);

    private Node EvaluateIntrinsic(Intrinsic intrinsic, Frame frame)
    {
        Type[] types = intrinsic.TypeArguments.Select(argument => frame.Resolve(argument, location)).ToArray();
        Node[] arguments = intrinsic.Arguments.Select(argument => Evaluate(argument, frame)).ToArray();
        Node? result = intrinsic.Name.StartsWith("SME.", StringComparison.Ordinal)
            ? VectorIntrinsic(intrinsic.Name[4..], types, arguments)
            : CoreIntrinsic(intrinsic.Name, arguments, intrinsic, frame);
        if (result is null)
        {
            throw Rules.Fail(Rules.UnknownIntrinsic,
                $"{intrinsic.Name} has no VHDL; write it with operators, or use one of the operations in docs/vhdl.md", location);
        }

        HardwareType type = Hardware(intrinsic.Type, frame);
        return type.IsScalar ? Make.Convert(result, type) : result;
    }

    private Node? VectorIntrinsic(string name, Type[] types, Node[] arguments)
    {
        int Argument(int index) => HardwareTypes.WidthOf(types[index]);
        switch (name)
        {
            case "Bits.Width" or "IWidth.Bits":
                return Constants.Scalar(Int32, Argument(0));
            case "Bits.Zero":
                return Constants.Scalar(new HardwareVector(Argument(0)), 0);
            case "Bits.AllOnes":
                return Constants.Scalar(new HardwareVector(Argument(0)), -1);
            case "Bits.Resize":
                return Make.Convert(arguments[0], HardwareType.Unsigned(Argument(1)));
            case "Bits.Item" or "Bits.this" or "Bits.get_Item":
                return BitAt(arguments[0], arguments[1]);
            case "Bits.Slice":
                return SliceAt(arguments[0], arguments[1], Argument(1));
            case "Bits.WithSlice":
                return Replace(arguments[0], arguments[1], arguments[2]);
            case "Bits.WithBit":
                return Replace(arguments[0], arguments[1], Make.Convert(arguments[2], HardwareType.Unsigned(1)));
            case "Bits.GetByte":
                return SliceAt(arguments[0], Times8(arguments[1]), 8);
            case "Bits.WithByte":
                return Replace(arguments[0], Times8(arguments[1]), arguments[2]);
            case "Bits.GetUInt16BigEndian":
                return BigEndian(arguments[0], arguments[1], 2);
            case "Bits.GetUInt32BigEndian":
                return BigEndian(arguments[0], arguments[1], 4);
            case "Bits.ShiftLeftBytes":
                return Make.ShiftLeft(arguments[0], VectorCount(Times8(arguments[1]), arguments[0].Width));
            case "Bits.ShiftRightBytes":
                return Make.ShiftRight(arguments[0], VectorCount(Times8(arguments[1]), arguments[0].Width));
            case "Bits.ReverseBytes":
                return ReverseBytes(arguments[0]);
            case "Bits.AndReduce":
                return Make.Compare(Operator.Equal, arguments[0], Constants.Scalar(arguments[0].Type, -1));
            case "Bits.OrReduce":
                return Make.Compare(Operator.NotEqual, arguments[0], Constants.Zero(arguments[0].Type));
            case "Bits.XorReduce":
                return Make.XorReduce(arguments[0]);
            case "Bits.PopCount":
                return PopCount(arguments[0]);
            case "Bits.Equals":
                return AreEqual(arguments[0], arguments[1]);
            case "Bits.Concat":
                return Make.Concatenate(arguments);
            default:
                return null;
        }
    }

    private Node? CoreIntrinsic(string name, Node[] arguments, Intrinsic intrinsic, Frame frame)
    {
        int dot = name.LastIndexOf('.');
        string member = dot < 0 ? name : name[(dot + 1)..];
        if (arguments.Length == 0)
        {
            // MinValue, MaxValue and such: constants.
            HardwareType type = Hardware(intrinsic.Type, frame);
            BigInteger half = BigInteger.One << (type.Width - 1);
            return member switch
            {
                "MaxValue" or "get_MaxValue" => Constants.Scalar(type, type.IsSigned ? half - 1 : (half * 2) - 1),
                "MinValue" or "get_MinValue" => Constants.Scalar(type, type.IsSigned ? -half : 0),
                "Zero" or "get_Zero" => Constants.Scalar(type, 0),
                "One" or "get_One" => Constants.Scalar(type, 1),
                _ => null,
            };
        }

        Node first = arguments[0];
        switch (member)
        {
            case "PopCount":
                return PopCount(first);
            case "LeadingZeroCount":
                return LeadingZeros(first);
            case "TrailingZeroCount":
                return TrailingZeros(first);
            case "Log2":
                return Log2(first);
            case "IsPow2":
                Node one = Constants.Scalar(first.Type, 1);
                Node isPositive = first.Type.IsSigned
                    ? Make.Compare(Operator.Less, Constants.Zero(first.Type), first)
                    : Make.Compare(Operator.NotEqual, first, Constants.Zero(first.Type));
                Node cleared = Make.Wrapping(Operator.And, first.Type, first, Make.Wrapping(Operator.Subtract, first.Type, first, one));
                return Make.Logical(Operator.And, isPositive, Make.Compare(Operator.Equal, cleared, Constants.Zero(first.Type)));
            case "RotateLeft" or "RotateRight":
                return Rotate(first, arguments[1], member == "RotateLeft");
            case "ReverseEndianness":
                return ReverseBytes(first);
            case "Min":
                return Make.Select(Make.Compare(Operator.LessOrEqual, first, arguments[1]), first, arguments[1]);
            case "Max":
                return Make.Select(Make.Compare(Operator.LessOrEqual, arguments[1], first), first, arguments[1]);
            case "Clamp":
                return Make.Select(
                    Make.Compare(Operator.Less, first, arguments[1]),
                    arguments[1],
                    Make.Select(Make.Compare(Operator.Less, arguments[2], first), arguments[2], first));
            case "Abs":
                return Make.Select(Make.Compare(Operator.Less, first, Constants.Zero(first.Type)),
                    Make.Wrapping(Operator.Negate, first.Type, first), first);
            case "Sign":
                return Make.Select(
                    Make.Compare(Operator.Less, first, Constants.Zero(first.Type)),
                    Constants.Scalar(Int32, -1),
                    Make.Select(Make.Compare(Operator.Equal, first, Constants.Zero(first.Type)), Constants.Scalar(Int32, 0),
                        Constants.Scalar(Int32, 1)));
            case "Equals":
                return AreEqual(first, arguments[1]);
            case "CompareTo":
                return null;
            case "BigMul":
                HardwareType wide = new HardwareInteger(first.Width * 2, first.Type.IsSigned);
                return Make.Wrapping(Operator.Multiply, wide, Make.Convert(first, wide), Make.Convert(arguments[1], wide));
            case "IsNegative":
                return Make.Compare(Operator.Less, first, Constants.Zero(first.Type));
            case "IsEvenInteger":
                return Make.Not(Make.Bit(first, Constants.Scalar(Int32, 0)));
            case "IsOddInteger":
                return Make.Bit(first, Constants.Scalar(Int32, 0));
            default:
                return null;
        }
    }

    /// <summary>An index of bytes as one of bits.</summary>
    private static Node Times8(Node index)
    {
        if (index is Constant constant)
        {
            return Constants.Scalar(Int32, constant.Value * 8);
        }

        int bits = Make.UnsignedWidth(index);
        Node cut = Make.Convert(index, HardwareType.Unsigned(bits is > 0 and <= 28 ? bits : Math.Min(28, index.Width)));
        return Make.Concatenate([cut, Constants.Scalar(HardwareType.Unsigned(3), 0)]);
    }

    private Node BitAt(Node vector, Node index)
    {
        if (index is Constant constant)
        {
            return constant.Value.Sign < 0 || constant.Value >= vector.Width ? Constants.False : Make.Bit(vector, index);
        }

        return Make.Bit(vector is Read or Member or Item ? vector : Hoist(vector, "vector"), index);
    }

    private static Node SliceAt(Node vector, Node low, int width)
    {
        if (low is Constant constant)
        {
            // Out of range, C# would have thrown: this is never reached.
            return constant.Value.Sign < 0 || constant.Value + width > vector.Width
                ? Constants.Scalar(HardwareType.Unsigned(width), 0)
                : Make.Slice(vector, (int)constant.Value, width);
        }

        Node bits = Make.Reinterpret(vector, HardwareType.Unsigned(vector.Width));
        return Make.Truncate(Make.ShiftRight(bits, Make.Convert(low, HardwareType.Unsigned(Make.IndexWidth(vector.Width)))),
            Math.Min(width, vector.Width));
    }

    private Node Replace(Node vector, Node low, Node value)
    {
        HardwareType type = HardwareType.Unsigned(vector.Width);
        if (low is Constant constant)
        {
            int at = (int)BigInteger.Min(constant.Value, int.MaxValue);
            if (constant.Value.Sign < 0 || at > vector.Width - value.Width)
            {
                return vector;
            }

            vector = vector is Read or Member or Item || vector.IsConstant ? vector : Hoist(vector, "vector");
            List<Node> parts = [];
            if (at + value.Width < vector.Width)
            {
                parts.Add(Make.Slice(vector, at + value.Width, vector.Width - at - value.Width));
            }

            parts.Add(value);
            if (at > 0)
            {
                parts.Add(Make.Slice(vector, 0, at));
            }

            return Make.Concatenate(parts);
        }

        if (value.Width > vector.Width)
        {
            return vector;
        }

        Node count = Hoist(Make.Convert(low, HardwareType.Unsigned(Make.IndexWidth(vector.Width))), "low_bit");
        Node mask = Constants.Scalar(type, (BigInteger.One << value.Width) - 1);
        Node kept = Make.Wrapping(Operator.And, type, vector, Make.Wrapping(Operator.Not, type, Make.ShiftLeft(mask, count)));
        return Make.Wrapping(Operator.Or, type, kept, Make.ShiftLeft(Make.Convert(value, type), count));
    }

    private static Node BigEndian(Node vector, Node index, int bytes)
    {
        Node field = SliceAt(vector, Times8(index), 8 * bytes);
        return ReverseBytes(field);
    }

    private static Node ReverseBytes(Node value)
    {
        List<Node> parts = [];
        for (int i = 0; i < value.Width / 8; i++)
        {
            parts.Add(Make.Slice(value, i * 8, 8));
        }

        return Make.Concatenate(parts);
    }

    /// <summary>The number of ones: a tree of adders, each one bit wider than its operands.</summary>
    private Node PopCount(Node value)
    {
        value = Hoist(Make.Reinterpret(value, HardwareType.Unsigned(value.Width)), "ones");
        List<Node> sums = [];
        for (int i = 0; i < value.Width; i++)
        {
            sums.Add(Make.Slice(value, i, 1));
        }

        while (sums.Count > 1)
        {
            List<Node> next = [];
            for (int i = 0; i + 1 < sums.Count; i += 2)
            {
                HardwareType wider = HardwareType.Unsigned(Math.Max(sums[i].Width, sums[i + 1].Width) + 1);
                next.Add(Make.Wrapping(Operator.Add, wider, Make.Convert(sums[i], wider), Make.Convert(sums[i + 1], wider)));
            }

            if (sums.Count % 2 != 0)
            {
                next.Add(sums[^1]);
            }

            sums = next;
        }

        return Make.Convert(sums[0], Int32);
    }

    private Node LeadingZeros(Node value)
    {
        value = Hoist(value, "zeros");
        return Prioritise(value, Enumerable.Range(0, value.Width), bit => value.Width - 1 - bit, value.Width);
    }

    private Node TrailingZeros(Node value)
    {
        value = Hoist(value, "zeros");
        return Prioritise(value, Enumerable.Range(0, value.Width).Reverse(), bit => bit, value.Width);
    }

    private Node Log2(Node value)
    {
        value = Hoist(value, "number");
        return Prioritise(value, Enumerable.Range(0, value.Width), bit => bit, 0);
    }

    /// <summary>Assigns a result for each bit that is set; the last bit in the order wins.</summary>
    private Node Prioritise(Node value, IEnumerable<int> bits, Func<int, int> result, int otherwise)
    {
        HardwareType type = HardwareType.Unsigned(Make.IndexWidth(value.Width + 1));
        Cell cell = new("position", type, CellKind.Local) { IsTemporary = true };
        Place place = new(cell, []);
        EmitAssign(place, Constants.Scalar(type, otherwise));
        foreach (int bit in bits)
        {
            Node isSet = Make.Bit(value, Constants.Scalar(Int32, bit));
            if (isSet is Constant known)
            {
                if (known.Value.IsOne)
                {
                    EmitAssign(place, Constants.Scalar(type, result(bit)));
                }

                continue;
            }

            State before = state;
            (List<Lowered> then, State after, _) = Branch(before, () =>
            {
                EmitAssign(place, Constants.Scalar(type, result(bit)));
                return Flow.Next;
            });
            output.Add(new LoweredIf(location, isSet, then, []));
            state = State.Join([before, after]);
        }

        return Make.Convert(Known(new Read(cell)), Int32);
    }

    private Node Rotate(Node value, Node count, bool isLeft)
    {
        HardwareType type = HardwareType.Unsigned(value.Width);
        Node bits = Hoist(Make.Reinterpret(value, type), "rotated");
        int indexBits = Make.IndexWidth(value.Width);
        Node left = Make.Truncate(count, indexBits);
        if (!isLeft)
        {
            left = Make.Wrapping(Operator.Negate, left.Type, left);
        }

        // The width is a power of two, so the opposite count is the negated one; a count of zero gives zero or the value, both right.
        left = Hoist(left, "count");
        Node right = Make.Wrapping(Operator.Negate, left.Type, left);
        return Make.Wrapping(Operator.Or, type, Make.ShiftLeft(bits, left), Make.ShiftRight(bits, right));
    }
}
