// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Stores;

/// <summary>Writes bytes of a slot's control line.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Mask">Which bytes: bit i is byte i.</param>
/// <param name="Data">The bytes.</param>
public readonly record struct LineWrite(ushort Slot, Bits<W128> Mask, Bits<W1024> Data);

/// <summary>Writes half an aux line.</summary>
/// <param name="PacketSlot">The packet slot.</param>
/// <param name="Half">Which half of which line: 0 to 63; bit 0 is the half.</param>
/// <param name="Data">The bytes.</param>
public readonly record struct PacketWrite(ushort PacketSlot, byte Half, Bits<W512> Data);

/// <summary>Asks for an aux line, to send it.</summary>
/// <param name="PacketSlot">The packet slot.</param>
/// <param name="Line">The line: 0 to 31.</param>
public readonly record struct PacketRead(ushort PacketSlot, byte Line);

/// <summary>An aux line, in the order in which they were asked for.</summary>
/// <param name="Data">Its bytes.</param>
public readonly record struct PacketLine(Bits<W1024> Data);
