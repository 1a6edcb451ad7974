// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>A service's C# cannot be served. The message says what and where, and what would do.</summary>
/// <param name="message">That message.</param>
public sealed class ServiceDefinitionException(string message) : Exception(message);

/// <summary>Arguments that make no sense; a handler that throws it has its caller told GARBAGE_ARGS (RFC 5531 section 9).</summary>
/// <param name="message">What is wrong with them.</param>
public sealed class GarbageArgumentsException(string message) : Exception(message);
