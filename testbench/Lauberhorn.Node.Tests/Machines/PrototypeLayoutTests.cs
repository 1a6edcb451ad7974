// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Testing.Endpoint;
using Lauberhorn.Machines;

namespace Lauberhorn.Node.Tests.Machines;

/// <summary>
/// The same NIC, loops and frames with two layouts of the lines: the prototype's, in which receive lines begin at 0x0 and transmit lines at
/// 0x8000, and ours. One core receives, another sends; what is sent comes back.
/// </summary>
public sealed class PrototypeLayoutTests
{
    private const int Endpoint = 0;
    private const ulong Base = 1ul << 40;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_prototypes_layout_deadlocks_at_its_first_frames(int framesFromOutside)
    {
        Run run = new(framesFromOutside, usesPrototypes: true);
        ColourDeadlockException error = Assert.Throws<ColourDeadlockException>(() => run.Frames(40));
        Assert.InRange(run.Sent, 0, 1 + framesFromOutside);
        Assert.Matches("Colour [01] is blocked by the load of line 0x[01] by core 0", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Ours_does_not_with_the_same_frames(int framesFromOutside)
    {
        Run run = new(framesFromOutside, usesPrototypes: false);
        run.Frames(2000);
        Assert.Equal((2000, 2000 + framesFromOutside), (run.Sent, run.Received));
    }

    private sealed class Run
    {
        private readonly EndpointBench bench = new(NicConfig.Tiny) { IsHomeDriven = true, TryAgainCycles = 1_000_000 };
        private readonly Queue<ushort> slots = new(Enumerable.Range(0, NicConfig.Tiny.PendingCalls).Select(slot => (ushort)slot));
        private readonly CoherentMachine machine;
        private readonly ulong[] receive;
        private readonly ulong[] transmit;
        private readonly int framesFromOutside;
        private int arriving;
        private int done;

        public Run(int framesFromOutside, bool usesPrototypes)
        {
            this.framesFromOutside = framesFromOutside;
            bench.IsHomeDriven = false;
            Assert.Equal(CommandStatus.Done, bench.Bind(Endpoint, process: 0, generation: 1));
            bench.IsHomeDriven = true;
            AddressWindow window = new(Base, 128, AddressHash.ThunderX, NicConfig.Tiny.ProgressColourBits);
            AddressPlanner planner = new(window);
            EndpointAddresses ours = planner.Addresses(Endpoint);
            receive = usesPrototypes ? [Base, Base + 0x80] : [.. ours.ReceiveControl];
            transmit = usesPrototypes ? [Base + 0x8000, Base + 0x8080] : [.. ours.TransmitControl];

            // The NIC goes on to know its lines by its own numbers; where they lie for the machine is the layout's.
            Dictionary<uint, uint> numbers = [];
            for (int i = 0; i < 2; i++)
            {
                numbers[planner.Number(receive[i])] = bench.Line(LineKind.ReceiveControl, Endpoint, i);
                numbers[planner.Number(transmit[i])] = bench.Line(LineKind.TransmitControl, Endpoint, i);
            }

            MachineParameters parameters = MachineParameters.Enzian with { Cores = 2, BlockedLimit = 50_000 };
            machine = new CoherentMachine(parameters, new MovedLines(new StreamNicPort(bench.Port, bench.Tick), numbers), window);
            bench.OnLeft = line =>
            {
                if (line.Left.IsTransmit)
                {
                    Assert.Equal(MessageKind.SendFrame, (MessageKind)line.Bytes[ControlLine.Kind]);
                    Sent++;
                    arriving++;
                    bench.SendDone(Endpoint);
                }
                else
                {
                    slots.Enqueue(line.Left.Slot);
                }
            };
            bench.OnTick = _ =>
            {
                if (arriving > 0 && slots.TryDequeue(out ushort slot))
                {
                    arriving--;
                    byte[] line = new byte[128];
                    line[ControlLine.Kind] = (byte)MessageKind.Frame;
                    bench.Arrive(0, slot, line);
                }
            };
        }

        public int Sent { get; private set; }

        public int Received { get; private set; }

        public void Frames(int count)
        {
            _ = machine.Start(machine.Cores[0], ReceiveAsync);
            for (int i = 0; i < framesFromOutside; i++)
            {
                machine.Run(() => machine.Cycle >= 2000 * (i + 1));
                arriving++;
            }

            _ = machine.Start(machine.Cores[1], core => SendAsync(core, count));
            machine.Run(() => done == 1 && Received == count + framesFromOutside, 20_000_000);
        }

        private async Task ReceiveAsync(Core core)
        {
            byte[] line = new byte[128];
            for (int current = 0; ; current ^= 1)
            {
                await core.LoadLineAsync(receive[current], line);
                Received += (MessageKind)line[ControlLine.Kind] == MessageKind.Frame ? 1 : 0;
            }
        }

        private async Task SendAsync(Core core, int count)
        {
            byte[] line = new byte[128];
            await core.LoadLineAsync(transmit[0], line);
            for (int i = 0; i < count; i++)
            {
                await core.StoreAsync(transmit[i & 1] + ControlLine.Bytes, new byte[] { 60, 0 });
                await core.StoreAsync(transmit[i & 1], new[] { (byte)MessageKind.SendFrame });

                // This sends: it stalls until the NIC has fetched the other line.
                await core.LoadLineAsync(transmit[(i + 1) & 1], line);
            }

            done++;
        }
    }

    private sealed class MovedLines(INicPort nic, IReadOnlyDictionary<uint, uint> toNic) : INicPort
    {
        private readonly Dictionary<uint, uint> toMachine = toNic.ToDictionary(pair => pair.Value, pair => pair.Key);

        public bool ReadIsFree => nic.ReadIsFree;

        public bool ReturnIsFree => nic.ReturnIsFree;

        public bool TryTakeData(out HomeData data) => nic.TryTakeData(out data);

        public bool TryTakeFetch(out HomeFetch fetch)
        {
            bool has = nic.TryTakeFetch(out fetch);
            fetch = has ? fetch with { Line = toMachine[fetch.Line] } : fetch;
            return has;
        }

        public void OfferRead(in HomeRead? read) => nic.OfferRead(read is HomeRead asked ? asked with { Line = toNic[asked.Line] } : null);

        public void OfferReturn(in HomeReturn? line) =>
            nic.OfferReturn(line is HomeReturn home ? home with { Line = toNic[home.Line] } : null);

        public void Tick() => nic.Tick();
    }
}
