// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>A design that is not well-formed does not run: the message has the instance's path and a way out.</summary>
public class ElaborationTests
{
    private static string ErrorOf(Action<Simulation> build)
    {
        using Simulation simulation = new();
        build(simulation);
        return Assert.Throws<ElaborationException>(() => simulation.Network).Message;
    }

    [Fact]
    public void A_combinational_cycle_is_told_with_its_full_path()
    {
        string message = ErrorOf(simulation =>
        {
            using Scope scope = Scope.Open("loop");
            INumber back = Scope.CreateBus<INumber>("back");
            Increment first = new(back);
            Increment second = new(first.Output);
            _ = new Sum(second.Output, second.Output, back);
        });
        Assert.Contains("loop.Increment0 -> (loop.Increment0_Output) -> loop.Increment1 -> (loop.Increment1_Output) -> loop.Sum -> "
            + "(loop.back) -> loop.Increment0", message, StringComparison.Ordinal);
        Assert.Contains("[ClockedProcess]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_register_breaks_a_cycle()
    {
        using Simulation simulation = new();
        INumber back = Scope.CreateBus<INumber>("back");
        Register register = new(back);
        _ = new Sum(register.Output, register.Output, back);
        simulation.Tick(3);
        Assert.Equal(14 * 8, back.Value);
    }

    [Fact]
    public void Two_drivers_of_a_bus_are_both_named()
    {
        string message = ErrorOf(simulation =>
        {
            INumber source = Scope.CreateBus<INumber>("source");
            INumber shared = Scope.CreateBus<INumber>("shared");
            simulation.AddTopLevelInputs(source);
            _ = new Sum(source, source, shared);
            _ = new Sum(source, source, shared);
        });
        Assert.Contains("bus shared has 2 drivers: Sum0.output and Sum1.output", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_top_level_input_is_a_driver_too()
    {
        string message = ErrorOf(simulation =>
        {
            INumber source = Scope.CreateBus<INumber>("source");
            simulation.AddTopLevelInputs(source, new Register(source).Output);
        });
        Assert.Contains("Register.Output and the top level", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bus_that_is_read_must_be_driven()
    {
        string message = ErrorOf(simulation => new Register(Scope.CreateBus<INumber>("orphan")));
        Assert.Contains("bus orphan is read by Register.input, but nothing drives it", message, StringComparison.Ordinal);
        Assert.Contains("AddTopLevelInputs", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_top_level_output_must_be_driven()
    {
        string message = ErrorOf(simulation => simulation.AddTopLevelOutputs(Scope.CreateBus<INumber>("result")));
        Assert.Contains("bus result is read by the top level", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_combinational_process_must_not_read_its_own_output()
    {
        string message = ErrorOf(simulation =>
        {
            INumber own = Scope.CreateBus<INumber>("own");
            _ = new Sum(own, own, own);
        });
        Assert.Contains("Sum is combinational and reads its own output: left and output", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_without_a_bus_is_named() =>
        Assert.Contains("inner.Register.input holds no bus", ErrorOf(simulation =>
        {
            using Scope scope = Scope.Open("inner");
            _ = new Register(null!);
        }), StringComparison.Ordinal);

    [Fact]
    public void A_bus_of_another_simulation_is_refused()
    {
        using Simulation other = new();
        INumber foreign = Scope.CreateBus<INumber>("foreign");
        Assert.Contains("another simulation", ErrorOf(simulation => new Register(foreign)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_reads_is_a_warning()
    {
        using Simulation simulation = new();
        INumber source = Scope.CreateBus<INumber>("source");
        simulation.AddTopLevelInputs(source);
        _ = new Register(source);
        _ = Scope.CreateBus<INumber>("spare");
        Assert.Equal(["bus spare is neither driven nor read", "bus Register_Output is driven by Register but never read"],
            simulation.Network.Warnings.OrderDescending());
    }

    public interface ITwo : IBus
    {
        byte First { get; set; }

        byte Second { get; set; }

        ulong Third { get; set; }
    }

    [ClockedProcess]
    private sealed class ReadsSome(ITwo input) : SimpleProcess
    {
        [InputBus] private readonly ITwo input = input;
        [OutputBus] public readonly ITwo Output = Scope.CreateBus<ITwo>();

        protected override void OnTick()
        {
            Output.First = Inner();
            Output.Third = Third(input);

            byte Inner() => input.First;
        }

        private static ulong Third(ITwo bus) => bus.Third;
    }

    [Fact]
    public void A_signal_that_no_reader_reads_is_a_warning()
    {
        using Simulation simulation = new();
        ITwo source = Scope.CreateBus<ITwo>("source");
        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(new ReadsSome(source).Output);
        Assert.Equal(["signal source.Second is never read, though ReadsSome could"], simulation.Network.Warnings);
    }

    private sealed class Misfit(ITwo input) : SimpleProcess
    {
        [InputBus] private readonly ITwo input = input;
        [OutputBus] public readonly ITwo Output = Scope.CreateBus<ITwo>();

        protected override void OnTick()
        {
            Output.First = Joined<W8>((Bits<W8>)(ulong)input.First);
            Output.Second = input.Second;
            Output.Third = input.Third;
        }

        private static byte Joined<TWidth>(Bits<TWidth> value)
            where TWidth : unmanaged, IWidth => (byte)(ulong)Bits.Concat<TWidth, W8, W17>(value, default);
    }

    [Fact]
    public void Widths_that_do_not_add_up_are_found_before_anything_runs() =>
        Assert.Contains("part.Misfit: Concat of 8 and 8 bits into 17", ErrorOf(simulation =>
        {
            ITwo source = Scope.CreateBus<ITwo>("source");
            using Scope scope = Scope.Open("part");
            simulation.AddTopLevelInputs(source).AddTopLevelOutputs(new Misfit(source).Output);
        }), StringComparison.Ordinal);

    [Fact]
    public void The_top_level_is_fixed_once_the_design_is_elaborated()
    {
        using Simulation simulation = new();
        INumber source = Scope.CreateBus<INumber>();
        _ = simulation.Network;
        Assert.Throws<InvalidOperationException>(() => simulation.AddTopLevelInputs(source));
    }
}
