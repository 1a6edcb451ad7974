// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using SME.Form;

namespace SME.Tests.Analyzers;

/// <summary>The text of a form.</summary>
public class TextTests
{
    private static readonly Gen<string> Names = Gen.OneOf(Gen.String[0, 8],
        Pick("a\"b", "\\", "a\nb", "$1", "#1", "-", "M:A.B`1.C(System.Int32)"));

    private static readonly Gen<FormType> Types = Gen.Recursive<FormType>((depth, self) => depth > 2
        ? Names.Select(name => (FormType)new NamedType(name, "A", []))
        : Gen.OneOf(
            Gen.Select(Names, Names, self.List[0, 2]).Select(parts => (FormType)new NamedType(parts.Item1, parts.Item2, parts.Item3)),
            Gen.Select(Gen.Bool, Gen.Int[0, 9], Names).Select(parts => (FormType)new TypeParameter(parts.Item1, parts.Item2, parts.Item3)),
            self.Select(type => (FormType)new ArrayType(type))));

    private static readonly Gen<MethodReference> References = Gen.Select(Types, Names, Types.List[0, 2], Gen.Bool)
        .Select(parts => new MethodReference(parts.Item1, parts.Item2, parts.Item3, parts.Item4));

    private static readonly Gen<Expression> Expressions = Gen.Recursive<Expression>((depth, self) => depth > 3
        ? Gen.Select(Types, Gen.Long).Select((type, value) => (Expression)new Literal(type,
            value.ToString(System.Globalization.CultureInfo.InvariantCulture)))
        : Gen.OneOf(
            Types.Select(type => (Expression)new Default(type)),
            Gen.Select(Types, Gen.Int[0, 99]).Select((type, index) => (Expression)new Variable(type, index)),
            Types.Select(type => (Expression)new This(type)),
            Gen.Select(Types, self.Null(), Names, Gen.Bool)
                .Select((type, target, name, isReadOnly) => (Expression)new Field(type, target, type, name, isReadOnly)),
            Gen.Select(Types, self, self).Select((type, target, index) => (Expression)new Element(type, target, index)),
            Gen.Select(Types, self).Select((type, target) => (Expression)new Length(type, target)),
            Gen.Select(Types, self, Names).Select((type, bus, name) => (Expression)new Signal(type, bus, type, name)),
            Gen.Select(Types, Gen.Enum<UnaryOperator>(), self)
                .Select((type, symbol, operand) => (Expression)new Unary(type, symbol, operand)),
            Gen.Select(Types, Gen.Enum<BinaryOperator>(), self, self)
                .Select((type, symbol, left, right) => (Expression)new Binary(type, symbol, left, right)),
            Gen.Select(Types, self).Select((type, operand) => (Expression)new SME.Form.Convert(type, operand)),
            Gen.Select(Types, self, self, self).Select((type, condition, yes, no) => (Expression)new Conditional(type, condition, yes, no)),
            Gen.Select(Types, self, Names, self)
                .Select((type, source, name, value) => (Expression)new With(type, source, [new FieldValue(name, value)])),
            Gen.Select(Types, self, self.List[0, 3]).Select((type, length, elements) => (Expression)new NewArray(type, length, elements)),
            Gen.Select(Types, References, self.Null(), self.List[0, 2])
                .Select((type, method, target, arguments) => (Expression)new Call(type, method, target, arguments)),
            Gen.Select(Types, Names, Types.List[0, 2], self.List[0, 2])
                .Select((type, name, types, arguments) => (Expression)new Intrinsic(type, name, types, arguments))));

    private static readonly Gen<SourceLocation> Locations = Gen.Select(Pick("A.cs", "B/C.cs", string.Empty), Gen.Int[0, 3], Gen.Int[0, 3])
        .Select((file, line, column) => new SourceLocation(file, line, column));

