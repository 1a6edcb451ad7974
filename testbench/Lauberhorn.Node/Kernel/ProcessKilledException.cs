// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Node;

/// <summary>Breaks off what a thread does whose process was killed; never leaves the kernel.</summary>
internal sealed class ProcessKilledException : Exception;
