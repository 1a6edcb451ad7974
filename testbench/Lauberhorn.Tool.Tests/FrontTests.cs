// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using CommandLine;
using CsCheck;
using Lauberhorn.Tool.Front;

namespace Lauberhorn.Tool.Tests;

/// <summary>The launcher's front, which knows the command line without a build.</summary>
public class FrontTests
{
    private const int GoOn = 3;
    private static readonly string Directory = Path.Combine(Repository.Root, "tools", "front");

    [Fact]
    public void The_front_s_files_are_what_the_verbs_classes_give() =>
        Assert.All(FrontFiles.All(), file => Assert.Equal(file.Value, File.ReadAllText(Path.Combine(Repository.Root, file.Key))));

    [Theory]
    [InlineData("")]
    [InlineData("-h")]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("help bench")]
    [InlineData("bench -h")]
    [InlineData("decode x y z --help")]
    [InlineData("--version")]
    [InlineData("completion bash")]
    [InlineData("completion zsh")]
    public void What_is_asked_for_is_printed_without_a_build(string line)
    {
        (int code, string output, string errors) = Launch(line);
        Assert.Equal((0, string.Empty), (code, errors));
        Assert.Contains("lauberhorn", output, StringComparison.Ordinal);
        Assert.All(output.Split('\n').Where(_ => !line.StartsWith("completion", StringComparison.Ordinal)), text =>
            Assert.True(text.Length <= 120, text));
    }

    [Theory]
    [InlineData("help nosuch", "no verb 'nosuch'; there are: demo")]
    [InlineData("help bench fuzz", "not 'fuzz' besides")]
    [InlineData("demmo", "did you mean 'demo'?")]
    [InlineData("gnerate", "did you mean 'generate'?")]
    [InlineData("--frobnicate", "no option '--frobnicate' without a verb")]
    [InlineData("demo --preset enzain", "no preset 'enzain'; did you mean 'enzian'?")]
    [InlineData("demo --preset nothing-like-it", "there are: tiny, enzian")]
    [InlineData("generate --block pasrer -o x", "no block 'pasrer'; did you mean 'parser'?")]
    [InlineData("generate", "option '--output' is missing")]
    [InlineData("generate -o", "option '-o' needs a value")]
    [InlineData("bench throughputt", "did you mean 'throughput'?")]
    [InlineData("bench dynamic --load 7", "--load wants a number from 0.001 to 1, not '7'")]
    [InlineData("bench dynamic --exponent -1", "--exponent wants a number from 0 to 10, not '-1'")]
    [InlineData("bench dynamic --handler -1000", "not '-1000'")]
    [InlineData("bench dynamic --load nan", "not 'nan'")]
    [InlineData("bench --json", "--json goes with NAME only")]
    [InlineData("bench area --rounds 3", "--rounds is of bench colours, not of bench area")]
    [InlineData("bench area --jsn", "did you mean '--json'?")]
    [InlineData("bench sme --seed many", "--seed wants a whole number")]
    [InlineData("bench sme --seed 1 --seed 2", "given twice")]
    [InlineData("bench sme --json=yes", "has no value")]
    [InlineData("fuzz", "NAME is missing; there are: hdl")]
    [InlineData("fuzz hdl --count --seed 3", "option '--count' needs a value")]
    [InlineData("fuzz nic --count 3", "--count of fuzz nic goes with --hostile or --kills or --floods only")]
    [InlineData("fuzz nic --hostile --kills", "does not go with")]
    [InlineData("fuzz parser --plants", "--plants is of fuzz hdl")]
    [InlineData("decode", "CAPTURE is missing")]
    [InlineData("decode no-such-file.pcap", "no-such-file.pcap: no such file")]
    [InlineData("decode /etc/passwd /etc/group", "'/etc/group' is one argument too many")]
    [InlineData("decode /etc/passwd --host 10.2", "--host wants an IPv4 address like 10.77.0.2, not '10.2'")]
    [InlineData("decode /etc/passwd --host 10.0.0.08", "not '10.0.0.08'")]
    [InlineData("decode /etc/passwd --mac 02-4c-48-00-00", "--mac wants a MAC address")]
    [InlineData("decode /etc/passwd --mac 02-4c:48-00-00-02", "--mac wants a MAC address")]
    [InlineData("decode /etc/passwd --port 70000", "--port wants UDP ports")]
    [InlineData("demo --set Coers=4", "no parameter 'Coers'; did you mean 'Cores'?")]
    [InlineData("demo --set Cores", "--set wants Parameter=Value")]
    [InlineData("demo --set Cores=many", "Cores wants a whole number")]
    [InlineData("demo --set AddressHash=Thunder", "AddressHash wants one of: None, ThunderX")]
    [InlineData("completion fish", "no shell 'fish'")]
    public void A_mistake_is_one_line_and_needs_no_build(string line, string message)
    {
        (int code, string output, string errors) = Launch(line);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains(message, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.StartsWith("lauberhorn: ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo --preset tiny --set Cores=4,AddressHash=ThunderX --set AuxLines=3")]
    [InlineData("decode /etc/passwd --mac 02-4c-48-00-00-02 --host 10.0.0.7 --port 111,2049 --rtl")]
    [InlineData("decode --rtl -- /etc/passwd")]
    [InlineData("generate -ovhdl --check")]
    [InlineData("generate --output=vhdl")]
    [InlineData("bench dynamic --load 1 --exponent 0 --handler 1e3")]
    [InlineData("fuzz nic --hostile --count 3 --cycles 7 --jobs 2 --go-on")]
    public void What_is_right_goes_on_and_is_what_the_parser_takes(string line)
    {
        Assert.Equal(GoOn, Check(line).Code);
        Assert.IsType<Parsed<object>>(Program.Parse(line.Split(' ')));
    }

    /// <summary>
    /// Lines made of the table: all that the front lets pass, the parser must take; and a mistake of one letter must be named.
    /// </summary>
    [Fact]
    public void What_the_front_lets_pass_the_parser_takes()
    {
        int passed = 0;
        Gen.Int.Sample(
            seed =>
            {
                string[] arguments = Line(new Random(seed));
                (int code, _, string errors) = Check(arguments);
                if (code == GoOn)
                {
                    Interlocked.Increment(ref passed);
                    Assert.IsType<Parsed<object>>(Program.Parse(arguments));
                }
                else if (code != 0)
                {
                    Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
                }
            },
            iter: 300);
        Assert.True(passed > 50, $"only {passed} lines passed");
    }

    [Fact]
    public void A_letter_left_out_of_a_verb_is_found()
    {
        Assert.All(VerbTable.Verbs.Select(VerbTable.NameOf), verb =>
        {
            for (int i = 0; i < verb.Length; i++)
            {
                Assert.Contains($"did you mean '{verb}'?", Check(verb.Remove(i, 1)).Errors, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void The_nearest_name_is_the_same_in_the_launcher_and_in_the_tool()
    {
        string[] verbs = [.. VerbTable.Verbs.Select(VerbTable.NameOf)];
        Gen.Select(Gen.Int[0, verbs.Length - 1], Gen.Int[0, 9], Gen.Char['a', 'f'], Gen.Int[0, 3]).Sample(
            (number, place, letter, kind) =>
            {
                string verb = verbs[number];
                place %= verb.Length;
                string typed = kind switch
                {
                    0 => verb.Remove(place, 1),
                    1 => verb.Insert(place, $"{letter}"),
                    2 => verb[..place] + letter + verb[place..].PadRight(2)[1..].Trim(),
                    _ => new string([.. verb.Reverse()]),
                };
                if (!verbs.Contains(typed))
                {
                    Assert.Contains($"no verb '{typed}'; {Nearest.Hint(typed, verbs)}", Check(typed).Errors, StringComparison.Ordinal);
                }
            },
            iter: 200);
    }

    [Fact]
    public void A_home_that_cannot_be_written_is_named_before_anything_is_built()
    {
        string copy = System.IO.Directory.CreateTempSubdirectory("lauberhorn-test-").FullName;
        try
        {
            (int code, _, string errors) = Run("cp", ["-r", Path.Combine(Repository.Root, "tools"), copy]);
            Assert.True(code == 0, errors);
            System.IO.Directory.CreateDirectory(Path.Combine(copy, "hdl", "SME"));
            (code, string output, errors) = Run(
                Path.Combine(copy, "tools", "lauberhorn"),
                ["waits"],
                ("HOME", "/proc/nobody"),
                ("DOTNET_CLI_HOME", ""),
                ("LAUBERHORN_NO_INSTALL", "1"));
            Assert.Equal((2, string.Empty), (code, output));
            Assert.Contains("the home directory /proc/nobody cannot be written to", errors, StringComparison.Ordinal);
        }
        finally
        {
            System.IO.Directory.Delete(copy, true);
        }
    }

    [Theory]
    [InlineData("--help", 0, "tools/test FILTER")]
    [InlineData("no_test_has_" + "such_a_name", 1, "0 passed, 1 failed")]
    [InlineData("one two", 2, "tools/test FILTER")]
    public void Tests_that_are_not_there_need_no_build(string line, int expected, string message)
    {
        (int code, string output, _) = Launch(line, "test");
        Assert.Equal(expected, code);
        Assert.Contains(message, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo", 1, "de", "decode demo")]
    [InlineData("demo", 2, "--pr", "--preset")]
    [InlineData("demo --preset", 3, "", "compact enzian large tiny")]
    [InlineData("bench", 2, "th", "throughput")]
    [InlineData("demo --set", 3, "Co", "Cores=")]
    [InlineData("help", 2, "f", "front fuzz")]
    public void Bash_completes(string before, int position, string word, string expected)
    {
        string words = string.Join(' ', $"lauberhorn {before}".Split(' ').Take(position).Append($"'{word}'"));
        string script = $"{Launch("completion bash").Output}\nCOMP_WORDS=({words}); COMP_CWORD={position}; _lauberhorn\n"
            + "printf '%s\\n' \"${COMPREPLY[@]}\" | sort";
        (int code, string output, string errors) = Run("bash", ["-c", script]);
        Assert.Equal((0, string.Empty), (code, errors));
        Assert.Equal(expected, string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void The_script_of_zsh_is_one()
    {
        (int code, _, string errors) = Run("sh", ["-c", "command -v zsh"]);
        Assert.SkipWhen(code != 0, "no zsh here" + errors);
        string script = Launch("completion zsh").Output;
        string test = $"compdef() {{ :; }}; compadd() {{ shift; print -l -- $@; }}\n{script}\n"
            + "words=(lauberhorn demo --preset ''); CURRENT=4; _lauberhorn";
        (code, string output, errors) = Run("zsh", ["-f", "-c", test]);
        Assert.Equal((0, string.Empty), (code, errors));
        Assert.Equal(["compact", "enzian", "large", "tiny"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    // A verb with some of its options and arguments, with right values and wrong ones.
    private static string[] Line(Random random)
    {
        Type verb = VerbTable.Verbs[random.Next(VerbTable.Verbs.Count)];
        VerbArgument[] arguments = [.. VerbTable.ArgumentsOf(verb)];
        random.Shuffle(arguments);
        int left = random.Next(4);
        return [VerbTable.NameOf(verb), .. arguments.Where(argument => argument.IsRequired || left-- > 0).SelectMany(argument =>
            Words(argument, random))];
    }

    private static string[] Words(VerbArgument argument, Random random)
    {
        string[] name = argument.Option is null ? [] : [$"--{argument.Name}"];
        string[] texts = argument.Choices.Count > 0 ? [.. argument.Choices]
            : ["0", "1", "0.5", "-3", "7", "10.0.0.7", "02:4c:48:00:00:02", "/etc/passwd", "Cores=2"];
        return argument.Property.PropertyType == typeof(bool) ? name : [.. name, texts[random.Next(texts.Length)]];
    }

    private static (int Code, string Output, string Errors) Check(string line) => Check(line.Split(' '));

    private static (int Code, string Output, string Errors) Check(string[] arguments) =>
        Run("awk", ["-f", Path.Combine(Directory, "front.awk"), "--", .. arguments]);

    // By the launcher, on a machine whose dotnet must not be called.
    private static (int Code, string Output, string Errors) Launch(string line, string tool = "lauberhorn")
    {
        string tools = System.IO.Directory.CreateTempSubdirectory("lauberhorn-test-").FullName;
        try
        {
            string dotnet = Path.Combine(tools, "dotnet");
            File.WriteAllText(dotnet, "#!/bin/sh\necho dotnet was called >&2\nexit 99\n");
            Run("chmod", ["+x", dotnet]);
            string[] arguments = line.Length == 0 ? [] : line.Split(' ');
            return Run(Path.Combine(Repository.Root, "tools", tool), arguments,
                ("PATH", $"{tools}:{Environment.GetEnvironmentVariable("PATH")}"));
        }
        finally
        {
            System.IO.Directory.Delete(tools, true);
        }
    }

    private static (int Code, string Output, string Errors) Run(string program, string[] arguments,
        params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LAUBERHORN_FRONT"] = Directory;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
