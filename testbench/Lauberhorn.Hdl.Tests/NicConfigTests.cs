// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Lauberhorn.Contract;
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
        Assert.Throws<ElaborationException>((NicConfig.Tiny with { LineStride = 64 }).Validate);
        Assert.Throws<ElaborationException>((NicConfig.Tiny with { LineStride = 192 }).Validate);
    }

    [Fact]
    public void Each_parameter_is_held_to_the_range_that_its_attribute_says()
    {
        foreach (PropertyInfo property in typeof(NicConfig).GetProperties())
        {
            if (property.GetCustomAttribute<ParameterAttribute>() is not { } parameter)
            {
                continue;
            }

            int[] wrong = parameter.Most == int.MaxValue ? [parameter.Least - 1] : [parameter.Least - 1, parameter.Most + 1];
            foreach (int value in parameter.IsPowerOfTwo ? wrong.Append(3 * parameter.Least) : wrong)
            {
                NicConfig config = NicConfig.Tiny with { Name = "wrong" };
                property.SetValue(config, value);
                string message = Assert.Throws<ElaborationException>(config.Validate).Message;
                Assert.StartsWith($"NicConfig 'wrong': {property.Name} is {value}; ", message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void More_cores_processes_or_endpoints_than_have_lines_are_refused()
    {
        (NicConfig.Tiny with { Processes = 1024, Endpoints = 1024 }).Validate();
        Refused("Cores is 1025; there are registers for 64: use 1 to 64", NicConfig.Tiny with { Cores = 1025 });
        Refused("Processes is 1025; there are lines of statistics for 1024: use 1 to 1024", NicConfig.Tiny with { Processes = 1025 });
        Refused("Endpoints is 1025; there are lines for 1024: use 3 to 1024", NicConfig.Tiny with { Endpoints = 1025 });

        static void Refused(string message, NicConfig config) =>
            Assert.Equal($"NicConfig 'tiny': {message}", Assert.Throws<ElaborationException>(config.Validate).Message);
    }
}
