// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>Where and how the NIC's lines appear in the host's memory; software reads it from the device.</summary>
/// <param name="BaseAddress">Address of the window's first byte.</param>
/// <param name="Stride">Bytes from one line to the next: 128 on the board, a page under emulation.</param>
/// <param name="Hash">The machine's address hash.</param>
/// <param name="ProgressColourBits">The NIC's parameter of that name.</param>
/// <param name="BlocksByColour">Whether a stalled load blocks all lines of its colour, as on Enzian.</param>
public sealed record AddressWindow(ulong BaseAddress, ulong Stride, AddressHash Hash, int ProgressColourBits, bool BlocksByColour = true);

/// <summary>A line of a layout under proof.</summary>
/// <param name="Name">What it is, for messages.</param>
/// <param name="Number">Its number in the directory.</param>
public readonly record struct PlannedLine(string Name, ulong Number)
{
    /// <summary>The line's colour, 0 to 63: the low 6 bits of its number.</summary>
    public int Colour => (int)(Number & ((1u << LineMap.ColourBits) - 1));
}

/// <summary>Two lines of one colour, of which one may stall and the other must make progress meanwhile.</summary>
/// <param name="Stalls">The line whose loads may stall.</param>
/// <param name="Needs">The line that must make progress.</param>
public sealed record ColourConflict(PlannedLine Stalls, PlannedLine Needs)
{
    /// <summary>A sentence for a message: both lines, their numbers and their colour.</summary>
    public override string ToString() =>
        $"{Needs.Name} (line 0x{Needs.Number:X}) has colour {Needs.Colour}, as has {Stalls.Name} (line 0x{Stalls.Number:X}), a load of "
            + $"which may stall";
}

/// <summary>An endpoint whose loads may stall.</summary>
/// <param name="Endpoint">Its number.</param>
/// <param name="Line">If its loop writes lines back itself: the only receive control line that it uses; null if it alternates between both,
/// and the NIC fetches the one while a load of the other is stalled.</param>
public readonly record struct StallingEndpoint(int Endpoint, int? Line);

/// <summary>An endpoint with two control lines in each direction, of which one is fetched while a load of the other is stalled.</summary>
/// <param name="Endpoint">Its number.</param>
/// <param name="Sends">Whether its transmit lines are used.</param>
public readonly record struct TwoLineEndpoint(int Endpoint, bool Sends);

/// <summary>No set of endpoints fulfils what was asked.</summary>
/// <param name="message">Why, and what would do.</param>
public sealed class AddressPlanException(string message) : Exception(message);

/// <summary>
/// Computes the addresses of endpoints' lines, and chooses endpoints whose stalled loads block no other. It proves by search that lines are
/// apart in colours (<see cref="FindConflict(IReadOnlyList{StallingEndpoint})"/>) and in pages (<see cref="FindSharedPage(ulong)"/>).
/// </summary>
public sealed partial class AddressPlanner
{
    private readonly LineMap map;

    /// <summary>Creates the planner.</summary>
    /// <param name="window">The window's parameters, as the device reports them.</param>
    /// <exception cref="ArgumentException">The stride is no power of two, or smaller than a line, or the base is no multiple of
    /// it.</exception>
    public AddressPlanner(AddressWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (!System.Numerics.BitOperations.IsPow2(window.Stride) || window.Stride < LineMessage.LineBytes)
        {
            throw new ArgumentException($"the device's stride is {window.Stride}; it must be a power of two of {LineMessage.LineBytes} or "
                + $"more", nameof(window));
        }

        ulong alignment = window.Stride << LineMap.LineBits;
        if (window.BaseAddress % alignment != 0)
        {
            throw new ArgumentException($"the window begins at 0x{window.BaseAddress:X}; it must begin at a multiple of 0x{alignment:X}, "
                + $"its own size", nameof(window));
        }

        Window = window;
        map = new LineMap(window.ProgressColourBits);
    }

    /// <summary>The window's parameters, as the device reports them.</summary>
    public AddressWindow Window { get; }

    /// <summary>
    /// Number of colours of lines whose loads may stall, and so the number of endpoints with one line that can be stalled at the same time
    /// without blocking another.
    /// </summary>
    public int StallingColours => Window.BlocksByColour ? map.StallingColours : int.MaxValue;

    /// <summary>The address of a line.</summary>
    /// <param name="line">The line.</param>
    public ulong Address(EndpointLine line) => Address(map.Number(line));

