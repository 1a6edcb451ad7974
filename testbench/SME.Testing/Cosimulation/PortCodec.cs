// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;

namespace SME.Testing.Cosimulation;

/// <summary>Copies between buses and ports.</summary>
/// <param name="buses">The buses, in the codec's order.</param>
/// <param name="ports">Memory laid out as <see cref="PortLayout"/> says.</param>
internal unsafe delegate void PortCopy(BusStorage[] buses, byte* ports);

/// <summary>
/// Moves values between buses and the ports of a model. The copying is compiled once, when the codec is made; a tick then
/// costs a load and a store for each port, without reflection and without allocation.
/// </summary>
internal sealed unsafe class PortCodec
{
    private readonly BusStorage[] buses;
    private readonly PortCopy encode;
    private readonly PortCopy decode;

    /// <summary>Compiles the copying.</summary>
    /// <param name="ports">Which ports.</param>
    /// <param name="layout">Where they lie.</param>
    /// <exception cref="CosimulationException">A port and what it is to carry differ in width.</exception>
    internal PortCodec(IEnumerable<BusPort> ports, PortLayout layout)
    {
        IGrouping<BusStorage, BusPort>[] groups = ports.GroupBy(port => port.Bus).ToArray();
        buses = groups.Select(group => group.Key).ToArray();
        Dictionary<RtlPort, PlacedPort> places = layout.Inputs.Concat(layout.Outputs).ToDictionary(placed => placed.Port);
        encode = Compile(groups, places, "Current", true);
        decode = Compile(groups, places, "Next", false);
    }

    /// <summary>The buses that have a port here.</summary>
    internal IReadOnlyList<BusStorage> Buses => buses;

    /// <summary>Current values of the buses into the ports. Bits of the ports that carry nothing stay as they are.</summary>
    internal void Encode(byte* ports) => encode(buses, ports);

    /// <summary>The ports into the next values of the buses.</summary>
    internal void DecodeNext(byte* ports) => decode(buses, ports);

    /// <summary>The ports into the buses: next values, which become current at once.</summary>
    internal void Decode(byte* ports)
    {
        decode(buses, ports);
        foreach (BusStorage bus in buses)
        {
            bus.Commit();
        }
    }

