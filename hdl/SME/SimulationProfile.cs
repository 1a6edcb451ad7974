// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// How often each process of a compiled simulation runs, and how much of the time is spent in it. Each process says when it begins; a
/// thread looks many times a second which one it is. Counting costs a nanosecond or two by run. See <c>tools/lauberhorn profile</c>.
/// </summary>
public sealed class SimulationProfile : IDisposable
{
    private readonly Dictionary<ProcessInstance, int> places = [];
    private readonly long[] samples;
    private readonly Thread sampler;
    private volatile bool isRunning;
    private volatile bool hasEnded;

    internal SimulationProfile(Network network)
    {
        foreach (ProcessInstance process in network.Processes)
        {
            places[process] = places.Count + 1;
        }

        // Word 0 is the place of the process that runs, 0 while none does; behind it the runs of each.
        Words = GC.AllocateArray<long>(places.Count + 1, true);
        samples = new long[places.Count + 1];
        sampler = new Thread(Sample) { IsBackground = true, Name = "profile", Priority = ThreadPriority.Highest };
        sampler.Start();
    }

    /// <summary>Times that were looked.</summary>
    public long Samples => samples.Sum();

    /// <summary>Times that no process ran: what is in between, such as a test bench that is no process.</summary>
    public long Outside => samples[0];

    internal long[] Words { get; }

    /// <summary>How often a process has run while the simulation was compiled.</summary>
    /// <param name="process">The process.</param>
    public long Runs(ProcessInstance process) => Words[places[process]];

    /// <summary>Number of samples in which a process was running.</summary>
    /// <param name="process">The process.</param>
    public long SamplesOf(ProcessInstance process) => samples[places[process]];

    /// <summary>Begins to look, from nothing.</summary>
    public void Start()
    {
        Array.Clear(Words);
        Array.Clear(samples);
        isRunning = true;
    }

    /// <summary>Looks no more.</summary>
    public void Stop() => isRunning = false;

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        hasEnded = true;
        sampler.Join();
    }

    internal int PlaceOf(ProcessInstance process) => places[process];

    private void Sample()
    {
        while (!hasEnded)
        {
            if (isRunning)
            {
                samples[Volatile.Read(ref Words[0])]++;
            }

            Thread.Sleep(1);
        }
    }
}
