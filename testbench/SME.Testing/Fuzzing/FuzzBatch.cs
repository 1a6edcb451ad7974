// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using SME.Form;
using SME.Testing.Cosimulation;

namespace SME.Testing.Fuzzing;

/// <summary>
/// Runs many programs as one network: one compilation, one Verilated model, and inputs of its own for each program, so
/// that a program sees the same whether it runs in a batch or alone.
/// </summary>
internal static partial class FuzzBatch
{
    /// <summary>
    /// The most characters of VHDL that a program may have. The largest process of the NIC has a third of it; GHDL 2.0 has been seen to
    /// take over 20 GB for a process of 140,000.
    /// </summary>
    private const int LargestFile = 96_000;

    private static readonly RtlBuildOptions Build = new() { Optimization = RtlOptimization.Quick, Keep = false, GhdlSeconds = 30 };

    /// <summary>Compiles programs to C# and RTL and runs each in both forms.</summary>
    /// <param name="programs">The programs.</param>
    /// <param name="cycles">How many cycles.</param>
    /// <param name="plants">A deliberate fault for each program; null for none.</param>
    /// <returns>The result of each, in the same order.</returns>
    internal static IReadOnlyList<FuzzOutcome> Run(IReadOnlyList<FuzzProgram> programs, int cycles, IReadOnlyList<Plant>? plants = null)
    {
        FuzzOutcome?[] outcomes = new FuzzOutcome?[programs.Count];
        Run(Enumerable.Range(0, programs.Count).ToArray());
        return outcomes!;

        void Run(int[] numbers)
        {
            while (numbers.Length > 0)
            {
                FuzzProgram[] group = numbers.Select(number => programs[number]).ToArray();
                (int Index, Verdict Verdict, string Detail)[] found;
                try
                {
                    found = RunTogether(group, plants is null ? null : [.. numbers.Select(number => plants[number])], cycles);
                }
                catch (FuzzException exception)
                {
                    int[] culprits = exception.Culprits.Where(index => index >= 0 && index < numbers.Length).Distinct().ToArray();
                    if (numbers.Length == 1)
                    {
                        culprits = [0];
                    }
                    else if (culprits.Length == 0 || culprits.Length == numbers.Length)
                    {
                        // Nobody knows who it was: each half by itself.
                        Run(numbers[..(numbers.Length / 2)]);
                        Run(numbers[(numbers.Length / 2)..]);
                        return;
                    }

                    // A message about several programs names them all; each is tried again by itself for one of its own.
                    foreach (int culprit in culprits)
                    {
                        if (culprits.Length == 1 && numbers.Length > 1)
                        {
                            Run([numbers[culprit]]);
                        }
                        else
                        {
                            outcomes[numbers[culprit]] = new FuzzOutcome(programs[numbers[culprit]], exception.Verdict,
                                exception.DetailOf(culprit));
                        }
                    }

                    numbers = numbers.Where((_, index) => !culprits.Contains(index)).ToArray();
                    continue;
                }

                foreach ((int index, Verdict verdict, string detail) in found)
                {
                    outcomes[numbers[index]] = new FuzzOutcome(programs[numbers[index]], verdict, detail);
                }

                return;
            }
        }
    }

