// SPDX-License-Identifier: Apache-2.0
using CsCheck;

namespace SME.Tests;

/// <summary>Every process and every bus has a path of its own, made of names that the source has.</summary>
public class NamingTests
{
    [ClockedProcess]
    private sealed class Fork(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly INumber[] Outputs = Scope.CreateBuses<INumber>(3);

        protected override void OnTick()
        {
            for (int i = 0; i < Outputs.Length; i++)
            {
                Outputs[i].Value = input.Value + i;
            }
        }
    }

    private sealed class Join(INumber[] inputs) : SimpleProcess
    {
        [InputBus] private readonly INumber[] inputs = inputs;

        [OutputBus] public INumber Output { get; } = Scope.CreateBus<INumber>();

        protected override void OnTick()
        {
            int sum = 0;
            for (int i = 0; i < inputs.Length; i++)
            {
                sum += inputs[i].Value;
            }

            Output.Value = sum;
        }
    }

    [Fact]
    public void A_bus_is_named_after_the_field_or_property_of_its_driver()
    {
        using Simulation simulation = new();
        INumber source = Scope.CreateBus<INumber>("source");
        simulation.AddTopLevelInputs(source);
        Join join;
        using (Scope.Open("part"))
        {
            join = new(new Fork(source).Outputs);
        }

        simulation.AddTopLevelOutputs(join.Output);
        Assert.Equal(["part.Fork_Outputs0", "part.Fork_Outputs1", "part.Fork_Outputs2", "part.Join_Output", "source"],
            simulation.Network.Buses.Select(bus => bus.Path).Order());
        source.Value = 10;
        simulation.Tick(2);
        Assert.Equal(33, join.Output.Value);
    }

    [Fact]
    public void Paths_are_unique_whatever_the_names_given() =>
        Gen.Int[0, 3].Select(i => ((string[])["a", "b", "Register", string.Empty])[i]).Array[0, 8].Sample(names =>
        {
            using Simulation simulation = new();
            INumber source = Scope.CreateBus<INumber>("a");
            simulation.AddTopLevelInputs(source);
            foreach (string name in names)
            {
                _ = Scope.CreateBus<INumber>(name.Length == 0 ? null : name);
                _ = new Register(source) { Name = name };
                using Scope scope = Scope.Open(name.Length == 0 ? "b" : name);
                _ = new Register(source) { Name = name };
            }

            string[] paths = [.. simulation.Network.Buses.Select(bus => bus.Path),
                .. simulation.Network.Processes.Select(process => process.Path)];
            Assert.Equal(paths.Length, paths.Distinct().Count());
            Assert.DoesNotContain(string.Empty, paths);
        });

    [Fact]
    public void The_two_directions_of_a_stream_share_its_name()
    {
        using Simulation simulation = new();
        Stream<byte> stream = Stream.Create<byte>("frames");
        _ = Stream.Create<byte>("frames");
        _ = simulation.Network;
        Assert.Equal(["frames", "frames", "frames_1", "frames_1"], simulation.Network.Buses.Select(bus => bus.Path).Order());
        Assert.Equal(((BusStorage)stream.Forward).Path, ((BusStorage)stream.Backward).Path);
    }
}
