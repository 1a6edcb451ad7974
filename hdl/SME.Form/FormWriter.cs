// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace SME.Form;

/// <summary>
/// Writes a form as text, to travel in an assembly's metadata. A node is <c>(letter fields)</c>, a list <c>(items)</c>,
/// nothing is <c>-</c>. A string stands in full where it comes first and as <c>$n</c> after that; a type likewise as
/// <c>#n</c>. A location is <c>.</c> if it is that of the node before, <c>@line:column -</c> if it is in the same file, else with that
/// file.
/// </summary>
public static class FormWriter
{
    /// <summary>Version of the text format; a reader accepts its own only.</summary>
    public const string Version = "SME1";

    /// <summary>Writes a form.</summary>
    /// <param name="form">The form.</param>
    /// <returns>Its text, one line of printable characters.</returns>
    public static string Write(TypeForm form)
    {
        _ = form ?? throw new ArgumentNullException(nameof(form));
        Output output = new();
        output.Atom(Version);
        output.Type(form.Type);
        output.List(form.Methods, output.Method);
        output.List(form.Problems, output.Problem);
        return output.ToString();
    }

    private sealed class Output
    {
        private readonly StringBuilder text = new();
        private readonly Dictionary<string, int> strings = [];
        private readonly Dictionary<string, int> types = [];
        private SourceLocation last = SourceLocation.Unknown;

        public override string ToString() => text.ToString();

        public void Atom(string atom)
        {
            if (text.Length > 0 && text[text.Length - 1] != '(')
            {
                text.Append(' ');
            }

            text.Append(atom);
        }

        public void Method(Method method)
        {
            Open("m");
            String(method.Id);
            String(method.Name);
            Type(method.DeclaringType);
            Flag(method.IsStatic);
            Flag(method.IsAsync);
            OptionalType(method.ReturnType);
            Number(method.Parameters);
            List(method.Variables, variable =>
            {
                Open("v");
                String(variable.Name);
                Type(variable.Type);
                Number((int)variable.Kind);
                Close();
            });
            List(method.Overrides, String);
            Location(method.Location);
            Statement(method.Body);
            Close();
        }

        public void Problem(KeyValuePair<string, Problem> problem)
        {
            Open("p");
            String(problem.Key);
            String(problem.Value.Id);
            String(problem.Value.Message);
            Location(problem.Value.Location);
            Close();
        }

        public void List<T>(IReadOnlyList<T> items, Action<T> write)
        {
            Atom("(");
            foreach (T item in items)
            {
                write(item);
            }

            Close();
        }

        public void Type(FormType type)
        {
            string key = FormPrinter.Describe(type);
            if (types.TryGetValue(key, out int index))
            {
                Atom("#" + index.ToString(CultureInfo.InvariantCulture));
                return;
            }

            switch (type)
            {
                case NamedType named:
                    Open("n");
                    String(named.Name);
                    String(named.Assembly);
                    List(named.Arguments, Type);
                    break;
                case TypeParameter parameter:
                    Open("p");
                    Flag(parameter.OfMethod);
                    Number(parameter.Position);
                    String(parameter.Name);
                    break;
                case ArrayType array:
                    Open("a");
                    Type(array.Element);
                    break;
                default:
                    throw new NotSupportedException(type.GetType().Name);
            }

            Close();
            types.Add(key, types.Count);
        }

        private void Statement(Statement statement)
        {
            switch (statement)
            {
                case Block block:
                    Begin("b", block);
                    List(block.Statements, Statement);
                    break;
                case Assign assign:
                    Begin("=", assign);
                    Expression(assign.Target);
                    Expression(assign.Value);
                    break;
                case If conditional:
                    Begin("i", conditional);
                    Expression(conditional.Condition);
                    Statement(conditional.Then);
                    OptionalStatement(conditional.Else);
                    break;
                case Switch choice:
                    Begin("s", choice);
                    Expression(choice.Value);
                    List(choice.Sections, section =>
                    {
                        Open("l");
                        List(section.Labels, Expression);
                        Statement(section.Body);
                        Close();
                    });
                    OptionalStatement(choice.Default);
                    break;
                case For loop:
                    Begin("f", loop);
                    Number(loop.Variable);
                    Expression(loop.Start);
                    Number((int)loop.Comparison);
                    Expression(loop.Limit);
                    Expression(loop.Step);
                    Statement(loop.Body);
                    break;
                case While loop:
                    Begin("w", loop);
                    Expression(loop.Condition);
                    Flag(loop.TestFirst);
                    Statement(loop.Body);
                    OptionalStatement(loop.Update);
                    break;
                case Break leave:
                    Begin("x", leave);
                    break;
                case Continue again:
                    Begin("n", again);
                    break;
                case Return end:
                    Begin("r", end);
                    OptionalExpression(end.Value);
                    break;
                case CallStatement call:
                    Begin("c", call);
                    Reference(call.Method);
                    OptionalExpression(call.Target);
                    List(call.Arguments, Expression);
                    OptionalExpression(call.Result);
                    break;
                case Await wait:
                    Begin("a", wait);
                    break;
                default:
                    throw new NotSupportedException(statement.GetType().Name);
            }

            Close();
        }

