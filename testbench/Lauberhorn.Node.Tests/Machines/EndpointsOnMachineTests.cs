// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Hdl.Testing.Endpoint;
using Lauberhorn.Machines;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests.Machines;

/// <summary>Cores with caches serve calls that come from the NIC's own scheduler and endpoints, be these C# or RTL.</summary>
public class EndpointsOnMachineTests
{
    private const ushort Process = 3;
    private const int Cores = 3;

    /// <summary>One row of the table in docs/machine.md each, then all at random.</summary>
    public static Dictionary<string, Func<MachineParameters, MachineParameters>> Rows { get; } = new()
    {
        ["friendly"] = static machine => machine,
        ["shared loads"] = static machine => machine with { SharedLoads = true },
        ["overtaking"] = static machine => machine with { ReorderCycles = 200 },
        ["split answers"] = static machine => machine with { SplitAnswerPercent = 70, ReorderCycles = 40 },
        ["one miss"] = static machine => machine with { OutstandingMisses = 1 },
        ["store order"] = static machine => machine with { StoreBuffer = 12, StoreBufferCycles = 100 },
        ["store order, shared loads"] = static machine => machine with { StoreBuffer = 12, StoreBufferCycles = 100, SharedLoads = true },
        ["whims 1"] = static machine => machine.WithWhims(1),
        ["whims 2"] = static machine => machine.WithWhims(2),
        ["whims 3"] = static machine => machine.WithWhims(3),
    };

    public static TheoryData<string, bool, int> Unfriendly()
    {
        TheoryData<string, bool, int> data = [];
        foreach ((int i, string row) in Rows.Keys.Index())
        {
            data.Add(row, false, 10 + i);
            data.Add(row, true, 30 + i);
        }

        return data;
    }

    [Theory]
    [InlineData("ideal", 0, 0, 1)]
    [InlineData("ideal", 3000, 20, 2)]
    [InlineData("enzian", 0, 0, 3)]
    [InlineData("enzian", 1000, 60, 4)]
    [InlineData("enzian", 10000, 60, 5)]
    public void Calls_of_any_length_are_answered_with_what_the_handler_stored(string preset, int evictions, int reorder, int seed) =>
        Check(Preset(preset) with { EvictionsPerMillion = evictions, ReorderCycles = reorder }, false, seed, 150, Machine.CSharp);

    [Theory]
    [MemberData(nameof(Unfriendly))]
    public void Calls_are_answered_on_a_machine_that_does_all_that_it_may(string row, bool writesBack, int seed)
    {
        Check(Rows[row](MachineParameters.Ideal) with { EvictionsPerMillion = 5000 }, writesBack, seed, 100, Machine.CSharp);
        Check(Rows[row](MachineParameters.Enzian) with { EvictionsPerMillion = 2000 }, writesBack, seed + 100, 60, Machine.CSharp);
    }

    [Fact]
    public void The_RTL_serves_the_same_cores() =>
        Check(MachineParameters.Ideal with { EvictionsPerMillion = 3000, ReorderCycles = 20 }, false, 6, 60, Machine.Lockstep);

    [Fact]
    public void Lines_of_an_endpoints_pages_that_are_nones_read_as_zeros_and_keep_nothing() =>
        Check(MachineParameters.Ideal, true, 7, 60, Machine.CSharp, static async (core, planner, config) =>
        {
            LineMap map = new(config.ProgressColourBits);
            byte[] line = new byte[128];
            foreach (EndpointPage page in Enumerable.Range(0, Cores).SelectMany(endpoint => planner.Pages(endpoint, 4096, config.AuxLines)))
            {
                for (ulong address = page.Address; address < page.Address + 4096; address += 128)
                {
                    if (map.Line(planner.Number(address)).Kind == LineKind.None)
                    {
                        await core.LoadLineAsync(address, line);
                        Assert.All(line, value => Assert.Equal(0, value));
                        Array.Fill(line, (byte)0xA5);
                        await core.StoreAsync(address, line);
                        await core.CleanInvalidateAsync(address);
                        await core.LoadLineAsync(address, line);
                        Assert.All(line, value => Assert.Equal(0, value));
                    }
                }
            }
        });

    private static MachineParameters Preset(string name) => name == "ideal" ? MachineParameters.Ideal : MachineParameters.Enzian;

