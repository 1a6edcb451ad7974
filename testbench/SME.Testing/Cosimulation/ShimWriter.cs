// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace SME.Testing.Cosimulation;

/// <summary>
/// Writes the C++ between C# and a Verilated model: a structure with all ports, and a handful of C functions. Names and
/// widths differ from model to model; the functions' signatures do not.
/// </summary>
internal static class ShimWriter
{
    internal static string Write(RtlDesign design, PortLayout layout, RtlBuildOptions options)
    {
        if (design.Clocks.Count > 64)
        {
            throw new CosimulationException($"{design.Entity} has {design.Clocks.Count} clocks; at most 64 can be driven");
        }

        string traces = options.Waves ? "    instance->context.traceEverOn(true);\n" : string.Empty;
        string[] taking = options.Waves ? [] : [$"model.{HeldInputs.Event} ^= 1;"];
        StringBuilder text = new();
        text.Append("#include \"Model.h\"\n#include \"verilated.h\"\n#include <cstddef>\n#include <cstdint>\n#include <cstring>\n");
        text.Append(options.Waves ? "#include \"verilated_fst_c.h\"\n\n" : "\n");
        WriteStructure(text, layout);
        text.Append($$"""

            namespace
            {
            struct Instance
            {
                VerilatedContext context;
                Model* model = nullptr;
                uint64_t time = 0;
            {{(options.Waves ? "    VerilatedFstC* waves = nullptr;\n    uint64_t dumped = ~uint64_t(0);\n" : string.Empty)}}};

            inline void copy_inputs(Model& model, const Ports& ports)
            {
            {{Lines(layout.Inputs.Select(port => Copy($"model.{VerilogNames.Member(port.Port.Name)}", $"ports.{Member(port)}", port)))}}}

            inline void copy_outputs(const Model& model, Ports& ports)
            {
            {{Lines(layout.Outputs.Select(port => Copy($"ports.{Member(port)}", $"model.{VerilogNames.Member(port.Port.Name)}", port)))}}}

            // The inputs are set: the design is to take them (see HeldInputs).
            inline void clocks_low(Model& model)
            {
            {{Lines([.. taking, .. design.Clocks.Select(clock => $"model.{clock.Clock} = 0;")])}}}

            inline void clocks_high(Model& model, uint64_t clocks)
            {
            {{Lines(design.Clocks.Select((clock, index) => $"model.{clock.Clock} = clocks >> {index} & 1;"))}}}

            inline void reset_to(Model& model, int value)
            {
            {{Lines(design.Clocks.Where(clock => clock.Reset is not null).Select(clock => $"model.{clock.Reset} = value;"))}}}

            inline void low(Instance& instance)
            {
                clocks_low(*instance.model);
                instance.model->eval();
            {{(options.Waves ? "    if (instance.waves && instance.dumped != instance.time) instance.waves->dump(2 * instance.time);\n    "
                + "instance.dumped = instance.time;\n" : string.Empty)}}}

            inline void high(Instance& instance, uint64_t clocks)
            {
                clocks_high(*instance.model, clocks);
                instance.model->eval();
            {{(options.Waves ? "    if (instance.waves) instance.waves->dump(2 * instance.time + "
                + "1);\n" : string.Empty)}}    instance.time++;
            }
            }

            #define EXPORT extern "C" __attribute__((visibility("default")))

            EXPORT uint32_t lauberhorn_size()
            {
                return sizeof(Ports);
            }

            EXPORT void* lauberhorn_create(uint32_t seed)
            {
                Instance* instance = new Instance;
                instance->context.randReset({{(options.RandomUndefined ? "2" : "0")}});
                instance->context.randSeed(seed & 0x7fffffff);
            {{traces}}    instance->model = new Model(&instance->context, "");
                reset_to(*instance->model, 0);
                clocks_low(*instance->model);
            {{(options.Waves ? string.Empty : "    instance->model->eval(); // From here on a change is seen.\n")}}    return instance;
            }

            EXPORT void lauberhorn_destroy(void* handle)
            {
                Instance* instance = static_cast<Instance*>(handle);
            {{(options.Waves ? "    if (instance->waves) { instance->waves->close(); delete instance->waves; "
                + "}\n" : string.Empty)}}    instance->model->final();
                delete instance->model;
                delete instance;
            }

            EXPORT void lauberhorn_settle(void* handle, Ports* ports)
            {
                Instance& instance = *static_cast<Instance*>(handle);
                copy_inputs(*instance.model, *ports);
                low(instance);
                copy_outputs(*instance.model, *ports);
            }

            EXPORT void lauberhorn_advance(void* handle, Ports* ports, uint64_t clocks)
            {
                Instance& instance = *static_cast<Instance*>(handle);
                high(instance, clocks);
                copy_inputs(*instance.model, *ports);
                low(instance);
                copy_outputs(*instance.model, *ports);
            }

            EXPORT void lauberhorn_step(void* handle, Ports* ports, uint64_t clocks)
            {
                Instance& instance = *static_cast<Instance*>(handle);
                copy_inputs(*instance.model, *ports);
                low(instance);
                copy_outputs(*instance.model, *ports);
                high(instance, clocks);
            }

            EXPORT void lauberhorn_reset(void* handle, Ports* ports, uint32_t cycles)
            {
                Instance& instance = *static_cast<Instance*>(handle);
                copy_inputs(*instance.model, *ports);
                reset_to(*instance.model, 1);
                for (uint32_t i = 0; i < cycles; i++)
                {
                    low(instance);
                    high(instance, ~uint64_t(0));
                }

                reset_to(*instance.model, 0);
                low(instance);
                copy_outputs(*instance.model, *ports);
            }

            EXPORT int lauberhorn_waves(void* handle, const char* path)
            {
            {{(options.Waves ? WavesBody : "    return -1;\n")}}}

            // The bare loop that C# is measured against: inputs straight from a table, no structure in between.
            EXPORT uint64_t lauberhorn_loop(void* handle, const Ports* table, uint64_t table_size, uint64_t cycles)
            {
                Instance& instance = *static_cast<Instance*>(handle);
                Model& model = *instance.model;
                uint64_t sum = 0;
                uint64_t row = 0;
                for (uint64_t i = 0; i < cycles; i++)
                {
                    copy_inputs(model, table[row]);
                    row = row + 1 == table_size ? 0 : row + 1;
                    clocks_low(model);
                    model.eval();
                    sum = sum * 31 + ({{FirstWord(layout)}});
                    clocks_high(model, ~uint64_t(0));
                    model.eval();
                }

                return sum;
            }

            """);
        return text.ToString();
    }

