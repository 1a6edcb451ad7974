// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Cosimulation;
using Lauberhorn.Driver;
using Lauberhorn.Hdl;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Testing.Endpoint;

namespace Lauberhorn.Machines.Tests;

/// <summary>Cores with caches serve calls that come from the NIC's own scheduler and endpoints, be these C# or RTL.</summary>
public class EndpointsOnMachineTests
{
    private const ushort Process = 3;
    private const int Cores = 3;

    [Theory]
    [InlineData("ideal", 0, 0, 1)]
    [InlineData("ideal", 3000, 20, 2)]
    [InlineData("enzian", 0, 0, 3)]
    [InlineData("enzian", 1000, 60, 4)]
    [InlineData("enzian", 10000, 60, 5)]
    public void Calls_of_any_length_are_answered_with_what_the_handler_stored(string preset, int evictions, int reorder, int seed) =>
        Check(preset, evictions, reorder, seed, 150, Machine.CSharp);

    [Fact]
    public void The_RTL_serves_the_same_cores() => Check("ideal", 3000, 20, 6, 60, Machine.Lockstep);

    private static void Check(string preset, int evictions, int reorder, int seed, int calls, Machine hardware)
    {
        NicConfig config = NicConfig.Tiny;
        using EndpointBench bench = new(config) { IsHomeDriven = true, TryAgainCycles = 700 };
        using IDisposable running = bench.Simulation.RunOn(hardware, EndpointBench.EntityName, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        MachineParameters parameters = (preset == "ideal" ? MachineParameters.Ideal : MachineParameters.Enzian) with
        {
            Cores = Cores,
            EvictionsPerMillion = evictions,
            ReorderCycles = reorder,
        };
        bench.IsHomeDriven = false;
        for (int endpoint = 0; endpoint < Cores; endpoint++)
        {
            Assert.Equal(Hdl.Control.CommandStatus.Done, bench.Bind(endpoint, Process, 100 + endpoint));
        }

        bench.IsHomeDriven = true;
        AddressWindow window = new(1ul << 40, 128, AddressHash.None, config.ProgressColourBits);
        CoherentMachine machine = new(parameters, new StreamNicPort(bench.Port, bench.Tick), window, (ulong)seed);
        AddressPlanner planner = new(window);
        CallBook book = new(bench, config, new Random(seed));
        for (int i = 0; i < Cores; i++)
        {
            int endpoint = i;
            _ = machine.Start(machine.Cores[i], core => Serve(core, planner.Addresses(endpoint, config.AuxLines), book));
        }

        bench.OnTick = _ => book.Step(calls);
        machine.Run(() => book.Answered == calls, 2_000_000);
        Assert.Equal(calls, bench.Count(NicEvent.Delivered));
        Assert.Equal(0, bench.Count(NicEvent.BadRead));
        Assert.Equal(0, bench.Count(NicEvent.BadWrite));
        Assert.True(bench.Count(NicEvent.TryAgain) > 0 || preset == "ideal");
    }

    private static async Task Serve(Core core, EndpointAddresses addresses, CallBook book)
    {
        byte[] line = new byte[128];
        for (int current = 0; ; current ^= 1)
        {
            ulong address = addresses.ReceiveControl[current];
            await core.LoadLineAsync(address, line);
            if ((MessageKind)line[ControlLine.Kind] == MessageKind.TryAgain)
            {
                Assert.All(line[1..], value => Assert.Equal(0, value));
                continue;
            }

            Assert.Equal(MessageKind.Request, (MessageKind)line[ControlLine.Kind]);
            int bytes = BinaryPrimitives.ReadUInt16LittleEndian(line.AsSpan(ControlLine.Bytes));
            byte[] body = new byte[bytes];
            byte[] handle = line[ControlLine.ReplyHandle..ControlLine.Arguments];
            line.AsSpan(ControlLine.Arguments, Math.Min(bytes, ControlLine.InlineBytes)).CopyTo(body);
            for (int done = ControlLine.InlineBytes; done < bytes; done += 128)
            {
                byte[] aux = new byte[128];
                await core.LoadLineAsync(addresses.ReceiveAux[(done - ControlLine.InlineBytes) / 128], aux);
                aux.AsSpan(0, Math.Min(128, bytes - done)).CopyTo(body.AsSpan(done));
            }

            byte[] reply = book.Handle(BinaryPrimitives.ReadUInt16LittleEndian(handle), body);
            for (int done = 0; done < reply.Length;)
            {
                bool isInline = done < ControlLine.InlineBytes;
                int from = isInline ? ControlLine.Arguments + done : (done - ControlLine.InlineBytes) % 128;
                int count = Math.Min(128 - from, reply.Length - done);
                ulong target = isInline ? address : addresses.ReceiveAux[(done - ControlLine.InlineBytes) / 128];
                await core.StoreAsync(target + (ulong)from, reply.AsMemory(done, count));
                done += count;
            }

            byte[] length = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)reply.Length);
            await core.StoreAsync(address + ControlLine.Bytes, length);
            await core.StoreAsync(address + ControlLine.Kind, new[] { (byte)MessageKind.Reply });
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
