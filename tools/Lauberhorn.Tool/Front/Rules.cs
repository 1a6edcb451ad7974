// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool.Front;

/// <summary>Names that an argument can be one of.</summary>
public enum Names
{
    /// <summary>The NIC's presets.</summary>
    Presets,

    /// <summary>The parts of the NIC, and the whole.</summary>
    Blocks,

    /// <summary>The benchmarks of <c>bench</c>.</summary>
    Benchmarks,

    /// <summary>The campaigns of random tests.</summary>
    Campaigns,

    /// <summary>The machines in front of the NIC.</summary>
    Machines,

    /// <summary>The shells that can complete command lines.</summary>
    Shells,
}

/// <summary>The argument is one of these names.</summary>
/// <param name="names">Which list of names.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FromAttribute(Names names) : Attribute
{
    /// <summary>Which list of names.</summary>
    public Names Names { get; } = names;
}

/// <summary>The argument is a number of a range, both ends included.</summary>
/// <param name="least">The least value that is accepted.</param>
/// <param name="most">The greatest value that is accepted.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WithinAttribute(double least, double most) : Attribute
{
    /// <summary>The least value that is accepted.</summary>
    public double Least { get; } = least;

    /// <summary>The greatest value that is accepted.</summary>
    public double Most { get; } = most;
}

/// <summary>The argument is a file that is there.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class IsFileAttribute : Attribute
{
}

/// <summary>The argument changes parameters of the NIC: <c>Parameter=Value</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ChangesParametersAttribute : Attribute
{
}

/// <summary>The option is there only for some values of the verb's first argument.</summary>
/// <param name="names">The values of the first argument with which the option may stand.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OnlyForAttribute(params string[] names) : Attribute
{
    /// <summary>The values of the first argument with which the option may stand.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}

/// <summary>The option wants one of some others beside it.</summary>
/// <param name="options">The others, one of which is enough.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NeedsAttribute(params string[] options) : Attribute
{
    /// <summary>The value of the verb's first argument for which it is so; null for all.</summary>
    public string? For { get; init; }

    /// <summary>Names of the options of which one must stand beside it.</summary>
    public IReadOnlyList<string> Options { get; } = options;
}

/// <summary>The option does not go together with some others.</summary>
/// <param name="options">Names of the options that must not stand beside it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotWithAttribute(params string[] options) : Attribute
{
    /// <summary>Names of the options that must not stand beside it.</summary>
    public IReadOnlyList<string> Options { get; } = options;
}

/// <summary>Forms of text.</summary>
public enum TextForm
{
    /// <summary>An IPv4 address of four decimal numbers.</summary>
    Ipv4,

    /// <summary>A MAC address of six pairs of hexadecimal digits, with colons or dashes between.</summary>
    Mac,

    /// <summary>UDP ports, 0 to 65,535, with commas between.</summary>
    Ports,
}

/// <summary>The argument is text of a form.</summary>
/// <param name="form">The form that the text must have.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HasFormAttribute(TextForm form) : Attribute
{
    /// <summary>The form that the text must have.</summary>
    public TextForm Form { get; } = form;
}
