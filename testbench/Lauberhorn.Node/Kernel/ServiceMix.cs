// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node;

/// <summary>What services there are, and how often each is called.</summary>
public sealed record ServiceMixOptions
{
    /// <summary>Services; service 0 is called most often.</summary>
    public int Services { get; init; } = 1;

    /// <summary>Processes; service s is one of process s modulo their number.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>Exponent of Zipf's law: service s is called in proportion to (s + 1) to the power of minus this.</summary>
    public double Exponent { get; init; } = 1.0;

    /// <summary>Cycles that a handler computes.</summary>
    public Func<int, long> HandlerCycles { get; init; } = static _ => 250;

    /// <summary>How the NIC is to schedule a process, by its place and the part of all calls that it gets.</summary>
    public Func<int, double, ProcessPolicy> Policy { get; init; } = static (
        _, _) => new ProcessPolicy { UsesKernelEndpoints = true, Weight = 1, GuaranteedQueue = 4 };

    /// <summary>
    /// The cores where a process may run, by its place; null for any. With a policy that has it not use kernel endpoints.
    /// </summary>
    public Func<int, IReadOnlyList<int>?> RunsOn { get; init; } = static _ => null;

    /// <summary>The fewest cores where a process's threads may wait in user mode.</summary>
    public int LeastUserCores { get; init; } = 2;

    /// <summary>A process's threads may wait in user mode at so many cores for each that its calls need on average.</summary>
    public double UserCoresPerCore { get; init; } = 2;
}

/// <summary>Processes with services that add a number of their own to the number that they are called with.</summary>
public sealed class ServiceMix
{
    private const uint Program = 0x2000_0200;
    private const uint Version = 1;
    private const ushort FirstPort = 3000;
    private const int Salt = 7919;
    private readonly ServiceMixOptions options;
    private readonly double[] upTo;

    private ServiceMix(ServiceMixOptions options)
    {
        this.options = options;
        upTo = new double[options.Services];
        double sum = 0;
        for (int i = 0; i < upTo.Length; i++)
        {
            upTo[i] = sum += Math.Pow(i + 1, -options.Exponent);
        }

        for (int i = 0; i < upTo.Length; i++)
        {
            upTo[i] /= sum;
        }
    }

    /// <summary>The processes that serve the mix.</summary>
    public IReadOnlyList<KernelProcess> Processes { get; private set; } = [];

    /// <summary>Creates the processes and registers their services.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="options">What.</param>
    public static async Task<ServiceMix> CreateAsync(RpcKernel kernel, ServiceMixOptions options)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(options);
        ServiceMix mix = new(options);
        List<KernelProcess> processes = [];
        int cores = kernel.Times.Count;
        int nextCore = 0;
        for (int number = 0; number < options.Processes; number++)
        {
            // The next cores in turn, so that each has as many endpoints as the others.
            int count = Math.Clamp((int)Math.Ceiling(mix.Share(number) * cores * options.UserCoresPerCore),
                Math.Min(options.LeastUserCores, cores), cores);
            int first = nextCore;
            nextCore = (nextCore + count) % cores;
            int own = number;
            KernelProcess process = await kernel.CreateProcessAsync(
                $"process {number}",
                message => options.HandlerCycles(mix.Service(own, message.CodePointer)),
                options.Policy(number, mix.Share(number)),
                options.RunsOn(number) ?? Enumerable.Range(first, count).Select(core => core % cores));
            processes.Add(process);
        }

        mix.Processes = processes;
        for (int service = 0; service < options.Services; service++)
        {
            int added = mix.Added(service);
            await processes[service % options.Processes].Process.RegisterAsync(
                Program, Version, mix.Procedure(service), mix.Port(service), (int value) => value + added,
                new ServiceOptions { AddsNull = service < options.Processes });
        }

        return mix;
    }

    /// <summary>The part of all calls that a process gets, 0 to 1.</summary>
    /// <param name="process">Its place in <see cref="Processes"/>.</param>
    public double Share(int process)
    {
        double sum = 0;
        for (int service = process; service < options.Services; service += options.Processes)
        {
            sum += upTo[service] - (service == 0 ? 0 : upTo[service - 1]);
        }

        return sum;
    }

    /// <summary>The service that a random number means.</summary>
    /// <param name="random">From 0 to below 1, evenly.</param>
    public int Choose(double random)
    {
        int at = Array.BinarySearch(upTo, random);
        return Math.Min(at < 0 ? ~at : at + 1, upTo.Length - 1);
    }

    /// <summary>A call's frame, of 86 bytes.</summary>
    /// <param name="service">The service that is called.</param>
    /// <param name="number">The call's number: its transaction identifier, and its argument.</param>
    public byte[] Call(int service, int number)
    {
        byte[] argument = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(argument, number);
        return new FrameBuilder().WithPorts(1000, Port(service)).WithRpc((uint)number).WithProcedure(Program, Version, Procedure(service))
            .WithArguments(argument).Build();
    }

    /// <summary>The expected result of a call.</summary>
    /// <param name="service">The service.</param>
    /// <param name="number">The call's number.</param>
    public int Result(int service, int number) => number + Added(service);

    // A process's handlers have code pointers in the order of its services.
    private int Service(int process, ulong codePointer) => process
        + ((int)((codePointer - HandlerTable.FirstCodePointer) / 16) * options.Processes);

    private int Added(int service) => (service + 1) * Salt;

    private ushort Port(int service) => (ushort)(FirstPort + (service % options.Processes));

    private uint Procedure(int service) => 1u + (uint)(service / options.Processes);
}
