// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>How a service's calls are handled.</summary>
public sealed record ServiceOptions
{
    /// <summary>The default: calls with AUTH_NONE and AUTH_SYS are accepted.</summary>
    public static ServiceOptions Default { get; } = new();

    /// <summary>Whether calls with AUTH_NONE are accepted.</summary>
    public bool AcceptsNone { get; init; } = true;

    /// <summary>Whether calls with AUTH_SYS are accepted. The NIC does not look into the credential.</summary>
    public bool AcceptsSys { get; init; } = true;

    /// <summary>Whether calls with any other flavor are accepted.</summary>
    public bool AcceptsOther { get; init; }

    /// <summary>Whether the NIC adds the NULL procedure (RFC 5531 section 12.1), and answers it by itself.</summary>
    public bool AddsNull { get; init; } = true;
}
