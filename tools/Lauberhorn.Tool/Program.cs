// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using CommandLine;
using Lauberhorn.Cosimulation;
using Lauberhorn.Reference.Captures;
using Lauberhorn.Tool.Commands;
using Lauberhorn.Tool.Output;
using SME;
using SME.VHDL;

namespace Lauberhorn.Tool;

/// <summary>The <c>lauberhorn</c> command line.</summary>
public static class Program
{
    // In the order of the help.
    private static readonly Type[] Verbs =
    [
        typeof(DemoCommand),
        typeof(GenerateCommand),
        typeof(DecodeCommand),
        typeof(BenchCommand),
        typeof(FuzzCommand),
        typeof(RegistersCommand),
        typeof(WaitsCommand),
        typeof(ProfileCommand),
    ];

    /// <summary>Runs one verb.</summary>
    /// <param name="arguments">As the shell gives them.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Main(string[] arguments)
    {
        try
        {
            using Parser parser = new(settings =>
            {
                settings.HelpWriter = null;
                settings.CaseInsensitiveEnumValues = true;
            });
            CheckValues(arguments);
            ParserResult<object> result = parser.ParseArguments(arguments, Verbs);
            return result.MapResult(command => Run((ICommand)command, arguments), errors => Explain(result, errors.ToList(), arguments));
        }
        catch (Exception exception)
        {
            return Complain(exception);
        }
    }

    private static int Run(ICommand command, string[] arguments) =>
        command.Run(new Reporter(command.Json), string.Join(' ', arguments.Prepend("tools/lauberhorn").Select(Quote)));

    // The parser takes an option without its value for one that was not given, if the value may be left out.
    private static void CheckValues(string[] arguments)
    {
        Type? verb = Verbs.FirstOrDefault(type => arguments.Length > 0 && Help.VerbName(type) == arguments[0]);
        IEnumerable<(OptionAttribute? Option, Type Type)> options = verb?.GetProperties().Select(property => (property.GetCustomAttribute<OptionAttribute>(), property.PropertyType)) ?? [];
        foreach ((OptionAttribute? option, _) in options.Where(option => option.Option is not null && option.Type != typeof(bool)))
        {
            int index = Array.FindIndex(arguments, argument => argument == $"--{option!.LongName}" || argument == $"-{option.ShortName}");
            if (index > 0 && (index == arguments.Length - 1 || arguments[index + 1].StartsWith("--", StringComparison.Ordinal)))
            {
                throw new ToolException($"option '{arguments[index]}' needs a value; tools/lauberhorn {arguments[0]} --help explains");
            }
        }
    }

    private static int Explain(ParserResult<object> result, List<Error> errors, string[] arguments)
    {
        if (errors.Any(error => error is VersionRequestedError))
        {
            Console.Out.WriteLine($"lauberhorn {typeof(Program).Assembly.GetName().Version?.ToString(3)}");
            return ExitCode.Success;
        }

        if (errors.Any(error => error is HelpRequestedError or HelpVerbRequestedError or NoVerbSelectedError))
        {
            Console.Out.WriteLine(Help.Text(result, errors));
            return ExitCode.Success;
        }

        string verb = Verbs.Any(type => Help.VerbName(type) == arguments[0]) ? $"{arguments[0]} " : string.Empty;
        throw new ToolException($"{Help.Describe(errors[0])}; tools/lauberhorn {verb}--help explains");
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
            ToolException or CosimulationException or CaptureException or IOException or UnauthorizedAccessException => (exception.Message, ExitCode.BadInput),
            VhdlException or ElaborationException => (exception.Message, ExitCode.Failure),
            _ => ($"this is a defect: {exception.GetType().Name}: {exception.Message} (LAUBERHORN_DEBUG=1 shows where)", ExitCode.Failure),
        };
    }

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(character => char.IsLetterOrDigit(character) || "-_./=:,+@%".Contains(character, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
