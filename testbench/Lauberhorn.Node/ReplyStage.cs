// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Hdl.Top;
using SME;

namespace Lauberhorn.Node;

/// <summary>A line that a core left.</summary>
/// <param name="Left">What the NIC says about it.</param>
/// <param name="Line">Its 128 bytes.</param>
/// <param name="Tick">The tick in which it was first on offer.</param>
public sealed record LeftReply(LeftLine Left, byte[] Line, long Tick)
{
    /// <summary>What the line holds.</summary>
    public MessageKind Kind => (MessageKind)Line[ControlLine.Kind];

    /// <summary>The results in the line, native.</summary>
    public ReadOnlySpan<byte> Results => Line.AsSpan(ControlLine.Arguments, Math.Min((int)BitConverter.ToUInt16(Line, ControlLine.Bytes), ControlLine.InlineBytes));
}

/// <summary>
/// What stands behind the request path on the test bench: takes the lines that cores have left, and the NIC's own answers, and gives slots back. It sends nothing.
/// </summary>
/// <param name="path">The request path.</param>
public sealed class ReplyStage(RequestPath path)
{
    private readonly Queue<SlotRelease> releases = new();
    private (LeftLine Left, long Tick)? reading;
    private long offeredSince = -1;

    /// <summary>Lines that were left, in order, and not yet taken out.</summary>
    public Queue<LeftReply> Replies { get; } = new();

    /// <summary>Answers of the NIC's own.</summary>
    public Queue<NicReply> Answers { get; } = new();

    /// <summary>Makes its side of the path top-level buses.</summary>
    /// <param name="simulation">The simulation.</param>
    public void AddTopLevel(Simulation simulation)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        simulation.AddTopLevelInputs(path.MissedFrames.Forward, path.MissedPayload.Forward, path.Releases.Forward, path.SendDone.Forward, path.PacketReads.Forward);
        simulation.AddTopLevelInputs(path.ReplyLineRead, path.TransmitRead, path.Endpoints.Left.Backward, path.Endpoints.PacketLines.Backward, path.Admission.Answers.Backward);
        simulation.AddTopLevelOutputs(path.MissedFrames.Backward, path.MissedPayload.Backward, path.Releases.Backward, path.SendDone.Backward, path.PacketReads.Backward);
        simulation.AddTopLevelOutputs(path.Endpoints.Left.Forward, path.Endpoints.PacketLines.Forward, path.Endpoints.ReplyLine, path.Endpoints.TransmitLine);
        simulation.AddTopLevelOutputs(path.Admission.Answers.Forward, path.Admission.PendingWrite, path.Demux.Sighting);
    }

    /// <summary>Takes what passes in the tick to come, and brings what comes after it.</summary>
    /// <param name="tick">The tick's number.</param>
    public void Step(long tick)
    {
        Stream<LeftLine> left = path.Endpoints.Left;
        if (reading is (LeftLine taken, long since))
        {
            Replies.Enqueue(new LeftReply(taken, Merge(taken), since));
            if (!taken.IsTransmit)
            {
                releases.Enqueue(new SlotRelease(taken.Slot));
            }

            reading = null;
        }

        if (left.Forward.Valid)
        {
            offeredSince = offeredSince < 0 ? tick : offeredSince;
        }

        if (left.Passes)
        {
            reading = (left.Forward.Item, offeredSince);
            offeredSince = -1;
        }

        if (path.Admission.Answers.Passes)
        {
            Answers.Enqueue(path.Admission.Answers.Forward.Item);
        }

        // The line on offer is taken in the tick to come, in which its address is on the port.
        bool takes = left.Forward.Valid && !left.Backward.Ready;
        left.Backward.Ready = takes;
        (path.ReplyLineRead.Enable, path.ReplyLineRead.Address) = (takes, left.Forward.Item.Slot);
        (path.TransmitRead.Enable, path.TransmitRead.Address) = (takes, left.Forward.Item.Endpoint);
        path.Admission.Answers.Backward.Ready = true;
        path.Endpoints.PacketLines.Backward.Ready = true;
        if (!path.Releases.Forward.Valid || path.Releases.Backward.Ready)
        {
            path.Releases.Forward.Valid = releases.TryDequeue(out SlotRelease release);
            path.Releases.Forward.Item = release;
        }
    }

    private byte[] Merge(LeftLine left)
    {
        byte[] stored = new byte[NicConfig.LineBytes];
        byte[] own = new byte[NicConfig.LineBytes];
        (left.IsTransmit ? path.Endpoints.TransmitLine.Item : path.Endpoints.ReplyLine.Item).CopyTo(stored);
        left.Data.CopyTo(own);
        for (int i = 0; i < stored.Length; i++)
        {
            stored[i] = left.Mask[i] ? own[i] : stored[i];
        }

        return stored;
    }
}
