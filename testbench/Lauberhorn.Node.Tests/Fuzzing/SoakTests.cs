// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Machines;
using Lauberhorn.Node.Fuzzing;

namespace Lauberhorn.Node.Tests.Fuzzing;

/// <summary>The soaks' judges find what is put under their noses; short campaigns find nothing.</summary>
public class SoakTests
{
    [Fact]
    public void A_byte_says_whose_it_is()
    {
        for (int owner = 1; owner <= Mark.Owners; owner++)
        {
            byte[] bytes = Mark.Bytes(200, owner, (ulong)owner);
            Assert.Equal(-1, Mark.FindForeign(bytes, owner));
            Assert.Equal(0, Mark.FindForeign(bytes, (owner % Mark.Owners) + 1));
            Assert.Equal(0, Mark.FindForeign(bytes, 0));
            Mark.WriteNumber(bytes, owner, 0xABCDEF);
            Assert.Equal(0xABCDEF, Mark.ReadNumber(bytes));
            Assert.Equal(-1, Mark.FindForeign(bytes, owner));
        }
    }

    [Fact]
    public void The_hostile_judge_finds_a_changed_byte_a_second_answer_and_one_to_another_client()
    {
        HostilePlan plan = HostilePlan.Make(5, 3000, 0) with { Prefetches = 0 };
        Assert.Contains("wrongly: 1 bytes differ, the first is byte ", Failure(frame => [Change(frame, ^1)]), StringComparison.Ordinal);
        Assert.Contains("sent 1 times", Failure(frame => [frame, frame]), StringComparison.Ordinal);

        // The second process is a hostile one: what it answers is its own, but not whom.
        plan = plan with { Cycles = 30_000 };
        string other = Failure(frame => [Owner(frame) == 2 ? Change(frame, 5) : frame]);
        Assert.Contains("but not to its client: ", other, StringComparison.Ordinal);
        Assert.Contains("the first is byte 5;", other, StringComparison.Ordinal);

        string Failure(Func<SentByNic, IEnumerable<SentByNic>> tamper) => HostileRun.Run(plan, tamper).Failure ?? "none";
        static int Owner(SentByNic frame) =>
            HostileActor.OwnerOf(System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(frame.Bytes.AsSpan(34)),
                out bool isService) is int owner
                && isService ? owner : 0;
    }

    // Two honest processes with two control lines each, whose colours crossed, held each other up for ever before the driver refused it.
    [Fact]
    public void Two_endpoints_of_two_lines_do_not_hold_each_other_up()
    {
        HostileOutcome outcome = HostileRun.Run(HostilePlan.Make(98299096237466, 100_000, 0));
        Assert.Null(outcome.Failure);
        Assert.NotEqual(0, outcome.Refusals);
    }

    [Fact]
    public void The_kill_judge_finds_a_changed_byte_a_second_answer_and_a_lost_one()
    {
        KillPlan plan = KillPlan.Make(2, 20, 0) with { Prefetches = 0, Hangs = 0, Repeats = false };
        int frames = 0;
        Assert.Contains("wrongly", Failure(frame => [Change(frame, ^1)]), StringComparison.Ordinal);
        Assert.Contains("another answer", Failure(frame => [frame, frame]), StringComparison.Ordinal);
        Assert.Contains("accounted for", Failure(frame => ++frames == 3 ? [] : [frame]), StringComparison.Ordinal);

        string Failure(Func<SentByNic, IEnumerable<SentByNic>> tamper) => KillRun.Run(plan, tamper).Failure ?? "none";
    }

    // Each kind of flood once, in both modes of the honest process.
    [Fact]
    public void A_call_in_the_midst_of_a_flood_waits_no_longer_than_its_bound()
    {
        SoakCampaignResult result = FloodSoak.Run(36, 1, 0);
        Assert.True(result.Failures == 0, result.Report);
        Assert.Equal(3, result.Cases);
        Assert.Equal("36", result.Figures["floods"]);
    }

    // A kill that takes longer than what its process has is found: here nothing is said to take any time.
    [Fact]
    public void The_kill_judge_finds_a_kill_that_takes_too_long()
    {
        KillPlan plan = KillPlan.Make(2, 20, 0);
        Assert.Contains("within its bound", KillRun.Run(plan, mayTake: 0.02).Failure ?? "none", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_another_process_is_found_at_the_home_port()
    {
        using Node node = new(new NodeOptions { Machine = MachineParameters.Ideal with { Cores = 1 } });
        Driver.Nic nic = node.Open();
        Driver.NicProcess process = nic.CreateProcess("one");
        Driver.BoundEndpoint endpoint = await process.BindEndpointAsync(3);
        HomeWatch watch = new(node);
        node.OnTick = watch.Observe;
        watch.SetOwner(3, 1);

        // Two lines: what is written into the line that is out is given out again.
        _ = node.Cpu.Start(node.Cpu.Cores[0], async core =>
        {
            byte[] line = new byte[128];
            ulong address = endpoint.Addresses.TransmitControl[0];
            await core.LoadAsync(address, line);
            await core.StoreAsync(address + 64, Mark.Bytes(8, 1, 1));
            await core.CleanInvalidateAsync(address);
            await core.LoadAsync(address, line);
            watch.SetOwner(3, 2);
            await core.CleanInvalidateAsync(address);
            await core.LoadAsync(address, line);
        });
        SoakException found = Assert.Throws<SoakException>(() => node.RunUntil(() => node.Cpu.Running == 0, 20_000));
        Assert.Contains("a byte of owner 1", found.Message, StringComparison.Ordinal);
    }

    private static SentByNic Change(SentByNic frame, Index at)
    {
        byte[] bytes = [.. frame.Bytes];
        bytes[at] ^= 0x40;
        return frame with { Bytes = bytes };
    }
}
