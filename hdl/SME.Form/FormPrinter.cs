// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace SME.Form;

/// <summary>
/// Prints a form for people, much like C#: conversions as casts, <c>bus!Signal</c> for signals, <c>Name#Type</c> where a type
/// matters. For tests and for looking into an assembly; not read back.
/// </summary>
public static class FormPrinter
{
    private static readonly Dictionary<string, string> Keywords = new()
    {
        ["System.Boolean"] = "bool",
        ["System.Byte"] = "byte",
        ["System.SByte"] = "sbyte",
        ["System.Int16"] = "short",
        ["System.UInt16"] = "ushort",
        ["System.Int32"] = "int",
        ["System.UInt32"] = "uint",
        ["System.Int64"] = "long",
        ["System.UInt64"] = "ulong",
        ["System.Char"] = "char",
    };

    /// <summary>Prints all methods and problems of a type.</summary>
    /// <param name="form">The form.</param>
    public static string Print(TypeForm form)
    {
        _ = form ?? throw new ArgumentNullException(nameof(form));
        StringBuilder text = new();
        text.Append("type ").Append(Short(form.Type)).Append('\n');
        foreach (Method method in form.Methods)
        {
            text.Append(Print(method));
        }

        foreach (KeyValuePair<string, Problem> problem in form.Problems)
        {
            text.Append($"problem {problem.Value.Id} at {Print(problem.Value.Location)}: {problem.Value.Message}\n");
        }

        return text.ToString();
    }

    /// <summary>Prints a method.</summary>
    /// <param name="method">The method.</param>
    public static string Print(Method method)
    {
        _ = method ?? throw new ArgumentNullException(nameof(method));
        StringBuilder text = new();
        IEnumerable<string> parameters = method.Variables.Take(method.Parameters).Select(variable => variable.Kind switch
        {
            VariableKind.ReferenceParameter => "ref ",
            VariableKind.OutParameter => "out ",
            VariableKind.InParameter => "in ",
            _ => string.Empty,
        } + $"{Short(variable.Type)} {variable.Name}");
        text.Append(method.IsStatic ? "static " : string.Empty).Append(method.IsAsync ? "async " : string.Empty);
        text.Append(method.ReturnType is null ? "void" : Short(method.ReturnType)).Append(' ').Append(method.Name);
        text.Append('(').Append(string.Join(", ", parameters)).Append(")\n");
        new Body(method, text).Block(method.Body, 0);
        return text.ToString();
    }

    /// <summary>Prints an expression of a method.</summary>
    /// <param name="method">The method, for the names of its variables.</param>
    /// <param name="expression">The expression.</param>
    public static string Print(Method method, Expression expression)
    {
        _ = method ?? throw new ArgumentNullException(nameof(method));
        _ = expression ?? throw new ArgumentNullException(nameof(expression));
        return new Body(method, new StringBuilder()).Text(expression);
    }

    /// <summary>Prints a location as <c>file(line,column)</c>.</summary>
    /// <param name="location">The location.</param>
    public static string Print(SourceLocation location)
    {
        _ = location ?? throw new ArgumentNullException(nameof(location));
        return string.Format(CultureInfo.InvariantCulture, "{0}({1},{2})", location.File, location.Line, location.Column);
    }

    /// <summary>Full name of a type with assembly and arguments; two types have the same one exactly if they are the same.</summary>
    /// <param name="type">The type.</param>
    public static string Describe(FormType type) => type switch
    {
        NamedType named => (named.Assembly.Length == 0 ? string.Empty : $"[{named.Assembly}]") + named.Name
            + (named.Arguments.Count == 0 ? string.Empty : $"<{string.Join(",", named.Arguments.Select(Describe))}>"),
        TypeParameter parameter =>
            $"{(parameter.OfMethod ? "!!" : "!")}{parameter.Position.ToString(CultureInfo.InvariantCulture)}:{parameter.Name}",
        ArrayType array => Describe(array.Element) + "[]",
        _ => throw new NotSupportedException(type?.GetType().Name),
    };

