// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>A bus of one number, which starts at 7 so that a forgotten reset shows.</summary>
public interface INumber : IBus
{
    [InitialValue(7)]
    int Value { get; set; }
}

/// <summary>Delays by a tick.</summary>
[ClockedProcess]
internal sealed class Register(INumber input) : SimpleProcess
{
    [InputBus] private readonly INumber input = input;
    [OutputBus] public readonly INumber Output = Scope.CreateBus<INumber>();

    protected override void OnTick() => Output.Value = input.Value;
}

/// <summary>Adds one, in the same tick.</summary>
internal sealed class Increment(INumber input) : SimpleProcess
{
    [InputBus] private readonly INumber input = input;
    [OutputBus] public readonly INumber Output = Scope.CreateBus<INumber>();

    protected override void OnTick() => Output.Value = input.Value + 1;
}

/// <summary>Adds two buses, in the same tick; its output is given, so that tests can wire it wrongly.</summary>
internal sealed class Sum(INumber left, INumber right, INumber output) : SimpleProcess
{
    [InputBus] private readonly INumber left = left;
    [InputBus] private readonly INumber right = right;
    [OutputBus] private readonly INumber output = output;

    protected override void OnTick() => output.Value = left.Value + right.Value;
}
