// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Reply;

public class NeighbourTableTests
{
    // Shorter than the time between two commands (CommandSequencer.WriteTicks).
    private const int CommandTicks = 8;

    [Fact]
    public void A_look_up_finds_what_was_learned_and_set_and_nothing_else() => Gen.Select(Gen.ULong, Gen.Int[0, 3], Gen.Bool).Sample(
        (seed, size, learns) =>
        {
            using Table table = new(4 << size, learns);
            SeededRandom random = new(seed);
            uint[] addresses = [.. Enumerable.Range(0, 3 << size).Select(
                i => random.OneIn(2) ? 0x0A00_0000u + (uint)i : (uint)random.Next())];
            long nextCommand = 0;
            for (int i = 0; i < 600; i++)
            {
                (uint Address, ulong? Mac)? command = null;
                if (i >= nextCommand && random.OneIn(10))
                {
                    command = (random.Pick(addresses), random.OneIn(3) ? null : random.Next() >> 16);
                    nextCommand = i + CommandTicks;
                }

                table.Tick(
                    random.OneIn(3) ? null : random.Pick(addresses),
                    random.OneIn(3) ? (random.Pick(addresses), random.Next() >> 16) : null,
                    command,
                    random.OneIn(5));
            }
        },
        iter: 200);

    [Fact]
    public void What_the_OS_sets_is_not_unlearned()
    {
        using Table table = new(4, true);
        table.Tick(null, null, (1, 0x1111), false);
        table.Idle(5);
        for (uint other = 2; other < 200; other++)
        {
            table.Tick(null, (other, other), null, false);
            table.Tick(null, (1, 0x2222), null, false);
            table.Idle(5);
        }

        Assert.Equal(0x1111ul, table.LookUp(1));
        table.Tick(null, null, (1, null), false);
        table.Idle(5);
        Assert.Null(table.LookUp(1));
    }

