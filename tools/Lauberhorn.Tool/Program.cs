// SPDX-License-Identifier: Apache-2.0
using CommandLine;
using Lauberhorn.Model.Captures;
using Lauberhorn.Tool.Commands;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;
using SME;
using SME.Testing.Cosimulation;
using SME.VHDL;

namespace Lauberhorn.Tool;

/// <summary>The <c>lauberhorn</c> command line.</summary>
public static class Program
{
    /// <summary>Runs one verb.</summary>
    /// <param name="arguments">As the shell gives them.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Main(string[] arguments)
    {
        try
        {
            if (Launcher.Check(arguments) is int ended)
            {
                return ended;
            }

            ParserResult<object> result = Parse(arguments);
            return result.MapResult(command => Run((ICommand)command, arguments), errors => Explain([.. errors], arguments));
        }
        catch (Exception exception)
        {
            return Complain(exception);
        }
    }

    /// <summary>A command line as the object of its verb's class, or what is wrong with it.</summary>
    /// <param name="arguments">As the shell gives them.</param>
    public static ParserResult<object> Parse(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        using Parser parser = new(settings =>
        {
            settings.HelpWriter = null;
            settings.EnableDashDash = true;
        });
        return parser.ParseArguments(GatherChanges(arguments), [.. VerbTable.Verbs]);
    }

    private static int Run(ICommand command, string[] arguments) =>
        command.Run(new Reporter(command.Json), string.Join(' ', arguments.Prepend("tools/lauberhorn").Select(Quote)));

    // An option that may be given more than once, as one; the parser knows only options that take all the words behind them.
    private static string[] GatherChanges(string[] arguments)
    {
        const string Option = "--set";
        List<string> others = [];
        List<string> changes = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == Option && i + 1 < arguments.Length)
            {
                changes.Add(arguments[++i]);
            }
            else if (arguments[i].StartsWith(Option + "=", StringComparison.Ordinal))
            {
                changes.Add(arguments[i][(Option.Length + 1)..]);
            }
            else
            {
                others.Add(arguments[i]);
            }
        }

        return changes.Count == 0 ? arguments : [others[0], $"{Option}={string.Join(',', changes)}", .. others[1..]];
    }

    // What is left to the parser to find where the launcher's check was left out.
    private static int Explain(IReadOnlyList<Error> errors, string[] arguments)
    {
        if (errors[0] is VersionRequestedError)
        {
            Console.Out.WriteLine($"lauberhorn {VerbTable.Version}");
            return ExitCode.Success;
        }

        Type? verb = VerbTable.Verbs.FirstOrDefault(type => VerbTable.NameOf(type) == arguments.FirstOrDefault());
        if (errors.Any(error => error is HelpRequestedError or HelpVerbRequestedError or NoVerbSelectedError))
        {
            Console.Out.Write(verb is null ? Help.Overview() : Help.Of(verb));
            return ExitCode.Success;
        }

        string word = verb is null ? string.Empty : $"{arguments[0]} ";
        throw new ToolException($"{Help.Describe(errors[0])}; tools/lauberhorn {word}--help explains");
    }

    private static int Complain(Exception exception)
    {
        (string message, int code) = Judge(exception);
        Console.Error.WriteLine($"lauberhorn: {message.ReplaceLineEndings(" ").TrimEnd()}");
        if (Environment.GetEnvironmentVariable("LAUBERHORN_DEBUG") == "1")
        {
            Console.Error.WriteLine(exception);
        }

        return code;

        static (string Message, int Code) Judge(Exception exception) => exception switch
        {
            AggregateException { InnerExceptions: [Exception only] } => Judge(only),
            ToolException or CosimulationException or CaptureException or IOException or UnauthorizedAccessException =>
                (exception.Message, ExitCode.BadInput),
            VhdlException or ElaborationException => (exception.Message, ExitCode.Failure),
            _ => ($"this is a defect: {exception.GetType().Name}: {exception.Message} (LAUBERHORN_DEBUG=1 shows where)", ExitCode.Failure),
        };
    }

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(character => char.IsLetterOrDigit(character)
            || "-_./=:,+@%".Contains(character, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
