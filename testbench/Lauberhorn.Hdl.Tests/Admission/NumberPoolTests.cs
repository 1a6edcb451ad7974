// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Admission;

public class NumberPoolTests
{
    [Fact]
    public void Each_number_is_either_free_or_taken() => Gen.Select(Gen.ULong, Gen.Int[1, 20], Gen.Int[1, 4], Gen.Int[1, 4]).Sample(
        (seed, count, takes, gives) =>
        {
            using Simulation simulation = new();
            SeededRandom random = new(seed);
            IPoolReturn returns = Scope.CreateBus<IPoolReturn>("returns");
            NumberPool pool = new(count, returns, "pool");
            simulation.AddTopLevelInputs(returns, pool.Free.Backward);
            simulation.AddTopLevelOutputs(pool.Free.Forward);
            _ = simulation.Network;
            List<ushort> taken = [];
            int most = 0;
            for (int i = 0; i < 500; i++)
            {
                if (pool.Free.Forward.Valid && pool.Free.Backward.Ready)
                {
                    Assert.DoesNotContain(pool.Free.Forward.Item, taken);
                    Assert.InRange(pool.Free.Forward.Item, 0, count - 1);
                    taken.Add(pool.Free.Forward.Item);
                    most = Math.Max(most, taken.Count);
                }

                bool givesBack = taken.Count > 0 && random.OneIn(gives) && i > 1;
                returns.Enable = givesBack;
                if (givesBack)
                {
                    int choice = random.Between(0, taken.Count - 1);
                    returns.Number = taken[choice];
                    taken.RemoveAt(choice);
                }

                pool.Free.Backward.Ready = random.OneIn(takes);
                simulation.Tick();
            }

            Assert.NotEqual(0, most);
            returns.Enable = false;
            pool.Free.Backward.Ready = false;
            simulation.Tick(30);
            Assert.InRange(pool.Monitor.Free, count - taken.Count - 1, count - taken.Count);
        },
        iter: 200);

    [Fact]
    public void A_number_that_is_given_back_twice_is_an_error()
    {
        using Simulation simulation = new();
        IPoolReturn returns = Scope.CreateBus<IPoolReturn>("returns");
        NumberPool pool = new(4, returns, "pool");
        simulation.AddTopLevelInputs(returns, pool.Free.Backward);
        simulation.AddTopLevelOutputs(pool.Free.Forward);
        simulation.Tick(10);
        returns.Enable = true;
        returns.Number = 2;
        Assert.Throws<ContractException>(() => simulation.Tick(2));
    }
}
