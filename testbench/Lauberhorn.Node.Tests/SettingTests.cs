// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Testing;

namespace Lauberhorn.Node.Tests;

/// <summary>Every setting at its extremes: nothing hangs, nothing storms, and all is as before when it is set back.</summary>
public class SettingTests
{
    private const int Ticks = 30_000;

    /// <summary>All settings there are, so that a new one is tried too, each with 0, 1 and its largest value.</summary>
    public static TheoryData<string, ulong> Extremes()
    {
        TheoryData<string, ulong> all = [];
        foreach (Register register in RegisterMap.For(NicConfig.Tiny).Where(IsSetting))
        {
            foreach (ulong value in new[] { 0ul, 1ul, register.Mask }.Distinct())
            {
                all.Add(register.Name, value);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Extremes))]
    public async Task A_setting_at_its_extreme_hangs_nothing_and_storms_nothing(string name, ulong value)
    {
        using BypassBench bench = new(NicConfig.Tiny, cores: 2);
        CalculatorNode.Serve(bench.Node, bench.Nic, 1, 1);
        bench.Run(500);
        Register register = RegisterMap.For(NicConfig.Tiny).Single(candidate => candidate.Name == name);
        ulong before = await bench.Node.Registers.ReadAsync((uint)register.Offset);
        IReadOnlyDictionary<string, ulong> counters = bench.Counters();
        await bench.Node.Registers.WriteAsync((uint)register.Offset, value);

        uint xid = 0;
        int sent = 0;
        int received = 0;
        bench.Node.OnTick = tick =>
        {
            received += bench.Node.Wire.Received.Count;
            bench.Node.Wire.Received.Clear();
            if (tick % 300 == 0)
            {
                byte[] frame = (sent++ % 4) switch
                {
                    0 => CalculatorNode.Call(++xid, 2, 1),
                    1 => CalculatorNode.Call(++xid, 0),
                    2 => CalculatorNode.Call(++xid, 9),
                    _ => BypassBench.ArpRequest(),
                };
                bench.Node.Wire.Send(frame);
            }
        };
        bench.Run(Ticks);
        bench.Node.OnTick = static _ => { };
        IReadOnlyDictionary<string, ulong> after = bench.Counters();

        // Two loads wait; the shortest time to TRYAGAIN is over 64 ticks. Nothing is said that nobody asked for, but for the question for a
        // neighbour. But for stray loads: these are answered as often as cores load, that is what the setting is for.
        long most = name == nameof(RegisterMap.StrayLoads) ? Ticks : 2 * Ticks / 64;
        Assert.InRange((long)(after["TryAgain"] - counters["TryAgain"]), 0, most);
        Assert.InRange((long)(after["CoreInterrupted"] - counters["CoreInterrupted"]), 0, sent);
        Assert.InRange(received, 0, sent + 10);

        await bench.Node.Registers.WriteAsync((uint)register.Offset, before);
        bench.Run(1000);
        bench.Node.Wire.Received.Clear();
        Answered(CalculatorNode.Call(0x9000_0001, 2, 41), reply => Word(reply, 66) == 42);
        Answered(CalculatorNode.Call(0x9000_0002, 0), reply => Word(reply, 42) == 0x9000_0002);
        Answered(BypassBench.ArpRequest(), reply => reply.AsSpan(0, 42).SequenceEqual(BypassBench.ArpAnswer().AsSpan(0, 42)));

        void Answered(byte[] frame, Func<byte[], bool> isRight)
        {
            bool isAnswered = false;
            for (int tries = 0; tries < 5 && !isAnswered; tries++)
            {
                bench.Node.Wire.Send(frame);
                bench.Run(2000);
                while (bench.Node.Wire.Received.TryDequeue(out SentByNic? sent))
                {
                    isAnswered |= isRight(sent.Bytes);
                }
            }

            Assert.True(isAnswered, $"{name} was {value} and is {before} again: not answered");
        }
    }

    private static bool IsSetting(Register register) => register is { Access: RegisterAccess.ReadWrite, Count: 1 }
        && register.Offset is not (RegisterMap.Command or RegisterMap.Scratch);

    private static uint Word(byte[] frame, int at) => BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(at));
}
