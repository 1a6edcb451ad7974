// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Text;

/// <content>Statements.</content>
internal sealed partial class ProcessWriter
{
    private void WriteList(List<Lowered> list)
    {
        foreach (Lowered statement in list)
        {
            switch (statement)
            {
                case LoweredAssign assign:
                    WriteAssign(assign);
                    break;
                case LoweredIf branch:
                    WriteIf(branch);
                    break;
                case LoweredCase choice:
                    WriteCase(choice);
                    break;
            }
        }
    }

    private void WriteAssign(LoweredAssign assign)
    {
        if (assign.Target.Path.Any(step => step.Index is not (null or Constant)))
        {
            WriteElement(assign);
            return;
        }

        string target = Target(assign.Target, []);
        string sign = assign.Target.Cell.Kind == CellKind.Output ? "<=" : ":=";
        if (assign.Target.Cell == process.StateRegister && assign.Value is Constant state)
        {
            Line($"{target} {sign} {stateNames[process.States[(int)state.Value]]};", assign.Location);
            return;
        }

        WriteValue(target, sign, assign.Value, assign.Location);
    }

    /// <summary>
    /// Assigns an element whose place is known only while the hardware runs: each element decides whether it is meant, as
    /// registers do that have an enable each. An index on the left instead makes GHDL 2.0 look for a memory, which these
    /// registers are not, and some of them make it fail.
    /// </summary>
    private void WriteElement(LoweredAssign assign)
    {
        List<string> elements = [];
        List<(string Index, int Length)> indices = [];
        HardwareType type = assign.Target.Cell.Type;
        foreach (Accessor step in assign.Target.Path)
        {
            if (step.Index is null)
            {
                type = ((HardwareRecord)type).Fields[step.Field].Type;
                continue;
            }

            HardwareArray array = (HardwareArray)type;
            type = array.Element;
            if (step.Index is Constant)
            {
                continue;
            }

            string index = Temporary(step.Index.Type, "place");
            WriteValue(index, ":=", step.Index, assign.Location);
            elements.Add(ElementName(elements.Count));
            indices.Add((index, array.Length));
        }

        string value = Temporary(assign.Value.Type, "element_value");
        WriteValue(value, ":=", assign.Value, assign.Location);
        foreach ((string element, (string index, int length)) in elements.Zip(indices))
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"for {element} in 0 to {length - 1} loop"));
            indent++;
            Line($"if {index} = {element} then");
            indent++;
        }

        Line($"{Target(assign.Target, elements)} {(assign.Target.Cell.Kind == CellKind.Output ? "<=" : ":=")} {value};", assign.Location);
        foreach (string _ in elements)
        {
            indent--;
            Line("end if;");
            indent--;
            Line("end loop;");
        }
    }

    /// <summary>The loop variable for a dynamic index, one name for each depth.</summary>
    private string ElementName(int depth)
    {
        while (elementNames.Count <= depth)
        {
            elementNames.Add(names.Claim("element"));
        }

        return elementNames[depth];
    }

    /// <summary>Assigns a value; a choice between values becomes a branch.</summary>
    private void WriteValue(string target, string sign, Node value, SourceLocation location)
    {
        if (value is Operation { Operator: Operator.Select } select)
        {
            string condition = Condition(select[0]);
            Line($"if {condition} then", location);
            indent++;
            WriteValue(target, sign, select[1], location);
            indent--;
            Line("else");
            indent++;
            WriteValue(target, sign, select[2], location);
            indent--;
            Line("end if;");
            return;
        }

        string expression = InContext(value);
        Line($"{target} {sign} {expression};", location);
    }

    private void WriteIf(LoweredIf branch)
    {
        string condition = Condition(branch.Condition);
        Line($"if {condition} then", branch.Location);
        for (; ; )
        {
            indent++;
            WriteList(branch.Then);
            indent--;
            if (branch.Else.Count == 0)
            {
                break;
            }

            // A chain reads better flat; but what must be computed before a condition cannot stand before an 'elsif'.
            if (branch.Else is [LoweredIf inner])
            {
                int length = text.Length;
                string next = Condition(inner.Condition);
                if (text.Length == length)
                {
                    Line($"elsif {next} then", inner.Location);
                    branch = inner;
                    continue;
                }

                string preparation = text.ToString(length, text.Length - length);
                text.Length = length;
                Line("else");
                indent++;
                text.Append(string.Concat(preparation.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"  {line}\n")));
                WriteIfBody(inner, next);
                indent--;
                break;
            }

            Line("else");
            indent++;
            WriteList(branch.Else);
            indent--;
            break;
        }

        Line("end if;");
    }

    private void WriteIfBody(LoweredIf branch, string condition)
    {
        Line($"if {condition} then", branch.Location);
        indent++;
        WriteList(branch.Then);
        indent--;
        if (branch.Else.Count > 0)
        {
            Line("else");
            indent++;
            WriteList(branch.Else);
            indent--;
        }

        Line("end if;");
    }

    /// <summary>
    /// A switch is a chain of comparisons: what GHDL 2.0 makes of VHDL's case statement has no default in the Verilog, so
    /// that the tools after it see a latch.
    /// </summary>
    private void WriteCase(LoweredCase choice)
    {
        bool isState = choice.Value is Read read && read.Cell == process.StateRegister;
        Node value = choice.Value;
        string name = value is Constant or Read or Member or Item ? Value(value) : string.Empty;
        if (name.Length == 0)
        {
            name = Temporary(value.Type, "choice");
            WriteValue(name, ":=", value, choice.Location);
        }

        string keyword = "if";
        for (int i = 0; i < choice.Sections.Count; i++)
        {
            (IReadOnlyList<Constant> labels, List<Lowered> body) = choice.Sections[i];

            // With all values listed, the last needs no question: every path then assigns what all sections assign.
            bool isLast = i == choice.Sections.Count - 1 && choice.Default.Count == 0 && CoversAll(choice, isState);
            if (isLast && i > 0)
            {
                Line("else", choice.Location);
            }
            else
            {
                string condition = string.Join(" or ", labels.Select(label => value.Type is HardwareBoolean
                    ? $"{name} = {(label.Value.IsZero ? "'0'" : "'1'")}"
                    : $"{name} = {(isState ? stateNames[label] : CompareLiteral(label))}"));
                Line($"{keyword} {condition} then", choice.Location);
            }

            keyword = "elsif";
            indent++;
            if (body.Count == 0)
            {
                Line("null;");
            }

            WriteList(body);
            indent--;
        }

        if (choice.Default.Count > 0)
        {
            Line("else");
            indent++;
            WriteList(choice.Default);
            indent--;
        }

        Line("end if;");
    }

    private static bool CoversAll(LoweredCase choice, bool isState) =>
        isState || (choice.Value.Width < 20 && choice.Sections.Sum(section => section.Labels.Count) == 1 << choice.Value.Width);

    /// <summary>The name of a place; the variables of the loops around it stand for its dynamic indices.</summary>
    private string Target(Place place, IReadOnlyList<string> elements)
    {
        int loop = 0;
        StringBuilder name = new(NameOf(place.Cell));
        HardwareType type = place.Cell.Type;
        foreach (Accessor step in place.Path)
        {
            if (step.Index is null)
            {
                HardwareRecord record = (HardwareRecord)type;
                name.Append('.').Append(types.FieldName(record, step.Field));
                type = record.Fields[step.Field].Type;
            }
            else
            {
                HardwareArray array = (HardwareArray)type;
                name.Append('(').Append(step.Index is Constant ? Index(step.Index, array.Length) : elements[loop++]).Append(')');
                type = array.Element;
            }
        }

        return name.ToString();
    }

    /// <summary>An index that never leaves the array, even where its value does not matter.</summary>
    private string Index(Node index, int length)
    {
        if (index is Constant constant)
        {
            return constant.Value.ToString(CultureInfo.InvariantCulture);
        }

        string value = Value(index);
        return length == 1 << Make.IndexWidth(length) ? $"to_integer({value})"
            : string.Create(CultureInfo.InvariantCulture, $"{types.Index}({value}, {length})");
    }
}
