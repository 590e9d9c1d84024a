// The command `pa-new update`: updates a project, prints the report.

import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

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
    var request = request
    request.undoStore = undoStore
    request.console = thisConsole()
    _ = try meantProject(request.folder, for: .update, goesUp: false)
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
            reason: report.conflictReason
        )
        try Stream.error.write(text(of: diagnostic, colour: Stream.error.hasColour))
    }
    return code
}

/// Undoes the last update of a project, or resolves conflicts.
///
/// - Parameters:
///   - request: What to do.
///   - isQuiet: Whether to print only errors.
/// - Returns: The exit code.
/// - Throws: ``ScaffoldError``, with nothing changed, or ``OutputError``.
func restore(_ request: RestoreRequest, isQuiet: Bool) throws -> Int32 {
    var request = request
    request.undoStore = undoStore
    _ = try meantProject(request.folder, for: .update, goesUp: false)
    let report: RestoreReport
    do {
        let before = holdSignals()
        defer { releaseSignals(before) }
        report = try restoreProject(request)
    }
    if !isQuiet {
        noteRecovery(report.didRecover, in: request.folder)
        try Stream.output.write(text(of: report, in: request.folder))
    }
    return ExitCode.success
}

/// The place for what updates replace.
private var undoStore: UndoStore? {
    var environment: [String: String] = [:]
    for name in ["XDG_STATE_HOME", "HOME"] {
        environment[name] = getenv(name).map { String(cString: $0) }
    }
    return UndoStore(environment: environment)
}

/// Returns a line for each file.
private func text(of report: RestoreReport, in folder: String) -> String {
    let width = report.files.map(\.verb.rawValue.count).max() ?? 0
    let place = { (path: String) in plainOrQuoted(folder == "." ? path : folder + "/" + path) }
    var text = report.files.map { file in
        String(repeating: " ", count: width - file.verb.rawValue.count) + file.verb.rawValue + "  "
            + place(file.path) + (file.keptAt.map { "  (your edits: \(place($0)))" } ?? "") + "\n"
    }.joined()
    if report.files.isEmpty { text = "there is nothing to undo\n" }
    return text + (report.isDryRun ? "\nNothing was written.\n" : "")
}
