// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Model.Wire;

/// <summary>Makes calls as a <see cref="LoadProfile"/> says, one after the other.</summary>
public sealed class CallMaker
{
    private const uint AuthSys = 1;
    private readonly LoadProfile profile;
    private readonly SeededRandom random;
    private readonly double[] shares;
    private uint nextXid;

    /// <summary>Starts from the profile's seed.</summary>
    /// <param name="profile">What load is like.</param>
    /// <exception cref="ArgumentException">The profile has no targets or no clients, or a part is not between 0 and 1.</exception>
    public CallMaker(LoadProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        Check(profile.Targets.Count > 0, nameof(profile.Targets), "there are none; name a procedure at least");
        Check(profile.Clients is > 0 and <= 250, nameof(profile.Clients),
            $"{profile.Clients} clients; use 1 to 250, which have addresses in one network");
        Check(profile.Skew >= 0, nameof(profile.Skew), $"{profile.Skew}; use 0 or more");
        Check(profile.AuthSysPart is >= 0 and <= 1, nameof(profile.AuthSysPart), $"{profile.AuthSysPart}; use 0 to 1");
        Check(profile.RetransmittedPart is >= 0 and <= 1, nameof(profile.RetransmittedPart), $"{profile.RetransmittedPart}; use 0 to 1");
        this.profile = profile;
        random = new SeededRandom(profile.Seed);
        nextXid = (uint)(profile.Seed * 0x9E37_79B9);
        double sum = 0;
        shares = [.. Enumerable.Range(1, profile.Targets.Count).Select(place => sum += Math.Pow(place, -profile.Skew))];

        static void Check(bool isRight, string what, string problem)
        {
            if (!isRight)
            {
                throw new ArgumentException($"LoadProfile.{what}: {problem}", nameof(profile));
            }
        }
    }

    /// <summary>Makes the next call of a client.</summary>
    /// <param name="client">The client's number.</param>
    public LoadCall Next(int client)
    {
        double at = Part() * shares[^1];
        int number = Array.FindIndex(shares, share => at < share);
        LoadTarget target = profile.Targets[number < 0 ? shares.Length - 1 : number];
        uint xid = nextXid++;
        FrameBuilder frame = new FrameBuilder()
            .WithMac(profile.NicMacAddress, Address(profile.ClientMacAddress, client, profile.NicMacAddress))
            .WithAddresses((uint)Address(profile.ClientAddress, client, profile.NicAddress), profile.NicAddress)
            .WithPorts((ushort)(600 + (client % 400)), target.Port)
            .WithRpc(xid)
            .WithProcedure(target.Program, target.Version, target.Procedure)
            .WithArguments(target.Arguments(random));
        if (Part() < profile.AuthSysPart)
        {
            frame.WithCredential(AuthSys, Credential(client));
        }

        return new LoadCall(client, xid, number, false, frame.Build());
    }

    /// <summary>A number from 0 to just under 1.</summary>
    public double Part() => random.Between(0, int.MaxValue - 1) / (double)int.MaxValue;

    private static ulong Address(ulong first, int client, ulong nic)
    {
        ulong address = first + (ulong)client;
        return first <= nic && nic <= address ? address + 1 : address;
    }

    // RFC 5531 appendix A: stamp, machine name, uid, gid, gids.
    private byte[] Credential(int client)
    {
        byte[] name = Encoding.ASCII.GetBytes($"client{client}");
        List<byte> bytes = [];
        Word(0);
        Word((uint)name.Length);
        bytes.AddRange(name);
        bytes.AddRange(new byte[-name.Length & 3]);
        Word(1000);
        Word(1000);
        int groups = random.Between(0, 16);
        Word((uint)groups);
        for (int i = 0; i < groups; i++)
        {
            Word((uint)(100 + i));
        }

        return [.. bytes];

        void Word(uint value) => bytes.AddRange([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
    }
}
