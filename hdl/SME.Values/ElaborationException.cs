// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>The design is not well-formed; the message names the instances concerned and the way out.</summary>
public sealed class ElaborationException(string message) : Exception(message)
{
}
