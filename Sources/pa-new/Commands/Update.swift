// The command `pa-new update`: updates a project, prints the report.

import Scaffold

/// Updates a project, or prints what an update would do.
///
/// - Parameters:
///   - request: The project to update, and the answers to change.
///   - catalog: The available frameworks.
///   - isQuiet: Whether to print only errors.
///   - asJSON: Whether to print the report as JSON.
/// - Returns: The exit code.
/// - Throws: ``ScaffoldError``, with nothing changed, or ``OutputError``.
func update(
    _ request: UpdateRequest,
    from catalog: Catalog,
    isQuiet: Bool,
    asJSON: Bool
) throws -> Int32 {
    let report: Report
    do {
        // Delay Ctrl-C, SIGTERM and SIGHUP until all is written, so that they cannot stop halfway.
        let before = holdSignals()
        defer { releaseSignals(before) }
        report = try updateProject(request, from: catalog)
    }
    var code = report.conflicts.isEmpty ? ExitCode.success : ExitCode.found
    if request.isCheck, code == ExitCode.success, report.hasChanges { code = ExitCode.outdated }
    if !isQuiet {
        noteRecovery(report)
        let colour = Stream.output.hasColour
        try Stream.output.write(asJSON ? try report.json() : text(ofUpdate: report, colour: colour))
    } else if code == ExitCode.found, !request.isCheck {
        let diagnostic = Diagnostic(
            "there are conflicts to resolve",
            reason: "you and the template changed the same lines of "
                + listed(report.conflicts.map(quoted), most: 20)
        )
        try Stream.error.write(text(of: diagnostic, colour: Stream.error.hasColour))
    }
    return code
}
