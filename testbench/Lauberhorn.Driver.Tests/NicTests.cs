// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Driver.Placement;
using SME;

namespace Lauberhorn.Driver.Tests;

[RpcProgram(0x2000_4C49, 1)]
public interface ICalculator
{
    [Procedure(1)]
    int Add(int left, int right);

    [Procedure(2)]
    long AddHyper(long left, long right);

    [Procedure(3)]
    [return: MaximumBytes(2048)]
    string Greet([MaximumBytes(1024)] string name);

    [Procedure(4, IsOneWay = true)]
    void Note(uint what);
}

public sealed class Calculator : ICalculator
{
    public uint Noted { get; private set; }

    public int Add(int left, int right) => left + right;

    public long AddHyper(long left, long right) => left + right;

    public string Greet(string name) => $"Hello, {name}";

    public void Note(uint what) => Noted = what;
}

public class NicTests
{
    private const ushort Port = 2049;
    private const uint Program = 0x2000_4C49;

    [Fact]
    public async Task Two_control_lines_are_for_hosts_that_load_nothing_unasked()
    {
        Nic nic = await Nic.OpenAsync(new ModelNic(), ModelEndpoint.Addresses);
        NicProcess process = nic.CreateProcess("calculator");
        NicException refused = await Assert.ThrowsAsync<NicException>(() => process.BindEndpointAsync(writesBack: false));
        Assert.Contains("HostTraits.OnDemand", refused.Message, StringComparison.Ordinal);
        Assert.NotNull((await process.BindEndpointAsync()).ReceiveLine);
        Nic other = await Open(new ModelNic());
        Assert.Null((await other.CreateProcess("calculator").BindEndpointAsync()).ReceiveLine);
    }

    private static Task<Nic> Open(ModelNic model) => Nic.OpenAsync(model, ModelEndpoint.Addresses, host: HostTraits.OnDemand);

    [Fact]
    public async Task A_service_is_found_with_what_its_signature_says()
    {
        ModelNic model = new();
        Nic nic = await Open(model);
        NicProcess process = nic.CreateProcess("calculator");
        RegisteredService service = await process.RegisterAsync<ICalculator>(new Calculator(), Port);
        Assert.Equal(5, service.Procedures.Count);
        Assert.Contains(Port, model.Ports);
        Assert.Equal((1u, 1u), (model.FindProgram(Port, Program)!.Value.LowestVersion,
            model.FindProgram(Port, Program)!.Value.HighestVersion));

        Service add = model.Find(new ServiceKey(Port, Program, 1, 1))!.Value;
        Assert.Equal(process.Number, add.Process);
        Assert.Equal((0b0101ul, 0b01ul), ((ulong)add.ArgumentLayout, (ulong)add.ReplyLayout));
        Assert.Equal((8, 31), (add.MinimumBytes, add.LengthWord));
        Assert.Equal(ServiceFlags.AcceptsNone | ServiceFlags.AcceptsSys, add.Flags);

        Service hyper = model.Find(new ServiceKey(Port, Program, 1, 2))!.Value;
        Assert.Equal((0b11_10_11_10ul, 0b11_10ul), ((ulong)hyper.ArgumentLayout, (ulong)hyper.ReplyLayout));

        Service greet = model.Find(new ServiceKey(Port, Program, 1, 3))!.Value;
        Assert.Equal((4, 0, 1024), (greet.MinimumBytes, greet.LengthWord, greet.LengthLimit));
        Assert.True(greet.Flags.HasFlag(ServiceFlags.LongReplies));

        Assert.True(model.Find(new ServiceKey(Port, Program, 1, 0))!.Value.Flags.HasFlag(ServiceFlags.Null));
        Assert.Null(model.Find(new ServiceKey(Port, Program, 2, 1)));

        await process.CloseAsync();
        Assert.Empty(model.Ports);
        Assert.Null(model.Find(new ServiceKey(Port, Program, 1, 1)));
        Assert.Null(model.FindProgram(Port, Program));
        Assert.Equal(process.Number, nic.CreateProcess("next").Number);
    }

    [Fact]
    public async Task A_port_opens_after_its_first_service_is_in_place_and_closes_before_its_last_goes()
    {
        ModelNic model = new();
        Nic nic = await Open(model);
        NicProcess process = nic.CreateProcess("two");
        RegisteredService first = await process.RegisterAsync(7, 1, 1, Port, (int x) => x);
        Assert.Equal(CommandCode.SetPort, model.Commands[^1]);
        RegisteredService second = await process.RegisterAsync(7, 3, 1, Port, (int x) => x);
        Assert.Equal((1u, 3u), (model.FindProgram(Port, 7)!.Value.LowestVersion, model.FindProgram(Port, 7)!.Value.HighestVersion));
        await process.UnregisterAsync(first);
        Assert.Equal((3u, 3u), (model.FindProgram(Port, 7)!.Value.LowestVersion, model.FindProgram(Port, 7)!.Value.HighestVersion));
        Assert.Contains(Port, model.Ports);
        int before = model.Commands.Count;
        await process.UnregisterAsync(second);
        Assert.Equal(CommandCode.SetPort, model.Commands[before]);
        Assert.Empty(model.Ports);
    }