    [Fact]
    public void What_is_learned_takes_the_place_of_what_was_learned()
    {
        using Table table = new(4, true);
        for (uint address = 1; address < 100; address++)
        {
            table.Tick(null, (address, address), null, false);
            table.Idle(3);
            Assert.Equal(address, table.LookUp(address));
        }

        Assert.InRange(Enumerable.Range(1, 99).Count(address => table.LookUp((uint)address) is not null), 2, 4);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    [InlineData(0)]
    [InlineData(1000)]
    public void Numbers_of_neighbours_that_do_not_work_are_refused(int neighbours)
    {
        using Simulation simulation = new();
        ElaborationException exception = Assert.Throws<ElaborationException>(() => new Table(neighbours, true));
        Assert.Contains($"neighbours: Neighbours is {neighbours}; use a power of two from 4 on", exception.Message,
            StringComparison.Ordinal);
    }

    /// <summary>The table beside its model.</summary>
    private sealed class Table : IDisposable
    {
        private readonly Simulation simulation;
        private readonly IReplyJob job;
        private readonly IReplyStep step;
        private readonly ISighting sighting;
        private readonly ICommand command;
        private readonly INicSettings settings;
        private readonly INeighbourAnswer answer;
        private readonly bool learns;
        private readonly int bits;
        private readonly Neighbour[][] tables;
        private readonly Queue<Neighbour> commands = new();
        private Neighbour? learned;
        private int ticksToWrite;
        private (bool IsAsked, ulong? Mac) expected;
        private (uint? Asked, bool Takes) inputs = (null, false);
        private (uint Address, ulong Mac)? seen;
        private (uint Address, ulong? Mac)? set;
        private bool isFirst = true;

        public Table(int neighbours, bool learns)
        {
            this.learns = learns;
            simulation = new Simulation();
            job = Scope.CreateBus<IReplyJob>("job");
            step = Scope.CreateBus<IReplyStep>("step");
            sighting = Scope.CreateBus<ISighting>("sighting");
            command = Scope.CreateBus<ICommand>("command");
            settings = Scope.CreateBus<INicSettings>("settings");
            answer = new NeighbourTable(NicConfig.Tiny with { Neighbours = neighbours }, job, step, sighting, command, settings).Answer;
            simulation.AddTopLevelInputs(job, step, sighting, command, settings).AddTopLevelOutputs(answer);
            bits = BitOperations.Log2((uint)neighbours / 2);
            tables = [new Neighbour[neighbours / 2], new Neighbour[neighbours / 2]];
        }

        public void Dispose() => simulation.Dispose();

        public void Idle(int ticks)
        {
            for (int i = 0; i < ticks; i++)
            {
                Tick(null, null, null, false);
            }
        }

        /// <summary>What the hardware says of an address; nothing may be in flight.</summary>
        public ulong? LookUp(uint address)
        {
            Tick(address, null, null, false);
            Tick(null, null, null, false);
            Assert.True(answer.Valid);
            return answer.IsKnown ? (ulong)answer.MacAddress : null;
        }

        /// <summary>A tick in which these are on the buses.</summary>
        public void Tick(uint? asked, (uint Address, ulong Mac)? sees, (uint Address, ulong? Mac)? sets, bool isNone)
        {
            if (!isFirst)
            {
                Step();
            }

            isFirst = false;
            inputs = (asked, asked.HasValue && !isNone);
            seen = sees;
            set = sets;
            job.Valid = asked.HasValue;
            job.Job = new ReplyJob { Class = isNone ? FrameClass.None : FrameClass.Reply, Address = asked ?? 0 };
            step.Takes = asked.HasValue;
            sighting.Valid = sees.HasValue;
            sighting.Address = sees?.Address ?? 0;
            sighting.MacAddress = (Bits<W48>)(sees?.Mac ?? 0);
            command.Valid = sets.HasValue;
            command.Code = CommandCode.SetNeighbour;
            command.Data = (Bits<W512>)((UInt128)(sets?.Mac ?? 0) << CommandPlaces.NeighbourMacAddress
                | (sets?.Mac is not null ? 1ul << CommandPlaces.NeighbourIsValid : 0) | (sets?.Address ?? 0));
            settings.LearnsNeighbours = learns;
            simulation.Tick();
            Assert.Equal(expected.IsAsked, answer.Valid);
            if (expected.IsAsked)
            {
                Assert.Equal(expected.Mac, answer.IsKnown ? (ulong)answer.MacAddress : null);
            }
        }

        /// <summary>What the tick before does: looks up, then writes, then begins.</summary>
        private void Step()
        {
            expected = (inputs.Takes, inputs.Asked is uint asked ? Find(asked) : null);
            if (ticksToWrite > 0 && --ticksToWrite == 0)
            {
                Write(learned!.Value);
                learned = null;
            }

            if (learned is null && commands.TryDequeue(out Neighbour next))
            {
                (learned, ticksToWrite) = (next, 3);
            }
            else if (learned is null && seen is (uint, ulong) other && learns)
            {
                (learned, ticksToWrite) = (new Neighbour { IsValid = true, Address = other.Address, MacAddress = (Bits<W48>)other.Mac }, 3);
            }

            if (set is (uint, ulong or null) given)
            {
                commands.Enqueue(new Neighbour
                {
                    IsValid = given.Mac.HasValue,
                    IsFixed = true,
                    Address = given.Address,
                    MacAddress = (Bits<W48>)(given.Mac ?? 0)
                });
            }
        }

        private ulong? Find(uint address)
        {
            foreach (Neighbour place in Places(address))
            {
                if (place.IsValid && place.Address == address)
                {
                    return (ulong)place.MacAddress;
                }
            }

            return null;
        }

        private Neighbour[] Places(uint address) => [tables[0][NeighbourHash.Of(address, 0, bits)],
            tables[1][NeighbourHash.Of(address, 1, bits)]];

        private void Write(Neighbour item)
        {
            Neighbour[] places = Places(item.Address);
            int place = Array.FindIndex(places, other => other.IsValid && other.Address == item.Address);
            if (place < 0 && !item.IsValid)
            {
                return;
            }

            if (place < 0)
            {
                place = Array.FindIndex(places, other => !other.IsValid);
            }

            if (place < 0)
            {
                place = Array.FindIndex(places, other => !other.IsFixed);
            }

            if (place < 0 && item.IsFixed)
            {
                place = 0;
            }

            if (place >= 0 && (item.IsFixed || !places[place].IsValid || !places[place].IsFixed))
            {
                tables[place][NeighbourHash.Of(item.Address, place, bits)] = item;
            }
        }
    }
}
