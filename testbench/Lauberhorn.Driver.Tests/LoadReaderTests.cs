// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Observe;
using SME;

namespace Lauberhorn.Driver.Tests;

public class LoadReaderTests
{
    private static readonly Gen<LoadRecord> Loads =
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong, Gen.UShort, Gen.UShort, Gen.UInt, Gen.UInt.Array[LoadLine.Buckets])
        .Select((arrivals, dispatched, dropped, waitCycles, queued, peak, load, waits) => new LoadRecord
        {
            Arrivals = arrivals,
            Dispatched = dispatched,
            Dropped = dropped,
            WaitCycles = waitCycles,
            Queued = queued,
            PeakQueued = peak,
            Load = load,
            Waits = Pack(waits),
        });

    private static readonly Gen<ServedRecord> Served = Gen.Select(Gen.ULong, Gen.ULong)
        .Select((ended, cycles) => new ServedRecord(ended, cycles));

    private readonly AddressPlanner planner = new(new AddressWindow(1ul << 40, 128, AddressHash.ThunderX, 4));

    [Fact]
    public async Task A_process_s_load_is_what_the_hardware_says_at_each_read() =>
        await Gen.Select(Gen.Int[0, 3], Loads, Served).Array[1, 4].SampleAsync(async reads =>
        {
            (LoadReader reader, ModelCaches caches) = await Open();
            foreach ((int process, LoadRecord load, ServedRecord served) in reads)
            {
                caches.Home[new EndpointLine(LineKind.ProcessStatistics, (ushort)process, 0)] = LoadPacking.Pack(load, served);
                ProcessLoad read = await reader.ReadProcessLoadAsync(process);
                Assert.Equal((load.Arrivals, load.Dispatched, load.Dropped, load.WaitCycles),
                    (read.Arrivals, read.Dispatched, read.Dropped, read.WaitCycles));
                Assert.Equal((served.Ended, served.Cycles), (read.Ended, read.ServiceCycles));
                Assert.Equal((load.Queued, load.PeakQueued, load.Load), (read.Queued, read.PeakQueued, read.Load));
                Assert.Equal(load.Waits, Pack(read.Waits));
            }

            Assert.Equal(reads.Select(read => new EndpointLine(LineKind.ProcessStatistics, (ushort)read.Item1, 0)), caches.Loaded);
        });

    [Fact]
    public async Task A_service_s_load_is_what_the_hardware_says_at_each_read() =>
        await Gen.Select(Gen.Int[0, 63], Gen.UInt, Gen.UInt, Gen.UInt, Gen.ULong, Served).Array[1, 4].SampleAsync(async reads =>
        {
            (LoadReader reader, ModelCaches caches) = await Open();
            foreach ((int service, uint arrivals, uint dispatched, uint dropped, ulong waitCycles, ServedRecord served) in reads)
            {
                caches.Home[new EndpointLine(LineKind.ServiceStatistics, (ushort)service, 0)] =
                    LoadPacking.Pack(new ServiceLoadRecord(arrivals, dispatched, dropped, waitCycles), served);
                Assert.Equal(
                    new ServiceLoad
                    {
                        Arrivals = arrivals,
                        Dispatched = dispatched,
                        Dropped = dropped,
                        WaitCycles = waitCycles,
                        Ended = served.Ended,
                        ServiceCycles = served.Cycles
                    },
                    await reader.ReadServiceLoadAsync(service));
            }

            Assert.Equal(reads.Select(read => new EndpointLine(LineKind.ServiceStatistics, (ushort)read.Item1, 0)), caches.Loaded);
        });

    [Fact]
    public async Task A_core_s_load_is_what_the_hardware_says_at_each_read() =>
        await Gen.Select(Gen.Int[0, 1], Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong).Array[1, 4].SampleAsync(async reads =>
        {
            (LoadReader reader, ModelCaches caches) = await Open();
            foreach ((int core, ulong idle, ulong stalled, ulong busy, ulong preempted, ulong other) in reads)
            {
                caches.Home[new EndpointLine(LineKind.CoreStatistics, (ushort)core, 0)] =
                    LoadPacking.Pack(new CoreLoadRecord
                    {
                        Idle = idle,
                        Stalled = stalled,
                        Busy = busy,
                        Preempted = preempted,
                        Other = other
                    });
                Assert.Equal(new CoreLoad { Idle = idle, Stalled = stalled, Busy = busy, Preempted = preempted, Other = other },
                    await reader.ReadCoreLoadAsync(core));
            }

            Assert.Equal(reads.Select(read => new EndpointLine(LineKind.CoreStatistics, (ushort)read.Item1, 0)), caches.Loaded);
        });

    [Fact]
    public async Task A_copy_that_another_reader_has_left_is_not_read()
    {
        (LoadReader reader, ModelCaches caches) = await Open();
        EndpointLine line = new(LineKind.CoreStatistics, 1, 0);
        await caches.LoadLineAsync(planner.Address(line), new byte[128]);
        caches.Home[line] = LoadPacking.Pack(new CoreLoadRecord { Busy = 7 });
        Assert.Equal(7ul, (await reader.ReadCoreLoadAsync(1)).Busy);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(64)]
    [InlineData(65_536)]
    [InlineData(int.MaxValue)]
    public async Task What_the_NIC_does_not_have_is_refused_with_what_it_has(int number)
    {
        (LoadReader reader, ModelCaches caches) = await Open();
        await Refused("process", 4, async () => await reader.ReadProcessLoadAsync(number));
        await Refused("service", 64, async () => await reader.ReadServiceLoadAsync(number));
        await Refused("core", 2, async () => await reader.ReadCoreLoadAsync(number));
        Assert.Empty(caches.Loaded);

        async Task Refused(string what, int count, Func<Task> read)
        {
            ArgumentOutOfRangeException refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(what, read);
            Assert.StartsWith($"there is no {what} {number}; the NIC has 0 to {count - 1}", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_first_beyond_the_last_is_refused_and_the_last_is_not()
    {
        (LoadReader reader, _) = await Open();
        await reader.ReadProcessLoadAsync(3);
        await reader.ReadServiceLoadAsync(63);
        await reader.ReadCoreLoadAsync(1);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("process", async () => await reader.ReadProcessLoadAsync(4));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("core", async () => await reader.ReadCoreLoadAsync(2));
    }

    private static Bits<W512> Pack(IReadOnlyList<uint> waits) =>
        waits.Select((count, i) => (count, i)).Aggregate(Bits<W512>.Zero, (all, wait) => all.WithSlice(32 * wait.i, (Bits<W32>)wait.count));

    private async Task<(LoadReader Reader, ModelCaches Caches)> Open()
    {
        Nic nic = await Nic.OpenAsync(new ModelNic(), ModelEndpoint.Addresses, host: HostTraits.OnDemand);
        ModelCaches caches = new(planner);
        return (new LoadReader(caches, planner, nic.Capabilities), caches);
    }
}
