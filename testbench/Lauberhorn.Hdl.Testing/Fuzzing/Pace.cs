// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Hdl.Testing.Fuzzing;

/// <summary>How steadily one side of a stream works.</summary>
internal enum Pace
{
    /// <summary>An item in every tick.</summary>
    Steady,

    /// <summary>A pause once in a while.</summary>
    Rare,

    /// <summary>Every other tick, at random.</summary>
    Half,

    /// <summary>Long runs of work and long pauses.</summary>
    Bursts,
}

/// <summary>Decides tick by tick, from a seed.</summary>
internal sealed class PaceSource(Pace pace, ulong seed)
{
    private readonly SeededRandom _random = new(seed);
    private bool _works;
    private int _left;

    /// <summary>Whether to work in the next tick.</summary>
    public bool Works()
    {
        switch (pace)
        {
            case Pace.Rare:
                return !_random.OneIn(16);
            case Pace.Half:
                return _random.OneIn(2);
            case Pace.Bursts:
                if (_left == 0)
                {
                    _works = !_works;
                    _left = _random.Between(1, _works ? 400 : 150);
                }

                _left--;
                return _works;
            default:
                return true;
        }
    }

    /// <summary>How many ticks to pause before the next piece of work.</summary>
    public int Pause()
    {
        var pause = 0;
        while (!Works())
        {
            pause++;
        }

        return pause;
    }
}
