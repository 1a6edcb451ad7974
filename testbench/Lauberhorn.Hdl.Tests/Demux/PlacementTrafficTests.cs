// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Driver.Placement;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Hdl.Tests.Demux;

/// <summary>The driver's placement and the hardware's look-ups together.</summary>
public class PlacementTrafficTests
{
    private const uint ForEver = 0x100;
    private const uint FirstOther = 0x10_0000;

    [Fact]
    public void Every_call_finds_its_service_while_others_come_and_go() =>
        Gen.ULong.Sample(seed => Run(NicConfig.Tiny, 8, seed, 3000), iter: 20);

    [Fact]
    public void So_it_does_when_4096_services_fill_the_table() => Run(NicConfig.Enzian, 4096, 1, 8000);

    /// <summary>
    /// The table is full from the beginning. Half of the services stay for ever and are replaced, the others come and go; calls are to all
    /// of them, and no two commands are apart.
    /// </summary>
    private static void Run(NicConfig config, int services, ulong seed, int ticks)
    {
        using DemultiplexerBench bench = new(config);
        SeededRandom random = new(seed);
        ServicePlacement placement = new(services);
        Queue<TableStep> steps = [];
        Dictionary<uint, HashSet<ulong>> given = [];
        HashSet<uint> there = [];
        int wait = 0;
        for (uint i = 0; i < services / 2; i++)
        {
            Insert(ForEver + i);
            Insert(FirstOther + (2 * i));
            there.Add(FirstOther + (2 * i));
        }

        int setup = steps.Count;
        bool isSetUp = false;
        bench.NextCommand = () =>
        {
            if (wait > 0)
            {
                wait--;
                return null;
            }

            if (steps.Count == 0)
            {
                isSetUp = true;
                Change();
            }

            TableStep step = steps.Dequeue();
            wait = step.Code == CommandCode.None ? Demultiplexer.DrainTicks : 0;
            return step.Code == CommandCode.None ? null
                : new TableCommand(step.Code, step.Index) { Key = step.Key, Service = step.Service };
        };
        bench.NextFrame = () => !isSetUp ? null : new FrameMetadata
        {
            Kind = FrameKind.RpcCall,
            DestinationPort = 2049,
            Program = 100_003,
            Version = 3,
            Procedure = random.OneIn(2) ? ForEver + (uint)random.Between(0, (services / 2) - 1) : Other(),
        };
        bench.Run(setup + ticks);
        Assert.InRange(bench.Received.Count, ticks / 4, ticks);
        foreach ((RoutedFrame frame, _, _) in bench.Received)
        {
            uint procedure = frame.Metadata.Procedure;
            Assert.True(frame.Route == RouteKind.Call || !IsForEver(procedure),
                $"seed {seed}: nothing was found for procedure {procedure}");
            Assert.True(
                frame.Route != RouteKind.Call || given[procedure].Contains(frame.Service.CodePointer),
                $"seed {seed}: procedure {procedure} was found with another's service");
        }

        uint Other() => FirstOther + (uint)random.Between(0, services - 1);

        bool IsForEver(uint procedure) => procedure - ForEver < services / 2;

        void Insert(uint procedure) => Enqueue(placement.Insert(Key(procedure), Make(procedure)));

        void Enqueue(IEnumerable<TableStep> more)
        {
            foreach (TableStep step in more)
            {
                steps.Enqueue(step);
            }
        }

        void Change()
        {
            uint procedure = random.OneIn(3) ? ForEver + (uint)random.Between(0, (services / 2) - 1) : Other();
            if (!placement.Contains(Key(procedure)))
            {
                if (placement.Count == services)
                {
                    uint leaving = there.First();
                    there.Remove(leaving);
                    Enqueue(placement.Remove(Key(leaving)));
                }

                Insert(procedure);
                there.Add(procedure);
            }
            else if (IsForEver(procedure) || random.OneIn(4))
            {
                Enqueue(placement.Replace(Key(procedure), Make(procedure)));
            }
            else
            {
                there.Remove(procedure);
                Enqueue(placement.Remove(Key(procedure)));
            }
        }

        Service Make(uint procedure)
        {
            Service service = new() { Flags = ServiceFlags.AcceptsNone, CodePointer = random.Next() };
            if (!given.TryGetValue(procedure, out HashSet<ulong>? codes))
            {
                given[procedure] = codes = [];
            }

            codes.Add(service.CodePointer);
            return service;
        }
    }

    private static ServiceKey Key(uint procedure) => new(2049, 100_003, 3, procedure);
}
