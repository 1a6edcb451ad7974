// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Control;

/// <summary>
/// The register file with a host on its port and blocks behind it, paced at random. It only touches top-level buses, so it drives RTL just
/// as well.
/// </summary>
internal sealed class RegisterFileBench : IDisposable
{
    private const int Blocks = 3;
    private const int LongestAccess = 400;

    private readonly AxiLitePort axi;
    private readonly SeededRandom random;
    private readonly IEvents[] events;
    private readonly ICommandAnswer[] answers;
    private readonly RegisterFile file;
    private long answersIn = -1;

    public RegisterFileBench(NicConfig config, ulong seed)
    {
        Simulation = new Simulation();
        random = new SeededRandom(seed);
        axi = new AxiLitePort();
        ReceiveCounters = Scope.CreateBus<IReceiveCounters>("receiveCounters");
        events = [.. Enumerable.Range(0, Blocks).Select(i => Scope.CreateBus<IEvents>($"events{i}"))];
        answers = [.. Enumerable.Range(0, 2).Select(i => Scope.CreateBus<ICommandAnswer>($"answer{i}"))];
        Slots = Scope.CreateBus<ISlotCount>("slots");
        file = new RegisterFile(config, axi, ReceiveCounters, Slots, events, answers);
        axi.AddTopLevel(Simulation);
        Simulation.AddTopLevelInputs([ReceiveCounters, Slots, .. events, .. answers, file.CoreNotices.Backward]);
        Simulation.AddTopLevelOutputs(file.Command, file.Settings, file.Receive, file.CoreNotices.Forward);
        DropCounters dropped = default;
        for (int i = 0; i < DropCounters.Count; i++)
        {
            dropped[i] = (uint)random.Next();
        }

        KindCounters passed = default;
        for (int i = 0; i < KindCounters.Count; i++)
        {
            passed[i] = (uint)random.Next();
        }

        _ = Simulation.Network;
        ReceiveCounters.Dropped = dropped;
        ReceiveCounters.Passed = passed;
    }

    public Simulation Simulation { get; }

    public IReceiveCounters ReceiveCounters { get; }

    public ISlotCount Slots { get; }

    public INicSettings Settings => file.Settings;

    public IReceiveConfiguration Receive => file.Receive;

    /// <summary>Events that happened, by number.</summary>
    public ulong[] Happened { get; } = new ulong[64];

    /// <summary>Commands that the blocks saw, and when.</summary>
    public List<(CommandCode Code, uint Index, Bits<W512> Data, long Tick)> Commands { get; } = [];

    /// <summary>The notices of stores to the cores' registers.</summary>
    public List<CoreNotice> Notices { get; } = [];

    /// <summary>Whether the notices' stream is ready.</summary>
    public bool TakesNotices { get; set; } = true;

    /// <summary>What the blocks answer to a command that wants an answer.</summary>
    public CommandStatus Answer { get; set; } = CommandStatus.Done;

    /// <summary>Ticks from a command to its answer; at least 1.</summary>
    public int AnswerTicks { get; set; } = 1;

    /// <summary>Whether random events are raised.</summary>
    public bool HasEvents { get; set; } = true;

    public void Dispose() => Simulation.Dispose();

    public (ulong Data, AxiResponse Response, long Ticks) Read(uint address)
    {
        bool isTaken = false;
        long start = Simulation.Ticks;
        for (int i = 0; i < LongestAccess; i++)
        {
            // Reading a bus gives this tick's value, writing it the next one's.
            isTaken |= axi.ReadAddress.Passes;
            bool isAnswered = axi.ReadAnswer.Passes;
            AxiLiteRead answer = axi.ReadAnswer.Forward.Item;
            if (isAnswered)
            {
                axi.ReadAnswer.Backward.Ready = false;
                Tick();
                return (answer.Data, answer.Response, Simulation.Ticks - start);
            }

            axi.ReadAddress.Forward.Valid = !isTaken;
            axi.ReadAddress.Forward.Item = new AxiLiteAddress(address);
            axi.ReadAnswer.Backward.Ready = random.OneIn(2);
            Tick();
        }

        throw new InvalidOperationException($"no answer to the read of 0x{address:X}");
    }

    public AxiResponse Write(uint address, ulong data, byte strobes = 0xFF)
    {
        // In either order, and apart.
        int addressAt = random.Between(0, 3);
        int dataAt = random.Between(0, 3);
        bool isAddressTaken = false;
        bool isDataTaken = false;
        for (int i = 0; i < LongestAccess; i++)
        {
            isAddressTaken |= axi.WriteAddress.Passes;
            isDataTaken |= axi.WriteData.Passes;
            if (axi.WriteAnswer.Passes)
            {
                Assert.True(isAddressTaken && isDataTaken);
                AxiResponse response = axi.WriteAnswer.Forward.Item.Response;
                axi.WriteAnswer.Backward.Ready = false;
                Tick();
                return response;
            }

            axi.WriteAddress.Forward.Valid = !isAddressTaken && i >= addressAt;
            axi.WriteAddress.Forward.Item = new AxiLiteAddress(address);
            axi.WriteData.Forward.Valid = !isDataTaken && i >= dataAt;
            axi.WriteData.Forward.Item = new AxiLiteWord(data, strobes);
            axi.WriteAnswer.Backward.Ready = random.OneIn(2);
            Tick();
        }

        throw new InvalidOperationException($"no answer to the write of 0x{address:X}");
    }

    public void Tick(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Tick();
        }
    }

    private void Tick()
    {
        if (file.Command.Valid)
        {
            Commands.Add((file.Command.Code, file.Command.Index, file.Command.Data, Simulation.Ticks));
            answersIn = CommandCodes.IsAnswered(file.Command.Code) ? AnswerTicks : -1;
        }

        if (file.CoreNotices.Passes)
        {
            Notices.Add(file.CoreNotices.Forward.Item);
        }

        file.CoreNotices.Backward.Ready = TakesNotices && random.OneIn(2);
        foreach (IEvents block in events)
        {
            ulong flags = 0;
            for (int i = 0; i < Enum.GetValues<NicEvent>().Length && HasEvents; i++)
            {
                // One happens in every tick.
                bool happens = i == 5 || random.OneIn(4);
                flags |= happens ? 1ul << i : 0;
                Happened[i] += happens ? 1u : 0;
            }

            block.Flags = flags;
        }

        answersIn--;
        int speaker = random.Between(0, answers.Length - 1);
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i].Valid = answersIn == 0 && i == speaker;
            answers[i].Status = Answer;
        }

        Simulation.Tick();
    }
}
