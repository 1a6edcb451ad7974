// SPDX-License-Identifier: Apache-2.0
using SME.Form;

namespace SME.VHDL;

/// <summary>
/// The rules that only the generator can check, because they need the elaborated instance. Those of the analyzer are
/// SME0nn; these are SME2nn. All are listed in docs/vhdl.md.
/// </summary>
internal static class Rules
{
    public const string NoForm = "SME200";
    public const string Type = "SME201";
    public const string NotConstant = "SME202";
    public const string LoopLimit = "SME203";
    public const string Recursion = "SME204";
    public const string StateInCombinational = "SME205";
    public const string UnwrittenOutput = "SME206";
    public const string ReadsOwnOutput = "SME207";
    public const string UnknownIntrinsic = "SME209";
    public const string NotHardware = "SME210";
    public const string UnmarkedBus = "SME211";
    public const string Template = "SME213";
    public const string AlreadyRun = "SME214";
    public const string TooLarge = "SME216";
    public const string Internal = "SME299";

    public static ProblemException Fail(string id, string message, SourceLocation location) => new(new Problem(id, message, location));
}
