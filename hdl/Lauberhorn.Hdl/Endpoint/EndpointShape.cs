// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>Sizes that the endpoint blocks share; each memory's depth is a power of two.</summary>
internal sealed class EndpointShape
{
    public EndpointShape(NicConfig config, string path)
    {
        Map = new LineMap(config.ProgressColourBits);
        Endpoints = Check(config.Endpoints, LineMap.Owners, nameof(NicConfig.Endpoints), path);
        Cores = config.Cores;
        Services = Check(config.Services, 1 << (12 + config.ProgressColourBits), nameof(NicConfig.Services), path);
        Processes = Check(config.Processes, LineMap.Owners, nameof(NicConfig.Processes), path);
        AuxLines = Check(config.AuxLines, 32, nameof(NicConfig.AuxLines), path);
        PacketSlots = config.PacketSlots;
        TransmitPacketSlots = config.TransmitPacketSlots;
        EndpointDepth = Depth(Endpoints);
        CoreDepth = Depth(Check(Cores, RegisterMap.CorePlaces, nameof(NicConfig.Cores), path));
        SlotDepth = Depth(Check(config.PendingCalls, 1 << 15, nameof(NicConfig.PendingCalls), path));
        AuxDepth = Depth(AuxLines);
        PacketDepth = Depth(Check(PacketSlots + TransmitPacketSlots, 1 << 15, "PacketSlots + TransmitPacketSlots", path));
    }

    /// <summary>The address map of the lines.</summary>
    public LineMap Map { get; }

    public int Endpoints { get; }

    public int Cores { get; }

    public int Processes { get; }

    public int Services { get; }

    public int AuxLines { get; }

    public int PacketSlots { get; }

    public int TransmitPacketSlots { get; }

    public int EndpointDepth { get; }

    public int CoreDepth { get; }

    /// <summary>Depth of the queue of endpoints that cores have left: each core leaves one before it leaves another.</summary>
    public int LeaveDepth => CoreDepth < 16 ? 16 : CoreDepth;

    public int SlotDepth { get; }

    public int AuxDepth { get; }

    public int PacketDepth { get; }

    /// <summary>How many aux lines, from line 0 on, without a gap, hold bytes.</summary>
    /// <param name="filled">Lines that the message fills.</param>
    /// <param name="touched">Lines that were read.</param>
    [Hardware]
    public static byte LeadingLines(byte filled, uint touched)
    {
        // A line counts if all before it do; the count's bit n is the parity of how many times 2^n lines count. So the chain from line to
        // line carries one bit, "all so far".
        bool all = true;
        byte count = 0;
        for (int i = 0; i < 32; i++)
        {
            all = all && (i < filled || ((touched >> i) & 1) != 0);
            byte changed = (byte)(((i + 1) ^ i) & 63);
            count ^= all ? changed : (byte)0;
        }

        return count;
    }

    private static int Depth(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 2));

    private static int Check(int value, int most, string parameter, string path) => value <= most
        ? value
        : throw new ElaborationException($"{path}: {parameter} is {value}; endpoint lines and stores have room for {most} at most");
}
