// SPDX-License-Identifier: Apache-2.0
using SME.VHDL;

namespace SME.Tests.VHDL;

/// <summary>Ports that are parameters of primary constructors: buses, streams with both halves, and objects that hold ports.</summary>
public class PortTests
{
    public interface IOperands : IBus
    {
        uint Left { get; set; }

        uint Right { get; set; }
    }

    public interface IResult : IBus
    {
        uint Sum { get; set; }
    }

    private sealed class Adder([InputBus] IOperands operands, [OutputBus] IResult result, uint weight) : SimpleProcess
    {
        protected override void OnTick() => result.Sum = operands.Left + (operands.Right * weight);
    }

    private sealed record MeanPorts([InputBus] IOperands Operands, [OutputBus] IResult Result)
    {
        public uint Half => (Operands.Left >> 1) + (Operands.Right >> 1);
    }

    [ClockedProcess]
    private sealed class Mean([Ports] MeanPorts ports) : SimpleProcess
    {
        private uint last;

        protected override void OnTick()
        {
            ports.Result.Sum = ports.Half + last;
            last = ports.Operands.Left;
        }
    }

    [ClockedProcess]
    private sealed class Accept([InputBus] Stream<uint> input, [OutputBus] Stream<ulong> output) : SimpleProcess
    {
        protected override void OnTick()
        {
            bool takes = input.Passes;
            bool isFree = !output.Valid || output.Ready;
            output.Valid = takes || !isFree;
            if (takes)
            {
                output.Item = (ulong)input.Item << 3;
            }

            input.Ready = isFree && !takes;
        }
    }

    [ClockedProcess]
    private sealed class Offer([InputBus] IOperands operands, [OutputBus] Stream<uint> output) : SimpleProcess
    {
        protected override void OnTick()
        {
            if (!output.Valid || output.Ready)
            {
                output.Valid = (operands.Left & 1) != 0;
                output.Item = operands.Left >> 1;
            }
        }
    }

    private sealed class Take([InputBus] Stream<ulong> input, [InputBus] IOperands operands, [OutputBus] IResult result) : SimpleProcess
    {
        protected override void OnTick()
        {
            input.Ready = (operands.Right & 1) != 0;
            result.Sum = input is { Valid: true } && (operands.Right & 1) != 0 ? (uint)input.Item : 0;
        }
    }

    [Fact]
    public void Buses_may_be_parameters()
    {
        VhdlDesign design = LockstepTests.Check("adder", () => [Scope.CreateBus<IOperands>("operands")], inputs =>
        {
            IResult result = Scope.CreateBus<IResult>("result");
            _ = new Adder((IOperands)inputs[0], result, 3) { Name = "adder" };
            return [result];
        });
        Assert.Contains(design.Files, file => file.Text.Contains("operands : in", StringComparison.Ordinal));
    }

    [Fact]
    public void Ports_may_be_members_of_an_object() => LockstepTests.Check("mean", () => [Scope.CreateBus<IOperands>("operands")], inputs =>
    {
        IResult result = Scope.CreateBus<IResult>("result");
        _ = new Mean(new MeanPorts((IOperands)inputs[0], result)) { Name = "mean" };
        return [result];
    });

    [Fact]
    public void A_stream_is_both_of_its_halves() => LockstepTests.Check("accept", () => [Scope.CreateBus<IOperands>("operands")], inputs =>
    {
        IResult result = Scope.CreateBus<IResult>("result");
        Stream<uint> input = new("input");
        Stream<ulong> output = new("output");
        _ = new Offer((IOperands)inputs[0], input) { Name = "offer" };
        _ = new Accept(input, output) { Name = "accept" };
        _ = new Take(output, (IOperands)inputs[0], result) { Name = "take" };
        return [result];
    });
}
