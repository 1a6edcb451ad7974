// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Lauberhorn.Tool.Tests;

/// <summary>The command line from outside: exit codes, and what goes to which stream.</summary>
public class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("help bench")]
    [InlineData("bench --help")]
    [InlineData("fuzz --help")]
    public void Help_goes_to_standard_output_and_is_a_success(string arguments)
    {
        (int code, string output, string error) = Run(arguments);
        Assert.Equal(0, code);
        Assert.Contains("lauberhorn", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("bench --frobnicate")]
    [InlineData("bench frobnicate")]
    [InlineData("bench --json")]
    [InlineData("bench sme --seed many")]
    [InlineData("fuzz")]
    [InlineData("fuzz frobnicate")]
    [InlineData("fuzz hdl --count")]
    [InlineData("fuzz hdl --count --seed 3")]
    [InlineData("fuzz hdl --count 0")]
    [InlineData("demo --preset huge")]
    [InlineData("generate")]
    [InlineData("generate --preset huge -o /tmp/x")]
    [InlineData("generate -o /proc/no")]
    [InlineData("generate -o /etc/passwd")]
    [InlineData("bench area --block nothing")]
    [InlineData("decode")]
    [InlineData("decode no-such-file.pcap")]
    [InlineData("decode /")]
    [InlineData("decode /etc/passwd")]
    [InlineData("decode /etc/passwd --host here")]
    [InlineData("decode /etc/passwd --mac 1:2:3")]
    public void A_mistake_is_one_line_on_standard_error_and_exit_code_2(string arguments)
    {
        (int code, string output, string error) = Run(arguments);
        Assert.Equal(2, code);
        Assert.Empty(output);

        // On a busy machine there is progress before it.
        string line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => !line.EndsWith(" ...", StringComparison.Ordinal));
        Assert.StartsWith("lauberhorn: ", line, StringComparison.Ordinal);
    }

    internal static (int Code, string Output, string Error) Run(string arguments)
    {
        string dll = Path.Combine(AppContext.BaseDirectory, "Lauberhorn.Tool.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", $"exec \"{dll}\" {arguments}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
