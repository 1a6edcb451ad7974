// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;

namespace Lauberhorn.Hdl.Control;

/// <summary>
/// The AXI4-Lite side of the registers. One access at a time; reads and writes alternate if both are valid. Address and data of a write may
/// come in either order, and the next ones are accepted when the access is answered. An access to a place where no register is, that is not
/// of 8 whole bytes, or that the register does not allow is answered with SLVERR and has no effect. An answer is valid 6 ticks after the
/// access was accepted, 2 if refused; it stays valid until it is accepted, and stalls the port meanwhile.
/// </summary>
[ClockedProcess]
public sealed class AxiLiteChannels : SimpleProcess
{
    /// <summary>Ticks from a request to the tick in which all answers have settled.</summary>
    public const int AnswerTicks = 3;

    private const byte Readable = 1;
    private const byte Writable = 2;

    [InputBus] private readonly IStream<AxiLiteAddress> writeAddress;
    [InputBus] private readonly IStream<AxiLiteWord> writeData;
    [InputBus] private readonly IReady writeAnswerReady;
    [InputBus] private readonly IStream<AxiLiteAddress> readAddress;
    [InputBus] private readonly IReady readAnswerReady;
    [InputBus] private readonly IRegisterAnswer[] answers;
    [OutputBus] private readonly IReady writeAddressReady;
    [OutputBus] private readonly IReady writeDataReady;
    [OutputBus] private readonly IStream<AxiLiteWritten> writeAnswer;
    [OutputBus] private readonly IReady readAddressReady;
    [OutputBus] private readonly IStream<AxiLiteRead> readAnswer;
    [OutputBus] private readonly IRegisterRequest request;

    // For each register place: whether it may be read, and whether it may be written.
    private readonly byte[] rights = new byte[RegisterMap.Places];
    private bool hasWriteAddress;
    private bool hasWriteData;
    private bool hasReadAddress;
    private uint heldWriteAddress;
    private uint heldReadAddress;
    private AxiLiteWord heldWord;
    private bool wasWrite;
    private bool isUnderWay;
    private bool isLegal;
    private byte ticksLeft;

    internal AxiLiteChannels(AxiLitePort port, IRegisterRequest request, IReadOnlyList<Register> map, params IRegisterAnswer[] answers)
    {
        writeAddress = port.WriteAddress.Forward;
        writeAddressReady = port.WriteAddress.Backward;
        writeData = port.WriteData.Forward;
        writeDataReady = port.WriteData.Backward;
        writeAnswer = port.WriteAnswer.Forward;
        writeAnswerReady = port.WriteAnswer.Backward;
        readAddress = port.ReadAddress.Forward;
        readAddressReady = port.ReadAddress.Backward;
        readAnswer = port.ReadAnswer.Forward;
        readAnswerReady = port.ReadAnswer.Backward;
        this.request = request;
        this.answers = answers;
        foreach (Register register in map)
        {
            for (int i = 0; i < register.Count; i++)
            {
                rights[(register.Offset / 8) + i] = register.Access switch
                {
                    RegisterAccess.ReadOnly => Readable,
                    RegisterAccess.WriteOnly => Writable,
                    _ => Readable | Writable,
                };
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // Input registers: one entry per channel.
        if (writeAddress.Valid && writeAddressReady.Ready)
        {
            hasWriteAddress = true;
            heldWriteAddress = writeAddress.Item.Address;
        }

        if (writeData.Valid && writeDataReady.Ready)
        {
            hasWriteData = true;
            heldWord = writeData.Item;
        }

        if (readAddress.Valid && readAddressReady.Ready)
        {
            hasReadAddress = true;
            heldReadAddress = readAddress.Item.Address;
        }

        request.Valid = false;
        if (writeAnswer.Valid || readAnswer.Valid)
        {
            if (writeAnswer.Valid && writeAnswerReady.Ready)
            {
                writeAnswer.Valid = false;
            }

            if (readAnswer.Valid && readAnswerReady.Ready)
            {
                readAnswer.Valid = false;
            }
        }
        else if (isUnderWay)
        {
            Finish();
        }
        else if (hasWriteAddress && hasWriteData && !(wasWrite && hasReadAddress))
        {
            wasWrite = true;
            hasWriteAddress = false;
            hasWriteData = false;
            Begin(heldWriteAddress, heldWord.Strobes == 0xFF, Writable);
        }
        else if (hasReadAddress)
        {
            wasWrite = false;
            hasReadAddress = false;
            Begin(heldReadAddress, true, Readable);
        }

        writeAddressReady.Ready = !hasWriteAddress;
        writeDataReady.Ready = !hasWriteData;
        readAddressReady.Ready = !hasReadAddress;
    }

    private void Begin(uint address, bool isWhole, byte right)
    {
        bool isPlace = (address & 7) == 0 && (address & 0xFFFF) < RegisterMap.Size;
        ushort place = (ushort)((address >> 3) & (RegisterMap.Places - 1));
        isLegal = isPlace && isWhole && (rights[place] & right) != 0;
        isUnderWay = true;
        ticksLeft = (byte)(isLegal ? AnswerTicks : 0);
        request.Valid = isLegal;
        request.IsWrite = right == Writable;
        request.Register = place;
        request.Data = heldWord.Data;
    }

    private void Finish()
    {
        ulong data = 0;
        bool isRefused = !isLegal;
        foreach (IRegisterAnswer answer in answers)
        {
            data |= answer.Data;
            isRefused |= answer.IsRefused;
        }

        AxiResponse response = isRefused ? AxiResponse.SlaveError : AxiResponse.Okay;
        if (ticksLeft != 0)
        {
            ticksLeft--;
        }
        else if (wasWrite)
        {
            isUnderWay = false;
            writeAnswer.Valid = true;
            writeAnswer.Item = new AxiLiteWritten(response);
        }
        else
        {
            isUnderWay = false;
            readAnswer.Valid = true;
            readAnswer.Item = new AxiLiteRead(isLegal ? data : 0, response);
        }
    }
}
