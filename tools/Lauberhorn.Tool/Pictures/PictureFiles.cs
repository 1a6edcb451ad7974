// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Wire;
using Lauberhorn.Node;
using Lauberhorn.Tool.Demo;
using SME.Testing.Cosimulation;
using Calculator = Lauberhorn.Tool.Demo.Calculator;

namespace Lauberhorn.Tool.Pictures;

/// <summary>The pictures in <c>docs</c> that are drawn from the code and from a run of it.</summary>
public static class PictureFiles
{
    private static readonly byte[] Arguments = [0, 0, 0, 19, 0, 0, 0, 23];

    /// <summary>The pictures, by path from the repository's root.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        using DemoMachine machine = DemoMachine.Start<ICalculator>(NicConfig.Enzian, Machine.CSharp, new Calculator());
        CallPath path = new(machine);
        byte[] call = new FrameBuilder().WithPorts(1000, DemoMachine.Port).WithRpc(7).WithProcedure(0x2000_4C49, 1,
            CallPath.Procedure).WithArguments(Arguments).Build();
        CaptureWire wire = new([call]);
        WireLink link = machine.Connect(wire);
        path.Follow(call);
        while (link.Step() && wire.Sent.Count == 0)
        {
        }

        return new Dictionary<string, string>
        {
            ["docs/packet.svg"] = PacketPicture.Draw(path),
            ["docs/call.svg"] = path.Draw().ToSvg().Replace("<title>", "<!-- SPDX-License-Identifier: Apache-2.0 -->\n<title>",
                StringComparison.Ordinal),
        };
    }
}
