// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using CommandLine;
using Lauberhorn.Contract;
using Lauberhorn.Tool.Benchmarks;
using Lauberhorn.Tool.Campaigns;
using Lauberhorn.Tool.Commands;
using Lauberhorn.Tool.Designs;

namespace Lauberhorn.Tool.Front;

/// <summary>An option or argument of a verb.</summary>
/// <param name="Property">The property that takes it.</param>
/// <param name="Option">As an option; null for an argument.</param>
/// <param name="Value">As an argument; null for an option.</param>
public sealed record VerbArgument(PropertyInfo Property, OptionAttribute? Option, ValueAttribute? Value)
{
    /// <summary>What is typed after <c>--</c>, or what the help calls the argument.</summary>
    public string Name => Option?.LongName ?? Value!.MetaName;

    /// <summary>What is typed after one dash; empty if nothing is.</summary>
    public string ShortName => Option?.ShortName ?? string.Empty;

    /// <summary>Name of its value in the help.</summary>
    public string MetaValue => Option?.MetaValue ?? Value!.MetaName;

    /// <summary>Whether the argument is required.</summary>
    public bool IsRequired => Option?.Required ?? Value!.Required;

    /// <summary>Its text in the help.</summary>
    public string HelpText => Option?.HelpText ?? Value!.HelpText;

    /// <summary>What it is without being given; null if nothing.</summary>
    public object? Default => Option?.Default;

    /// <summary>The names that it can be one of; empty if it can be anything.</summary>
    public IReadOnlyList<string> Choices => Rule<FromAttribute>() is { } from ? VerbTable.NamesOf(from.Names) : [];

    /// <summary>The rule of a kind; null if there is none.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    public T? Rule<T>()
        where T : Attribute => Property.GetCustomAttribute<T>();
}

/// <summary>
/// All verbs with their options and the rules of these, from the attributes of the commands' classes: what the help, the launcher and the
/// shells' completion know.
/// </summary>
public static class VerbTable
{
    /// <summary>The classes of the verbs, in the order of the help.</summary>
    public static IReadOnlyList<Type> Verbs { get; } =
    [
        typeof(DemoCommand),
        typeof(GenerateCommand),
        typeof(DecodeCommand),
        typeof(BenchCommand),
        typeof(FuzzCommand),
        typeof(RegistersCommand),
        typeof(DocsCommand),
        typeof(WaitsCommand),
        typeof(ProfileCommand),
        typeof(PicturesCommand),
        typeof(FrontCommand),
        typeof(CompletionCommand),
    ];

    /// <summary>The version, three numbers.</summary>
    public static string Version => typeof(VerbTable).Assembly.GetName().Version!.ToString(3);

    /// <summary>The parameters of the NIC that can be changed.</summary>
    public static IReadOnlyList<PropertyInfo> Parameters { get; } =
    [
        .. typeof(NicConfig).GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.CanWrite && (property.PropertyType == typeof(int) || property.PropertyType.IsEnum)),
    ];

    /// <summary>The verb's name on the command line.</summary>
    /// <param name="verb">Its class.</param>
    public static string NameOf(Type verb)
    {
        ArgumentNullException.ThrowIfNull(verb);
        return verb.GetCustomAttribute<VerbAttribute>()!.Name;
    }

    /// <summary>A verb's arguments, then its options.</summary>
    /// <param name="verb">Its class.</param>
    public static IReadOnlyList<VerbArgument> ArgumentsOf(Type verb)
    {
        ArgumentNullException.ThrowIfNull(verb);
        return
        [
            .. verb.GetProperties()
                .Select(property => new VerbArgument(
                    property, property.GetCustomAttribute<OptionAttribute>(), property.GetCustomAttribute<ValueAttribute>()))
                .Where(argument => argument.Option is not null || argument.Value is not null)
                .OrderBy(argument => argument.Value is null),
        ];
    }

    /// <summary>Names that an argument can be one of.</summary>
    /// <param name="names">Which.</param>
    public static IReadOnlyList<string> NamesOf(Names names) => names switch
    {
        Names.Presets => [.. NicConfig.Presets.Select(preset => preset.Name)],
        Names.Blocks => [.. DesignList.Parts.Append(DesignList.Nic).Select(part => part.Name)],
        Names.Benchmarks => [.. BenchmarkList.All.Select(benchmark => benchmark.Name)],
        Names.Campaigns => [.. CampaignList.All.Select(campaign => campaign.Name)],
        Names.Machines => LatencyBenchmark.Machines,
        Names.Shells => CompletionCommand.Shells,
        _ => throw new ArgumentOutOfRangeException(nameof(names)),
    };

    /// <summary>The table as text: a line for each verb, argument and option, columns apart by tabulators, "-" for nothing.</summary>
    public static string Text()
    {
        List<string> lines =
        [
            "# SPDX-License-Identifier: Apache-2.0",
            "# Written by tools/lauberhorn front, from the attributes of the verbs' classes; front.awk reads it.",
            "# version, number",
            "# verb, name, what for",
            "# value or option, verb, name, letter, type, least, most, names, must be given, only for, needs, for, not with, what for",
            $"version\t{Version}",
            $"parameters\t{string.Join(' ', Parameters.Select(Parameter))}",
        ];
        foreach (Type verb in Verbs)
        {
            lines.Add($"verb\t{NameOf(verb)}\t{verb.GetCustomAttribute<VerbAttribute>()!.HelpText}");
            lines.AddRange(ArgumentsOf(verb).Select(argument => Line(NameOf(verb), argument)));
        }

        return string.Join('\n', lines) + "\n";
    }

    // A number is written as its name alone, others with the values that they can have.
    private static string Parameter(PropertyInfo parameter) =>
        parameter.PropertyType.IsEnum ? $"{parameter.Name}={string.Join(',', Enum.GetNames(parameter.PropertyType))}" : parameter.Name;

    private static string Line(string verb, VerbArgument argument)
    {
        NeedsAttribute? needs = argument.Rule<NeedsAttribute>();
        WithinAttribute? within = argument.Rule<WithinAttribute>();
        string?[] columns =
        [
            argument.Option is null ? "value" : "option",
            verb,
            argument.Name,
            argument.ShortName,
            TypeOf(argument),
            within is null ? null : Number(within.Least),
            within is null ? null : Number(within.Most),
            string.Join(' ', argument.Choices),
            argument.IsRequired ? "yes" : null,
            string.Join(' ', argument.Rule<OnlyForAttribute>()?.Names ?? []),
            string.Join(' ', needs?.Options ?? []),
            needs?.For,
            string.Join(' ', argument.Rule<NotWithAttribute>()?.Options ?? []),
            argument.HelpText,
        ];
        return string.Join('\t', columns.Select(column => string.IsNullOrEmpty(column) ? "-" : column));
    }

    private static string TypeOf(VerbArgument argument)
    {
        Type type = Nullable.GetUnderlyingType(argument.Property.PropertyType) ?? argument.Property.PropertyType;
        return argument switch
        {
            _ when type == typeof(bool) => "flag",
            _ when type == typeof(double) => "real",
            _ when type == typeof(int) || type == typeof(long) => "integer",
            _ when type == typeof(ulong) || type == typeof(ushort) => "natural",
            _ when argument.Rule<FromAttribute>() is not null => "name",
            _ when argument.Rule<IsFileAttribute>() is not null => "file",
            _ when argument.Rule<HasFormAttribute>() is { } form => form.Form.ToString().ToLowerInvariant(),
            _ when argument.Rule<ChangesParametersAttribute>() is not null => "parameters",
            _ => "text",
        };
    }

    private static string Number(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
