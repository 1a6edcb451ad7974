// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Tests;

public class NicConfigTests
{
    [Fact]
    public void The_presets_are_valid() => Assert.All(NicConfig.Presets, preset => preset.Validate());

    [Fact]
    public void A_preset_is_found_by_its_name()
    {
        Assert.Same(NicConfig.Enzian, NicConfig.Preset("enzian"));
        Assert.Contains("tiny, enzian", Assert.Throws<ArgumentException>(() => NicConfig.Preset("huge")).Message);
    }

    [Fact]
    public void A_parameter_that_does_not_fit_is_refused_with_a_way_out()
    {
        Assert.Equal(
            "NicConfig 'tiny': FrameBufferBeats is 128; a frame of 9618 bytes needs 159: use 256 or a larger power of two",
            Assert.Throws<ElaborationException>((NicConfig.Tiny with { FrameBufferBeats = 128 }).Validate).Message);
        Assert.Throws<ElaborationException>((NicConfig.Tiny with { MetadataDepth = 8 }).Validate);
        Assert.Throws<ElaborationException>((NicConfig.Tiny with { LargestFrameBytes = 100_000 }).Validate);
        Assert.Throws<ElaborationException>((NicConfig.Tiny with { Endpoints = 2 }).Validate);
    }
}