    [Fact]
    public async Task A_service_for_which_there_is_no_room_leaves_nothing_behind()
    {
        ModelNic model = new(services: 4);
        Nic nic = await Open(model);
        NicProcess process = nic.CreateProcess("big");
        TableFullException problem = await Assert.ThrowsAsync<TableFullException>(
            () => process.RegisterAsync<ICalculator>(new Calculator(), Port));
        Assert.Contains("4 services", problem.Message, StringComparison.Ordinal);
        Assert.Empty(model.Ports);
        Assert.All(Enumerable.Range(0, 5), procedure => Assert.Null(model.Find(new ServiceKey(Port, Program, 1, (uint)procedure))));
        await process.RegisterAsync(7, 1, 1, Port, (int x) => x);
        NicException twice = await Assert.ThrowsAsync<NicException>(() => process.RegisterAsync(7, 1, 1, Port, (int x) => x));
        Assert.Contains("registered already", twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Procedures_have_the_numbers_under_which_the_NIC_knows_them()
    {
        ModelNic model = new();
        NicProcess process = (await Open(model)).CreateProcess("p");
        await process.UnregisterAsync(await process.RegisterAsync(7, 1, 1, Port, (int x) => x));
        RegisteredService first = await process.RegisterAsync<ICalculator>(new Calculator(), Port);
        RegisteredService second = await process.RegisterAsync<ICalculator>(new Calculator(), Port + 1);
        RegisteredProcedure[] all = [.. first.Procedures, .. second.Procedures];
        Assert.Equal(10, all.Length);
        Assert.All(all, procedure => Assert.Equal(model.NumberOf(procedure.Key), procedure.Number));
    }

    [Fact]
    public async Task Endpoints_are_bound_once_with_a_new_generation_each_time()
    {
        ModelNic model = new();
        Nic nic = await Open(model);
        NicProcess process = nic.CreateProcess("p");
        BoundEndpoint endpoint = await process.BindEndpointAsync();
        Assert.Equal(2, endpoint.Number);
        Assert.Equal((process.Number, (ushort)1), (model.Endpoints[2].Process, model.Endpoints[2].Generation));
        NicException taken = await Assert.ThrowsAsync<NicException>(() => process.BindEndpointAsync(2));
        Assert.Contains("bound already", taken.Message, StringComparison.Ordinal);
        await process.ReleaseEndpointAsync(endpoint);
        Assert.Equal(2, (await process.BindEndpointAsync(2)).Generation);

        BoundEndpoint kernel = await nic.BindKernelEndpointAsync(0);
        Assert.True(kernel.HasTransmitAux);
        Assert.True(model.Endpoints[0].MaySendFrames);
        Assert.Equal(8, model.Endpoints[0].TransmitPacketSlot);
        Assert.Contains("packet slots", (await Assert.ThrowsAsync<NicException>(() => nic.BindKernelEndpointAsync(1))).Message,
            StringComparison.Ordinal);
        Assert.False((await nic.BindKernelEndpointAsync(1, sendsLongFrames: false)).HasTransmitAux);
    }

    [Fact]
    public async Task Processes_get_no_endpoint_of_a_core_while_kernel_endpoints_take_their_messages()
    {
        ModelNic model = new();
        Nic nic = await Open(model);
        NicProcess process = nic.CreateProcess("p");
        BoundEndpoint low = await process.BindEndpointAsync(1);
        await process.ReleaseEndpointAsync(low);
        BoundEndpoint kernel = await nic.BindKernelEndpointAsync(0, sendsLongFrames: false, writesBack: true, takesProcesses: true);
        EndpointBinding bound = model.Endpoints[0];
        Assert.Equal((true, (ushort)0, true), (bound.IsKernel, bound.Process, bound.WritesBack));
        Assert.Contains("core 1", (await Assert.ThrowsAsync<NicException>(() => process.BindEndpointAsync(1))).Message,
            StringComparison.Ordinal);
        Assert.Equal(2, (await process.BindEndpointAsync()).Number);
        Assert.False((await nic.BindKernelEndpointAsync(1, sendsLongFrames: false)).HasTransmitAux);
        Assert.False(model.Endpoints[1].IsKernel);
        await nic.ReleaseEndpointAsync(new BoundEndpoint(1, 0, 0, kernel.Addresses, false));
        await nic.ReleaseEndpointAsync(kernel);
        Assert.Equal(1, (await process.BindEndpointAsync(1)).Number);
    }

    [Fact]
    public async Task A_policy_ends_with_its_process()
    {
        ModelNic model = new();
        Nic nic = await Open(model);
        NicProcess process = nic.CreateProcess("p");
        ProcessPolicy policy = new()
        {
            UsesKernelEndpoints = true,
            Weight = 3,
            LeastCores = 1,
            MostCores = 2,
            GuaranteedQueue = 4,
            MostQueued = 8,
            PreemptsFrom = 5
        };
        await process.SetPolicyAsync(policy);
        await nic.SetKernelPolicyAsync(policy with { Weight = 9 });
        await nic.SetSharedQueueAsync(7);
        await nic.SetQuantumAsync(12);
        await nic.SetLocalMessagesAsync(3);
        Assert.Equal((12ul, 3ul), (model[RegisterMap.Quantum], model[RegisterMap.LocalMessages]));
        await nic.SetComingLimitAsync(5);
        await nic.SetWaitLimitAsync(7);
        Assert.Equal((5ul, 7ul), (model[RegisterMap.ComingLimit], model[RegisterMap.WaitLimit]));
        Assert.Equal((policy, policy with { Weight = 9 }, 7ul),
            (model.Policies[process.Number], model.Policies[0], model[RegisterMap.SharedQueue]));
        model.Answer = CommandStatus.BadValue;
        Assert.Contains("weight", (await Assert.ThrowsAsync<NicException>(
            () => process.SetPolicyAsync(policy with { Weight = 0 }))).Message, StringComparison.Ordinal);
        model.Answer = CommandStatus.Done;
        await process.CloseAsync();
        Assert.Equal(new ProcessPolicy { Generation = 1 }, model.Policies[process.Number]);
        Assert.Equal([CommandCode.SetProcess, CommandCode.FlushProcess], model.Commands[^2..]);
        NicProcess next = nic.CreateProcess("q");
        Assert.Equal((process.Number, (ushort)1), (next.Number, next.Generation));
    }

    [Fact]
    public async Task Packet_slots_that_are_guaranteed_are_none_that_processes_share()
    {
        ModelNic model = new();
        Nic nic = await Open(model);
        int all = nic.Capabilities.PacketSlots - nic.Capabilities.BypassPacketSlots;
        NicProcess one = nic.CreateProcess("one");
        NicProcess other = nic.CreateProcess("other");
        await one.SetPolicyAsync(new ProcessPolicy { GuaranteedPackets = 1 });
        Assert.Equal((ulong)(all - 1), model[RegisterMap.SharedPackets]);
        await Assert.ThrowsAsync<NicException>(() => other.SetPolicyAsync(new ProcessPolicy { GuaranteedPackets = (ushort)all }));
        await other.SetPolicyAsync(new ProcessPolicy { GuaranteedPackets = (ushort)(all - 1) });
        Assert.Equal(0ul, model[RegisterMap.SharedPackets]);
        await one.CloseAsync();
        Assert.Equal(1ul, model[RegisterMap.SharedPackets]);
    }

    [Fact]
    public async Task What_runs_on_a_core_is_one_store_that_may_be_refused()
    {
        ModelNic model = new();
        Nic nic = await Open(model);
        CoreState state = new() { HasProcess = true, Process = 3, HasEndpoint = true, Endpoint = 2, MayPreempt = true };
        await nic.SetCoreStateAsync(1, state);
        Assert.Equal(state, CoreStateWord.Unpack(model[RegisterMap.CoreState + 8]));
        Assert.Empty(model.Commands);
        NicException refused = await Assert.ThrowsAsync<NicException>(() => nic.SetCoreStateAsync(0, state with { Process = 4 }));
        Assert.Contains("state of core 0", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SlaveError", refused.InnerException!.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => nic.SetCoreStateAsync(2, default));
    }

    [Fact]
    public void A_core_s_state_is_read_by_the_hardware_as_it_was_written() =>
        Gen.Select(Gen.UShort, Gen.UShort, Gen.Bool, Gen.Bool, Gen.Bool).Sample(
            (process, endpoint, hasProcess, hasEndpoint, mayPreempt) =>
            {
                CoreState state = new()
                {
                    Process = process,
                    Endpoint = endpoint,
                    HasProcess = hasProcess,
                    HasEndpoint = hasEndpoint,
                    MayPreempt = mayPreempt
                };
                Assert.Equal(state, CoreStateWord.Unpack(CoreStateWord.Pack(state)));
            });

    [Theory]
    [InlineData(RegisterMap.Magic, "there is no Lauberhorn NIC")]
    [InlineData(RegisterMap.Version, "take a newer driver")]
    public async Task What_is_no_NIC_or_another_is_refused_with_a_way_out(uint register, string says)
    {
        ModelNic model = new();
        model[register] = 99;
        Assert.Contains(says, (await Assert.ThrowsAsync<NicException>(() => Open(model))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_command_says_which_and_why_and_a_slow_one_is_waited_for()
    {
        ModelNic model = new() { BusyReads = 20 };
        Nic nic = await Nic.OpenAsync(model, ModelEndpoint.Addresses, longestWait: 50, host: HostTraits.OnDemand);
        await nic.CommandAsync(CommandCode.FlushProcess, 1);
        model.BusyReads = 51;
        Assert.Contains("hangs", (await Assert.ThrowsAsync<NicException>(() => nic.CommandAsync(CommandCode.FlushProcess, 1))).Message,
            StringComparison.Ordinal);
        model.BusyReads = 0;
        model.Answer = CommandStatus.IndexOutOfRange;
        NicException problem = await Assert.ThrowsAsync<NicException>(() => nic.CommandAsync(CommandCode.FlushProcess, 77));
        Assert.Equal(CommandStatus.IndexOutOfRange, problem.Status);
        Assert.Contains("FlushProcess 77", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_data_are_read_by_the_hardware_as_they_were_written() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.UInt, Gen.UInt, Gen.UInt, Gen.UShort, Gen.UShort, Gen.Bool).Sample(
            (a, b, x, y, z, s, t, flag) =>
            {
                Service service = new()
                {
                    Process = s,
                    Flags = (ServiceFlags)(byte)x,
                    LengthWord = (byte)y,
                    MinimumBytes = t,
                    LengthLimit = (ushort)z,
                    CodePointer = a,
                    DataPointer = b,
                    ArgumentLayout = (Bits<W48>)(a >> 9),
                    ReplyLayout = (Bits<W48>)(b >> 5),
                };
                Assert.Equal(service, CommandData.Service(Data(CommandEncoding.Of(service))));
                ServiceKeyEntry key = new() { IsValid = flag, Key = new ServiceKey(s, x, y, z), ServiceNumber = t };
                Assert.Equal(key, CommandData.ServiceKey(Data(CommandEncoding.Of(key))));
                ProgramEntry program = new() { IsValid = flag, Port = s, Program = x, LowestVersion = y, HighestVersion = z };
                Assert.Equal(program, CommandData.Program(Data(CommandEncoding.Of(program))));
                NeighbourEntry neighbour = new() { Address = x, IsValid = flag, MacAddress = (Bits<W48>)(a >> 16) };
                Assert.Equal(neighbour, CommandData.Neighbour(Data(CommandEncoding.Of(neighbour))));
                EndpointBinding binding = new()
                {
                    Process = s,
                    Generation = t,
                    TransmitPort = (ushort)x,
                    MaySendFrames = flag,
                    HasTransmitPacketSlot = !flag,
                    TransmitPacketSlot = (ushort)y,
                };
                Assert.Equal(binding, CommandData.Endpoint(Data(CommandEncoding.Of(binding))));
                EndpointBinding kernel = new() { WritesBack = flag, ReceiveLine = !flag, IsKernel = flag };
                Assert.Equal(kernel, CommandData.Endpoint(Data(CommandEncoding.Of(kernel))));
                ProcessPolicy policy = new()
                {
                    UsesKernelEndpoints = flag,
                    Weight = (byte)x,
                    LeastCores = (byte)y,
                    MostCores = (byte)z,
                    GuaranteedQueue = s,
                    MostQueued = t,
                    PreemptsFrom = (ushort)a,
                };
                Assert.Equal(policy, CommandData.ProcessPolicy(Data(CommandEncoding.Of(policy))));
            });

    [Fact]
    public async Task A_type_that_cannot_be_served_says_why()
    {
        NicProcess process = (await Open(new ModelNic())).CreateProcess("bad");
        Assert.Contains("Byte", (await Refused((byte b) => 0)).Message, StringComparison.Ordinal);
        Assert.Contains("[RpcProgram",
            (await Assert.ThrowsAsync<ServiceDefinitionException>(() => process.RegisterAsync("text", 1))).Message,
            StringComparison.Ordinal);
        Assert.Contains("NULL", (await Assert.ThrowsAsync<ServiceDefinitionException>(
            () => process.RegisterAsync(1, 1, 0, 1, () => 1))).Message, StringComparison.Ordinal);

        Task<ServiceDefinitionException> Refused(
            Delegate function) => Assert.ThrowsAsync<ServiceDefinitionException>(() => process.RegisterAsync(1, 1, 1, 1, function));
    }

    private static Bits<W512> Data(ulong[] registers)
    {
        Bits<W512> data = default;
        foreach (ulong register in registers.Reverse())
        {
            data = (data << 64) | (Bits<W512>)register;
        }

        return data;
    }
}
