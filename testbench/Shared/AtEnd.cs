// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Lauberhorn.Ends;

/// <summary>
/// What this process has made outside of itself (namespaces, directories, other processes) and must remove when it ends: in an ordinary
/// way, or by SIGINT, SIGTERM, SIGHUP or SIGQUIT. What a process leaves that was killed, a later one finds by the name, which says whose it
/// was. Compiled into each assembly that makes such things.
/// </summary>
internal static class AtEnd
{
    private static readonly Lock Guard = new();
    private static readonly List<Entry> Entries = [];
    private static List<PosixSignalRegistration>? signals;

    /// <summary>Registers something to be done at the process's end; disposed of, it is not.</summary>
    /// <param name="action">What is to be done; the last registered first, and what it throws is passed over.</param>
    public static IDisposable Do(Action action)
    {
        lock (Guard)
        {
            if (signals is null)
            {
                PosixSignal[] kinds = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

                // Behind it the signal does what it does by itself, which is to end the process.
                signals = [.. kinds.Select(kind => PosixSignalRegistration.Create(kind, static _ => RunAll()))];
                AppDomain.CurrentDomain.ProcessExit += static (_, _) => RunAll();
            }

            Entry entry = new(action);
            Entries.Add(entry);
            return entry;
        }
    }

    /// <summary>Has a process ended with this one, and what it has started too.</summary>
    /// <param name="process">The process; to be disposed of after the answer.</param>
    public static IDisposable Kill(Process process) => Do(() => process.Kill(entireProcessTree: true));

    /// <summary>
    /// A name for something of this process's own that outlives a kill: a later process knows by it that nobody is there any more.
    /// </summary>
    /// <param name="prefix">What it begins with.</param>
    public static string NameOf(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}-{Environment.ProcessId}-{StartOf(Environment.ProcessId)}");

    /// <summary>Whether a name of <see cref="NameOf"/>, perhaps with more behind it, is of a process that is gone.</summary>
    /// <param name="name">The name.</param>
    /// <param name="prefix">What such names begin with.</param>
    public static bool IsLeftover(string name, string prefix)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.StartsWith(prefix + "-", StringComparison.Ordinal) ? name[(prefix.Length + 1)..].Split('-') : [];
        return parts.Length >= 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long start)
            && StartOf(process) != start;
    }

    // The time at which a process started, in clock ticks since the machine did (proc(5), stat, field 22); -1 if it is gone. With it,
    // another process of the same number is no reason to keep something.
    private static long StartOf(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }

    private static void RunAll()
    {
        while (true)
        {
            Entry last;
            lock (Guard)
            {
                if (Entries.Count == 0)
                {
                    return;
                }

                last = Entries[^1];
                Entries.RemoveAt(Entries.Count - 1);
            }

            try
            {
                last.Action();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // The process is ending; the others are still to be done.
            }
        }
    }

    private sealed class Entry(Action action) : IDisposable
    {
        public Action Action { get; } = action;

        public void Dispose()
        {
            lock (Guard)
            {
                Entries.Remove(this);
            }
        }
    }
}
