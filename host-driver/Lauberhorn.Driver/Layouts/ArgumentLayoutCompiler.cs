// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>
/// Compiles what a procedure takes and returns in C# into the NIC's layouts. Native are: items of 32 and 64 bits, in order, of which the
/// last may be followed by one string or byte[], all but its bytes within a control line's 24 words. All else stays XDR, and the layout
/// says why.
/// </summary>
public static class ArgumentLayoutCompiler
{
    /// <summary>The most bytes of a message if there are 32 aux lines.</summary>
    public const int LargestMessage = ControlLine.InlineBytes + (32 * NicConfig.LineBytes);

    /// <summary>The layout of a method's parameters.</summary>
    /// <param name="method">The method.</param>
    /// <param name="largestMessage">The most bytes that a message can have: those of a control line and of all aux lines.</param>
    /// <exception cref="ServiceDefinitionException">A type has no place in XDR here.</exception>
    public static MessageLayout Arguments(MethodInfo method, int largestMessage = LargestMessage)
    {
        ArgumentNullException.ThrowIfNull(method);
        ParameterInfo[] parameters = method.GetParameters();
        if (parameters.FirstOrDefault(parameter => parameter.ParameterType.IsByRef) is ParameterInfo reference)
        {
            throw new ServiceDefinitionException(
                $"{Name(method)}, parameter {reference.Name}: it is ref, out or in; pass it by value, and return results as a struct");
        }

        return Compile([.. parameters.Select(parameter => Shape(parameter, $"{Name(method)}, parameter {parameter.Name}"))], largestMessage,
            Name(method) + ", parameters");
    }

    /// <summary>The layout of a method's results.</summary>
    /// <param name="method">The method.</param>
    /// <param name="largestMessage">The most bytes that a message can have.</param>
    /// <exception cref="ServiceDefinitionException">A type has no place in XDR here.</exception>
    public static MessageLayout Results(MethodInfo method, int largestMessage = LargestMessage)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Compile(
            method.ReturnType == typeof(void) ? [] : [Shape(method.ReturnParameter, $"{Name(method)}, result")],
            largestMessage,
            Name(method) + ", result");
    }

    /// <summary>The layout of values of given shapes.</summary>
    /// <param name="shapes">The shapes, in the values' order.</param>
    /// <param name="largestMessage">The most bytes that a message can have.</param>
    /// <param name="place">What has these shapes, for messages.</param>
    /// <exception cref="ServiceDefinitionException">Not even the smallest values fit a message.</exception>
    public static MessageLayout Compile(IReadOnlyList<XdrShape> shapes, int largestMessage = LargestMessage, string place = "a message")
    {
        ArgumentNullException.ThrowIfNull(shapes);
        XdrShape[] items = [.. shapes.SelectMany(shape => shape.Items)];
        int minimum = shapes.Sum(shape => shape.MinimumBytes);
        if (minimum > largestMessage)
        {
            throw new ServiceDefinitionException(
                $"{place}: {minimum} bytes at least, but a message has {largestMessage} at most; split it into several procedures");
        }

        bool hasLength = items is [.., { Kind: XdrKind.Variable }];
        int limit = 0;
        int lengthWord = (minimum / 4) - 1;
        if (hasLength)
        {
            int room = (largestMessage - minimum) & ~3;
            limit = items[^1].Limit < 0 ? room : Math.Min(items[^1].Limit, room);
        }

        string? rawReason =
            items.SkipLast(1).Any(item => item.Kind == XdrKind.Variable)
                ? "a string or byte[] is followed by other items, whose places are not known then"
            : minimum > 4 * MessageLayout.Words
                ? $"the items of fixed size take {minimum} bytes, and the NIC converts {4 * MessageLayout.Words}"
            : null;
        if (rawReason is not null)
        {
            long most = items.Sum(item => item.Kind == XdrKind.Variable ? 4L + (((item.Limit < 0 ? ushort.MaxValue : item.Limit) + 3) & ~3)
                : item.MinimumBytes);
            return new MessageLayout(shapes, 0, MessageLayout.NoLengthWord, 0, (int)Math.Min(most, largestMessage), rawReason);
        }

        ulong code = 0;
        int word = 0;
        foreach (XdrShape item in items)
        {
            ulong bits = item.Kind == XdrKind.DoubleWord ? MessageLayout.First | (MessageLayout.Second << 2) : MessageLayout.Swap;
            code |= bits << (2 * word);
            word += item.MinimumBytes / 4;
        }

        return new MessageLayout(
            shapes,
            code,
            hasLength ? (byte)lengthWord : MessageLayout.NoLengthWord,
            (ushort)limit,
            minimum + ((limit + 3) & ~3),
            null);
    }

    private static XdrShape Shape(ParameterInfo parameter, string place) =>
        XdrShape.Of(parameter.ParameterType, place, parameter.GetCustomAttribute<MaximumBytesAttribute>()?.Bytes ?? -1);

    private static string Name(MethodInfo method) => $"{method.DeclaringType?.Name}.{method.Name}";
}
