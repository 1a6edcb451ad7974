// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>The requests to an arbiter.</summary>
/// <typeparam name="TWidth">Number of requesters.</typeparam>
public interface IRequests<TWidth> : IBus
    where TWidth : unmanaged, IWidth
{
    /// <summary>Bit i: requester i requests in this tick.</summary>
    Bits<TWidth> Requests { get; set; }
}

/// <summary>The grant of an arbiter.</summary>
/// <typeparam name="TWidth">Number of requesters.</typeparam>
public interface IGrant<TWidth> : IBus
    where TWidth : unmanaged, IWidth
{
    /// <summary>Whether a request is granted: exactly if there is one.</summary>
    bool Valid { get; set; }

    /// <summary>The grant, one-hot: bit i for requester i, which requests; 0 if there is no request.</summary>
    Bits<TWidth> Grant { get; set; }

    /// <summary>The granted requester's number; 0 if there is no request.</summary>
    ushort Index { get; set; }
}
