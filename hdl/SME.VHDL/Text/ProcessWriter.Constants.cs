// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using System.Text;
using SME.VHDL.Elaboration;
using SME.VHDL.Hardware;

namespace SME.VHDL.Text;

/// <content>
/// Constants, around a mistake of GHDL 2.0: a constant of 33 to 64 bits whose lowest 32 are zero, or of 96, 128, ... bits of which
/// only the highest 32 are not all zero, becomes zero in the Verilog, and so does every constant expression with that value.
/// Such a value goes by a signal that is driven in two pieces.
/// </content>
internal sealed partial class ProcessWriter
{
    private readonly Dictionary<(BigInteger Bits, int Width, int Kind), string> constantSignals = [];
    private readonly StringBuilder constantDeclarations = new();
    private readonly StringBuilder constantDrivers = new();

    /// <summary>Whether GHDL would write zeros instead.</summary>
    private static bool IsMiswritten(BigInteger bits, int width) =>
        width > 32 && (width < 64 || width % 32 == 0) && !bits.IsZero && (bits & ((BigInteger.One << LowBits(width)) - 1)).IsZero;

    private static int LowBits(int width) => Math.Max(32, width - 32);

    /// <summary>A constant where its type and length are known from the context.</summary>
    private string Literal(Node constant)
    {
        if (constant is Constant scalar)
        {
            return Guarded(scalar) ?? Literals.InContext(scalar, types);
        }

        return IsMiswritten(Packed(constant, false), constant.Width) || IsMiswritten(Packed(constant, true), constant.Width)
            ? Forced(constant)
            : Literals.InContext(constant, types);
    }

    /// <summary>The signal that stands for a constant that must not be written as one; null for others.</summary>
    private string? Guarded(Constant constant) => IsMiswritten(Constants.Bits(constant), constant.Width) ? ConstantSignal(constant) : null;

    /// <summary>The values of a bus at reset, where they are assigned.</summary>
    private string ResetBus(BusPort port)
    {
        Node[] parts = port.Bus.Signals.Select(signal => Constants.From(signal.InitialValue, TypesPackage.TypeOf(port.Bus, signal)))
            .ToArray();
        int width = parts.Sum(part => part.Width);
        BigInteger bits = BigInteger.Zero;
        int offset = 0;
        foreach (Node part in parts)
        {
            bits |= Packed(part, true) << offset;
            offset += part.Width;
        }

        bool isMiswritten = IsMiswritten(bits, width);
        return "(" + string.Join(", ", parts.Select((part, i) => $"{types.SignalName(port.Bus, i)} => "
            + $"{(isMiswritten ? Forced(part) : Literal(part))}")) + ")";
    }

    private string Forced(Node constant)
    {
        switch (constant)
        {
            case Constant scalar:
                return scalar.Value.IsZero ? Literals.InContext(scalar, types) : ConstantSignal(scalar);
            case Aggregate { Type: HardwareRecord record } aggregate:
                return $"({string.Join(", ", aggregate.Parts.Select((part, i) => $"{types.FieldName(record, i)} => {Forced(part)}"))})";
            default:
                Aggregate array = (Aggregate)constant;
                return array.Parts.Count == 1 ? $"(0 => {Forced(array.Parts[0])})" : $"({string.Join(", ", array.Parts.Select(Forced))})";
        }
    }

    private string ConstantSignal(Constant constant)
    {
        BigInteger bits = Constants.Bits(constant);
        (BigInteger, int, int) key = (bits, constant.Width, constant.Type is HardwareBoolean ? 2 : constant.Type.IsSigned ? 1 : 0);
        if (!constantSignals.TryGetValue(key, out string? name))
        {
            name = names.Claim("constant_value");
            constantSignals.Add(key, name);
            constantDeclarations.Append(CultureInfo.InvariantCulture, $"  signal {name} : {types.Subtype(constant.Type)};\n");
            if (constant.Width <= 32)
            {
                constantDrivers.Append(CultureInfo.InvariantCulture, $"  {name} <= {Literals.InContext(constant, types)};\n");
            }
            else
            {
                int low = LowBits(constant.Width);
                constantDrivers.Append(CultureInfo.InvariantCulture,
                    $"  {name}({constant.Width - 1} downto {low}) <= {Literals.BitString(bits >> low, constant.Width - low)};\n");
                constantDrivers.Append(CultureInfo.InvariantCulture,
                    $"  {name}({low - 1} downto 0) <= {Literals.BitString(bits & ((BigInteger.One << low) - 1), low)};\n");
            }
        }

        return name;
    }

    /// <summary>All bits, with the first element of an array in the lowest or in the highest bits.</summary>
    private static BigInteger Packed(Node constant, bool isFirstElementHigh)
    {
        if (constant is Constant scalar)
        {
            return Constants.Bits(scalar);
        }

        Aggregate aggregate = (Aggregate)constant;
        BigInteger packed = BigInteger.Zero;
        int offset = 0;
        foreach (Node part in aggregate.Type is HardwareArray && isFirstElementHigh ? aggregate.Parts.Reverse() : aggregate.Parts)
        {
            packed |= Packed(part, isFirstElementHigh) << offset;
            offset += part.Width;
        }

        return packed;
    }
}