    /// <summary>The address of a line by its number in the NIC's window.</summary>
    /// <param name="number">The number.</param>
    public ulong Address(uint number) => Window.BaseAddress + (Window.Hash.Unalias(number) * Window.Stride);

    /// <summary>The number in the NIC's window of the line at an address.</summary>
    /// <param name="address">Any address in the line.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not in the window.</exception>
    public uint Number(ulong address)
    {
        ulong line = (address - Window.BaseAddress) / Window.Stride;
        if (address < Window.BaseAddress || line >> LineMap.LineBits != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(address),
                $"address 0x{address:X} is not in the NIC's window, which begins at 0x{Window.BaseAddress:X}");
        }

        return (uint)Window.Hash.Alias(line);
    }

    /// <summary>The addresses of all lines of an endpoint.</summary>
    /// <param name="endpoint">Its number.</param>
    /// <param name="auxLines">How many aux lines it has in each direction; 0 to 32.</param>
    public EndpointAddresses Addresses(int endpoint, int auxLines = 32) => new(
        Lines(endpoint, LineKind.ReceiveControl, 2),
        Lines(endpoint, LineKind.TransmitControl, 2),
        Lines(endpoint, LineKind.ReceiveAux, auxLines),
        Lines(endpoint, LineKind.TransmitAux, auxLines));

    /// <summary>
    /// Chooses endpoints for cores that may all stall at the same time, and proves by search that none of their stalled loads blocks a line
    /// that any of them needs.
    /// </summary>
    /// <param name="cores">Number of cores.</param>
    /// <param name="candidates">The endpoints to choose from, in the order of preference.</param>
    /// <returns>As many endpoints as cores.</returns>
    /// <exception cref="AddressPlanException">There are not so many.</exception>
    public IReadOnlyList<int> Choose(int cores, IEnumerable<int> candidates) =>
        [.. Choose(cores, candidates, writesBack: false).Select(chosen => chosen.Endpoint)];

    /// <summary>
    /// Chooses endpoints for cores that may all stall at the same time, and proves by search that none of their stalled loads blocks a line
    /// that any of them needs.
    /// </summary>
    /// <param name="cores">Number of cores.</param>
    /// <param name="candidates">The endpoints to choose from, in the order of preference.</param>
    /// <param name="writesBack">Whether their loops write lines back themselves, so that one receive control line each is enough.</param>
    /// <returns>As many endpoints as cores.</returns>
    /// <exception cref="AddressPlanException">There are not so many.</exception>
    public IReadOnlyList<StallingEndpoint> Choose(int cores, IEnumerable<int> candidates, bool writesBack)
    {
        IReadOnlyList<StallingEndpoint> chosen = ChooseMost(cores, candidates, writesBack);
        return chosen.Count == cores
            ? chosen
            : throw new AddressPlanException(
                $"{cores} cores shall stall at the same time, but only {chosen.Count} of the endpoints given can do so without holding up "
                    + $"lines that others need: a stalled load blocks "
                + $"all lines of its colour. Use fewer cores, other endpoints, "
                    + $"{(writesBack ? "" : "loops that write their lines back, ")}or a NIC with fewer progress colour bits than "
                        + $"{map.ProgressColourBits}.");
    }

    /// <summary>As <see cref="Choose(int, IEnumerable{int}, bool)"/>, but as many as there are.</summary>
    /// <param name="most">The most that are wanted.</param>
    /// <param name="candidates">The endpoints to choose from, in the order of preference.</param>
    /// <param name="writesBack">Whether their loops write lines back themselves.</param>
    public IReadOnlyList<StallingEndpoint> ChooseMost(int most, IEnumerable<int> candidates, bool writesBack)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        List<StallingEndpoint> chosen = [];
        foreach (int candidate in candidates.Distinct())
        {
            StallingEndpoint[] ways = writesBack ? [new(candidate, 0), new(candidate, 1)] : [new(candidate, null)];
            foreach (StallingEndpoint way in ways)
            {
                if (chosen.Count < most && FindConflict([.. chosen, way]) is null)
                {
                    chosen.Add(way);
                    break;
                }
            }
        }

        return chosen;
    }

    /// <summary>Searches for a line that a stalled load of one of these endpoints would block.</summary>
    /// <param name="endpoints">The endpoints whose receive control lines may stall at once.</param>
    /// <returns>The first conflict; null if there is none, which is the proof.</returns>
    public ColourConflict? FindConflict(IReadOnlyList<int> endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return FindConflict([.. endpoints.Select(endpoint => new StallingEndpoint(endpoint, null))]);
    }

    /// <summary>
    /// Searches for endpoints that send with two transmit control lines and could deadlock: each waits for the NIC to fetch one while its
    /// load of the other blocks that one's colour.
    /// </summary>
    /// <param name="senders">The endpoints that may send at the same time, of those whose loops do not write lines back themselves.</param>
    /// <returns>The first conflict; null if there is none, which is the proof.</returns>
    public ColourConflict? FindSendConflict(IReadOnlyList<int> senders)
    {
        ArgumentNullException.ThrowIfNull(senders);
        List<PlannedLine> stalls = [];
        foreach (int endpoint in senders)
        {
            Add(stalls, endpoint, LineKind.TransmitControl, 0, 2);
        }

        return Window.BlocksByColour ? FindConflict(stalls, []) : null;
    }

    /// <summary>Searches for a line that a stalled load of one of these endpoints would block.</summary>
    /// <param name="endpoints">The endpoints whose receive control lines may stall at once.</param>
    /// <returns>The first conflict; null if there is none, which is the proof.</returns>
    public ColourConflict? FindConflict(IReadOnlyList<StallingEndpoint> endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (!Window.BlocksByColour)
        {
            return null;
        }

        List<PlannedLine> stalls = [];
        List<PlannedLine> needs = [];
        foreach ((int endpoint, int? line) in endpoints)
        {
            // Of two lines, one may stall while the other is fetched: both need colours of their own. A single line stalls, and comes home
            // when no load is stalled on it.
            Add(stalls, endpoint, LineKind.ReceiveControl, line ?? 0, line is null ? 2 : 1);
            Add(needs, endpoint, LineKind.TransmitControl, 0, 2);
            Add(needs, endpoint, LineKind.ReceiveAux, 0, 32);
            Add(needs, endpoint, LineKind.TransmitAux, 0, 32);
        }

        return FindConflict(stalls, needs);
    }

    /// <summary>
    /// Searches for lines with which two endpoints of two control lines could deadlock: each load waits until a line with
    /// the colour of the other's load is home. Of an endpoint with one line no load waits for a control line.
    /// </summary>
    /// <param name="first">An endpoint.</param>
    /// <param name="second">Another one.</param>
    /// <returns>The first conflict; null if there is none, which is the proof.</returns>
    public ColourConflict? FindTwoLineConflict(TwoLineEndpoint first, TwoLineEndpoint second)
    {
        if (!Window.BlocksByColour)
        {
            return null;
        }

        List<PlannedLine> lines = [];
        Add(lines, first.Endpoint, LineKind.ReceiveControl, 0, 2);
        Add(lines, second.Endpoint, LineKind.ReceiveControl, 0, 2);
        return FindConflict(lines, [])
            ?? (first.Sends && second.Sends ? FindSendConflict([first.Endpoint, second.Endpoint]) : null);
    }

    /// <summary>
    /// Searches any layout for conflicts: lines that may stall must have different colours, none of them that of a line that must make
    /// progress.
    /// </summary>
    /// <param name="stalls">Lines whose loads may stall.</param>
    /// <param name="needs">Lines that must make progress meanwhile.</param>
    /// <returns>The first conflict; null if there is none.</returns>
    public static ColourConflict? FindConflict(IReadOnlyList<PlannedLine> stalls, IReadOnlyList<PlannedLine> needs)
    {
        ArgumentNullException.ThrowIfNull(stalls);
        ArgumentNullException.ThrowIfNull(needs);
        PlannedLine?[] byColour = new PlannedLine?[1 << LineMap.ColourBits];
        foreach (PlannedLine line in stalls)
        {
            if (byColour[line.Colour] is PlannedLine other)
            {
                return new ColourConflict(other, line);
            }

            byColour[line.Colour] = line;
        }

        foreach (PlannedLine line in needs)
        {
            if (byColour[line.Colour] is PlannedLine other)
            {
                return new ColourConflict(other, line);
            }
        }

        return null;
    }

    private void Add(List<PlannedLine> lines, int endpoint, LineKind kind, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            // From the address and back, so that the proof is about what the core will touch.
            EndpointLine line = new(kind, (ushort)endpoint, (byte)i);
            lines.Add(new PlannedLine(NameOf(line), Number(Address(line))));
        }
    }

    private ulong[] Lines(int endpoint, LineKind kind, int count)
    {
        ulong[] addresses = new ulong[count];
        for (int i = 0; i < count; i++)
        {
            addresses[i] = Address(new EndpointLine(kind, (ushort)endpoint, (byte)i));
        }

        return addresses;
    }
}