    private static void Check(
        MachineParameters parameters,
        bool writesBack,
        int seed,
        int calls,
        Machine hardware,
        Func<Core, AddressPlanner, NicConfig, Task>? beside = null)
    {
        NicConfig config = NicConfig.Tiny;
        using EndpointBench bench = new(config) { IsHomeDriven = true, TryAgainCycles = 700 };
        using IDisposable running = bench.Simulation.RunOn(hardware, EndpointBench.EntityName,
            new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        bench.IsHomeDriven = false;
        for (int endpoint = 0; endpoint < Cores; endpoint++)
        {
            Assert.Equal(CommandStatus.Done, bench.Bind(endpoint, Process, 100 + endpoint, writesBack: writesBack));
        }

        bench.IsHomeDriven = true;
        AddressWindow window = new(1ul << 40, 128, AddressHash.ThunderX, config.ProgressColourBits);
        StreamNicPort port = new(bench.Port, bench.Tick);
        CoherentMachine machine = new(parameters with { Cores = Cores + 1 }, port, window, (ulong)seed);
        AddressPlanner planner = new(window);
        CallBook book = new(bench, config, new Random(seed));
        for (int i = 0; i < Cores; i++)
        {
            int endpoint = i;
            _ = machine.Start(machine.Cores[i], core => Serve(core, planner.Addresses(endpoint, config.AuxLines), writesBack, book));
        }

        bool isDone = beside is null;
        if (beside is not null)
        {
            _ = machine.Start(machine.Cores[Cores], async core =>
            {
                await beside(core, planner, config);
                isDone = true;
            });
        }

        bench.OnTick = _ => book.Step(calls);
        machine.Run(() => isDone && book.Answered == calls, 2_000_000);
        Assert.Equal(calls, bench.Count(NicEvent.Delivered));
        Assert.Equal(beside is null, bench.Count(NicEvent.BadRead) == 0);
        Assert.Equal(beside is null, bench.Count(NicEvent.BadWrite) == 0);
    }

    private static async Task Serve(Core core, EndpointAddresses addresses, bool writesBack, CallBook book)
    {
        byte[] line = new byte[128];
        for (int current = 0; ; current ^= writesBack ? 0 : 1)
        {
            ulong address = addresses.ReceiveControl[current];
            await core.LoadLineAsync(address, line);
            if ((MessageKind)line[ControlLine.Kind] == MessageKind.TryAgain)
            {
                Assert.All(line[1..], value => Assert.Equal(0, value));
                await (writesBack ? core.CleanInvalidateAsync(address) : ValueTask.CompletedTask);
                continue;
            }

            Assert.Equal(MessageKind.Request, (MessageKind)line[ControlLine.Kind]);
            int bytes = BinaryPrimitives.ReadUInt16LittleEndian(line.AsSpan(ControlLine.Bytes));
            byte[] body = new byte[bytes];
            byte[] handle = line[ControlLine.ReplyHandle..ControlLine.Arguments];
            line.AsSpan(ControlLine.Arguments, Math.Min(bytes, ControlLine.InlineBytes)).CopyTo(body);
            int aux = 0;
            for (int done = ControlLine.InlineBytes; done < bytes; done += 128)
            {
                byte[] whole = new byte[128];
                aux = Math.Max(aux, 1 + ((done - ControlLine.InlineBytes) / 128));
                await core.LoadLineAsync(addresses.ReceiveAux[aux - 1], whole);
                whole.AsSpan(0, Math.Min(128, bytes - done)).CopyTo(body.AsSpan(done));
            }

            byte[] reply = book.Handle(BinaryPrimitives.ReadUInt16LittleEndian(handle), body);
            for (int done = 0; done < reply.Length;)
            {
                bool isInline = done < ControlLine.InlineBytes;
                int from = isInline ? ControlLine.Arguments + done : (done - ControlLine.InlineBytes) % 128;
                int count = Math.Min(128 - from, reply.Length - done);
                aux = isInline ? aux : Math.Max(aux, 1 + ((done - ControlLine.InlineBytes) / 128));
                ulong target = isInline ? address : addresses.ReceiveAux[(done - ControlLine.InlineBytes) / 128];
                await core.StoreAsync(target + (ulong)from, reply.AsMemory(done, count));
                done += count;
            }

            for (int i = 0; writesBack && i < aux; i++)
            {
                await core.CleanInvalidateAsync(addresses.ReceiveAux[i]);
            }

            byte[] length = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)reply.Length);
            await core.StoreAsync(address + ControlLine.Bytes, length);
            await core.BarrierAsync();
            await core.StoreAsync(address + ControlLine.Kind, new[] { (byte)MessageKind.Reply });
            await (writesBack ? core.CleanInvalidateAsync(address) : core.BarrierAsync());
        }
    }

    /// <summary>Makes calls, hands them to the bench while slots are free, and compares what comes back.</summary>
    private sealed class CallBook
    {
        private readonly EndpointBench bench;
        private readonly Random random;
        private readonly int largest;
        private readonly Queue<ushort> slots;
        private readonly Queue<ushort> packets;
        private readonly Dictionary<ushort, (byte[] Body, byte[] Reply, ushort? Packet)> open = [];
        private readonly Queue<(ushort Slot, byte[] Line, int AuxLines)> back = new();
        private int made;

        public CallBook(EndpointBench bench, NicConfig config, Random random)
        {
            this.bench = bench;
            this.random = random;
            largest = ControlLine.InlineBytes + (128 * config.AuxLines);
            slots = new(Enumerable.Range(0, config.PendingCalls).Select(slot => (ushort)slot));
            packets = new(Enumerable.Range(0, config.PacketSlots).Select(slot => (ushort)slot));
            bench.OnLeft = line =>
            {
                Assert.False(line.Left.IsTransmit);
                (byte[] _, byte[] reply, _) = open[line.Left.Slot];
                int aux = Math.Max(0, (reply.Length - ControlLine.InlineBytes + 127) / 128);
                Assert.InRange(aux, 0, line.Left.AuxLines);
                for (int i = 0; i < aux; i++)
                {
                    bench.ReadPacket(new PacketRead(line.Left.PacketSlot, (byte)i));
                }

                back.Enqueue((line.Left.Slot, line.Bytes, aux));
            };
        }

        public int Answered { get; private set; }

        public byte[] Handle(ushort slot, byte[] body)
        {
            Assert.Equal(open[slot].Body, body);
            return open[slot].Reply;
        }

        public void Step(int calls)
        {
            while (back.TryPeek(out (ushort Slot, byte[] Line, int AuxLines) line) && bench.PacketLines.Count >= line.AuxLines)
            {
                back.Dequeue();
                Compare(line.Slot, line.Line, [.. bench.PacketLines.Take(line.AuxLines).SelectMany(bytes => bytes)]);
                bench.PacketLines.RemoveRange(0, line.AuxLines);
            }

            if (made < calls && slots.Count > 0 && random.Next(200) == 0)
            {
                Make();
            }
        }

        private void Make()
        {
            ushort? packet = packets.Count > 0 && random.Next(2) == 0 ? packets.Dequeue() : null;
            int most = packet is null ? ControlLine.InlineBytes : largest;
            byte[] body = new byte[random.Next(most + 1)];
            byte[] reply = new byte[random.Next(most + 1)];
            random.NextBytes(body);
            random.NextBytes(reply);
            ushort slot = slots.Dequeue();
            byte[] line = new byte[128];
            line[ControlLine.Kind] = (byte)MessageKind.Request;
            BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(ControlLine.Bytes), (ushort)body.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(ControlLine.ReplyHandle), slot);
            body.AsSpan(0, Math.Min(body.Length, ControlLine.InlineBytes)).CopyTo(line.AsSpan(ControlLine.Arguments));
            byte[] aux = body.Length > ControlLine.InlineBytes ? body[ControlLine.InlineBytes..] : [];
            open[slot] = (body, reply, packet);
            bench.Arrive(Process, slot, line, aux, packet);
            made++;
        }

        private void Compare(ushort slot, byte[] line, byte[] aux)
        {
            (byte[] _, byte[] reply, ushort? packet) = open[slot];
            Assert.Equal(MessageKind.Reply, (MessageKind)line[ControlLine.Kind]);
            Assert.Equal(reply.Length, BinaryPrimitives.ReadUInt16LittleEndian(line.AsSpan(ControlLine.Bytes)));
            byte[] all = [.. line[ControlLine.Arguments..], .. aux];
            Assert.Equal(reply, all[..reply.Length]);
            open.Remove(slot);
            slots.Enqueue(slot);
            if (packet is ushort free)
            {
                packets.Enqueue(free);
            }

            Answered++;
        }
    }
}
