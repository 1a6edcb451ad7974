// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Schedule;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Control;

public class RegisterFileTests
{
    private sealed record Step(bool IsWrite, uint Address, ulong Data, byte Strobes, int AnswerTicks, CommandStatus Answer, bool Waits);

    private static readonly NicConfig Config = NicConfig.Tiny;

    private static readonly uint[] Offsets = [.. RegisterFileModel.Places(Config).Select(place => place.Offset)];

    private static readonly Gen<uint> Addresses = Gen.Frequency(
        (8, Gen.Int[0, Offsets.Length - 1].Select(i => Offsets[i])),
        (8, Gen.UInt[0, 7].Select(i => RegisterMap.CommandData + (8 * i))),
        (4, Gen.Const((uint)RegisterMap.CommandStatus)),
        (2, Gen.UInt[0, 0x1FFF].Select(i => i * 8)),
        (1, Gen.UInt[0, 0xFFFF]));

    // Small numbers are what ranges are about.
    private static readonly Gen<ulong> Values = Gen.Frequency(
        (1, Gen.ULong),
        (2, Gen.Select(Gen.ULong[0, 40], Gen.ULong[0, 40], (low, high) => low | (high << 32))),
        (1, Gen.Select(Gen.ULong[0, 8], Gen.Int[0, 63], (value, shift) => value << shift)));

    // Bindings and policies that are nearly right.
    private static readonly Gen<ulong> Commands = Gen.Frequency(
        (1, Gen.Select(Gen.ULong[0, 1], Gen.Bool, (process, isKernel) => process | (isKernel ? 1ul << CommandPlaces.EndpointIsKernel : 0))),
        (2, from uses in Gen.ULong[0, 1]
            from weight in Gen.ULong[0, 2]
            from least in Gen.ULong[0, 3]
            from most in Gen.ULong[0, 3]
            from guaranteed in Gen.ULong[0, 9]
            from queued in Gen.ULong[0, 9]
            select uses
                | (weight << CommandPlaces.ProcessPolicyWeight)
                | (least << CommandPlaces.ProcessPolicyLeastCores)
                | (most << CommandPlaces.ProcessPolicyMostCores)
                | (guaranteed << CommandPlaces.ProcessPolicyGuaranteedQueue)
                | (queued << CommandPlaces.ProcessPolicyMostQueued)));

