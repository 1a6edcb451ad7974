// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SME.Testing.Cosimulation;

/// <summary>
/// Turns VHDL into a shared library: GHDL to Verilog, Verilator to C++, the C++ compiler to machine code. What was built
/// once is found again by the hash of everything that went in, in <c>$LAUBERHORN_CACHE</c>, else
/// <c>$XDG_CACHE_HOME/lauberhorn</c>, else <c>~/.cache/lauberhorn</c>. Several builders, also of several processes, do not
/// disturb each other: each builds in a directory of its own, and what is finished appears at once by renaming.
/// </summary>
public static class RtlBuilder
{
    private const string LibraryName = "model.so";

    // Raised when this class or the shim changes in a way that its inputs do not show.
    private const string Generation = "4";

    // Where Verilator begins a new file, in its own measure, about a character each.
    private const int UnitSize = 20_000;

    private static readonly ConcurrentDictionary<string, object> Locks = new();

    /// <summary>Directory in which built libraries are cached.</summary>
    public static string CacheDirectory
    {
        get
        {
            string? own = Environment.GetEnvironmentVariable("LAUBERHORN_CACHE");
            string? caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            string directory = !string.IsNullOrEmpty(own) ? own
                : Path.Combine(!string.IsNullOrEmpty(caches) ? caches
                    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "lauberhorn");
            try
            {
                return Directory.CreateDirectory(directory).FullName;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CosimulationException(
                    $"the build cache {directory} cannot be written: name a directory that can be in LAUBERHORN_CACHE", exception);
            }
        }
    }

    /// <summary>Builds a model, or finds it in the cache.</summary>
    /// <param name="design">The VHDL.</param>
    /// <param name="options">How to build it.</param>
    /// <returns>The model, ready to be started as often as needed.</returns>
    /// <exception cref="CosimulationException">A tool is missing or rejects the design.</exception>
    public static RtlLibrary Build(RtlDesign design, RtlBuildOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(design);
        options ??= new RtlBuildOptions();
        PortLayout layout = new(design.Ports);
        string shim = ShimWriter.Write(design, layout, options);
        if (!options.Keep)
        {
            using TemporaryDirectory once = new(CacheDirectory);
            BuildIn(once, design, options, shim);
            return RtlLibrary.Load(once.File(LibraryName), design, layout, options);
        }

        string name = $"{design.Entity}-{Key(design, options, shim)}";
        string finished = Path.Combine(CacheDirectory, name);
        string library = Path.Combine(finished, LibraryName);
        lock (Locks.GetOrAdd(name, _ => new object()))
        {
            if (!File.Exists(library))
            {
                using TemporaryDirectory building = new(CacheDirectory);
                BuildIn(building, design, options, shim);
                Publish(building.Path, finished);
            }
        }

        return RtlLibrary.Load(library, design, layout, options);
    }

    private static void BuildIn(TemporaryDirectory directory, RtlDesign design, RtlBuildOptions options, string shim)
    {
        string verilog = Ghdl.Synthesise(design.Entity, design.Files, out _, options.GhdlSeconds);

        // Waves show the design's own inputs.
        bool holdsInputs = !options.Waves;
        verilog += holdsInputs ? HeldInputs.Write(design) : string.Empty;
        File.WriteAllText(directory.File("design.v"), options.RandomUndefined ? Ghdl.PowerUpMemories(verilog) : verilog);
        File.WriteAllText(directory.File("shim.cpp"), shim);
        string level = options.Optimization switch
        {
            RtlOptimization.Quick => "-O0",
            RtlOptimization.Normal => "-O1",
            _ => "-O2",
        };
        string undefined = options.RandomUndefined ? "unique" : "0";

        // Verilator 5.006 takes x ^ ~x for 0 when it gathers operations on single bits.
        List<string> arguments =
        [
            "--cc", "--prefix", "Model", "--top-module", holdsInputs ? HeldInputs.Module : design.Entity, "--Mdir", "generated",
            "-O3", "-fno-const-bit-op-tree",
            "--output-split", UnitSize.ToString(CultureInfo.InvariantCulture),
            "--x-assign", undefined, "--x-initial", undefined, "-Wno-lint", "-Wno-style", "-Wno-fatal", "-Wno-INITIALDLY", "-Wno-UNOPTFLAT",
        ];
        if (options.Waves)
        {
            arguments.AddRange(["--trace-fst", "--trace-structs", "--trace-max-array", "1024", "--trace-max-width", "8192"]);
        }

        ExternalTool.Verilator.Run(directory.Path, [.. arguments, "design.v"]);
        FileInfo[] generated = [.. new DirectoryInfo(directory.File("generated")).GetFiles("*.cpp").OrderBy(file => file.Name,
            StringComparer.Ordinal)];
        string[] flags = [.. CompilerFlags(options.Waves), "-Igenerated"];
        if (options.Optimization == RtlOptimization.Normal)
        {
            // A quarter of the time goes into the question what each load sees of thousands of stores before it.
            flags = [.. flags, "--param=sccvn-max-alias-queries-per-access=30"];
        }

        // What runs once is not optimised. What runs in every clock is spread over the cores, headers being read once by each.
        List<(string Name, string Text, string Level)> units = [("slow", Includes(generated.Where(file => IsSlow(file.Name))), "-O0")];
        foreach (FileInfo[] part in Split([.. generated.Where(file => !IsSlow(file.Name))], Environment.ProcessorCount))
        {
            units.Add(($"fast{units.Count}", Includes(part), level));
        }

        units[1] = units[1] with { Text = units[1].Text + "#include \"shim.cpp\"\n" };
        Parallel.ForEach(units.AsEnumerable().Reverse(), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            unit =>
        {
            File.WriteAllText(directory.File($"{unit.Name}.cpp"), unit.Text);
            ExternalTool.Compiler.Run(directory.Path, [.. flags, unit.Level, "-c", $"{unit.Name}.cpp", "-o", $"{unit.Name}.o"]);
        });
        IEnumerable<string> libraries = options.Waves ? ["-lz"] : [];
        IEnumerable<string> objects = units.Select(unit => $"{unit.Name}.o");
        ExternalTool.Compiler.Run(
            directory.Path, ["-shared", "-Wl,-Bsymbolic", .. objects, .. Runtime(options.Waves), "-pthread", .. libraries, "-o",
                LibraryName]);
        Directory.Delete(directory.File("generated"), true);
        foreach ((string name, _, _) in units)
        {
            File.Delete(directory.File($"{name}.cpp"));
            File.Delete(directory.File($"{name}.o"));
        }
    }

