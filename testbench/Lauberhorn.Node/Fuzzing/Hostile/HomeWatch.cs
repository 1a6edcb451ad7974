// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// Checks each line that the NIC gives out: its bytes are the owner's to whom the endpoint is bound, or 0; while it is bound to nobody,
/// all are 0. So what strays is seen even if no core ever looks at it.
/// </summary>
/// <param name="node">The node.</param>
internal sealed class HomeWatch(Node node)
{
    // Behind the pointers of a message's header, and its first word, which may be a length.
    private const int FirstMarked = ControlLine.Arguments + 4;
    private readonly Dictionary<ushort, uint> reads = [];
    private readonly Dictionary<uint, EndpointLine> lines = [];
    private readonly LineMap map = new(node.Nic.Config.ProgressColourBits);
    private readonly int[] owners = new int[node.Nic.Config.Endpoints];
    private readonly bool[] isKernels = new bool[node.Nic.Config.Endpoints];
    private readonly byte[] bytes = new byte[NicConfig.LineBytes];

    /// <summary>Number of bytes checked.</summary>
    public long Bytes { get; private set; }

    /// <summary>Says whose an endpoint is from now on.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="owner">The owner; 0 for nobody.</param>
    public void SetOwner(int endpoint, int owner) => owners[endpoint] = owner;

    /// <summary>Says that an endpoint is the kernel's, whose lines have anybody's frames.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public void SetKernels(int endpoint) => isKernels[endpoint] = true;

    /// <summary>To be called before each tick.</summary>
    /// <param name="tick">The tick.</param>
    public void Observe(long tick)
    {
        HomePort home = node.Nic.Home;
        if (home.Reads.Passes)
        {
            reads[home.Reads.Forward.Item.Tag] = home.Reads.Forward.Item.Line;
        }

        if (home.Data.Passes && reads.TryGetValue(home.Data.Forward.Item.Tag, out uint number))
        {
            home.Data.Forward.Item.Data.CopyTo(bytes);
            Check(tick, number);
        }
    }

    private void Check(long tick, uint number)
    {
        if (!lines.TryGetValue(number, out EndpointLine line))
        {
            lines.Add(number, line = map.Line(number));
        }

        if (line.Kind is LineKind.None or > LineKind.TransmitAux || line.Endpoint >= owners.Length || isKernels[line.Endpoint])
        {
            return;
        }

        Bytes += bytes.Length;
        int owner = owners[line.Endpoint];
        bool isControl = line.Kind is LineKind.ReceiveControl or LineKind.TransmitControl;
        int from = !isControl ? 0 : owner == 0 ? 2 : FirstMarked;
        int at = Mark.FindForeign(bytes.AsSpan(from), owner);
        if (at >= 0)
        {
            string whose = owner == 0 ? "nobody's" : $"owner {owner}'s";
            throw new SoakException(
                $"tick {tick}: line {line.Kind} {line.Index} of endpoint {line.Endpoint}, which is {whose}, "
                + $"is given out with a byte of owner {bytes[from + at] >> 3} at {from + at}: {Convert.ToHexString(bytes)}");
        }
    }
}