    private static PortCopy Compile(
        IGrouping<BusStorage, BusPort>[] groups, Dictionary<RtlPort, PlacedPort> places, string values, bool toPorts)
    {
        DynamicMethod method = new(toPorts ? "Encode" : "Decode", null, [typeof(BusStorage[]), typeof(byte*)], typeof(PortCodec).Module,
            true);
        ILGenerator code = method.GetILGenerator();
        for (int i = 0; i < groups.Length; i++)
        {
            Type storage = groups[i].Key.GetType();
            FieldInfo field = storage.GetField(values)!;
            LocalBuilder start = code.DeclareLocal(typeof(byte).MakeByRefType());
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldc_I4, i);
            code.Emit(OpCodes.Ldelem_Ref);
            code.Emit(OpCodes.Castclass, storage);
            code.Emit(OpCodes.Ldflda, field);
            code.Emit(OpCodes.Stloc, start);
            foreach (BusPort port in groups[i])
            {
                Copy(code, start, Leaves(field.FieldType, port), places[port.Port], toPorts);
            }
        }

        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<PortCopy>();
    }

    private static List<ValueLeaf> Leaves(Type values, BusPort port)
    {
        List<FieldInfo> path = [];
        Type type = values;
        foreach (string member in port.Members.Prepend(port.Signal))
        {
            path.Add(ValueLayout.FieldOf(type, member));
            type = path[^1].FieldType;
        }

        List<ValueLeaf> leaves = ValueLayout.Leaves(type, ValueLayout.OffsetOf(values, path));
        int width = leaves.Sum(leaf => leaf.Width);
        return width == port.Port.Width ? leaves
            : throw new CosimulationException(
                $"port {port.Port.Name} has {port.Port.Width} bits, but {port.Source} ({type.Name}) has {width}");
    }

    private static void Copy(ILGenerator code, LocalBuilder start, List<ValueLeaf> leaves, PlacedPort port, bool toPorts)
    {
        if (leaves is [var only] && IsPowerOfTwo(only.Bytes) && port.Port.Width <= 64)
        {
            Addresses(only.Offset);
            code.Emit(Load(toPorts ? only.Bytes : port.Size));
            if ((toPorts ? port.Size : only.Bytes) == sizeof(ulong))
            {
                // A vector's word is wider than the port of 32 bits or less that fills it; a 32-bit load alone would be extended by its
                // sign.
                code.Emit(OpCodes.Conv_U8);
            }

            code.Emit(Store(toPorts ? port.Size : only.Bytes));
        }
        else if (leaves is [var wide] && port.Port.Width > 64)
        {
            // What is left over on either side is zero and stays so.
            Addresses(wide.Offset);
            code.Emit(OpCodes.Ldc_I4, Math.Min(wide.Bytes, port.Size));
            code.Emit(OpCodes.Unaligned, (byte)1);
            code.Emit(OpCodes.Cpblk);
        }
        else
        {
            CopyBits(code, leaves, Value, Port, toPorts);
        }

        // Where to, then where from.
        void Addresses(int offset)
        {
            if (toPorts)
            {
                Port();
                Value(offset);
            }
            else
            {
                Value(offset);
                Port();
            }
        }

        void Value(int offset)
        {
            code.Emit(OpCodes.Ldloc, start);
            code.Emit(OpCodes.Ldc_I4, offset);
            code.Emit(OpCodes.Add);
        }

        void Port()
        {
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Ldc_I4, port.Offset);
            code.Emit(OpCodes.Add);
        }
    }

    private static void CopyBits(ILGenerator code, List<ValueLeaf> leaves, Action<int> value, Action port, bool toPorts)
    {
        int bit = 0;
        foreach (ValueLeaf leaf in leaves)
        {
            int left = leaf.Width;
            for (int offset = 0; left > 0;)
            {
                int bytes = (leaf.Bytes - offset) switch
                {
                    >= 8 => 8,
                    >= 4 => 4,
                    >= 2 => 2,
                    _ => 1,
                };
                int width = Math.Min(left, bytes * 8);
                if (toPorts)
                {
                    port();
                    code.Emit(OpCodes.Ldc_I4, bit);
                    code.Emit(OpCodes.Ldc_I4, width);
                    value(leaf.Offset + offset);
                    code.Emit(Load(bytes));
                    code.Emit(OpCodes.Conv_U8);
                    code.Emit(OpCodes.Call, ((Action<nint, int, int, ulong>)Insert).Method);
                }
                else
                {
                    value(leaf.Offset + offset);
                    port();
                    code.Emit(OpCodes.Ldc_I4, bit);
                    code.Emit(OpCodes.Ldc_I4, width);
                    code.Emit(OpCodes.Call, ((Func<nint, int, int, ulong>)Extract).Method);
                    code.Emit(Store(bytes));
                }

                offset += bytes;
                bit += width;
                left -= width;
            }
        }
    }

    private static void Insert(nint port, int bit, int width, ulong value) => BitPacking.Insert((byte*)port, bit, width, value);

    private static ulong Extract(nint port, int bit, int width) => BitPacking.Extract((byte*)port, bit, width);

    private static bool IsPowerOfTwo(int bytes) => bytes is 1 or 2 or 4 or 8;

    private static OpCode Load(int bytes) => bytes switch
    {
        1 => OpCodes.Ldind_U1,
        2 => OpCodes.Ldind_U2,
        4 => OpCodes.Ldind_U4,
        _ => OpCodes.Ldind_I8,
    };

    private static OpCode Store(int bytes) => bytes switch
    {
        1 => OpCodes.Stind_I1,
        2 => OpCodes.Stind_I2,
        4 => OpCodes.Stind_I4,
        _ => OpCodes.Stind_I8,
    };
}