    private static readonly Gen<Statement> Statements = Gen.Recursive<Statement>((depth, self) => depth > 3
        ? Locations.Select(location => (Statement)new Await(location))
        : Gen.OneOf(
            Gen.Select(Locations, self.List[0, 3]).Select((location, statements) => (Statement)new Block(location, statements)),
            Gen.Select(Locations, Expressions, Expressions)
                .Select((location, target, value) => (Statement)new Assign(location, target, value)),
            Gen.Select(Locations, Expressions, self, self.Null())
                .Select((location, condition, yes, no) => (Statement)new If(location, condition, yes, no)),
            Gen.Select(Locations, Expressions, Expressions.List[1, 2], self, self.Null())
                .Select((location, value, labels, body, rest) => (Statement)new Switch(location, value, [new SwitchSection(labels, body)],
                    rest)),
            Gen.Select(Locations, Gen.Int[0, 9], Expressions, Gen.Enum<BinaryOperator>(), self)
                .Select((location, index, bound, comparison, body) => (Statement)new For(location, index, bound, comparison, bound, bound,
                    body)),
            Gen.Select(Locations, Expressions, Gen.Bool, self, self.Null())
                .Select((location, condition, first, body, update) => (Statement)new While(location, condition, first, body, update)),
            Locations.Select(location => (Statement)new Break(location)),
            Locations.Select(location => (Statement)new Continue(location)),
            Gen.Select(Locations, Expressions.Null()).Select((location, value) => (Statement)new Return(location, value)),
            Gen.Select(Locations, References, Expressions.Null(), Expressions.List[0, 2], Expressions.Null())
                .Select((location, method, target, arguments, result) => (Statement)new CallStatement(location, method, target, arguments,
                    result))));

    private static readonly Gen<Method> Methods = Gen.Select(Names, Types, Gen.Bool, Types.Null(), Statements, Names.List[0, 2], Locations)
        .Select((name, type, flag, result, body, overrides, location) => new Method(
            name, name, type, flag, !flag, result, 1,
            [new MethodVariable(name, type, VariableKind.OutParameter), new MethodVariable(name, type, VariableKind.Loop)], body, overrides,
            location));

    private static readonly Gen<TypeForm> Forms = Gen.Select(Methods.List[0, 3], Names, Names, Locations)
        .Select((methods, key, text, location) => new TypeForm(new NamedType(key, text, []), methods,
            [new(key, new Problem("SME002", text, location))]));

    [Fact]
    public void A_form_that_was_written_reads_the_same() => Forms.Sample(form =>
    {
        string text = FormWriter.Write(form);
        TypeForm read = FormReader.Read(text);
        Assert.DoesNotContain('\n', text);
        Assert.Equal(text, FormWriter.Write(read));
        Assert.Equal(Describe(form), Describe(read));
    }, iter: 300);

    [Fact]
    public void A_damaged_form_is_a_format_error() =>
        Gen.Select(Forms, Gen.Int[0, 10_000], Gen.Char[' ', '~']).Sample((form, position, character) =>
    {
        string text = FormWriter.Write(form);
        position %= text.Length;
        try
        {
            _ = FormReader.Read(string.Concat(text.AsSpan(0, position), character.ToString(), text.AsSpan(position + 1)));
            _ = FormReader.Read(text[..position]);
        }
        catch (FormatException)
        {
        }
    }, iter: 1_000);

    [Fact]
    public void The_forms_of_the_components_read_back()
    {
        TypeFormAttribute[] forms = [.. TypeFormAttribute.Of(typeof(SimpleProcess).Assembly)];
        Assert.NotEmpty(forms);
        Assert.All(forms, form =>
        {
            TypeForm read = FormReader.Read(form.Text);
            Assert.Equal(form.TypeName, read.Type.Name);
            Assert.Equal(form.Text, FormWriter.Write(read));
            Assert.All(read.Methods, method => Assert.Matches("^(Components|Streams)/", method.Location.File));
        });
    }

    private static Gen<string> Pick(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    /// <summary>All of a form as text, by the records' own printing, which lists would not take part in.</summary>
    private static string Describe(object? value) => value switch
    {
        null => "null",
        string text => text,
        System.Collections.IEnumerable list => "[" + string.Join(",", list.Cast<object?>().Select(Describe)) + "]",
        _ when value.GetType().Namespace == "SME.Form" && !value.GetType().IsEnum || value.GetType().IsGenericType =>
            value.GetType().Name + "(" + string.Join(",", value.GetType().GetProperties()
            .Where(property => property.GetIndexParameters().Length == 0 && property.GetMethod is { IsStatic: false, IsPublic: true })
            .Select(property => Describe(property.GetValue(value)))) + ")",
        _ => value.ToString() ?? string.Empty,
    };
}
