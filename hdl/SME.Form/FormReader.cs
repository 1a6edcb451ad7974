// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace SME.Form;

/// <summary>Reads what <see cref="FormWriter"/> wrote.</summary>
public static class FormReader
{
    /// <summary>Reads a form.</summary>
    /// <param name="text">The text of one type's form.</param>
    /// <exception cref="FormatException">The text is no form, or one of another version; says where.</exception>
    public static TypeForm Read(string text)
    {
        Input input = new(text ?? throw new ArgumentNullException(nameof(text)));
        string version = input.Atom();
        if (version != FormWriter.Version)
        {
            throw new FormatException($"a form of version '{version}' cannot be read, only of {FormWriter.Version}; rebuild the assembly "
                + $"that has it");
        }

        NamedType type = input.Type() as NamedType ?? throw input.Error("a type's name");
        IReadOnlyList<Method> methods = input.List(input.Method);
        IReadOnlyList<KeyValuePair<string, Problem>> problems = input.List(input.Problem);
        return new TypeForm(type, methods, problems);
    }

    private sealed class Input(string text)
    {
        private readonly List<string> strings = [];
        private readonly List<FormType> types = [];
        private SourceLocation last = SourceLocation.Unknown;
        private int position;

        public FormatException Error(string expected) => new($"bad form: {expected} expected at character {position}");

        public string Atom()
        {
            SkipSpace();
            int start = position;
            while (position < text.Length && text[position] is not (' ' or '(' or ')'))
            {
                position++;
            }

            return position > start ? text.Substring(start, position - start) : throw Error("a word");
        }

        public IReadOnlyList<T> List<T>(Func<T> read)
        {
            Expect('(');
            List<T> items = [];
            while (Peek() != ')')
            {
                items.Add(read());
            }

            position++;
            return items;
        }

        public Method Method()
        {
            Open("m");
            string id = String();
            string name = String();
            FormType declaringType = Type();
            bool isStatic = Flag();
            bool isAsync = Flag();
            FormType? returnType = Optional(Type);
            int parameters = Number();
            IReadOnlyList<MethodVariable> variables = List(() =>
            {
                Open("v");
                MethodVariable variable = new(String(), Type(), (VariableKind)Number());
                Expect(')');
                return variable;
            });
            IReadOnlyList<string> overrides = List(String);
            SourceLocation location = Location();
            Statement body = Statement();
            Expect(')');
            return new Method(id, name, declaringType, isStatic, isAsync, returnType, parameters, variables, body, overrides, location);
        }

        public KeyValuePair<string, Problem> Problem()
        {
            Open("p");
            string key = String();
            Problem problem = new(String(), String(), Location());
            Expect(')');
            return new KeyValuePair<string, Problem>(key, problem);
        }

