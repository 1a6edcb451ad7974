// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Text;
using CommandLine;
using Lauberhorn.Tool.Benchmarks;
using Lauberhorn.Tool.Campaigns;
using Lauberhorn.Tool.Commands;
using Lauberhorn.Tool.Front;

namespace Lauberhorn.Tool;

/// <summary>What <c>--help</c> prints, and the one-line form of a mistake on the command line.</summary>
internal static class Help
{
    private const int Width = 110;
    private const int Indent = 30;
    private const int NarrowIndent = 14;

    /// <summary>The help without a verb.</summary>
    public static string Overview() =>
        "lauberhorn: a network card that is part of the operating system, written in C#, turned into VHDL.\n\n"
        + "usage: tools/lauberhorn VERB [options]\n\n"
        + string.Concat(VerbTable.Verbs.Select(verb =>
            $"  {VerbTable.NameOf(verb),-12} {verb.GetCustomAttribute<VerbAttribute>()!.HelpText}\n"))
        + $"  {"help VERB",-12} Print what a verb does and which options it has; the same as VERB --help or VERB -h.\n"
        + $"  {"--version",-12} Print the version.\n"
        + After(null);

    /// <summary>The help of a verb.</summary>
    /// <param name="verb">Its class.</param>
    public static string Of(Type verb)
    {
        IReadOnlyList<VerbArgument> arguments = VerbTable.ArgumentsOf(verb);
        IEnumerable<string> places = arguments.Where(argument => argument.Value is not null)
            .Select(argument => argument.IsRequired ? argument.Name : $"[{argument.Name}]");
        return $"lauberhorn {VerbTable.NameOf(verb)}: {verb.GetCustomAttribute<VerbAttribute>()!.HelpText}\n\n"
            + $"usage: tools/lauberhorn {string.Join(' ', places.Prepend(VerbTable.NameOf(verb)))} [options]\n\n"
            + string.Concat(arguments.Select(Describe))
            + Entry("-h, --help", "Print this.")
            + After(verb);
    }

    private static string Describe(VerbArgument argument)
    {
        string letter = argument.ShortName.Length > 0 ? $"-{argument.ShortName}, " : string.Empty;
        bool isFlag = argument.Property.PropertyType == typeof(bool);
        string head = argument.Value is not null ? argument.Name
            : $"{letter}--{argument.Name}{(isFlag ? string.Empty : $" {argument.MetaValue}")}";
        List<string> remarks = [];
        if (argument.Choices.Count > 0 && argument.Rule<FromAttribute>()!.Names is not (Names.Benchmarks or Names.Campaigns))
        {
            remarks.Add($"one of: {string.Join(", ", argument.Choices)}");
        }

        if (argument.Rule<WithinAttribute>() is { } within)
        {
            remarks.Add(FormattableString.Invariant($"{within.Least:0.######} to {within.Most:0.######}"));
        }

        if (argument.Default is { } without)
        {
            remarks.Add(FormattableString.Invariant($"without: {without}"));
        }

        if (argument.Option?.Required == true)
        {
            remarks.Add("must be given");
        }

        return Entry(head, argument.HelpText + (remarks.Count > 0 ? $" ({string.Join("; ", remarks)})" : string.Empty));
    }

    private static string Entry(string head, string text, int indent = Indent)
    {
        StringBuilder entry = new($"  {head.PadRight(indent - 4)}  ");
        int column = Math.Max(indent, head.Length + 4);
        foreach (string word in text.Split(' '))
        {
            if (column + word.Length > Width)
            {
                entry.Length--;
                entry.Append('\n').Append(' ', indent);
                column = indent;
            }

            entry.Append(word).Append(' ');
            column += word.Length + 1;
        }

        entry.Length--;
        return entry.Append('\n').ToString();
    }

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
                ("demo --preset tiny", "the smallest NIC"),
                ("demo --set Cores=2,AuxLines=8", "a NIC of one's own"))
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
                ("decode traffic.pcap --host 10.0.0.7", "as the NIC of that host would see it"),
                ("decode traffic.pcap --port 111,2049", "with these ports as the NIC's own"),
                ("decode traffic.pcap --rtl", "by the NIC's receive path, as C# and as VHDL"))
                + "\nWhat is checked in which order: docs/receive-path.md. Without --rtl this is the reference decoder in C#.\n";
        }

        return verb is not null ? string.Empty : """

            Start with:  tools/lauberhorn demo
            Then:        docs/README.md says what to read next; tools/test runs all tests.

            Exit codes:  0 all is well; 1 something differs or fails; 2 bad input or a missing tool (one line).
            Completion:  source <(tools/lauberhorn completion bash), or zsh.
            --json:      standard output carries one JSON object and nothing else; progress goes to stderr.
            Environment: LAUBERHORN_DEBUG=1 shows where an error came from; NO_COLOR=1 turns colours off;
                         LAUBERHORN_NO_INSTALL=1 keeps the launcher from installing packages.

            """;
    }

    private static string Examples(params (string Command, string Purpose)[] examples) =>
        "\nExamples:\n" + string.Concat(examples.Select(example => $"  tools/lauberhorn {example.Command,-36} {example.Purpose}\n"));

    private static string List(string title, IEnumerable<(string Name, string Summary)> entries) =>
        $"\n{title}:\n" + string.Concat(entries.Select(entry => Entry(entry.Name, entry.Summary, NarrowIndent)));
}
