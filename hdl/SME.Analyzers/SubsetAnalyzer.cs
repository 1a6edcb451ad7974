// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SME.Analyzers.Forms;

namespace SME.Analyzers;

/// <summary>
/// Reports, in the IDE and in the build, what the VHDL generator would reject in a process. Silent about code that is not hardware.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SubsetAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Rules.All];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            Compilation compilation = start.Compilation;
            CancellationToken cancel = start.CancellationToken;
            Lazy<ILookup<SyntaxTree?, Finding>> findings =
                new(() => new FormBuilder(compilation, string.Empty, cancel).Findings.ToLookup(finding => finding.Location.SourceTree));

            // By file, so that an IDE shows them while the file is open.
            start.RegisterSemanticModelAction(model =>
            {
                foreach (Finding finding in findings.Value[model.SemanticModel.SyntaxTree])
                {
                    model.ReportDiagnostic(finding.ToDiagnostic());
                }
            });
        });
    }
}