    private const string WavesBody = """
            Instance& instance = *static_cast<Instance*>(handle);
            if (instance.waves)
            {
                instance.waves->close();
                delete instance.waves;
                instance.waves = nullptr;
            }

            if (path)
            {
                instance.waves = new VerilatedFstC;
                instance.waves->set_time_unit("1ns");
                instance.waves->set_time_resolution("1ns");
                instance.model->trace(instance.waves, 99);
                instance.waves->open(path);
                return instance.waves->isOpen() ? 0 : -1;
            }

            return 0;

        """;

    private static void WriteStructure(StringBuilder text, PortLayout layout)
    {
        text.Append("struct Ports\n{\n");
        foreach (PlacedPort port in layout.Inputs)
        {
            text.Append($"    {Declaration(port)};\n");
        }

        bool aligned = false;
        foreach (PlacedPort port in layout.Outputs)
        {
            text.Append($"    {(aligned ? string.Empty : "alignas(8) ")}{Declaration(port)};\n");
            aligned = true;
        }

        if (layout.Inputs.Count + layout.Outputs.Count == 0)
        {
            text.Append("    uint64_t nothing;\n");
        }

        text.Append("} __attribute__((aligned(8)));\n\n");
        foreach (PlacedPort port in layout.Inputs.Concat(layout.Outputs))
        {
            text.Append($"static_assert(offsetof(Ports, {Member(port)}) == {port.Offset}, \"layout\");\n");
        }

        text.Append($"static_assert(sizeof(Ports) == {layout.Size}, \"layout\");\n");
    }

    private static string Declaration(PlacedPort port) =>
        port.Port.Width > 64 ? $"uint32_t {Member(port)}[{port.Size / 4}]" : $"uint{port.Size * 8}_t {Member(port)}";

    // Not the port's own name, which may be a macro or a word of C++.
    private static string Member(PlacedPort port) => $"{port.Port.Name}_";

    private static string Copy(string to, string from, PlacedPort port) =>
        port.Port.Width > 64 ? $"std::memcpy(&{to}[0], &{from}[0], {port.Size});" : $"{to} = {from};";

    private static string Lines(IEnumerable<string> statements) => string.Concat(statements.Select(statement => $"    {statement}\n"));

    private static string FirstWord(PortLayout layout)
    {
        PlacedPort? port = layout.Outputs.Count > 0 ? layout.Outputs[0] : null;
        return port is null ? "0" : port.Port.Width > 64 ? $"model.{VerilogNames.Member(port.Port.Name)}[0]"
            : $"uint64_t(model.{VerilogNames.Member(port.Port.Name)})";
    }
}
