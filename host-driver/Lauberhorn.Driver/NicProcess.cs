// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Driver;

/// <summary>A process as the NIC knows it: its services, its handlers and its endpoints.</summary>
public sealed class NicProcess
{
    private readonly Nic nic;
    private readonly List<RegisteredService> services = [];
    private readonly List<BoundEndpoint> endpoints = [];
    private ulong objects;
    private bool isKnown;

    internal NicProcess(Nic nic, ushort number, ushort generation, string name)
    {
        this.nic = nic;
        Number = number;
        Generation = generation;
        Name = name;
    }

    /// <summary>The process's number, as the NIC knows it; never 0, which is the kernel.</summary>
    public ushort Number { get; }

    /// <summary>Distinguishes it from earlier processes with the same number; a kernel endpoint's lines have it.</summary>
    public ushort Generation { get; }

    /// <summary>A name for messages; the NIC does not know it.</summary>
    public string Name { get; }

    /// <summary>The handlers, by their code pointers.</summary>
    public HandlerTable Handlers { get; } = new();

    /// <summary>The services that it has registered and not removed.</summary>
    public IReadOnlyList<RegisteredService> Services => services;

    /// <summary>The endpoints that are bound to it.</summary>
    public IReadOnlyList<BoundEndpoint> Endpoints => endpoints;

    /// <summary>
    /// Serves an object: the methods of its type, or of one interface of it, that have a <see cref="ProcedureAttribute"/>.
    /// </summary>
    /// <typeparam name="T">A type with <see cref="RpcProgramAttribute"/>.</typeparam>
    /// <param name="target">The object that is called.</param>
    /// <param name="port">The UDP port.</param>
    /// <param name="options">How its calls are handled.</param>
    /// <exception cref="ServiceDefinitionException">The type's C# cannot be served; the message says why.</exception>
    /// <exception cref="NicException">Something of it is registered already, or the NIC refused it.</exception>
    /// <exception cref="Placement.TableFullException">The NIC has no room for it; nothing has changed.</exception>
    public Task<RegisteredService> RegisterAsync<T>(T target, ushort port, ServiceOptions? options = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(target);
        RpcProgramAttribute program = typeof(T).GetCustomAttribute<RpcProgramAttribute>()
            ?? throw new ServiceDefinitionException($"{typeof(T).Name} has no [RpcProgram(program, version)]; say which program it is");
        (uint Number, MethodInfo Method, bool IsOneWay)[] procedures =
        [
            .. from method in typeof(T).GetMethods()
               let procedure = method.GetCustomAttribute<ProcedureAttribute>()
               where procedure is not null
               orderby procedure.Number
               select (procedure.Number, method, procedure.IsOneWay),
        ];
        return procedures.Length == 0
            ? throw new ServiceDefinitionException($"{typeof(T).Name} has no method with [Procedure(number)]; there is nothing to serve")
            : RegisterAsync(program.Program, program.Version, port, target, procedures, options);
    }

    /// <summary>
    /// Serves a function as a procedure of a version of a program. Of several functions of one version, only the first can add the NULL
    /// procedure (<see cref="ServiceOptions.AddsNull"/>).
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="version">Its version.</param>
    /// <param name="procedure">The procedure.</param>
    /// <param name="port">The UDP port.</param>
    /// <param name="function">The function.</param>
    /// <param name="options">How its calls are handled.</param>
    /// <exception cref="ServiceDefinitionException">The function cannot be served.</exception>
    /// <exception cref="NicException">Something of it is registered already, or the NIC refused it.</exception>
    /// <exception cref="Placement.TableFullException">The NIC has no room for it; nothing has changed.</exception>
    public Task<RegisteredService> RegisterAsync(
        uint program, uint version, uint procedure, ushort port, Delegate function, ServiceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        return RegisterAsync(program, version, port, function.Target, [(procedure, function.Method, false)], options);
    }

    /// <summary>Removes a service. Calls that are queued or in flight are still served.</summary>
    /// <param name="service">The service.</param>
    public async Task UnregisterAsync(RegisteredService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        if (!services.Remove(service))
        {
            throw new NicException($"process '{Name}' has no such service (program {service.Program} at port {service.Port}); it is gone "
                + $"already, or another's");
        }

        await nic.Directory.RemoveAsync(service.Port, service.Program, service.Version,
            [.. service.Procedures.Select(procedure => procedure.Key)]);
    }

    /// <summary>
    /// Sets how the process is scheduled. By default by its own endpoints only, with no bound to its queue but the shared one.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <exception cref="NicException">The NIC refused it; the old policy still applies.</exception>
    public async Task SetPolicyAsync(ProcessPolicy policy)
    {
        await nic.SetPolicyAsync(Number, policy with { Generation = Generation });
        isKnown = true;
    }

    /// <summary>Binds an endpoint to the process.</summary>
    /// <param name="number">The endpoint; null for any that is free.</param>
    /// <param name="transmitPort">The UDP port from which it may send datagrams of its own; 0 for none.</param>
    /// <param name="sendsLong">Whether these may be longer than a control line; for this it gets one of the few packet slots.</param>
    /// <param name="writesBack">
    /// Whether the loop writes its lines back itself, so that the NIC need not fetch them while a load is stalled: on a machine where a
    /// stalled load blocks its colour, twice as many cores can be stalled at the same time, and any number of endpoints can send. Null for
    /// the host's default: two control lines are for cores that load only what programs ask for (<see cref="HostTraits"/>). On such a
    /// machine two endpoints with two lines have no colour in common: others are refused.
    /// </param>
    /// <param name="line">If it writes back: its only receive control line, 0 or 1; null for the one whose colour fewer endpoints
    /// use.</param>
    /// <exception cref="NicException">There is none, or the NIC refused it.</exception>
    public async Task<BoundEndpoint> BindEndpointAsync(
        int? number = null, ushort transmitPort = 0, bool sendsLong = false, bool? writesBack = null, int? line = null)
    {
        bool writes = nic.WritesBack(writesBack);
        (int chosen, int best) = nic.Endpoints.Choose(number, writes, sends: transmitPort != 0);
        BoundEndpoint endpoint = await nic.BindAsync(chosen, Number, transmitPort, sendsLong, false, writes ? line ?? best : null);
        endpoints.Add(endpoint);
        return endpoint;
    }

