// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Machines;

/// <summary>The machine stopped; the message says why, where and when, and what happened to the line before.</summary>
/// <param name="message">The message.</param>
public abstract class MachineException(string message) : Exception(message);

/// <summary>The coherence protocol was broken.</summary>
/// <param name="message">The message.</param>
public sealed class ProtocolException(string message) : MachineException(message);

/// <summary>A fill was held too long: on the real machine, a bus error that it does not recover from.</summary>
/// <param name="message">The message.</param>
public sealed class BusErrorException(string message) : MachineException(message);

/// <summary>Something waits behind a stalled load of the same colour for too long.</summary>
/// <param name="message">The message.</param>
public sealed class ColourDeadlockException(string message) : MachineException(message);
