// SPDX-License-Identifier: Apache-2.0
namespace SME.Form;

/// <summary>
/// An expression. Every expression of the form is free of side effects: the front end moves assignments, increments and
/// calls that change something into statements before it, in C#'s order of evaluation. Every implicit conversion of C#
/// is an explicit <see cref="Convert"/>, so operands already have the type that the operator works on.
/// </summary>
/// <param name="Type">Type of the value.</param>
public abstract record Expression(FormType Type);

/// <summary>A constant.</summary>
/// <param name="Type">bool, an integer type, char or an enum.</param>
/// <param name="Value">Decimal with an optional minus sign; <c>true</c> or <c>false</c>. Enums are given by their underlying value.</param>
public sealed record Literal(FormType Type, string Value) : Expression(Type);

/// <summary>The default value: all bits zero.</summary>
/// <param name="Type">Any hardware type.</param>
public sealed record Default(FormType Type) : Expression(Type);

/// <summary>A local variable, parameter or loop variable of the method.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Index">Index into <see cref="Method.Variables"/>.</param>
public sealed record Variable(FormType Type, int Index) : Expression(Type);

/// <summary>The object whose method runs: the process, or the struct on which a method was called.</summary>
/// <param name="Type">Its type.</param>
public sealed record This(FormType Type) : Expression(Type);

/// <summary>
/// A field of an object or of a struct value; an auto-property is its backing field, a captured primary-constructor
/// parameter the field that the compiler makes for it (found at elaboration by <paramref name="Name"/>).
/// </summary>
/// <param name="Type">Type of the field.</param>
/// <param name="Target">The object or struct value; null for a static field.</param>
/// <param name="DeclaringType">The type that declares the field.</param>
/// <param name="Name">The name in the source (of the field, the auto-property or the parameter).</param>
/// <param name="ReadOnly">Whether no hardware method can assign it, so that its value after construction is a constant.</param>
public sealed record Field(FormType Type, Expression? Target, FormType DeclaringType, string Name, bool ReadOnly) : Expression(Type);

/// <summary>An element of an array, of an inline array, or of an array of buses.</summary>
/// <param name="Type">Type of the element.</param>
/// <param name="Target">The array.</param>
/// <param name="Index">The index, any integer type.</param>
public sealed record Element(FormType Type, Expression Target, Expression Index) : Expression(Type);

/// <summary>The length of a C# array, int, a constant at elaboration (that of an inline array is a literal).</summary>
/// <param name="Type">int.</param>
/// <param name="Target">The array.</param>
public sealed record Length(FormType Type, Expression Target) : Expression(Type);

/// <summary>Reads a signal of a bus.</summary>
/// <param name="Type">Type of the signal.</param>
/// <param name="Bus">The bus: a field of the process, or an element of an array of buses.</param>
/// <param name="BusType">The interface that declares the signal.</param>
/// <param name="Name">Name of the property.</param>
public sealed record Signal(FormType Type, Expression Bus, FormType BusType, string Name) : Expression(Type);

/// <summary>Operators with one operand, of the operand's type.</summary>
public enum UnaryOperator
{
    /// <summary>Two's complement negation, wrapping.</summary>
    Negate,

    /// <summary>Bitwise complement, of an integer or a vector.</summary>
    Complement,

    /// <summary>Logical not, of bool.</summary>
    Not,
}

/// <summary>An operator with one operand.</summary>
/// <param name="Type">Type of operand and result.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Operand">The operand.</param>
public sealed record Unary(FormType Type, UnaryOperator Operator, Expression Operand) : Expression(Type);

/// <summary>
/// Operators with two operands. Both operands have one type, which is also the result's (bool for comparisons); only the
/// count of a shift may differ. Arithmetic wraps around (C# unchecked).
/// </summary>
public enum BinaryOperator
{
    /// <summary>Sum, wrapping.</summary>
    Add,

    /// <summary>Difference, wrapping.</summary>
    Subtract,

    /// <summary>Product, wrapping.</summary>
    Multiply,

    /// <summary>Quotient, rounded towards zero.</summary>
    Divide,

    /// <summary>Remainder, with the sign of the dividend.</summary>
    Remainder,

    /// <summary>Bitwise and; logical and without short circuit for bool.</summary>
    And,

    /// <summary>Bitwise or; logical or without short circuit for bool.</summary>
    Or,

    /// <summary>Bitwise exclusive or; inequality for bool.</summary>
    Xor,

    /// <summary>
    /// Left shift; an int count, masked to the operand's width as C# does for integers (see the subset table for vectors).
    /// </summary>
    ShiftLeft,

    /// <summary>Right shift, arithmetic for signed operands.</summary>
    ShiftRight,

    /// <summary>Right shift that fills with zeros.</summary>
    ShiftRightUnsigned,

    /// <summary>Equality, of any hardware type.</summary>
    Equal,

    /// <summary>Inequality, of any hardware type.</summary>
    NotEqual,

    /// <summary>Less than; signed or unsigned as the operands' type is.</summary>
    Less,

    /// <summary>Less than or equal; signed or unsigned as the operands' type is.</summary>
    LessOrEqual,

    /// <summary>Greater than; signed or unsigned as the operands' type is.</summary>
    Greater,

