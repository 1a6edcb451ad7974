// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Tests;

/// <summary>The captures in testbench/captures, and files of a test's own.</summary>
internal static class CaptureFiles
{
    /// <summary>
    /// Somebody at the same wire who sees both sides: not the NIC, to whom its own frames would be such as no one else can have sent.
    /// </summary>
    public static ReceiveSettings Bystander { get; } = ReceiveSettings.Captures with { MacAddress = 0x024C_4800_0099, Promiscuous = true };

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "captures"), "*.pcap*").Select(path => Path.GetFileName(path))
            .Order()];

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "captures", name);

    public static void WithTemporary(Action<string> use)
    {
        var directory = Directory.CreateTempSubdirectory("lauberhorn-");
        try
        {
            use(Path.Combine(directory.FullName, "frames.pcap"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