    /// <summary>The VHDL of each program, to be compared only; null for one that has none.</summary>
    /// <param name="programs">The programs.</param>
    /// <param name="plant">The deliberate fault that all of them have.</param>
    internal static string?[] Describe(IReadOnlyList<FuzzProgram> programs, Plant plant)
    {
        string?[] texts = new string?[programs.Count];
        Plants.Sow(plant);
        try
        {
            if (FuzzCompiler.Compile(programs, out _) is { } assembly)
            {
                using Simulation simulation = new();
                Construct(simulation, [.. Enumerable.Repeat(assembly, programs.Count)]);
                foreach (RtlFile file in RtlGenerator.Generate(simulation, "fuzz").Rtl.Files)
                {
                    IEnumerable<int> named = FuzzException.From(Verdict.Rejected, file.Name).Culprits;
                    foreach (int index in named.Where(index => index >= 0 && index < programs.Count))
                    {
                        texts[index] += file.Text;
                    }
                }

                return texts;
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Which one it is shows below.
            Array.Clear(texts);
        }
        finally
        {
            Plants.Sow(Plant.None);
        }

        return programs.Count > 1 ? [.. programs.SelectMany(program => Describe([program], plant))] : texts;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (int Index, Verdict Verdict, string Detail)[] RunTogether(FuzzProgram[] programs, Plant[]? plants, int cycles)
    {
        Assembly[] assemblies =
            FuzzCompiler.Compile(programs, plants ?? new Plant[programs.Length], out IReadOnlyList<(int Program, string Error)> errors)
            ?? throw new FuzzException(Verdict.Discarded, errors);
        // Half of each run is the plain tick, half of it the compiled one, in which processes rest while nothing changes for them.
        using Simulation simulation = new() { CompileAfter = cycles / 2, RestFrom = 0 };
        BusDesign design;
        try
        {
            Construct(simulation, assemblies);
            Plants.SowEach(plants is null ? null : process => plants[NumberOf(process)]);
            design = RtlGenerator.Generate(simulation, "fuzz");
        }
        catch (Exception exception)
        {
            Exception cause = exception is TargetInvocationException { InnerException: { } inner } ? inner : exception;
            string kind = cause is CosimulationException ? string.Empty : $"{cause.GetType().Name}: ";
            throw FuzzException.From(Verdict.Rejected, kind + (kind.Length == 0 ? cause.Message : cause.ToString()));
        }
        finally
        {
            Plants.SowEach(null);
        }

        (int, string)[] tooLarge = [.. design.Rtl.Files.Where(file => file.Text.Length > LargestFile)
            .SelectMany(file => FuzzException.From(Verdict.Discarded, file.Name).Culprits)
            .Select(index => (index, $"P{index} has more VHDL than GHDL can take"))];
        if (tooLarge.Length > 0)
        {
            throw new FuzzException(Verdict.Discarded, tooLarge);
        }

        RtlModel model;
        try
        {
            model = RtlBuilder.Build(design.Rtl, Build).Start();
        }
        catch (CosimulationException exception)
        {
            throw FuzzException.From(Verdict.Rejected, exception.Message);
        }

        using (model)
        {
            return new FuzzRun(programs, design, model).Compare(cycles);
        }
    }

    private static void Construct(Simulation simulation, Assembly[] assemblies)
    {
        for (int i = 0; i < assemblies.Length; i++)
        {
            (BusStorage input, BusStorage output) = FuzzCompiler.Construct(assemblies[i], i);
            simulation.AddTopLevelInputs((IBus)input).AddTopLevelOutputs((IBus)output);
        }
    }

    private static int NumberOf(object process) => int.Parse(process.GetType().Name.AsSpan(1), CultureInfo.InvariantCulture);

    /// <summary>Programs that cannot run, with what was said about each.</summary>
    internal sealed partial class FuzzException : Exception
    {
        private readonly IReadOnlyList<(int Program, string Text)> messages;

        internal FuzzException(Verdict verdict, IReadOnlyList<(int Program, string Text)> messages)
            : base(string.Join('\n', messages.Select(message => message.Text)))
        {
            Verdict = verdict;
            this.messages = messages;
        }

        internal Verdict Verdict { get; }

        internal IEnumerable<int> Culprits => messages.Select(message => message.Program);

        /// <summary>Finds the programs that a message is about by their names in it.</summary>
        internal static FuzzException From(Verdict verdict, string message)
        {
            List<(int, string)> messages = [];
            foreach (string line in message.Split('\n'))
            {
                foreach (Match match in ProgramName().Matches(line))
                {
                    messages.Add((int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), line));
                }
            }

            return new FuzzException(verdict, messages.Count > 0 ? messages : [(-1, message)]);
        }

        internal string DetailOf(int program)
        {
            string own = string.Join('\n',
                messages.Where(message => message.Program == program).Select(message => message.Text).Distinct().Take(10));
            return own.Length > 0 ? own : Message;
        }

        // The class P12, its file P12.cs, or an entity of the VHDL named after it.
        [GeneratedRegex(@"(?<![A-Za-z0-9])[Pp](\d+)(?=[._]|$|In\b|Out\b|\b)")]
        private static partial Regex ProgramName();
    }
}