    /// <summary>Greater than or equal; signed or unsigned as the operands' type is.</summary>
    GreaterOrEqual,

    /// <summary>Logical and whose right side matters only if the left side is true; both are free of side effects.</summary>
    AndAlso,

    /// <summary>Logical or whose right side matters only if the left side is false; both are free of side effects.</summary>
    OrElse,
}

/// <summary>An operator with two operands.</summary>
/// <param name="Type">Type of the result.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Left">Left operand.</param>
/// <param name="Right">Right operand.</param>
public sealed record Binary(FormType Type, BinaryOperator Operator, Expression Left, Expression Right) : Expression(Type);

/// <summary>
/// A conversion between integer types, char, enums and <c>SME.Bits</c>, as C# unchecked: truncates, or extends by the source's
/// sign (vectors have none).
/// </summary>
/// <param name="Type">Type to convert to.</param>
/// <param name="Operand">The value.</param>
public sealed record Convert(FormType Type, Expression Operand) : Expression(Type);

/// <summary>Chooses one of two values.</summary>
/// <param name="Type">Type of both values.</param>
/// <param name="Condition">The condition, bool.</param>
/// <param name="WhenTrue">Value if true.</param>
/// <param name="WhenFalse">Value if false.</param>
public sealed record Conditional(FormType Type, Expression Condition, Expression WhenTrue, Expression WhenFalse) : Expression(Type);

/// <summary>A value of a field of a struct.</summary>
/// <param name="Name">Name of the field (or auto-property) in the source.</param>
/// <param name="Value">Its value.</param>
public sealed record FieldValue(string Name, Expression Value);

/// <summary>A struct value made from another by replacing fields: <c>with</c>, and construction (from <see cref="Default"/>).</summary>
/// <param name="Type">The struct type.</param>
/// <param name="Source">The value to start from.</param>
/// <param name="Fields">The fields replaced.</param>
public sealed record With(FormType Type, Expression Source, IReadOnlyList<FieldValue> Fields) : Expression(Type);

/// <summary>A new array or a collection expression, assigned to a local variable or a field, that nothing else refers to.</summary>
/// <param name="Type">The array or inline-array type.</param>
/// <param name="Length">Number of elements, constant at elaboration.</param>
/// <param name="Elements">The elements; empty means all default.</param>
public sealed record NewArray(FormType Type, Expression Length, IReadOnlyList<Expression> Elements) : Expression(Type);

/// <summary>Calls a method that returns a value and changes nothing (neither fields, nor signals, nor arguments).</summary>
/// <param name="Type">Type of the result.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The object or struct; null for a static method. A local function has the process as target, unless it is
/// static.</param>
/// <param name="Arguments">
/// Arguments in the order of the parameters, defaults filled in. An argument that is a bus, an array or another object stands
/// for it, as in C#: what the method writes to it is written to the original.
/// </param>
public sealed record Call(FormType Type, MethodReference Method, Expression? Target, IReadOnlyList<Expression> Arguments)
    : Expression(Type);

/// <summary>
/// Calls an operation that the back end knows by itself: the members of <c>SME.Bits</c>, and a few of the core library
/// (<c>System.Numerics.BitOperations</c>, <c>System.Buffers.Binary.BinaryPrimitives.ReverseEndianness</c>, <c>System.Math.Min</c>, ...);
/// docs/subset.md lists them. The indexer of <c>Bits</c> is <c>SME.Bits.Item</c>; <c>TWidth.Bits</c> is <c>SME.IWidth.Bits</c> with the
/// width as type argument. The operators of <c>Bits</c>, <c>Int128</c> and <c>UInt128</c> are <see cref="Unary"/> and
/// <see cref="Binary"/>, their conversions <see cref="Convert"/>. <c>Min</c>, <c>Max</c>, <c>Abs</c> and <c>Clamp</c> of the integer types
/// are those of <c>System.Math</c>.
/// </summary>
/// <param name="Type">Type of the result.</param>
/// <param name="Name">Full name, such as <c>SME.Bits.Slice</c> (the generic arity left out).</param>
/// <param name="TypeArguments">Type arguments of the declaring type, then of the method.</param>
/// <param name="Arguments">The target first if it is an instance member, then the arguments.</param>
public sealed record Intrinsic(
    FormType Type, string Name, IReadOnlyList<FormType> TypeArguments, IReadOnlyList<Expression> Arguments) : Expression(Type);

/// <summary>Names a method whose form is in its assembly.</summary>
/// <param name="DeclaringType">
/// The type that declares it, with type arguments. For a member of a type parameter (a static abstract member, or a method
/// of an interface that constrains it) the type parameter; <paramref name="Id"/> is then the interface member's, and the
/// method to call is that of the actual type which has it among its <see cref="Method.Overrides"/>. One without
/// parameters may also be evaluated through reflection, being a constant.
/// </param>
/// <param name="Id">The documentation comment id of the method's definition (with a suffix for a local function), unique within the
/// assembly.</param>
/// <param name="TypeArguments">Type arguments of the method.</param>
/// <param name="IsVirtual">Whether the object's run-time type decides which override is called.</param>
public sealed record MethodReference(FormType DeclaringType, string Id, IReadOnlyList<FormType> TypeArguments, bool IsVirtual);