    private static readonly Gen<ulong> States =
        from process in Gen.ULong[0, 4]
        from endpoint in Gen.ULong[0, 4]
        from flags in Gen.ULong[0, 15]
        select process | (endpoint << CoreStatePlaces.Endpoint) | (flags << CoreStatePlaces.HasProcess);

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (3, from address in Addresses
            from isWrite in Gen.Bool
            from data in Values
            from strobes in Gen.Frequency((9, Gen.Const((byte)0xFF)), (1, Gen.Byte))
            from waits in Gen.Bool
            select new Step(isWrite, address, data, strobes, 1, CommandStatus.Done, waits)),
        (1, Commands.Select(data => new Step(true, RegisterMap.CommandData, data, 0xFF, 1, CommandStatus.Done, true))),
        (1, from core in Gen.UInt[0, 2]
            from data in States
            select new Step(true, RegisterMap.CoreState + (8 * core), data, 0xFF, 1, CommandStatus.Done, false)),
        (2, from code in Gen.ULong[0, 11]
            from index in Gen.Frequency((4, Gen.ULong[0, 34]), (1, Gen.ULong[0, uint.MaxValue]))
            from ticks in Gen.Frequency((4, Gen.Int[1, 60]), (1, Gen.Int[2000, 2100]))
            from answer in Gen.Int[0, 2].Select(i => new[] { CommandStatus.Done, CommandStatus.WrongState, CommandStatus.Full }[i])
            from waits in Gen.Frequency((4, Gen.Const(true)), (1, Gen.Const(false)))
            select new Step(true, RegisterMap.Command, code | (index << 32), 0xFF, ticks, answer, waits)));

    [Fact]
    public void Registers_and_commands_do_what_the_model_does() => Gen.Select(Steps.Array[1, 120], Gen.ULong).Sample(Check, iter: 60);

    [Fact]
    public void The_RTL_does_what_the_processes_do()
    {
        using RegisterFileBench bench = new(Config, 1);
        BusDesign design = RtlGenerator.Generate(bench.Simulation, RegisterFile.EntityName);
        Assert.Empty(Ghdl.Analyse(design.Rtl.Files));
        using Lockstep lockstep = Lockstep.Attach(design, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        foreach ((uint offset, Register register) in RegisterFileModel.Places(Config))
        {
            AxiResponse response = register.Access == RegisterAccess.WriteOnly ? AxiResponse.SlaveError : AxiResponse.Okay;
            Assert.Equal(response, bench.Read(offset).Response);
            bench.Write(offset, 0x0123_4567_89AB_CDEFul * (offset + 1));
            Assert.Equal(response, bench.Read(offset).Response);
            bench.Write(offset, offset % 3);
        }

        bench.Tick(20);
        Assert.Equal(Config.Cores, bench.Notices.Count);
        for (uint code = 0; code < 12; code++)
        {
            bench.Write(RegisterMap.CommandData, (code & 1) | (1ul << CommandPlaces.ProcessPolicyWeight));
            bench.Write(RegisterMap.Command, code | (1ul << 32));
            bench.Tick(12);
            bench.Read(RegisterMap.CommandStatus);
        }

        Assert.Equal(bench.Simulation.Ticks + 1, lockstep.Compared);
    }

    [Theory]
    [InlineData("tiny")]
    [InlineData("enzian")]
    public void Registers_say_what_the_NIC_has(string preset)
    {
        NicConfig config = NicConfig.Preset(preset);
        using RegisterFileBench bench = new(config, 1);
        foreach (Register register in RegisterMap.For(config).Where(register => register.Offset < RegisterMap.CommandStatus))
        {
            Assert.Equal((register.Reset, AxiResponse.Okay), (bench.Read((uint)register.Offset).Data, AxiResponse.Okay));
        }

        Assert.Equal((uint)(config.TryAgainMilliseconds * config.ClockMegahertz * 1000), bench.Settings.TryAgainCycles);
        Assert.Equal(config.PendingCalls, bench.Settings.SharedQueue);
    }

    [Fact]
    public void A_core_s_state_is_refused_when_nobody_takes_what_was_stored_before()
    {
        using RegisterFileBench bench = new(Config, 1) { TakesNotices = false };
        const ulong state = 1 | (1ul << CoreStatePlaces.HasProcess) | (1ul << CoreStatePlaces.MayPreempt);
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(AxiResponse.Okay, bench.Write(RegisterMap.CoreState + (8 * (uint)(i % 2)), state));
        }

        Assert.Equal(AxiResponse.SlaveError, bench.Write(RegisterMap.CoreState, state));
        Assert.Equal(AxiResponse.Okay, bench.Write(RegisterMap.Scratch, state));
        bench.TakesNotices = true;
        bench.Tick(100);
        CoreState expected = new() { HasProcess = true, Process = 1, MayPreempt = true };
        Assert.Equal(Enumerable.Range(0, 16).Select(i => new CoreNotice((ushort)(i % 2), expected)), bench.Notices);
        Assert.Equal(AxiResponse.Okay, bench.Write(RegisterMap.CoreState, 0));
    }

    [Fact]
    public void There_are_registers_for_as_many_cores_as_there_can_be()
    {
        NicConfig most = NicConfig.Enzian with { Cores = RegisterMap.CorePlaces };
        most.Validate();
        Assert.All(RegisterFileModel.Places(most), place => Assert.True(place.Offset < RegisterMap.Size));
        Assert.Contains("use 1 to 64",
            Assert.Throws<SME.ElaborationException>((most with { Cores = RegisterMap.CorePlaces + 1 }).Validate).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Registers_do_not_overlap_and_fields_do_not_either()
    {
        uint[] offsets = [.. RegisterFileModel.Places(NicConfig.Enzian).Select(place => place.Offset)];
        Assert.Equal(offsets.Length, offsets.Distinct().Count());
        Assert.All(offsets, offset => Assert.True(offset % 8 == 0 && offset < RegisterMap.Size));
        foreach (Register register in RegisterMap.For(NicConfig.Enzian))
        {
            Assert.Equal(register.Fields.Sum(part => part.Width), System.Numerics.BitOperations.PopCount(register.Mask));
            Assert.Equal(0ul, register.Reset & ~register.Mask);
        }
    }

    [Fact]
    public void The_slots_that_are_taken_are_read()
    {
        using RegisterFileBench bench = new(Config, 1);
        foreach (ushort taken in new ushort[] { 0, 1, 0xFFFF, 3 })
        {
            bench.Slots.Taken = taken;
            bench.Tick(2);
            Assert.Equal(taken, bench.Read(RegisterMap.SlotsTaken).Data);
        }
    }

    [Fact]
    public void The_cycle_counter_counts_cycles()
    {
        using RegisterFileBench bench = new(Config, 1);
        ulong first = bench.Read(RegisterMap.Cycles).Data;
        long start = bench.Simulation.Ticks;
        bench.Tick(1000);
        ulong second = bench.Read(RegisterMap.Cycles).Data;
        Assert.InRange((long)(second - first), 1000 - 50, bench.Simulation.Ticks - start + 50);
    }

    private static void Check(Step[] steps, ulong seed)
    {
        using RegisterFileBench bench = new(Config, seed);
        RegisterFileModel model = new(Config);
        int told = 0;
        foreach (Step step in steps)
        {
            bench.Answer = model.Status == CommandStatus.Busy ? bench.Answer : step.Answer;
            bench.AnswerTicks = model.Status == CommandStatus.Busy ? bench.AnswerTicks : step.AnswerTicks;
            if (step.IsWrite)
            {
                (AxiResponse response, bool isTold) = model.Write(step.Address, step.Data, step.Strobes);
                Assert.Equal(response, bench.Write(step.Address, step.Data, step.Strobes));
                if (isTold)
                {
                    told++;
                    bench.Tick(2);
                    Assert.Equal(((CommandCode)(byte)step.Data, (uint)(step.Data >> 32), model.Data),
                        (bench.Commands[^1].Code, bench.Commands[^1].Index, bench.Commands[^1].Data));
                }

                Settle(bench, model, step.Waits || !IsLong(bench));
            }
            else
            {
                Settle(bench, model, true);
                (ulong? data, AxiResponse response) = model.Read(step.Address);
                (ulong read, AxiResponse got, _) = bench.Read(step.Address);
                Assert.Equal((response, data ?? read), (got, read));
            }

            Assert.Equal(told, bench.Commands.Count);
        }

        Settle(bench, model, true);
        bench.Tick(100);
        Assert.Equal(model.Notices, bench.Notices);
        Assert.Equal(((ulong)model.Status | ((ulong)model.Ended << 32), AxiResponse.Okay),
            (bench.Read(RegisterMap.CommandStatus).Data, AxiResponse.Okay));
        CheckCounters(bench, model);
        CheckSettings(bench, model);
    }

    /// <summary>Whether the last command is certainly in progress for some steps more.</summary>
    private static bool IsLong(RegisterFileBench bench) => bench.AnswerTicks >= 2000 && bench.Commands.Count != 0
        && CommandCodes.IsAnswered(bench.Commands[^1].Code);

    private static void Settle(RegisterFileBench bench, RegisterFileModel model, bool ends)
    {
        if (ends && model.Status == CommandStatus.Busy)
        {
            CommandCode code = bench.Commands[^1].Code;
            bench.Tick(Math.Max(CommandSequencer.WriteTicks, bench.AnswerTicks) + 4);
            model.End(CommandCodes.IsAnswered(code) ? bench.Answer : CommandStatus.Done);
        }
    }

    private static void CheckCounters(RegisterFileBench bench, RegisterFileModel model)
    {
        bench.HasEvents = false;
        bench.Tick(EventCounters.SettleTicks);
        bench.Happened[(int)NicEvent.CommandRefused] += model.Refused;
        foreach (NicEvent what in Enum.GetValues<NicEvent>())
        {
            Assert.Equal((what, bench.Happened[(int)what]), (what, bench.Read(RegisterMap.EventCounters + (8 * (uint)what)).Data));
        }

        for (uint i = 0; i < DropCounters.Count; i++)
        {
            Assert.Equal(bench.ReceiveCounters.Dropped[(int)i], bench.Read(RegisterMap.DropCounters + (8 * i)).Data);
        }

        for (uint i = 0; i < KindCounters.Count; i++)
        {
            Assert.Equal(bench.ReceiveCounters.Passed[(int)i], bench.Read(RegisterMap.KindCounters + (8 * i)).Data);
        }
    }

    private static void CheckSettings(RegisterFileBench bench, RegisterFileModel model)
    {
        ulong Value(uint offset) => model.Read(offset).Data!.Value;
        Assert.Equal(Value(RegisterMap.MacAddress), (ulong)bench.Settings.MacAddress);
        Assert.Equal(Value(RegisterMap.MacAddress), (ulong)bench.Receive.MacAddress);
        Assert.Equal(Value(RegisterMap.IpAddress), bench.Settings.IpAddress);
        Assert.Equal(Value(RegisterMap.IpAddress), bench.Receive.IpAddress);
        Assert.Equal(Value(RegisterMap.Promiscuous) != 0, bench.Settings.Promiscuous);
        Assert.Equal(Value(RegisterMap.Promiscuous) != 0, bench.Receive.Promiscuous);
        Assert.Equal(Value(RegisterMap.SubnetMask), bench.Receive.SubnetMask);
        Assert.Equal(Value(RegisterMap.MulticastFilter), bench.Receive.MulticastFilter);
        Assert.Equal(Value(RegisterMap.AllMulticast) != 0, bench.Receive.AllMulticast);
        Assert.Equal(Value(RegisterMap.Mtu), bench.Settings.Mtu);
        Assert.Equal(Value(RegisterMap.TryAgainCycles), bench.Settings.TryAgainCycles);
        Assert.Equal(Value(RegisterMap.CallAgeLimit), bench.Settings.CallAgeLimit);
        Assert.Equal(Value(RegisterMap.ErrorReplyLimit), bench.Settings.ErrorReplyLimit);
        Assert.Equal(Value(RegisterMap.ErrorReplyPeriod), bench.Settings.ErrorReplyPeriod);
        Assert.Equal(Value(RegisterMap.LearnsNeighbours) != 0, bench.Settings.LearnsNeighbours);
        Assert.Equal(Value(RegisterMap.SharedQueue), bench.Settings.SharedQueue);
        Assert.Equal(Value(RegisterMap.SharedPackets), bench.Settings.SharedPackets);
        Assert.Equal(Value(RegisterMap.Quantum), bench.Settings.Quantum);
        Assert.Equal(Value(RegisterMap.LocalMessages), bench.Settings.LocalMessages);
        Assert.Equal(Value(RegisterMap.ComingLimit), bench.Settings.ComingLimit);
        Assert.Equal(Value(RegisterMap.WaitLimit), bench.Settings.WaitLimit);
        Assert.Equal(Value(RegisterMap.AnyPort) != 0, bench.Receive.AnyPort);
    }
}
