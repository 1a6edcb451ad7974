// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Demux;

/// <summary>Random frames and commands over so few ports, programs, versions and procedures that they often meet.</summary>
internal sealed class DemultiplexerTraffic(NicConfig config, DemultiplexerModel model, SeededRandom random)
{
    /// <summary>Any frame; mostly calls.</summary>
    public FrameMetadata Frame()
    {
        ServiceKey key = Key();
        uint flavor = random.OneIn(8) ? 1u << random.Between(0, 31) : random.Pick<uint>(0, 1, 1, 2, 6);
        return new FrameMetadata
        {
            Kind = random.OneIn(4) ? (FrameKind)random.Between(0, 11) : FrameKind.RpcCall,
            FrameBytes = (ushort)random.Next(),
            SourceMac = (Bits<W48>)random.Next(),
            SourceAddress = (uint)random.Next(),
            SourcePort = (ushort)random.Next(),
            DestinationPort = key.Port,
            Xid = (uint)random.Next(),
            Program = key.Program,
            Version = key.Version,
            Procedure = key.Procedure,
            CredentialFlavor = flavor,
            IsBadAuthSys = flavor == 1 && random.OneIn(3),
            InlineArguments = (Bits<W368>)random.Next(),
        };
    }

    /// <summary>Any command that a driver may give: what is in the tables in two places is the same there.</summary>
    public TableCommand Command()
    {
        switch (random.Between(0, 9))
        {
            case < 3:
                return new TableCommand(CommandCode.SetService, Number()) { Service = Service() };
            case < 8:
                ServiceKey key = Key();
                ushort number = model.Find(key) ?? (ushort)Number();
                return new TableCommand(CommandCode.SetServiceKey, random.Pick([.. model.Places(key)]))
                {
                    Key = new ServiceKeyEntry { IsValid = !random.OneIn(4), Key = key, ServiceNumber = number },
                };
            default:
                ServiceKey of = Key();
                ProgramEntry entry = model.Find(of.Port, of.Program) ?? new ProgramEntry
                {
                    IsValid = true,
                    Port = of.Port,
                    Program = of.Program,
                    LowestVersion = (uint)random.Between(0, 2),
                    HighestVersion = (uint)random.Between(1, 4),
                };
                return new TableCommand(CommandCode.SetProgram, random.Pick([.. model.Places(of.Port, of.Program)]))
                {
                    Program = entry with { IsValid = !random.OneIn(5) },
                };
        }
    }

    public Service Service() => new()
    {
        Process = (ushort)random.Next(),
        Flags = (ServiceFlags)(random.OneIn(8) ? 16 | random.Between(0, 15) : random.Between(0, 15)),
        CodePointer = random.Next(),
        DataPointer = random.Next(),
        ArgumentLayout = (Bits<W48>)random.Next(),
        ReplyLayout = (Bits<W48>)random.Next(),
        MinimumBytes = (ushort)random.Next(),
        LengthWord = (byte)random.Next(),
        LengthLimit = (ushort)random.Next(),
    };

    // Few, so that services that were set are called; from both ends.
    private int Number() => random.OneIn(2) ? random.Between(0, 3) : config.Services - 1 - random.Between(0, 3);

    // Neighbours and single bits: what differs in one bit only must not be taken for the same.
    private ServiceKey Key()
    {
        ServiceKey key = new(
            random.Pick<ushort>(111, 2049), random.Pick<uint>(100_003, 100_005), (uint)random.Between(0, 4), (uint)random.Between(0, 3));
        int bit = random.Between(0, 31);
        return random.Between(0, 31) switch
        {
            0 => key with { Port = (ushort)(key.Port ^ (1 << (bit & 15))) },
            1 => key with { Program = key.Program ^ (1u << bit) },
            2 => key with { Version = key.Version ^ (1u << bit) },
            3 => key with { Procedure = key.Procedure ^ (1u << bit) },
            _ => key,
        };
    }
}
