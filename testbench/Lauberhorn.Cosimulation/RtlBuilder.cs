// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Lauberhorn.Cosimulation;

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
    private const string Generation = "2";

    private static readonly ConcurrentDictionary<string, object> Locks = new();

    /// <summary>Where libraries are kept.</summary>
    public static string CacheDirectory
    {
        get
        {
            string? own = Environment.GetEnvironmentVariable("LAUBERHORN_CACHE");
            string? caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            string directory = !string.IsNullOrEmpty(own) ? own
                : Path.Combine(!string.IsNullOrEmpty(caches) ? caches : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "lauberhorn");
            try
            {
                return Directory.CreateDirectory(directory).FullName;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CosimulationException($"the build cache {directory} cannot be written: name a directory that can be in LAUBERHORN_CACHE", exception);
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
        File.WriteAllText(directory.File("design.v"), options.RandomUndefined ? Ghdl.PowerUpMemories(verilog) : verilog);
        File.WriteAllText(directory.File("shim.cpp"), shim);
        bool quick = options.Optimization == RtlOptimization.Quick;
        string undefined = options.RandomUndefined ? "unique" : "0";

        // Verilator 5.006 takes x ^ ~x for 0 when it gathers operations on single bits.
        List<string> arguments =
        [
            "--cc", "--prefix", "Model", "--top-module", design.Entity, "--Mdir", "generated", "-O3", "-fno-const-bit-op-tree", "--output-split", "0",
            "--x-assign", undefined, "--x-initial", undefined, "-Wno-lint", "-Wno-style", "-Wno-fatal", "-Wno-INITIALDLY", "-Wno-UNOPTFLAT",
        ];
        if (options.Waves)
        {
            arguments.AddRange(["--trace-fst", "--trace-structs", "--trace-max-array", "1024", "--trace-max-width", "8192"]);
        }

        ExternalTool.Verilator.Run(directory.Path, [.. arguments, "design.v"]);
        string[] generated = Directory.GetFiles(directory.File("generated"), "*.cpp").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToArray();

        // One translation unit for what runs once and one for what runs every clock: headers are read twice instead of a dozen times.
        File.WriteAllText(directory.File("slow.cpp"), Includes(generated.Where(IsSlow)));
        File.WriteAllText(directory.File("fast.cpp"), Includes(generated.Where(file => !IsSlow(file))) + "#include \"shim.cpp\"\n");
        string[] flags = [.. CompilerFlags(options.Waves), "-Igenerated"];
        Task slow = Task.Run(() => ExternalTool.Compiler.Run(directory.Path, [.. flags, "-O0", "-c", "slow.cpp", "-o", "slow.o"]));
        ExternalTool.Compiler.Run(directory.Path, [.. flags, quick ? "-O0" : "-O3", "-c", "fast.cpp", "-o", "fast.o"]);
        slow.GetAwaiter().GetResult();
        IEnumerable<string> libraries = options.Waves ? ["-lz"] : [];
        ExternalTool.Compiler.Run(directory.Path, ["-shared", "-Wl,-Bsymbolic", "fast.o", "slow.o", .. Runtime(options.Waves), "-pthread", .. libraries, "-o", LibraryName]);
        Directory.Delete(directory.File("generated"), true);
        foreach (string file in new[] { "slow.cpp", "fast.cpp", "slow.o", "fast.o" })
        {
            File.Delete(directory.File(file));
        }
    }

    private static bool IsSlow(string file) =>
        file.EndsWith("__Slow.cpp", StringComparison.Ordinal) || file.Contains("__ConstPool", StringComparison.Ordinal) || file.Contains("__Syms", StringComparison.Ordinal);

    private static string Includes(IEnumerable<string> files) => string.Concat(files.Select(file => $"#include \"{file}\"\n"));

    private static List<string> CompilerFlags(bool waves)
    {
        string include = Path.Combine(VerilatorRoot(), "include");

        // Hidden symbols: many models live in one process, and each must find its own classes.
        return
        [
            "-std=gnu++17", "-fPIC", "-fvisibility=hidden", "-fno-gnu-unique", "-fcf-protection=none", "-w", "-faligned-new", "-pthread",
            $"-I{include}", $"-I{Path.Combine(include, "vltstd")}",
            "-DVERILATOR=1", "-DVM_COVERAGE=0", "-DVM_SC=0", $"-DVM_TRACE={(waves ? 1 : 0)}", $"-DVM_TRACE_FST={(waves ? 1 : 0)}", "-DVM_TRACE_VCD=0",
        ];
    }

    /// <summary>Verilator's own run-time library, compiled once for all models.</summary>
    private static string[] Runtime(bool waves)
    {
        string[] units = waves ? ["verilated", "verilated_threads", "verilated_fst_c"] : ["verilated", "verilated_threads"];
        string finished = Path.Combine(CacheDirectory, $"runtime-{(waves ? "waves-" : string.Empty)}{Hash([Generation, ExternalTool.Verilator.Version, ExternalTool.Compiler.Version])}");
        lock (Locks.GetOrAdd(finished, _ => new object()))
        {
            if (!Directory.Exists(finished))
            {
                using TemporaryDirectory building = new(CacheDirectory);
                foreach (string unit in units)
                {
                    ExternalTool.Compiler.Run(building.Path, [.. CompilerFlags(waves), "-O2", "-c", Path.Combine(VerilatorRoot(), "include", unit + ".cpp"), "-o", unit + ".o"]);
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
        Generation, ExternalTool.Ghdl.Version, ExternalTool.Verilator.Version, ExternalTool.Compiler.Version, options.ToString(), shim, design.Entity,
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
