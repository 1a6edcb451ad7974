// SPDX-License-Identifier: Apache-2.0

namespace SME.Tests;

#pragma warning disable CS9113 // What a parameter is that no method uses is what some of these ask.
/// <summary>
/// Which buses a process has: from fields, properties, parameters of primary constructors, streams, and objects that hold ports.
/// </summary>
public class PortTests
{
    public interface IValue : IBus
    {
        int Value { get; set; }
    }

    private sealed class Copy([InputBus] IValue from, [OutputBus] IValue to) : SimpleProcess
    {
        protected override void OnTick() => to.Value = from.Value;
    }

    private sealed record Pair([InputBus] IValue[] From, [OutputBus] IValue To);

    [ClockedProcess]
    private sealed class Add([Ports] Pair pair) : SimpleProcess
    {
        protected override void OnTick() => pair.To.Value = pair.From[0].Value + pair.From[1].Value;
    }

    [ClockedProcess]
    private sealed class Step([InputBus] Stream<int> input, [OutputBus] Stream<int> output) : SimpleProcess
    {
        protected override void OnTick()
        {
            output.Valid = input.Valid;
            output.Item = input.Item + 1;
            input.Ready = output.Ready;
        }
    }

    private sealed class Unused([InputBus] IValue from, [OutputBus] IValue to) : SimpleProcess
    {
        protected override void OnTick() => to.Value = 3;
    }

    private sealed record Unmarked(IValue From);

    private sealed class Empty([Ports] Unmarked ports, [OutputBus] IValue to) : SimpleProcess
    {
        protected override void OnTick() => to.Value = ports.From.Value;
    }

    private sealed class Undirected([InternalBus] Stream<int> stream) : SimpleProcess
    {
        protected override void OnTick() => stream.Forward.Item = 4;
    }

    private static string Uses(Func<IBus[]> make)
    {
        using Simulation simulation = new();
        simulation.AddTopLevelInputs(make());
        ProcessInstance instance = simulation.Network.Processes.Single(process => !process.IsSimulationOnly);
        return $"{string.Join(' ', instance.Inputs)} > {string.Join(' ', instance.Outputs)}";
    }

    private static IValue Bus() => Scope.CreateBus<IValue>();

    [Fact]
    public void Parameters_are_ports_under_their_names()
    {
        Assert.Equal("from > to", Uses(() =>
        {
            IValue from = Bus();
            _ = new Copy(from, Bus());
            return [from];
        }));
        Assert.Equal("pairFrom[0] pairFrom[1] > pairTo", Uses(() =>
        {
            IValue[] from = [Bus(), Bus()];
            _ = new Add(new Pair(from, Bus()));
            return from;
        }));
        Assert.Equal("input outputReady > inputReady output", Uses(() =>
        {
            Stream<int> input = new("input");
            Stream<int> output = new("output");
            _ = new Step(input, output);
            return [input.Forward, output.Backward];
        }));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    public void They_run_in_the_plain_and_in_the_compiled_tick(long compileAfter)
    {
        using Simulation simulation = new() { CompileAfter = compileAfter };
        IValue[] sources = [Bus(), Bus()];
        IValue sum = Bus();
        IValue copy = Bus();
        Stream<int> input = new("input");
        Stream<int> output = new("output");
        _ = new Add(new Pair(sources, sum));
        _ = new Copy(sum, copy);
        _ = new Step(input, output);
        simulation.AddTopLevelInputs([.. sources, input.Forward, output.Backward]).AddTopLevelOutputs(copy, output.Forward, input.Backward);
        for (int tick = 1; tick < 20; tick++)
        {
            sources[0].Value = tick;
            sources[1].Value = 100;
            input.Valid = true;
            input.Item = 7;
            output.Ready = true;
            simulation.Tick();
            Assert.Equal(tick == 1 ? 0 : tick - 1 + 100, copy.Value);
            Assert.Equal(tick > 1, output.Valid && input.Ready);
            Assert.Equal(tick == 1 ? 1 : 8, output.Item);
            Assert.Equal(compileAfter == 0, simulation.Network.IsCompiled);
        }
    }

    [Fact]
    public void A_mark_without_a_port_is_an_error_that_names_it()
    {
        Assert.Contains("the parameter from is marked as a port, but no method of Unused uses it", Message(() => new Unused(Bus(), Bus())),
            StringComparison.Ordinal);
        Assert.Contains("no member of Unmarked is marked as a bus", Message(() => new Empty(new Unmarked(Bus()), Bus())),
            StringComparison.Ordinal);
        Assert.Contains("is a stream: mark it [InputBus] if the process receives", Message(() => new Undirected(new("s"))),
            StringComparison.Ordinal);
        Assert.Contains("to holds no bus", Message(() => new Copy(Bus(), null!)), StringComparison.Ordinal);

        static string Message(Func<Process> make)
        {
            using Simulation simulation = new();
            _ = make();
            return Assert.Throws<ElaborationException>(() => simulation.Network).Message;
        }
    }
}