        public FormType Type()
        {
            if (Peek() == '#')
            {
                string atom = Atom();
                return int.TryParse(atom.Substring(1), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                    && index < types.Count
                    ? types[index]
                    : throw Error("the number of a type");
            }

            FormType type = OpenAny() switch
            {
                "n" => new NamedType(String(), String(), List(Type)),
                "p" => new TypeParameter(Flag(), Number(), String()),
                "a" => new ArrayType(Type()),
                _ => throw Error("a type"),
            };
            Expect(')');
            types.Add(type);
            return type;
        }

        private Statement Statement()
        {
            string letter = OpenAny();
            SourceLocation location = Location();
            Statement statement = letter switch
            {
                "b" => new Block(location, List(Statement)),
                "=" => new Assign(location, Expression(), Expression()),
                "i" => new If(location, Expression(), Statement(), Optional(Statement)),
                "s" => new Switch(location, Expression(), List(Section), Optional(Statement)),
                "f" => new For(location, Number(), Expression(), (BinaryOperator)Number(), Expression(), Expression(), Statement()),
                "w" => new While(location, Expression(), Flag(), Statement(), Optional(Statement)),
                "x" => new Break(location),
                "n" => new Continue(location),
                "r" => new Return(location, Optional(Expression)),
                "c" => new CallStatement(location, Reference(), Optional(Expression), List(Expression), Optional(Expression)),
                "a" => new Await(location),
                _ => throw Error("a statement"),
            };
            Expect(')');
            return statement;
        }

        private SwitchSection Section()
        {
            Open("l");
            SwitchSection section = new(List(Expression), Statement());
            Expect(')');
            return section;
        }

        private Expression Expression()
        {
            string letter = OpenAny();
            FormType type = Type();
            Expression expression = letter switch
            {
                "l" => new Literal(type, Atom()),
                "d" => new Default(type),
                "v" => new Variable(type, Number()),
                "t" => new This(type),
                "f" => new Field(type, Optional(Expression), Type(), String(), Flag()),
                "e" => new Element(type, Expression(), Expression()),
                "n" => new Length(type, Expression()),
                "s" => new Signal(type, Expression(), Type(), String()),
                "u" => new Unary(type, (UnaryOperator)Number(), Expression()),
                "b" => new Binary(type, (BinaryOperator)Number(), Expression(), Expression()),
                "c" => new Convert(type, Expression()),
                "q" => new Conditional(type, Expression(), Expression(), Expression()),
                "w" => new With(type, Expression(), List(FieldValue)),
                "a" => new NewArray(type, Expression(), List(Expression)),
                "k" => new Call(type, Reference(), Optional(Expression), List(Expression)),
                "i" => new Intrinsic(type, String(), List(Type), List(Expression)),
                _ => throw Error("an expression"),
            };
            Expect(')');
            return expression;
        }

        private FieldValue FieldValue()
        {
            Open("f");
            FieldValue value = new(String(), Expression());
            Expect(')');
            return value;
        }

        private MethodReference Reference()
        {
            Open("r");
            MethodReference reference = new(Type(), String(), List(Type), Flag());
            Expect(')');
            return reference;
        }

        private T? Optional<T>(Func<T> read)
            where T : class
        {
            if (Peek() != '-')
            {
                return read();
            }

            position++;
            return null;
        }

        private SourceLocation Location()
        {
            string atom = Atom();
            if (atom == ".")
            {
                return last;
            }

            int colon = atom.IndexOf(':');
            if (colon < 2 || atom[0] != '@'
                || !int.TryParse(atom.Substring(1, colon - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int line)
                || !int.TryParse(atom.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int column))
            {
                throw Error("a location");
            }

            string file = Optional(String) ?? last.File;
            last = new SourceLocation(file, line, column);
            return last;
        }

        private string String()
        {
            if (Peek() == '$')
            {
                string atom = Atom();
                return int.TryParse(atom.Substring(1), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                    && index < strings.Count
                    ? strings[index]
                    : throw Error("the number of a string");
            }

            Expect('"');
            StringBuilder value = new();
            while (true)
            {
                char character = Next();
                if (character == '"')
                {
                    break;
                }

                value.Append(character != '\\' ? character : Next() switch { 'n' => '\n', 'r' => '\r', char other => other });
            }

            strings.Add(value.ToString());
            return strings[strings.Count - 1];
        }

        private bool Flag() => Number() != 0;

        private int Number() =>
            int.TryParse(Atom(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value
                : throw Error("a number");

        private string OpenAny()
        {
            Expect('(');
            return Atom();
        }

        private void Open(string letter)
        {
            if (OpenAny() != letter)
            {
                throw Error($"'{letter}'");
            }
        }

        private void Expect(char character)
        {
            if (Peek() != character)
            {
                throw Error($"'{character}'");
            }

            position++;
        }

        private char Peek()
        {
            SkipSpace();
            return position < text.Length ? text[position] : throw Error("more text");
        }

        private char Next() => position < text.Length ? text[position++] : throw Error("more text");

        private void SkipSpace()
        {
            while (position < text.Length && text[position] == ' ')
            {
                position++;
            }
        }
    }
}