        private void Expression(Expression expression)
        {
            switch (expression)
            {
                case Literal literal:
                    Begin("l", literal);
                    Atom(literal.Value);
                    break;
                case Default value:
                    Begin("d", value);
                    break;
                case Variable variable:
                    Begin("v", variable);
                    Number(variable.Index);
                    break;
                case This self:
                    Begin("t", self);
                    break;
                case Field field:
                    Begin("f", field);
                    OptionalExpression(field.Target);
                    Type(field.DeclaringType);
                    String(field.Name);
                    Flag(field.ReadOnly);
                    break;
                case Element element:
                    Begin("e", element);
                    Expression(element.Target);
                    Expression(element.Index);
                    break;
                case Length length:
                    Begin("n", length);
                    Expression(length.Target);
                    break;
                case Signal signal:
                    Begin("s", signal);
                    Expression(signal.Bus);
                    Type(signal.BusType);
                    String(signal.Name);
                    break;
                case Unary unary:
                    Begin("u", unary);
                    Number((int)unary.Operator);
                    Expression(unary.Operand);
                    break;
                case Binary binary:
                    Begin("b", binary);
                    Number((int)binary.Operator);
                    Expression(binary.Left);
                    Expression(binary.Right);
                    break;
                case Convert conversion:
                    Begin("c", conversion);
                    Expression(conversion.Operand);
                    break;
                case Conditional conditional:
                    Begin("q", conditional);
                    Expression(conditional.Condition);
                    Expression(conditional.WhenTrue);
                    Expression(conditional.WhenFalse);
                    break;
                case With with:
                    Begin("w", with);
                    Expression(with.Source);
                    List(with.Fields, field =>
                    {
                        Open("f");
                        String(field.Name);
                        Expression(field.Value);
                        Close();
                    });
                    break;
                case NewArray array:
                    Begin("a", array);
                    Expression(array.Length);
                    List(array.Elements, Expression);
                    break;
                case Call call:
                    Begin("k", call);
                    Reference(call.Method);
                    OptionalExpression(call.Target);
                    List(call.Arguments, Expression);
                    break;
                case Intrinsic intrinsic:
                    Begin("i", intrinsic);
                    String(intrinsic.Name);
                    List(intrinsic.TypeArguments, Type);
                    List(intrinsic.Arguments, Expression);
                    break;
                default:
                    throw new NotSupportedException(expression.GetType().Name);
            }

            Close();
        }

        private void Reference(MethodReference method)
        {
            Open("r");
            Type(method.DeclaringType);
            String(method.Id);
            List(method.TypeArguments, Type);
            Flag(method.IsVirtual);
            Close();
        }

        private void OptionalType(FormType? type)
        {
            if (type is null)
            {
                Atom("-");
            }
            else
            {
                Type(type);
            }
        }

        private void OptionalExpression(Expression? expression)
        {
            if (expression is null)
            {
                Atom("-");
            }
            else
            {
                Expression(expression);
            }
        }

        private void OptionalStatement(Statement? statement)
        {
            if (statement is null)
            {
                Atom("-");
            }
            else
            {
                Statement(statement);
            }
        }

        private void Begin(string letter, Statement statement)
        {
            Open(letter);
            Location(statement.Location);
        }

        private void Begin(string letter, Expression expression)
        {
            Open(letter);
            Type(expression.Type);
        }

        private void Open(string letter)
        {
            Atom("(");
            Atom(letter);
        }

        private void Close() => text.Append(')');

        private void Flag(bool value) => Atom(value ? "1" : "0");

        private void Number(int value) => Atom(value.ToString(CultureInfo.InvariantCulture));

        private void String(string value)
        {
            if (strings.TryGetValue(value, out int index))
            {
                Atom("$" + index.ToString(CultureInfo.InvariantCulture));
                return;
            }

            strings.Add(value, strings.Count);
            Atom("\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r") + "\"");
        }

        private void Location(SourceLocation location)
        {
            if (location == last)
            {
                Atom(".");
                return;
            }

            Atom($"@{location.Line.ToString(CultureInfo.InvariantCulture)}:{location.Column.ToString(CultureInfo.InvariantCulture)}");
            if (location.File == last.File)
            {
                Atom("-");
            }
            else
            {
                String(location.File);
            }

            last = location;
        }
    }
}
