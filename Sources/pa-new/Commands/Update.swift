// `pa-new update` on the command line: update, tell.

import Scaffold

/// Updates a project, or says what an update would do.
///
/// - Parameters:
///   - request: What to make of the project.
///   - catalog: The frameworks to choose from.
///   - isQuiet: Whether to print nothing but errors.
///   - asJSON: Whether to print the report as JSON.
/// - Returns: The exit code.
/// - Throws: ``ScaffoldError``, with the disk as it was, or ``OutputError``.
func update(
    _ request: UpdateRequest,
    from catalog: Catalog,
    isQuiet: Bool,
    asJSON: Bool
) throws -> Int32 {
    let report: Report
    do {
        // Ctrl-C and its like wait for those few milliseconds, and meet all of it or nothing.
        let before = holdSignals()
        defer { releaseSignals(before) }
        report = try updateProject(request, from: catalog)
    }
    let code = report.conflicts.isEmpty ? ExitCode.success : ExitCode.found
    if !isQuiet {
        noteRecovery(report)
        let colour = Stream.output.hasColour
        try Stream.output.write(asJSON ? try report.json() : text(ofUpdate: report, colour: colour))
    } else if code != ExitCode.success {
        let diagnostic = Diagnostic(
            "there are conflicts to resolve",
            reason: "you and the template changed the same lines of "
                + listed(report.conflicts.map(quoted), most: 20)
        )
        try Stream.error.write(text(of: diagnostic, colour: Stream.error.hasColour))
    }
    return code
}
