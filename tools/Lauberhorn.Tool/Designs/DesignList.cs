// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Cosimulation;
using Lauberhorn.Hdl;
using SME;
using SME.VHDL;

namespace Lauberhorn.Tool.Designs;

/// <summary>The hardware that can be generated and measured.</summary>
public static class DesignList
{
    /// <summary>A preset.</summary>
    /// <param name="name">As typed after <c>--preset</c>.</param>
    /// <exception cref="ToolException">There is none of that name.</exception>
    public static NicConfig Config(string name)
    {
        try
        {
            return NicConfig.Preset(name);
        }
        catch (ArgumentException exception)
        {
            throw new ToolException(exception.Message, exception);
        }
    }

    /// <summary>The VHDL of all there is of the NIC: the receive path.</summary>
    /// <param name="preset">As typed after <c>--preset</c>.</param>
    /// <exception cref="ToolException">There is no such preset.</exception>
    /// <exception cref="VhdlException">The hardware uses something that has no VHDL.</exception>
    public static VhdlDesign ReceivePath(string preset)
    {
        NicConfig config = Config(preset);
        using Simulation simulation = new();
        Hdl.Top.ReceivePath.Build(simulation, config);
        return VhdlGenerator.Generate(simulation, Hdl.Top.ReceivePath.EntityName);
    }

    /// <summary>A design's files, as the co-simulation takes them.</summary>
    /// <param name="design">The design.</param>
    public static RtlFile[] Files(VhdlDesign design) => [.. design.Files.Select(file => new RtlFile(file.Name, file.Text))];
}
