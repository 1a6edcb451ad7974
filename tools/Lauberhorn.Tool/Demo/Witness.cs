// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace Lauberhorn.Tool.Demo;

/// <summary>tshark's summary of a frame.</summary>
/// <param name="Number">The frame's number in the capture, from 1.</param>
/// <param name="Source">Source MAC address.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Summary">tshark's own line about it.</param>
/// <param name="GoodSums">Checksums of IPv4 and UDP that are right.</param>
/// <param name="BadSums">Those that are not.</param>
/// <param name="IsCall">Whether it is an RPC call.</param>
/// <param name="IsReply">Whether it is a reply for which tshark saw the call.</param>
/// <param name="Complaint">What tshark complains about (malformed, warnings); empty if nothing.</param>
public sealed record WitnessedFrame(
    int Number, string Source, int Bytes, string Summary, int GoodSums, int BadSums, bool IsCall, bool IsReply, string Complaint);

/// <summary>tshark, which knows nothing of us, reads a capture.</summary>
public static class Witness
{
    private const string Good = "1";
    private const string Bad = "0";

    private static readonly string[] Fields =
    [
        "frame.number", "eth.src", "frame.len", "ip.checksum.status", "udp.checksum.status", "rpc.msgtyp", "rpc.repframe", "_ws.malformed",
        "_ws.expert.message",
        "_ws.col.Protocol", "_ws.col.Info",
    ];

    /// <summary>Reads a capture.</summary>
    /// <param name="path">The capture.</param>
    /// <param name="rpcPort">The service's UDP port: whatever comes from or goes to it is RPC. Otherwise tshark would go by the client's
    /// port, which may be some other protocol's.</param>
    /// <exception cref="ToolException">tshark is missing, or fails.</exception>
    public static IReadOnlyList<WitnessedFrame> Read(string path, ushort rpcPort)
    {
        ProcessStartInfo start = new("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "-n", "-2", "-r", path, "-T", "fields", "-E", "occurrence=a",
            "-d", $"udp.port=={rpcPort},rpc", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o",
            "rpc.dissect_unknown_programs:TRUE",
            .. Fields.SelectMany(field => new[] { "-e", field }),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Frame(line.Split('\t')))]
                : throw new ToolException($"tshark ends with {process.ExitCode}: {errors.Result.Trim().ReplaceLineEndings("; ")}");
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new ToolException("tshark is missing; install tshark", problem);
        }
    }

    private static WitnessedFrame Frame(string[] values)
    {
        string[] sums = [.. values[3].Split(','), .. values[4].Split(',')];
        return new WitnessedFrame(
            int.Parse(values[0], CultureInfo.InvariantCulture),
            values[1],
            int.Parse(values[2], CultureInfo.InvariantCulture),
            $"{values[9]}: {values[10]}",
            sums.Count(sum => sum == Good),
            sums.Count(sum => sum == Bad),
            values[5] == "0",
            values[5] == "1" && values[6].Length > 0,
            string.Join("; ", new[] { values[7], values[8] }.Where(value => value.Length > 0)));
    }
}
