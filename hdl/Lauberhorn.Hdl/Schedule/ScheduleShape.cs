// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The depths of the scheduler's memories, each a power of two.</summary>
internal sealed record ScheduleShape
{
    private const int Most = 1 << 15;

    public ScheduleShape(NicConfig config, string path)
    {
        Processes = Depth(config.Processes, nameof(NicConfig.Processes), path);
        Endpoints = Depth(config.Endpoints, nameof(NicConfig.Endpoints), path);
        Slots = Depth(config.PendingCalls, nameof(NicConfig.PendingCalls), path);
        Cores = Depth(config.Cores, nameof(NicConfig.Cores), path);
        if (config.Cores > MostCores)
        {
            throw new ElaborationException(
                $"{path}: {nameof(NicConfig.Cores)} is {config.Cores}; the scheduler counts a process's cores to {MostCores}");
        }

        CoreCount = config.Cores;
        ProcessCount = config.Processes;
    }

    /// <summary>Cores are counted modulo 256, and differences must be distinct from 0.</summary>
    public const int MostCores = 128;

    public int Processes { get; }

    public int Endpoints { get; }

    public int Slots { get; }

    public int Cores { get; }

    public int CoreCount { get; }

    public int ProcessCount { get; }

    public uint ProcessMask => (uint)Processes - 1;

    public uint EndpointMask => (uint)Endpoints - 1;

    public uint SlotMask => (uint)Slots - 1;

    public uint CoreMask => (uint)Cores - 1;

    private static int Depth(int count, string parameter, string path) => count <= Most
        ? (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 2))
        : throw new ElaborationException($"{path}: {parameter} is {count}; the scheduler's numbers have room for {Most} at most");
}
