// SPDX-License-Identifier: Apache-2.0
using SME.Components;

namespace SME.Tests.Components;

public class AllocationTests
{
    [Fact]
    public void A_tick_of_components_and_their_monitors_allocates_nothing()
    {
        using Simulation simulation = new();
        Stream<Bits<W512>> input = Stream.Create<Bits<W512>>("input");
        Stream<Bits<W512>> stage = new FifoDistributed<Bits<W512>>(input, 32).Output;
        stage = new FifoBlockRam<Bits<W512>>(stage, 32).Output;
        stage = new SkidBuffer<Bits<W512>>(stage).Output;
        stage = new PipelineRegister<Bits<W512>>(stage).Output;
        stage = new AsynchronousFifo<Bits<W512>>(stage, ClockDomain.Default, ClockDomain.Default).Output;
        IRequests<W48> requests = Scope.CreateBus<IRequests<W48>>("requests");
        RoundRobinArbiter<W48> arbiter = new(requests, stage.Backward);
        simulation.AddTopLevelInputs(input.Forward, stage.Backward, requests).AddTopLevelOutputs(input.Backward, stage.Forward,
            arbiter.Grant);
        (input.Forward.Valid, input.Forward.Item, requests.Requests) = (true, Bits<W512>.AllOnes, Bits<W48>.AllOnes);
        Step(1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Step(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(stage.Monitor.Passed > 900);

        void Step(int ticks)
        {
            for (int i = 0; i < ticks; i++)
            {
                stage.Backward.Ready = (i & 3) != 0;
                simulation.Tick();
            }
        }
    }
}
