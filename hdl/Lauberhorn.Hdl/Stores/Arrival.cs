// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Stores;

/// <summary>A message whose line is in the line store, for the scheduler to queue or dispatch.</summary>
/// <param name="Process">Number of the process; 0 is the kernel, which gets the bypass's frames.</param>
/// <param name="Slot">Number of the message's slot.</param>
/// <param name="IsCall">Whether it is a call of a service; for statistics only.</param>
/// <param name="Service">The service's number, if it is a call.</param>
/// <param name="Generation">The generation of the process that it is for.</param>
public readonly record struct Arrival(ushort Process, ushort Slot, bool IsCall = false, ushort Service = 0, ushort Generation = 0);
