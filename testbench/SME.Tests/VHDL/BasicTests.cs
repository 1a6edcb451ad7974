// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests.VHDL;

/// <summary>Registers, combinational logic, states.</summary>
public class BasicTests
{
    public interface IOperands : IBus
    {
        int A { get; set; }

        int B { get; set; }

        byte Count { get; set; }

        bool Enable { get; set; }
    }

    public interface IResults : IBus
    {
        int Sum { get; set; }

        uint Total { get; set; }

        [InitialValue(true)]
        bool Flag { get; set; }
    }

    [ClockedProcess]
    private sealed class Accumulator(IOperands input, int step) : SimpleProcess
    {
        [InputBus] private readonly IOperands input = input;
        [OutputBus] public readonly IResults Output = Scope.CreateBus<IResults>();
        private readonly int step = step;
        private uint total = 5;

        protected override void OnTick()
        {
            if (input.Enable)
            {
                total += (uint)(input.A + step);
                Output.Sum = input.A + input.B;
            }
            else if (input.Count == 3)
            {
                total = 0;
            }

            Output.Total = total;
            Output.Flag = !Output.Flag && input.A > input.B;
        }
    }

    private sealed class Adder(IOperands input) : SimpleProcess
    {
        [InputBus] private readonly IOperands input = input;
        [OutputBus] public readonly IResults Output = Scope.CreateBus<IResults>();

        protected override void OnTick()
        {
            Output.Sum = 0;
            Output.Flag = false;
            uint total = 0;
            for (int i = 0; i < 4; i++)
            {
                if (input.Count == i)
                {
                    Output.Flag = true;
                    break;
                }

                total += (uint)i;
            }

            Output.Total = total;
            if (!input.Enable)
            {
                return;
            }

            Output.Sum = Twice(input.A);
        }

        private static int Twice(int value)
        {
            if (value < 0)
            {
                return -value;
            }

            return value * 2;
        }
    }

    private sealed class Sequence(IOperands input) : StateProcess
    {
        [InputBus] private readonly IOperands input = input;
        [OutputBus] public readonly IResults Output = Scope.CreateBus<IResults>();

        protected override async Task OnTickAsync()
        {
            uint seen = 0;
            while (!input.Enable)
            {
                seen++;
                await ClockAsync();
            }

            Output.Total = seen;
            await ClockAsync();
            for (int i = 0; i < 3; i++)
            {
                Output.Sum += i;
                await ClockAsync();
            }

            Output.Flag = input.A > 0;
        }
    }

    [Fact]
    public void Clocked_processes_hold_what_they_do_not_write() =>
        LockstepTests.Check("accumulator", () => [Scope.CreateBus<IOperands>("operands")],
            bus => [new Accumulator((IOperands)bus[0], 7).Output, new Accumulator((IOperands)bus[0], -1).Output]);

    [Fact]
    public void Combinational_processes_follow_their_inputs() =>
        LockstepTests.Check("adder", () => [Scope.CreateBus<IOperands>("operands")], bus => [new Adder((IOperands)bus[0]).Output]);

    [Fact]
    public void State_processes_become_state_machines() =>
        LockstepTests.Check("sequence", () => [Scope.CreateBus<IOperands>("operands")], bus => [new Sequence((IOperands)bus[0]).Output]);
}