    /// <summary>Spreads files over so many parts, or fewer, of about the same size.</summary>
    private static IEnumerable<FileInfo[]> Split(FileInfo[] files, int count)
    {
        List<FileInfo>[] parts = [.. Enumerable.Range(0, Math.Clamp(files.Length, 1, count)).Select(_ => new List<FileInfo>())];
        foreach (FileInfo file in files.OrderByDescending(file => file.Length).ThenBy(file => file.Name, StringComparer.Ordinal))
        {
            parts.MinBy(part => part.Sum(member => member.Length))!.Add(file);
        }

        return parts.Select(part => part.ToArray());
    }

    private static bool IsSlow(string file) =>
        file.EndsWith("__Slow.cpp", StringComparison.Ordinal) || file.Contains("__ConstPool", StringComparison.Ordinal)
            || file.Contains("__Syms", StringComparison.Ordinal);

    private static string Includes(IEnumerable<FileInfo> files) => string.Concat(files.Select(file => $"#include \"{file.Name}\"\n"));

    private static List<string> CompilerFlags(bool waves)
    {
        string include = Path.Combine(VerilatorRoot(), "include");

        // Hidden symbols: many models live in one process, and each must find its own classes.
        return
        [
            "-std=gnu++17", "-fPIC", "-fvisibility=hidden", "-fno-gnu-unique", "-fcf-protection=none", "-w", "-faligned-new", "-pthread",
            $"-I{include}", $"-I{Path.Combine(include, "vltstd")}",
            "-DVERILATOR=1", "-DVM_COVERAGE=0", "-DVM_SC=0", $"-DVM_TRACE={(waves ? 1 : 0)}", $"-DVM_TRACE_FST={(waves ? 1 : 0)}",
            "-DVM_TRACE_VCD=0",
        ];
    }

    /// <summary>Verilator's own run-time library, compiled once for all models.</summary>
    private static string[] Runtime(bool waves)
    {
        string[] units = waves ? ["verilated", "verilated_threads", "verilated_fst_c"] : ["verilated", "verilated_threads"];
        string hash = Hash([Generation, ExternalTool.Verilator.Version, ExternalTool.Compiler.Version]);
        string finished = Path.Combine(CacheDirectory, $"runtime-{(waves ? "waves-" : string.Empty)}{hash}");
        lock (Locks.GetOrAdd(finished, _ => new object()))
        {
            if (!Directory.Exists(finished))
            {
                using TemporaryDirectory building = new(CacheDirectory);
                foreach (string unit in units)
                {
                    ExternalTool.Compiler.Run(building.Path,
                        [.. CompilerFlags(waves), "-O2", "-c", Path.Combine(VerilatorRoot(), "include", unit + ".cpp"), "-o", unit + ".o"]);
                }

                Publish(building.Path, finished);
            }
        }

        return units.Select(unit => Path.Combine(finished, unit + ".o")).ToArray();
    }

    private static string VerilatorRoot() => ExternalTool.Verilator.Run(null, "--getenv", "VERILATOR_ROOT").Output.Trim();

    private static void Publish(string building, string finished)
    {
        try
        {
            Directory.Move(building, finished);
        }
        catch (IOException) when (Directory.Exists(finished))
        {
            // Somebody else was faster; what they built is the same.
        }
    }

    private static string Key(RtlDesign design, RtlBuildOptions options, string shim) => Hash(
    [
        Generation, ExternalTool.Ghdl.Version, ExternalTool.Verilator.Version, ExternalTool.Compiler.Version, options.ToString(), shim,
        design.Entity,
        .. design.Files.SelectMany(file => new[] { file.Name, file.Text }),
    ]);

    private static string Hash(IEnumerable<string> parts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
