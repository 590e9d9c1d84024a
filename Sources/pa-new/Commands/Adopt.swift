// The command `pa-new adopt`: reads an app that is there already, asks where there is a choice, and writes the
// files beside it that connect it with PythonAnywhere.

import HostTools
import ProjectFiles
import Scaffold

/// Connects an app that is there already, or says what would be written.
///
/// - Parameters:
///   - request: How to connect it.
///   - catalog: The available frameworks.
///   - mode: How to write and print it.
/// - Returns: The exit code.
/// - Throws: The error, with nothing written, or ``OutputError``.
func adopt(
    _ request: AdoptRequest,
    from catalog: Catalog,
    _ mode: AdoptMode
) throws -> Int32 {
    var request = request
    let asks = Terminal.canAsk && !mode.isQuiet && !mode.asJSON
    let folder = try AdoptableFolder(request.folder, from: catalog, isReadOnly: mode.isDryRun)
    if !mode.isQuiet { noteRecovery(folder.didRecover, in: request.folder) }
    if let user = request.user { _ = try AccountName(user) }
    if let python = request.python { _ = try PythonVersion(python) }
    let python = try interpreter(
        request.interpreter,
        for: request.folder,
        to: request.loads ? .loading : .reading
    )
    let facts = try readApp(request, with: python)
    try facts.checkHostable(in: request.folder)
    let app = try chosenApp(request, facts, folder, asks: asks)
    request.console = thisConsole()
    if asks, request.console == nil, folder.record == nil {
        try askSite(&request.user, &request.domain)
    }

    var remarks = remarksAbout(request, facts, folder, mode)
    if let record = folder.record {
        var report: Report
        do {
            let before = holdSignals()
            defer { releaseSignals(before) }
            report = try updateAdoption(
                request,
                of: app,
                facts,
                over: record,
                from: catalog,
                isDryRun: mode.isDryRun
            )
        }
        (report.found, report.remarks) = (facts.found(app, request, over: folder.record), remarks)
        try show(report, mode, isUpdate: true)
        return report.conflicts.isEmpty ? ExitCode.success : ExitCode.found
    }
    let (name, instead) = folder.name(from: catalog)
    if let instead {
        remarks.append(
            "On PythonAnywhere, the folder is called \(name), because \(quoted(instead)) cannot be "
                + "the name of a project."
        )
    }
    let prepared = try prepareAdoption(
        request,
        of: app,
        facts,
        name: name,
        from: catalog,
        wantsRepository: mode.wantsRepository,
        isReadOnly: mode.isDryRun
    )
    var report: Report
    if mode.isDryRun {
        report = prepared.preview()
    } else {
        // Delay Ctrl-C, SIGTERM and SIGHUP until all is written, so that they cannot stop halfway.
        let before = holdSignals()
        defer { releaseSignals(before) }
        report = try prepared.commit()
    }
    if case .own? = report.repository {
        remarks.append(
            "The first commit has only the files that pa-new wrote. Add your own files with git, but no "
                + "file with secrets, such as .env."
        )
    }
    (report.found, report.remarks) = (facts.found(app, request, over: folder.record), remarks)
    try show(report, mode, isUpdate: false)
    return ExitCode.success
}

/// Returns what to tell the user about the folder as it is, in whole sentences.
private func remarksAbout(
    _ request: AdoptRequest,
    _ facts: AppFacts,
    _ folder: AdoptableFolder,
    _ mode: AdoptMode
) -> [String] {
    var remarks = facts.remarks(request, over: folder.record)
    if folder.isUnfinished {
        remarks.append(
            "An interrupted run has left unfinished changes in \(quoted(request.folder)). A run without "
                + "--dry-run undoes them first, so that it can find something else."
        )
    }
    if folder.record != nil, mode.wantsRepository {
        remarks.append(
            "The app is adopted already, so --git makes no repository. To make one: git init"
        )
    }
    return remarks
}

/// Returns the app that the user means: the only one, or the answer to a question.
private func chosenApp(
    _ request: AdoptRequest,
    _ facts: AppFacts,
    _ folder: AdoptableFolder,
    asks: Bool
) throws -> AppFacts.App {
    if let app = facts.app(chosenIn: folder.record) { return app }
    guard asks else { throw facts.choiceProblem(in: request.folder) }
    let number = try askNumber("Which app", facts.apps.map(\.what))
    return facts.apps[number]
}

/// Prints what was found and what was done.
private func show(_ report: Report, _ mode: AdoptMode, isUpdate: Bool) throws {
    if mode.isQuiet { return }
    noteRecovery(report)
    if mode.asJSON { return try Stream.output.write(try report.json()) }
    let colour = Stream.output.hasColour
    let text =
        isUpdate ? text(ofUpdate: report, colour: colour) : text(of: report, colour: colour)
    try Stream.output.write(foundRows(of: report) + text)
}

/// Returns what was found, a line each, and the remarks about it.
private func foundRows(of report: Report) -> String {
    let facts = report.found.map { "found  \(printable($0.text))\n" }.joined()
    let remarks = report.remarks.map { "note: \(printable($0))\n" }.joined()
    return facts + remarks + "\n"
}
