// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver.Tests;

public class LoopTests
{
    // Any, and some about the table's first ones.
    private static readonly Gen<ulong> Codes =
        Gen.OneOf(Gen.ULong, Gen.ULong[0, 100].Select(offset => HandlerTable.FirstCodePointer - 50 + offset));

    private static async Task<(ModelEndpoint Model, BoundEndpoint Endpoint, RegisteredService Service, Calculator Target)> Start()
    {
        Nic nic = await Nic.OpenAsync(new ModelNic(), ModelEndpoint.Addresses, host: HostTraits.OnDemand);
        NicProcess process = nic.CreateProcess("calculator");
        Calculator target = new();
        RegisteredService service = await process.RegisterAsync<ICalculator>(target, 2049);
        BoundEndpoint endpoint = await process.BindEndpointAsync();
        return (new ModelEndpoint(endpoint), endpoint, service, target);
    }

    [Fact]
    public async Task Requests_are_answered_in_their_lines_one_after_the_other()
    {
        (ModelEndpoint model, BoundEndpoint endpoint, RegisteredService service, Calculator target) = await Start();
        string name = new('n', 500);
        Request(1, 19, 23);
        Request(2, 4_000_000_000_000L, 2L);
        model.Empty(MessageKind.TryAgain);
        Request(3, name);
        Request(4, 77u);
        Request(3, "");
        using CancellationTokenSource stop = new();
        model.OnEmpty = stop.Cancel;
        List<LoopEvent> seen = [];
        LoopEnd end = await UserLoop.RunAsync(model, endpoint, service.Process.Handlers, stop.Token, seen.Add);

        Assert.Equal(LoopEnd.Stopped, end);
        Assert.Equal(
            [MessageKind.Reply, MessageKind.Reply, MessageKind.TryAgain, MessageKind.Reply, MessageKind.NoReply, MessageKind.Reply],
            model.Left.Select(line => line.Kind));
        Assert.Equal([42], Results(1, model.Left[0].Body));
        Assert.Equal([4_000_000_000_002L], Results(2, model.Left[1].Body));
        Assert.Equal([$"Hello, {name}"], Results(3, model.Left[3].Body));
        Assert.Equal(77u, target.Noted);
        Assert.Equal(["Hello, "], Results(3, model.Left[5].Body));
        Assert.Equal(7, seen.Count(one => one.Step == LoopStep.Load));
        Assert.Equal(5, seen.Count(one => one.Step == LoopStep.Stored));

        void Request(uint number, params object[] values)
        {
            RegisteredProcedure procedure = service.Procedures.Single(procedure => procedure.Key.Procedure == number);
            model.Request(procedure.Service.CodePointer, procedure.Service.DataPointer, procedure.Handler!.Arguments.Write(values));
        }

        object[] Results(uint number, byte[] body) => service.Procedures.Single(
            procedure => procedure.Key.Procedure == number).Handler!.Results.Read(body);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_yield_is_the_way_into_the_kernel_and_other_TRYAGAINs_are_not(bool hasKernel)
    {
        (ModelEndpoint model, BoundEndpoint endpoint, RegisteredService service, _) = await Start();
        int yields = 0;
        List<int> loads = [];
        model.Empty(MessageKind.TryAgain);
        model.Empty(MessageKind.TryAgain, TryAgainReason.Yield);
        model.Empty(MessageKind.TryAgain, TryAgainReason.Yield);
        model.Empty(MessageKind.TryAgain);
        model.Empty(MessageKind.Retire);
        int loaded = 0;
        LoopEnd end = await UserLoop.RunAsync(
            model,
            endpoint,
            service.Process.Handlers,
            TestContext.Current.CancellationToken,
            step => loaded += step.Step == LoopStep.Load ? 1 : 0,
            onYield: hasKernel ? Kernel : null);
        Assert.Equal(LoopEnd.Retired, end);
        Assert.Equal(hasKernel ? [2, 3] : [], loads);
        Assert.Equal((hasKernel ? 2 : 0, 5), (yields, loaded));

        async ValueTask Kernel()
        {
            // Nothing is loaded before the kernel gives the core back.
            loads.Add(loaded);
            await Task.Yield();
            Assert.Equal(loads[^1], loaded);
            yields++;
        }
    }

    [Fact]
    public async Task What_a_handler_does_wrong_becomes_an_answer_and_the_loop_goes_on()
    {
        Nic nic = await Nic.OpenAsync(new ModelNic(), ModelEndpoint.Addresses, host: HostTraits.OnDemand);
        NicProcess process = nic.CreateProcess("bad");
        RegisteredService service = await process.RegisterAsync(9, 1, 1, 3000, string (int what) => what switch
        {
            0 => throw new InvalidOperationException("no"),
            1 => throw new GarbageArgumentsException("no"),
            2 => null!,
            3 => new string('x', 60_000),
            _ => "fine",
        });
        BoundEndpoint endpoint = await process.BindEndpointAsync();
        ModelEndpoint model = new(endpoint);
        for (int i = 0; i < 5; i++)
        {
            model.Request(service.Procedures[0].Service.CodePointer, 1, [(byte)i, 0, 0, 0]);
        }

        model.Request(1, 1, [0, 0, 0, 0]);
        model.Request(service.Procedures[0].Service.CodePointer, 2, [0, 0, 0, 0]);
        model.Request(service.Procedures[0].Service.CodePointer, 1, [0, 0]);
        model.Empty(MessageKind.Retire);
        Assert.Equal(LoopEnd.Retired, await UserLoop.RunAsync(model, endpoint, process.Handlers, TestContext.Current.CancellationToken));
        Assert.Equal(
            [
                MessageKind.SystemError, MessageKind.GarbageArguments, MessageKind.SystemError, MessageKind.SystemError, MessageKind.Reply,
                MessageKind.SystemError, MessageKind.SystemError, MessageKind.GarbageArguments,
            ],
            model.Left.Select(line => line.Kind));
    }

    [Fact]
    public void A_code_pointer_that_is_none_of_the_tables_is_never_called() =>
        Gen.Select(Codes, Gen.ULong[0, 4]).SampleAsync(
            async forged =>
            {
                (ModelEndpoint model, BoundEndpoint endpoint, RegisteredService service, Calculator target) = await Start();
                (ulong code, ulong data) = forged;
                bool isOurs = service.Procedures.Any(procedure =>
                    procedure.Handler is not null && procedure.Service.CodePointer == code && procedure.Service.DataPointer == data);
                uint before = target.Noted;
                model.Request(code, data, [1, 2, 3, 4, 5, 6, 7, 8]);
                model.Request(service.Procedures[0].Service.CodePointer, service.Procedures[0].Service.DataPointer, new byte[8]);
                model.Empty(MessageKind.Retire);
                Assert.Equal(LoopEnd.Retired, await UserLoop.RunAsync(model, endpoint, service.Process.Handlers));
                Assert.Equal(isOurs ? 0 : 1, service.Process.Handlers.Refused);
                if (!isOurs)
                {
                    Assert.Equal(MessageKind.SystemError, model.Left[0].Kind);
                    Assert.Equal(before, target.Noted);
                }

                // The loop goes on.
                Assert.Equal(MessageKind.Reply, model.Left[1].Kind);
            },
            iter: 200);

    [Fact]
    public async Task A_request_at_the_endpoint_of_the_kernels_frames_is_not_answered_and_the_loop_goes_on()
    {
        BoundEndpoint endpoint = new(0, 0, 1, ModelEndpoint.Addresses(0), true);
        ModelEndpoint model = new(endpoint);
        model.Request(HandlerTable.FirstCodePointer, 1, new byte[8]);
        model.Frame([1, 2, 3], 5);
        model.Empty(MessageKind.Retire);
        List<byte[]> frames = [];
        KernelLoop loop = new(model, endpoint, frame =>
        {
            frames.Add(frame.Bytes.ToArray());
            return [];
        });
        Assert.Equal(LoopEnd.Retired, await loop.RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, loop.Refused);
        Assert.Equal(MessageKind.NoReply, model.Left[0].Kind);
        Assert.Equal([1, 2, 3], Assert.Single(frames));
    }

    [Fact]
    public async Task A_line_that_holds_nothing_ends_the_loop_and_a_request_for_another_generation_is_not_answered()
    {
        (ModelEndpoint model, BoundEndpoint endpoint, RegisteredService service, _) = await Start();
        model.Request(service.Procedures[0].Service.CodePointer, 1, new byte[8]);
        model.Empty(MessageKind.None);
        Assert.Equal(
            LoopEnd.Lost,
            await UserLoop.RunAsync(model, endpoint with { Generation = 9 }, service.Process.Handlers,
                TestContext.Current.CancellationToken));
        Assert.Equal(MessageKind.NoReply, model.Left[0].Kind);
    }

    [Fact]
    public void Frames_go_to_the_kernel_and_its_answers_out() =>
        Gen.Byte.Array[1, 1514].Array[0, 6].SampleAsync(
            async frames =>
            {
                BoundEndpoint endpoint = new(0, 0, 1, ModelEndpoint.Addresses(0), true);
                ModelEndpoint model = new(endpoint);
                foreach (byte[] frame in frames)
                {
                    model.Frame(frame, 5);
                }

                using CancellationTokenSource stop = new();
                model.OnEmpty = stop.Cancel;
                KernelLoop loop = new(model, endpoint, frame =>
                {
                    Assert.Equal(5, frame.Flags);
                    return [frame.Bytes.ToArray()];
                });
                loop.Enqueue([1, 2, 3]);
                Assert.Equal(LoopEnd.Stopped, await loop.RunAsync(stop.Token));
                Assert.All(model.Sent, sent => Assert.Equal(MessageKind.SendFrame, sent.Kind));
                byte[][] sent = [.. model.Sent.Select(sent => sent.Body)];
                byte[][] expected = frames.Length == 0 ? [] : [frames[0], [1, 2, 3], .. frames[1..]];
                Assert.Equal(expected.Select(Convert.ToHexString), sent.Select(Convert.ToHexString));
            },
            iter: 50);

    [Fact]
    public async Task A_frame_too_long_for_an_endpoint_without_aux_lines_is_refused()
    {
        BoundEndpoint endpoint = new(0, 0, 1, ModelEndpoint.Addresses(0), false);
        KernelLoop loop = new(new ModelEndpoint(endpoint), endpoint, _ => []);
        Assert.Equal(96, loop.LargestFrame);
        Assert.Throws<ArgumentException>(() => loop.Enqueue(new byte[97]));
        await loop.SendAsync(new byte[97]);
        Assert.Equal(1, loop.TooLong);
    }
}
