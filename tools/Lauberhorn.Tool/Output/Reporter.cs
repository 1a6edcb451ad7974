// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Spectre.Console;

namespace Lauberhorn.Tool.Output;

/// <summary>
/// All that a command prints. Results for people go to standard output, in colour on a terminal and plain elsewhere; with
/// <c>--json</c> standard output carries the one JSON object and nothing else, and what people would read is left out.
/// Progress goes to standard error.
/// </summary>
public sealed class Reporter
{
    // Work that is done within this time needs no progress.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const int PipeWidth = 120;
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(15);
    private static readonly JsonSerializerOptions JsonOptions = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private readonly IAnsiConsole progressConsole =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });

    /// <summary>Makes the one of this run.</summary>
    /// <param name="json">Whether standard output is for a machine.</param>
    public Reporter(bool json)
    {
        IsJson = json;
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(json ? TextWriter.Null : System.Console.Out) });
        if (json || System.Console.IsOutputRedirected)
        {
            // Nobody's window: as wide as a log can be read.
            Console.Profile.Width = PipeWidth;
        }
    }

    /// <summary>Whether standard output is JSON, for programs.</summary>
    public bool IsJson { get; }

    /// <summary>For people; dropped with <c>--json</c>.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Prints the one object of a run with <c>--json</c>; does nothing without.</summary>
    /// <param name="value">Any value that System.Text.Json can write.</param>
    public void Json(object value)
    {
        if (IsJson)
        {
            System.Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonOptions));
        }
    }

    /// <summary>A line for people, with Spectre.Console's markup.</summary>
    /// <param name="markup">The line; escape what is not yours with <see cref="Escape"/>.</param>
    public void Line(string markup = "") => Console.MarkupLine(markup);

    /// <summary>Text for people as it is, without markup.</summary>
    /// <param name="text">One or more lines.</param>
    public void Plain(string text) => Console.WriteLine(text);

    /// <summary>Text that is to appear as it is within markup.</summary>
    /// <param name="text">Anything.</param>
    public static string Escape(string text) => Markup.Escape(text);

    /// <summary>Does work and shows how far it is: a bar on a terminal, elsewhere a line when it takes long.</summary>
    /// <param name="title">What is done, a few words.</param>
    /// <param name="work">The work; it may report as often as it likes.</param>
    public T Watch<T>(string title, Func<IProgress<WorkProgress>, T> work) =>
        progressConsole.Profile.Capabilities.Interactive && progressConsole.Profile.Out.IsTerminal ? WatchBar(title, work)
            : WatchPlain(title, work);

    private T WatchBar<T>(string title, Func<IProgress<WorkProgress>, T> work)
    {
        T result = default!;
        progressConsole.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(),
                new ElapsedTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: 1);
                task.IsIndeterminate = true;
                result = work(new Sink(progress =>
                {
                    if (!double.IsNaN(progress.Fraction))
                    {
                        task.IsIndeterminate = false;
                        task.Value = progress.Fraction;
                    }

                    if (progress.Text.Length > 0)
                    {
                        task.Description = Markup.Escape($"{title}: {progress.Text}");
                    }
                }));
            });
        return result;
    }

    private static T WatchPlain<T>(string title, Func<IProgress<WorkProgress>, T> work)
    {
        WorkProgress latest = WorkProgress.Step(string.Empty);
        using Timer timer = new(
            _ =>
            {
                string percent = double.IsNaN(latest.Fraction) ? string.Empty
                    : FormattableString.Invariant($" {100 * latest.Fraction:F0} %");
                string text = latest.Text.Length > 0 ? $": {latest.Text}" : string.Empty;
                System.Console.Error.WriteLine($"{title}{text}{percent} ...");
            },
            null,
            Patience,
            PlainInterval);
        return work(new Sink(progress => latest = progress.Text.Length > 0 ? progress : latest with { Fraction = progress.Fraction }));
    }

    // Progress<T> of the framework posts to the thread pool, which may reorder and outlive the work.
    private sealed class Sink(Action<WorkProgress> report) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => report(value);
    }
}
