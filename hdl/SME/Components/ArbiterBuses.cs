// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>Who asks an arbiter.</summary>
/// <typeparam name="TWidth">How many may ask.</typeparam>
public interface IRequests<TWidth> : IBus
    where TWidth : unmanaged, IWidth
{
    /// <summary>Bit i: number i asks.</summary>
    Bits<TWidth> Requests { get; set; }
}

/// <summary>Whom an arbiter chose.</summary>
/// <typeparam name="TWidth">How many may ask.</typeparam>
public interface IGrant<TWidth> : IBus
    where TWidth : unmanaged, IWidth
{
    /// <summary>Whether anyone is chosen: exactly if anyone asks.</summary>
    bool Valid { get; set; }

    /// <summary>Bit i: number i is chosen. One bit at most, and of one who asks.</summary>
    Bits<TWidth> Grant { get; set; }

    /// <summary>The number of the chosen; 0 if none.</summary>
    ushort Index { get; set; }
}
