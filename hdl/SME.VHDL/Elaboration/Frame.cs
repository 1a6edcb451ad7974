// SPDX-License-Identifier: Apache-2.0
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Elaboration;

/// <summary>How control leaves a statement; several if it depends on values.</summary>
[Flags]
internal enum Flow
{
    /// <summary>The next statement runs.</summary>
    Next = 1,

    /// <summary>The method is left.</summary>
    Return = 2,

    /// <summary>The innermost loop is left.</summary>
    Break = 4,

    /// <summary>The innermost loop goes on with its next round.</summary>
    Continue = 8,
}

/// <summary>
/// A way out of a statement other than to the next one: the flag that says that it was taken, and what was written on all ways to it.
/// </summary>
internal sealed class Exit
{
    public Cell? Flag { get; set; }

    /// <summary>Outputs that are written on every path that took the exit; null if none did.</summary>
    public HashSet<Cell>? Written { get; set; }
}

/// <summary>A loop that is being unrolled.</summary>
internal sealed class Loop
{
    public Exit Break { get; } = new();

    public Exit Continue { get; set; } = new();
}

/// <summary>A method that is being put in place of its call.</summary>
internal sealed class Frame(Method method, Type declaring, IReadOnlyList<Type> arguments, object? self, int depth)
{
    public Method Method { get; } = method;

    /// <summary>The closed type that declares the method.</summary>
    public Type Declaring { get; } = declaring;

    public IReadOnlyList<Type> Arguments { get; } = arguments;

    /// <summary>
    /// What <c>this</c> is: an <see cref="ObjectNode"/>, the <see cref="Place"/> of a struct, or its value, a <see cref="Node"/>; null in a
    /// static method.
    /// </summary>
    public object? Self { get; } = self;

    public int Depth { get; } = depth;

    /// <summary>
    /// What the variables are: a <see cref="Cell"/>, a <see cref="Place"/> (by reference), or a value that does not change, a
    /// <see cref="Node"/>.
    /// </summary>
    public Dictionary<int, object> Variables { get; } = [];

    public Stack<Loop> Loops { get; } = new();

    public Exit Return { get; } = new();

    public Cell? Result { get; set; }

    /// <summary>The result, if the method has its one return at the end.</summary>
    public Node? DirectResult { get; set; }

    /// <summary>Where the method's outermost statements go.</summary>
    public List<Lowered>? Output { get; set; }

    public Type Resolve(FormType type, SourceLocation location) => TypeResolver.Resolve(type, Declaring, Arguments, location);
}

/// <summary>What is known at a point of the program.</summary>
internal sealed class State
{
    private readonly Dictionary<Cell, Known> known;

    public State()
        : this([], [])
    {
    }

    private State(Dictionary<Cell, Known> known, HashSet<Cell>? written)
    {
        this.known = known;
        Written = written;
    }

    /// <summary>Outputs that are written on every path to here; null if no path comes here.</summary>
    public HashSet<Cell>? Written { get; set; }

    public State Copy() => new(new Dictionary<Cell, Known>(known), Written is null ? null : [.. Written]);

    /// <summary>What is known of the value of a node.</summary>
    public Known? Of(Node node) => node switch
    {
        _ when node.IsConstant => new Known(node, null),
        Read read => known.GetValueOrDefault(read.Cell),
        Member member => Of(member.Target)?.Part(member.Index),
        Item { Index: Constant index } item => Of(item.Target)?.Part((int)index.Value),
        Aggregate aggregate => new Known(null, aggregate.Parts.Select(Of).ToArray()),
        _ => null,
    };

    /// <summary>Notes an assignment.</summary>
    public void Assign(Place place, Node value)
    {
        known.TryGetValue(place.Cell, out Known? before);
        Known? after = Known.Replace(before, place.Cell.Type, place.Path, 0, Of(value));
        if (after is null)
        {
            known.Remove(place.Cell);
        }
        else
        {
            known[place.Cell] = after;
        }
    }

    /// <summary>What is known after any of several paths.</summary>
    public static State Join(IReadOnlyList<State> states)
    {
        if (Plants.Is(Plant.JoinTakesFirst))
        {
            return states[0];
        }

        Dictionary<Cell, Known> joined = [];
        foreach ((Cell cell, Known first) in states[0].known)
        {
            Known? common = first;
            for (int i = 1; i < states.Count && common is not null; i++)
            {
                common = Known.Join(common, states[i].known.GetValueOrDefault(cell));
            }

            if (common is not null)
            {
                joined[cell] = common;
            }
        }

        return new State(joined, states.Select(state => state.Written).Aggregate(Intersect));
    }

    public static HashSet<Cell>? Intersect(HashSet<Cell>? left, HashSet<Cell>? right) =>
        left is null ? right is null ? null : [.. right] : right is null ? [.. left] : [.. left.Intersect(right)];
}

/// <summary>What is known of a value: all of it, or some parts.</summary>
/// <param name="Value">The constant; null if not all is known.</param>
/// <param name="Parts">What is known of the parts; null if nothing or all is.</param>
internal sealed record Known(Node? Value, Known?[]? Parts)
{
    public Known? Part(int index) => Parts is not null
        ? index < Parts.Length ? Parts[index] : null
        : Value is Aggregate aggregate && index < aggregate.Parts.Count ? new Known(aggregate.Parts[index], null) : null;

    /// <summary>The constant, put together from the parts if these are all known.</summary>
    public Node? Whole(HardwareType type)
    {
        if (Value is not null || Parts is null)
        {
            return Value;
        }

        Node[] parts = new Node[Parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            HardwareType part = type is HardwareRecord record ? record.Fields[i].Type : ((HardwareArray)type).Element;
            if (Parts[i]?.Whole(part) is not { } constant)
            {
                return null;
            }

            parts[i] = constant;
        }

        return new Aggregate(type, parts);
    }

    public static Known? Join(Known left, Known? right)
    {
        if (right is null || ReferenceEquals(left, right))
        {
            return right;
        }

        if (left.Value is not null && right.Value is not null && Constants.AreEqual(left.Value, right.Value))
        {
            return left;
        }

        int count = left.Parts?.Length ?? (left.Value as Aggregate)?.Parts.Count ?? 0;
        if (count == 0)
        {
            return null;
        }

        Known?[] parts = new Known?[count];
        for (int i = 0; i < count; i++)
        {
            parts[i] = left.Part(i) is { } part ? Join(part, right.Part(i)) : null;
        }

        return Array.TrueForAll(parts, part => part is null) ? null : new Known(null, parts);
    }

    public static Known? Replace(Known? before, HardwareType type, IReadOnlyList<Accessor> path, int step, Known? value)
    {
        if (step == path.Count)
        {
            return value;
        }

        // An element that is not known which leaves nothing known of any.
        if (path[step].Index is not null and not Constant)
        {
            return Plants.Is(Plant.DynamicWriteForgotten) ? before : null;
        }

        int count = type is HardwareRecord record ? record.Fields.Count : ((HardwareArray)type).Length;
        int index = path[step].Index is Constant constant ? (int)constant.Value : path[step].Field;
        Known?[] parts = new Known?[count];
        for (int i = 0; i < count; i++)
        {
            parts[i] = before?.Part(i);
        }

        HardwareType part = type is HardwareRecord fields ? fields.Fields[index].Type : ((HardwareArray)type).Element;
        parts[index] = Replace(parts[index], part, path, step + 1, value);
        return Array.TrueForAll(parts, known => known is null) ? null : new Known(null, parts);
    }
}