    /// <summary>Short name of a type, as C# would write it inside its namespace.</summary>
    /// <param name="type">The type.</param>
    public static string Short(FormType type)
    {
        switch (type)
        {
            case NamedType named:
                if (named.Assembly.Length == 0 && Keywords.TryGetValue(named.Name, out string keyword))
                {
                    return keyword;
                }

                string name = named.Name.Substring(named.Name.LastIndexOfAny(['.', '+']) + 1);
                int arity = name.IndexOf('`');
                name = arity < 0 ? name : name.Substring(0, arity);
                return named.Arguments.Count == 0 ? name : $"{name}<{string.Join(", ", named.Arguments.Select(Short))}>";
            case TypeParameter parameter:
                return parameter.Name;
            case ArrayType array:
                return Short(array.Element) + "[]";
            default:
                throw new NotSupportedException(type?.GetType().Name);
        }
    }

    /// <summary>Symbol of an operator as in C#.</summary>
    /// <param name="value">The operator.</param>
    public static string Symbol(BinaryOperator value) => value switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Remainder => "%",
        BinaryOperator.And => "&",
        BinaryOperator.Or => "|",
        BinaryOperator.Xor => "^",
        BinaryOperator.ShiftLeft => "<<",
        BinaryOperator.ShiftRight => ">>",
        BinaryOperator.ShiftRightUnsigned => ">>>",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.AndAlso => "&&",
        BinaryOperator.OrElse => "||",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    private sealed class Body(Method method, StringBuilder text)
    {
        public void Block(Statement statement, int depth)
        {
            Line(depth, "{");
            if (statement is Block block)
            {
                foreach (Statement inner in block.Statements)
                {
                    Print(inner, depth + 1);
                }
            }
            else
            {
                Print(statement, depth + 1);
            }

            Line(depth, "}");
        }

        public string Text(Expression expression) => expression switch
        {
            Literal { Type: NamedType { Assembly: "" } type } literal => literal.Value + Suffix(type.Name),
            Literal literal => $"({Short(literal.Type)}){literal.Value}",
            Default value => $"default({Short(value.Type)})",
            Variable variable => method.Variables[variable.Index].Name,
            This => "this",
            Field { Target: null } field => $"{Short(field.DeclaringType)}.{field.Name}",
            Field { Target: This } field => $"this.{field.Name}",
            Field field => $"{Text(field.Target)}.{field.Name}",
            Element element => $"{Text(element.Target)}[{Text(element.Index)}]",
            Length length => $"{Text(length.Target)}.Length",
            Signal signal => $"{Text(signal.Bus)}!{signal.Name}",
            Unary unary => (unary.Operator switch { UnaryOperator.Negate => "-", UnaryOperator.Not => "!", _ => "~" })
                + Text(unary.Operand),
            Binary binary => $"({Text(binary.Left)} {Symbol(binary.Operator)} {Text(binary.Right)})",
            Convert conversion => $"({Short(conversion.Type)}){Text(conversion.Operand)}",
            Conditional conditional => $"({Text(conditional.Condition)} ? {Text(conditional.WhenTrue)} : {Text(conditional.WhenFalse)})",
            With with =>
                $"{Text(with.Source)} with {{ {string.Join(", ", with.Fields.Select(field => $"{field.Name} = {Text(field.Value)}"))} }}",
            NewArray array => $"new {Short(array.Type)}({Text(array.Length)}) {{ {string.Join(", ", array.Elements.Select(Text))} }}",
            Call call => Text(call.Method, call.Target, call.Arguments),
            Intrinsic intrinsic =>
                $"{intrinsic.Name}{Arguments(intrinsic.TypeArguments)}({string.Join(", ", intrinsic.Arguments.Select(Text))})",
            _ => throw new NotSupportedException(expression.GetType().Name),
        };

        private static string Suffix(string type) => type switch
        {
            "System.Int32" or "System.Boolean" => string.Empty,
            "System.UInt32" => "u",
            "System.Int64" => "L",
            "System.UInt64" => "uL",
            _ => "#" + (Keywords.TryGetValue(type, out string keyword) ? keyword : type.Substring(type.LastIndexOf('.') + 1)),
        };

        private static string Arguments(IReadOnlyList<FormType> types) =>
            types.Count == 0 ? string.Empty : $"<{string.Join(", ", types.Select(Short))}>";

        private string Text(MethodReference reference, Expression? target, IReadOnlyList<Expression> arguments)
        {
            string name = reference.Id;
            int parenthesis = name.IndexOf('(');
            int local = name.IndexOf('#', parenthesis < 0 ? 0 : parenthesis);
            if (local > 0 && !name.Contains("#ctor"))
            {
                name = name.Substring(local + 1);
            }
            else
            {
                name = parenthesis < 0 ? name : name.Substring(0, parenthesis);
                name = name.Substring(name.LastIndexOf('.') + 1);
                int arity = name.IndexOf('`');
                name = arity < 0 ? name : name.Substring(0, arity);
            }

            string prefix = target is null ? $"{Short(reference.DeclaringType)}." : $"{Text(target)}.";
            string how = reference.IsVirtual ? "virtual " : string.Empty;
            return $"{how}{prefix}{name}{Arguments(reference.TypeArguments)}({string.Join(", ", arguments.Select(Text))})";
        }

        private void Print(Statement statement, int depth)
        {
            switch (statement)
            {
                case Block block:
                    Block(block, depth);
                    break;
                case Assign assign:
                    Line(depth, $"{Text(assign.Target)} = {Text(assign.Value)};");
                    break;
                case If conditional:
                    Line(depth, $"if ({Text(conditional.Condition)})");
                    Block(conditional.Then, depth);
                    if (conditional.Else is not null)
                    {
                        Line(depth, "else");
                        Block(conditional.Else, depth);
                    }

                    break;
                case Switch choice:
                    Line(depth, $"switch ({Text(choice.Value)})");
                    foreach (SwitchSection section in choice.Sections)
                    {
                        Line(depth, $"case {string.Join(", ", section.Labels.Select(Text))}:");
                        Block(section.Body, depth);
                    }

                    if (choice.Default is not null)
                    {
                        Line(depth, "default:");
                        Block(choice.Default, depth);
                    }

                    break;
                case For loop:
                    string name = method.Variables[loop.Variable].Name;
                    Line(depth, $"for ({name} = {Text(loop.Start)}; {name} {Symbol(loop.Comparison)} {Text(loop.Limit)}; {name} += "
                        + $"{Text(loop.Step)})");
                    Block(loop.Body, depth);
                    break;
                case While { TestFirst: true } loop:
                    Line(depth, $"while ({Text(loop.Condition)})");
                    Block(loop.Body, depth);
                    Update(loop, depth);
                    break;
                case While loop:
                    Line(depth, "do");
                    Block(loop.Body, depth);
                    Update(loop, depth);
                    Line(depth, $"while ({Text(loop.Condition)});");
                    break;
                case Break:
                    Line(depth, "break;");
                    break;
                case Continue:
                    Line(depth, "continue;");
                    break;
                case Return end:
                    Line(depth, end.Value is null ? "return;" : $"return {Text(end.Value)};");
                    break;
                case CallStatement call:
                    Line(depth, (call.Result is null ? string.Empty : Text(call.Result) + " = ") + "do "
                        + Text(call.Method, call.Target, call.Arguments) + ";");
                    break;
                case Await:
                    Line(depth, "await;");
                    break;
                default:
                    throw new NotSupportedException(statement.GetType().Name);
            }
        }

        private void Update(While loop, int depth)
        {
            if (loop.Update is not null)
            {
                Line(depth, "update");
                Block(loop.Update, depth);
            }
        }

        private void Line(int depth, string line) => text.Append(' ', depth * 4).Append(line).Append('\n');
    }
}
