// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace SME.Tracing;

/// <summary>
/// Writes a value change dump (IEEE 1364-2005, section 18), which GTKWave, Surfer and others show. Tick t lasts from time
/// 2t to 2t + 2, each clock is high in the first half of a tick at whose beginning it had an edge. Scopes, buses and records are scopes of
/// the file; an element of an array has the array's name and its index. An enum is a string (as GTKWave reads it), and its number
/// is beside it, with <c>_value</c> added to its name.
/// </summary>
internal sealed class WaveformWriter : IMonitor, IDisposable
{
    private readonly StreamWriter output;
    private readonly List<(SignalLeaf.Snapshot Snapshot, List<Variable> Variables)> buses = [];
    private readonly List<(ClockDomain Domain, string Code)> clocks = [];
    private int codes;
    private bool hasBegun;

    internal WaveformWriter(string path, Network network)
    {
        output = OutputFile.Create(path);
        output.Write("$comment Written by SME. $end\n$timescale 1 ns $end\n");
        ScopeNode root = new("design");
        foreach (ClockDomain domain in network.Domains)
        {
            string code = NextCode();
            clocks.Add((domain, code));
            root.Declarations.Add($"$var wire 1 {code} {domain.Name} $end");
        }

        foreach (BusStorage bus in network.Buses)
        {
            Declare(root.At(bus.Path.Split('.')), bus);
        }

        root.Write(output, string.Empty);
        output.Write("$enddefinitions $end\n");
    }

    public void OnSettled(Simulation simulation)
    {
        bool isFirst = !hasBegun;
        hasBegun = true;
        Line($"#{(2 * simulation.Ticks).ToString(CultureInfo.InvariantCulture)}");
        if (isFirst)
        {
            output.Write("$dumpvars\n");
        }

        foreach ((ClockDomain domain, string code) in clocks)
        {
            bool isHigh = simulation.Ticks > 0 && domain.HasEdge(simulation.Ticks - 1);
            if (isFirst || isHigh)
            {
                Line($"{(isHigh ? '1' : '0')}{code}");
            }
        }

        foreach ((SignalLeaf.Snapshot snapshot, List<Variable> variables) in buses)
        {
            if (!snapshot.Take() && !isFirst)
            {
                continue;
            }

            foreach (Variable variable in variables)
            {
                if (isFirst || snapshot.HasChanged(variable.Leaf))
                {
                    Write(variable, snapshot.Values);
                }
            }
        }

        if (isFirst)
        {
            output.Write("$end\n");
        }

        Line($"#{((2 * simulation.Ticks) + 1).ToString(CultureInfo.InvariantCulture)}");
        foreach ((ClockDomain domain, string code) in clocks)
        {
            if (simulation.Ticks > 0 && domain.HasEdge(simulation.Ticks - 1))
            {
                Line($"0{code}");
            }
        }
    }

    public void Dispose() => output.Dispose();

    private void Line(string text)
    {
        output.Write(text);
        output.Write('\n');
    }

    private void Write(Variable variable, ReadOnlySpan<byte> values)
    {
        if (variable.IsText)
        {
            Line($"s{variable.Leaf.EnumName(values)} {variable.Code}");
        }
        else if (variable.Leaf.Width == 1)
        {
            Line($"{variable.Leaf.Binary(values)}{variable.Code}");
        }
        else
        {
            Line($"b{variable.Leaf.Binary(values)} {variable.Code}");
        }
    }

    private void Declare(ScopeNode scope, BusStorage bus)
    {
        List<Variable> variables = [];
        foreach (SignalLeaf leaf in SignalLeaf.Of(bus))
        {
            ScopeNode inner = scope.At(leaf.Path.SkipLast(1));
            string name = leaf.Path[^1];
            if (leaf.Type.IsEnum)
            {
                Variable text = new(leaf, NextCode(), true);
                variables.Add(text);
                inner.Declarations.Add($"$var string 1 {text.Code} {name} $end");
                name += "_value";
            }

            Variable variable = new(leaf, NextCode(), false);
            variables.Add(variable);
            string range = leaf.Width == 1 ? string.Empty : $" [{leaf.Width - 1}:0]";
            inner.Declarations.Add($"$var wire {leaf.Width} {variable.Code} {name}{range} $end");
        }

        buses.Add((new SignalLeaf.Snapshot(bus), variables));
    }

    /// <summary>The next of the short names that stand for variables: any printable characters.</summary>
    private string NextCode()
    {
        const int First = '!';
        const int Count = '~' - First + 1;
        string code = string.Empty;
        for (int rest = codes++; ; rest = (rest / Count) - 1)
        {
            code += (char)(First + (rest % Count));
            if (rest < Count)
            {
                return code;
            }
        }
    }

    private sealed record Variable(SignalLeaf Leaf, string Code, bool IsText);

    private sealed class ScopeNode(string name)
    {
        private readonly Dictionary<string, ScopeNode> inner = [];

        internal List<string> Declarations { get; } = [];

        internal ScopeNode At(IEnumerable<string> path)
        {
            ScopeNode at = this;
            foreach (string step in path)
            {
                if (!at.inner.TryGetValue(step, out ScopeNode? next))
                {
                    next = new ScopeNode(step);
                    at.inner.Add(step, next);
                }

                at = next;
            }

            return at;
        }

        internal void Write(TextWriter output, string indent)
        {
            output.Write($"{indent}$scope module {name} $end\n");
            foreach (string declaration in Declarations)
            {
                output.Write($"{indent}  {declaration}\n");
            }

            foreach (ScopeNode node in inner.Values)
            {
                node.Write(output, indent + "  ");
            }

            output.Write($"{indent}$upscope $end\n");
        }
    }
}
