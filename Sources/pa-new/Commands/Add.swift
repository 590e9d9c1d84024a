// The command `pa-new add`: adds a handler to a project, prints the report.

import ProjectFiles
import Scaffold

/// Adds a handler to a project, or prints what would be added.
///
/// - Parameters:
///   - request: What to add.
///   - catalog: The available frameworks.
///   - asJSON: Whether to print the report as JSON.
/// - Returns: The exit code.
/// - Throws: ``ScaffoldError``, with nothing changed, or ``OutputError``.
func add(_ request: AddRequest, from catalog: Catalog, asJSON: Bool) throws -> Int32 {
    _ = try meantProject(request.folder, for: .add, goesUp: false)
    let report: AddReport
    do {
        // Delay Ctrl-C, SIGTERM and SIGHUP until all is written, so that they cannot stop halfway.
        let before = holdSignals()
        defer { releaseSignals(before) }
        report = try addHandler(request, from: catalog)
    }
    noteRecovery(report.didRecover, in: report.target)
    if report.needsHand {
        try Stream.error.write(
            text(of: byHandDiagnostic(of: report), colour: Stream.error.hasColour)
        )
    }
    try Stream.output.write(asJSON ? try report.json() : text(of: report))
    return report.needsHand ? ExitCode.found : ExitCode.success
}

/// Returns the message for a project in which a place is not certain.
private func byHandDiagnostic(of report: AddReport) -> Diagnostic {
    let problems = report.pieces.compactMap { piece in piece.problem?.inWords(piece.path) }
    var seen: Set<String> = []
    return Diagnostic(
        "the handler \(quoted(report.name)) was not added: nothing was written",
        reason: listed(problems.filter { seen.insert($0).inserted }, most: 5),
        hint: "add the code that is printed here by hand"
    )
}

/// Returns the report for people.
///
/// - Parameter report: The report.
/// - Returns: Whole lines.
private func text(of report: AddReport) -> String {
    if report.needsHand { return byHandText(of: report) }
    let place = { (path: String) in
        plainOrQuoted(report.target == "." ? path : report.target + "/" + path)
    }
    if report.isDryRun {
        return report.files.map { difference(from: $0.old, to: $0.new, path: $0.path) }.joined()
            + "\nNothing was written.\n"
    }
    return report.files.map { "update  \(place($0.path))\n" }.joined()
        + stepRows(report.nextSteps)
}

/// Returns all code that belongs to the handler, each piece with its place.
private func byHandText(of report: AddReport) -> String {
    report.pieces.map { piece in
        let lines = piece.code.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { $0.isEmpty }
        return "Add this \(piece.placeInWords):\n\n"
            + lines.map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
            .trimmingLineEnds() + "\n"
    }.joined(separator: "\n")
}

extension String {
    fileprivate func trimmingLineEnds() -> String {
        String(reversed().drop { $0 == "\n" }.reversed())
    }
}
