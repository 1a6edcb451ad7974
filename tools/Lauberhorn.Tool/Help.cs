// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using CommandLine;
using CommandLine.Text;
using Lauberhorn.Tool.Benchmarks;
using Lauberhorn.Tool.Campaigns;
using Lauberhorn.Tool.Commands;

namespace Lauberhorn.Tool;

/// <summary>What <c>--help</c> prints, and the one-line form of a mistake on the command line.</summary>
internal static class Help
{
    /// <summary>The help of a verb, or of all of them.</summary>
    /// <param name="result">What the parser made of the command line.</param>
    /// <param name="errors">What it found, one of them a request for help.</param>
    public static string Text(ParserResult<object> result, IReadOnlyList<Error> errors)
    {
        Type? verb = result.TypeInfo.Current == typeof(NullInstance)
            ? result.TypeInfo.Choices.FirstOrDefault(type => errors.OfType<HelpVerbRequestedError>().Any(error => error.Verb == VerbName(type)))
            : result.TypeInfo.Current;
        HelpText text = HelpText.AutoBuild(
            result,
            help =>
            {
                help.AdditionalNewLineAfterOption = false;
                help.MaximumDisplayWidth = 110;
                help.Heading = verb is null
                    ? "lauberhorn: a network card that is part of the operating system, written in C#, turned into VHDL.\n\nusage: tools/lauberhorn VERB [options]"
                    : $"lauberhorn {VerbName(verb)}: {verb.GetCustomAttribute<VerbAttribute>()!.HelpText}";
                help.Copyright = string.Empty;
                help.AddEnumValuesToHelpText = true;
                help.AddPostOptionsText(After(verb));
                return help;
            },
            example => example,
            verbsIndex: verb is null);
        return text.ToString().Trim('\n', '\r');
    }

    /// <summary>What a user types for a verb.</summary>
    /// <param name="type">The class of its options.</param>
    public static string VerbName(Type type) => type.GetCustomAttribute<VerbAttribute>()!.Name;

    /// <summary>A mistake in a few words.</summary>
    /// <param name="error">The parser's.</param>
    public static string Describe(Error error) => error switch
    {
        BadVerbSelectedError bad => $"no verb '{bad.Token}'",
        UnknownOptionError unknown => $"no option '{unknown.Token}'",
        MissingRequiredOptionError { NameInfo.NameText.Length: 0 } => "something is missing after the verb",
        MissingRequiredOptionError missing => $"option '{missing.NameInfo.NameText}' is missing",
        MissingValueOptionError missing => $"option '{missing.NameInfo.NameText}' needs a value",
        BadFormatConversionError { NameInfo.NameText.Length: 0 } => "an argument has the wrong form",
        BadFormatConversionError bad => $"option '{bad.NameInfo.NameText}' has a value of the wrong form",
        RepeatedOptionError repeated => $"option '{repeated.NameInfo.NameText}' is given twice",
        _ => error.Tag.ToString(),
    };

    private static string After(Type? verb)
    {
        if (verb == typeof(BenchCommand))
        {
            return List("Benchmarks", BenchmarkList.All.Select(benchmark => (benchmark.Name, benchmark.Summary))) + Examples(
                ("bench sme --json", "figures for a script"),
                ("bench area --block parser --path", "logic of one block, and what is on its longest path"));
        }

        if (verb == typeof(FuzzCommand))
        {
            return List("Campaigns", CampaignList.All.Select(campaign => (campaign.Name, campaign.Summary))) + Examples(
                ("fuzz hdl --count 200 --seed 7", "200 random processes"),
                ("fuzz parser --cycles 100000", "the receive parser on random frames"),
                ("fuzz nic --calls 10000", "the whole NIC: random calls, garbage, cores that misbehave"),
                ("fuzz nic --hostile --count 20", "processes that break the rules beside honest ones"),
                ("fuzz nic --kills --count 20", "processes that are born and killed while they are called"),
                ("fuzz nic --floods --count 1000", "calls of a process that does not take them"))
                + "\nA difference ends with exit code 1, the smallest case that shows it, and the command that replays it.\n";
        }

        if (verb == typeof(GenerateCommand))
        {
            return Examples(
                ("generate --preset enzian -o vhdl", "VHDL-2008 for Vivado"),
                ("generate -o vhdl --check", "and have GHDL and yosys read it"))
                + "\nDIR/files.txt lists the files in compile order, DIR/ports.json the ports of the top-level entity.\n";
        }

        if (verb == typeof(DemoCommand))
        {
            return Examples(
                ("demo", "as root where there is /dev/net/tun: a live call"),
                ("demo --replay", "recorded calls; needs no rights"),
                ("demo --preset tiny", "the smallest NIC"))
                + """

                The live call: a network namespace with a TAP device is made, and removed at the end. In it runs a
                client of libtirpc, built by rpcgen from tools/demo-src/calculator.x. The device's cable goes to the NIC
                as RTL, and behind that are modelled cores: one is in a load of a cache line until a call comes, and
                serves it in C# (tools/Lauberhorn.Tool/Demo/Calculator.cs); the other is the kernel's, and answers ARP and ping.

                Without the right to make the device, the demo says so and replays captures of a libtirpc client and
                libtirpc's own server: the NIC must answer byte for byte what that server answered.

                It wants root (or CAP_NET_ADMIN and CAP_SYS_ADMIN), /dev/net/tun, and the packages rpcsvc-proto,
                libtirpc-dev, gcc and iproute2, which are installed if need be. It writes to build/demo: call.svg, the
                way of a call; wire.pcap, for Wireshark; vhdl, the NIC. docs/demo.md explains what is shown.

                """;
        }

        if (verb == typeof(DecodeCommand))
        {
            return Examples(
                ("decode traffic.pcap", "a row for each frame"),
                ("decode traffic.pcap --host 10.0.0.7", "as the NIC of that host would see it"))
                + "\nWhat is checked in which order: docs/receive-path.md. This is the reference decoder in C#;\n"
                + "tools/lauberhorn demo shows the hardware at work.\n";
        }

        return verb is not null ? string.Empty : """

            Start with:  tools/lauberhorn demo
            Then:        docs/README.md says what to read next; tools/test runs all tests.

            Exit codes:  0 all is well; 1 something differs or fails; 2 bad input or a missing tool (one line).
            --json:      standard output carries one JSON object and nothing else; progress goes to stderr.
            Environment: LAUBERHORN_DEBUG=1 shows where an error came from; NO_COLOR=1 turns colours off;
                         LAUBERHORN_NO_INSTALL=1 keeps the launcher from installing packages.

            """;
    }

    private static string Examples(params (string Command, string Purpose)[] examples) =>
        "\nExamples:\n" + string.Concat(examples.Select(example => $"  tools/lauberhorn {example.Command,-36} {example.Purpose}\n"));

    private static string List(string title, IEnumerable<(string Name, string Summary)> entries) =>
        $"\n{title}:\n" + string.Concat(entries.Select(entry => $"  {entry.Name,-10} {entry.Summary}\n"));
}
