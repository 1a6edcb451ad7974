// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;
using SME;

namespace Lauberhorn.Machines;

/// <summary>
/// The NIC as the machine sees it: its home port, cycle by cycle. In each cycle the machine takes, then offers, then calls
/// <see cref="Tick"/>.
/// </summary>
public interface INicPort
{
    /// <summary>Whether a read can be offered: none is valid, or the one that is passes in the cycle to come.</summary>
    bool ReadIsFree { get; }

    /// <summary>The same of returns.</summary>
    bool ReturnIsFree { get; }

    /// <summary>Takes the answer that passes in the cycle to come, if one does.</summary>
    /// <param name="data">The answer.</param>
    bool TryTakeData(out HomeData data);

    /// <summary>Takes the fetch that passes in the cycle to come, if one does.</summary>
    /// <param name="fetch">The fetch.</param>
    bool TryTakeFetch(out HomeFetch fetch);

    /// <summary>Makes a read valid, or none. Called in each cycle in which <see cref="ReadIsFree"/>.</summary>
    /// <param name="read">The read; null for nothing.</param>
    void OfferRead(in HomeRead? read);

    /// <summary>Makes a return valid, or none. Called in each cycle in which <see cref="ReturnIsFree"/>.</summary>
    /// <param name="line">The return; null for nothing.</param>
    void OfferReturn(in HomeReturn? line);

    /// <summary>The cycle's end.</summary>
    void Tick();
}

/// <summary>
/// A NIC's home port as the streams of a <see cref="Simulation"/>, be its processes C# or RTL: only top-level buses are touched.
/// </summary>
/// <param name="port">The port.</param>
/// <param name="tick">Ticks the simulation, and drives whatever else there is before that, such as the MAC.</param>
public sealed class StreamNicPort(HomePort port, Action tick) : INicPort
{
    /// <inheritdoc/>
    public bool ReadIsFree => !port.Reads.Forward.Valid || port.Reads.Backward.Ready;

    /// <inheritdoc/>
    public bool ReturnIsFree => !port.Returns.Forward.Valid || port.Returns.Backward.Ready;

    /// <inheritdoc/>
    public bool TryTakeData(out HomeData data)
    {
        bool passes = port.Data.Passes;
        data = passes ? port.Data.Forward.Item : default;
        return passes;
    }

    /// <inheritdoc/>
    public bool TryTakeFetch(out HomeFetch fetch)
    {
        bool passes = port.Fetches.Passes;
        fetch = passes ? port.Fetches.Forward.Item : default;
        return passes;
    }

    /// <inheritdoc/>
    public void OfferRead(in HomeRead? read)
    {
        port.Reads.Forward.Valid = read.HasValue;
        if (read.HasValue)
        {
            port.Reads.Forward.Item = read.GetValueOrDefault();
        }
    }

    /// <inheritdoc/>
    public void OfferReturn(in HomeReturn? line)
    {
        port.Returns.Forward.Valid = line.HasValue;
        if (line.HasValue)
        {
            port.Returns.Forward.Item = line.GetValueOrDefault();
        }
    }

    /// <inheritdoc/>
    public void Tick()
    {
        port.Data.Backward.Ready = true;
        port.Fetches.Backward.Ready = true;
        tick();
    }
}
