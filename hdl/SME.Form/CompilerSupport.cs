// SPDX-License-Identifier: Apache-2.0
namespace System.Runtime.CompilerServices;

/// <summary>Lets this netstandard2.0 assembly use <c>init</c> accessors and records; the compiler looks it up by name.</summary>
internal static class IsExternalInit
{
}