    /// <summary>Releases an endpoint of the process. A stalled load of its loop is answered with TRYAGAIN.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public async Task ReleaseEndpointAsync(BoundEndpoint endpoint)
    {
        if (!endpoints.Remove(endpoint))
        {
            throw new NicException($"process '{Name}' has no such endpoint; it is released already, or another's");
        }

        await nic.ReleaseEndpointAsync(endpoint);
    }

    /// <summary>
    /// Ends the process: its services are removed first, so that no more calls come, then its endpoints are released, then its queue is
    /// flushed.
    /// </summary>
    public async Task CloseAsync()
    {
        foreach (RegisteredService service in services.ToArray())
        {
            await UnregisterAsync(service);
        }

        foreach (BoundEndpoint endpoint in endpoints.ToArray())
        {
            await ReleaseEndpointAsync(endpoint);
        }

        // The number's next process begins without a policy. The NIC drops what still comes for this one from then on, so what is
        // flushed after that is all there is.
        await nic.SetPolicyAsync(Number, new ProcessPolicy { Generation = (ushort)(Generation + 1) });
        await nic.CommandAsync(CommandCode.FlushProcess, Number);
        nic.Endpoints.ReturnProcess(Number);
    }

    private async Task<RegisteredService> RegisterAsync(
        uint program,
        uint version,
        ushort port,
        object? target,
        IReadOnlyList<(uint Number, MethodInfo Method, bool IsOneWay)> procedures,
        ServiceOptions? options)
    {
        if (port == 0)
        {
            throw new ServiceDefinitionException("UDP port 0 is none; use 1 to 65535");
        }

        if (!isKnown)
        {
            // The NIC's tables survive its reset: write which process has the number.
            await SetPolicyAsync(default);
        }

        options ??= ServiceOptions.Default;
        ulong dataPointer = ++objects;
        List<RegisteredProcedure> entries = [];
        foreach ((uint number, MethodInfo method, bool isOneWay) in procedures)
        {
            entries.Add(Compile(new ServiceKey(port, program, version, number), method, target, isOneWay, dataPointer, options));
        }

        if (options.AddsNull)
        {
            Service nullService = new()
            {
                Process = Number,
                ProcessGeneration = Generation,
                Flags = Flags(options) | ServiceFlags.Null,
                LengthWord = MessageLayout.NoLengthWord,
            };
            entries.Add(new RegisteredProcedure(new ServiceKey(port, program, version, 0), nullService, null));
        }

        IReadOnlyList<ushort> numbers = await nic.Directory.AddAsync(port, program, version,
            [.. entries.Select(entry => (entry.Key, entry.Service))]);
        var service = new RegisteredService(this, program, version, port,
            [.. entries.Zip(numbers, (entry, number) => entry with { Number = number })]);
        services.Add(service);
        return service;
    }

    private RegisteredProcedure Compile(
        ServiceKey key, MethodInfo method, object? target, bool isOneWay, ulong dataPointer, ServiceOptions options)
    {
        string place = $"{method.DeclaringType?.Name}.{method.Name}";
        if (key.Procedure == 0)
        {
            throw new ServiceDefinitionException(
                $"{place}: procedure 0 is the NULL procedure, which every version has by itself; use another number");
        }

        if (isOneWay && method.ReturnType != typeof(void))
        {
            throw new ServiceDefinitionException($"{place}: it is one-way but returns {method.ReturnType.Name}; make it void");
        }

        MessageLayout arguments = ArgumentLayoutCompiler.Arguments(method, nic.Capabilities.LargestMessage);
        MessageLayout results = ArgumentLayoutCompiler.Results(method, nic.Capabilities.LargestMessage);
        var handler = new ProcedureHandler(method, target, arguments, results, isOneWay);
        Service service = new()
        {
            Process = Number,
            ProcessGeneration = Generation,
            Flags = Flags(options) | (results.MaximumBytes > LineMessage.InlineBytes ? ServiceFlags.LongReplies : ServiceFlags.None),
            CodePointer = Handlers.Add(handler, dataPointer),
            DataPointer = dataPointer,
            ArgumentLayout = (Bits<W48>)arguments.Code,
            ReplyLayout = (Bits<W48>)results.Code,
            MinimumBytes = (ushort)arguments.MinimumBytes,
            LengthWord = arguments.LengthWord,
            LengthLimit = arguments.LengthLimit,
        };
        return new RegisteredProcedure(key, service, handler);
    }

    private static ServiceFlags Flags(ServiceOptions options) =>
        (options.AcceptsNone ? ServiceFlags.AcceptsNone : ServiceFlags.None)
        | (options.AcceptsSys ? ServiceFlags.AcceptsSys : ServiceFlags.None)
        | (options.AcceptsOther ? ServiceFlags.AcceptsOther : ServiceFlags.None);
}
