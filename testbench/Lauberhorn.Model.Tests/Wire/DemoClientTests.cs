// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Reflection;
using Lauberhorn.Driver;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Wire;

namespace Lauberhorn.Model.Tests.Wire;

/// <summary>
/// The demo's client against the driver's handlers and layouts, with plain C# where the NIC will be: what libtirpc sends must be what the
/// layouts expect. Skipped where there is no TAP device, rpcgen or libtirpc.
/// </summary>
public class DemoClientTests
{
    private const ushort Port = 2049;

    // In seconds: only a test that fails takes so long, however busy the machine is.
    private const int Patience = 300;

    [Theory]
    [InlineData("none")]
    [InlineData("sys")]
    public void The_demo_s_client_is_served_over_a_TAP_device(string flavor)
    {
        string directory = Directory.CreateTempSubdirectory("lauberhorn-demo-").FullName;
        try
        {
            string client = BuildClient(directory);
            using NetworkNamespace space = MakeSpace(out TapDevice? tap);
            using TapDevice owned = tap;
            var recorded = new RecordedWire(tap);
            ReceiveSettings nic = ReceiveSettings.Captures;
            var kernel = new KernelNetwork(nic);
            using Process process = space.Start(client, ["10.77.0.2", $"{Port}", flavor, $"{Patience}"]);
            var clock = Stopwatch.StartNew();
            int calls = 0;
            while (!process.HasExited && clock.Elapsed.TotalSeconds < Patience)
            {
                tap.Wait(20);
                while (recorded.TryReceive(out byte[] frame))
                {
                    DecodedFrame decoded = ReferenceDecoder.Decode(frame, false, nic);
                    if (decoded.IsCall)
                    {
                        calls++;
                        Assert.Equal(flavor == "sys" ? 1u : 0, decoded.Rpc!.CredentialFlavor);
                        recorded.Send(Serve(frame, decoded));
                    }
                    else
                    {
                        foreach (byte[] answer in kernel.Handle(frame))
                        {
                            recorded.Send(answer);
                        }
                    }
                }
            }

            string output = process.StandardOutput.ReadToEnd();
            Assert.True(process.HasExited && process.ExitCode == 0, output);
            Assert.Contains("19 + 23 = 42", output, StringComparison.Ordinal);
            Assert.Contains("4000000000000 + 2 = 4000000000002", output, StringComparison.Ordinal);
            Assert.Contains("\"Hello, Lauberhorn\"", output, StringComparison.Ordinal);
            Assert.Equal(7, calls);
            Assert.True(recorded.Frames.Count >= 16);
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }

    private static byte[] Serve(byte[] frame, DecodedFrame call)
    {
        byte[] results = [];
        if (call.Rpc!.Procedure != 0)
        {
            MethodInfo method = typeof(Service).GetMethods(BindingFlags.Static | BindingFlags.Public)
                .Single(one => one.GetCustomAttribute<ProcedureAttribute>()!.Number == call.Rpc.Procedure);
            MessageLayout arguments = ArgumentLayoutCompiler.Arguments(method);
            MessageLayout layout = ArgumentLayoutCompiler.Results(method);
            Assert.True(arguments.IsNative && layout.IsNative);
            results = layout.Convert(layout.Write(method.Invoke(null, arguments.Read(arguments.Convert(call.Payload)))));
        }

        // The xid, REPLY, MSG_ACCEPTED, an empty verifier, SUCCESS (RFC 5531 section 9).
        return new FrameBuilder()
            .WithMac(0x024C_4800_0001, ReceiveSettings.Captures.MacAddress)
            .WithAddresses(ReceiveSettings.Captures.Ipv4Address, 0x0A4D_0001)
            .WithPorts(Port, (ushort)((frame[34] << 8) | frame[35]))
            .WithUdpPayload([.. frame[42..46], 0, 0, 0, 1, .. new byte[16], .. results])
            .Build();
    }

    private static NetworkNamespace MakeSpace(out TapDevice tap)
    {
        NetworkNamespace? space = null;
        try
        {
            space = NetworkNamespace.Create("client");
            tap = space.AddTap("nic0", IPAddress.Parse("10.77.0.1"), macAddress: 0x024C_4800_0001);
            return space;
        }
        catch (WireException problem)
        {
            space?.Dispose();
            Assert.SkipWhen(problem.LacksRight, problem.Message);
            throw;
        }
    }

    private static string BuildClient(string directory)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Lauberhorn.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        using Process build = Process.Start(new ProcessStartInfo(Path.Combine(root, "tools", "demo-src", "build"),
            [directory])
        { RedirectStandardError = true })!;
        string errors = build.StandardError.ReadToEnd();
        build.WaitForExit();
        Assert.SkipWhen(build.ExitCode == 2, errors);
        Assert.True(build.ExitCode == 0, errors);
        return Path.Combine(directory, "client");
    }

    private static class Service
    {
        [Procedure(1)]
        public static int Add(int left, int right) => left + right;

        [Procedure(2)]
        public static long AddHyper(long left, long right) => left + right;

        [Procedure(3)]
        public static string Greet([MaximumBytes(1024)] string name) => $"Hello, {name}";
    }
}
