// The main job on the command line: prepare, ask about conflicts where somebody can answer, land, tell.

import ProjectFiles
import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// How a project is to be made, besides what it is to be.
struct CreationMode: Equatable {
    var placement = Placement.newFolder
    var wantsRepository = false
    var isDryRun = false
    var isQuiet = false
    var asJSON = false
    /// Whether nothing is asked: each question gets its default.
    var takesDefaults = false
    /// The command that the name nearly is, where nothing else says that a project is meant.
    var meantCommand: MeantCommand?
}

/// Makes a project, or says what would be made.
///
/// - Parameters:
///   - request: What was asked for.
///   - catalog: The frameworks to choose from.
///   - mode: How to make it.
/// - Returns: The exit code; where it is not 0, the error was told.
/// - Throws: ``ScaffoldError``, with nothing written, or ``OutputError``.
func create(_ request: Request, from catalog: Catalog, _ mode: CreationMode) throws -> Int32 {
    let asks = Terminal.canAsk && !mode.isQuiet && !mode.takesDefaults
    if let meant = mode.meantCommand { try checkMeant(meant, asks: asks) }
    var request = request
    var framework: Framework?
    if asks {
        let completed = try completed(request, from: catalog)
        (request, framework) = (completed.request, completed.framework)
    }
    let rendering = mode.isQuiet ? nil : ProgressLine(on: .error)
    defer { rendering?.erase() }
    let project = try prepareProject(
        request,
        of: framework,
        from: catalog,
        placement: mode.placement,
        wantsRepository: mode.wantsRepository,
        isReadOnly: mode.isDryRun
    ) { rendering?.show($0) }
    rendering?.erase()
    guard !mode.isDryRun else {
        if !mode.isQuiet { try Stream.output.write(try mode.text(of: project.preview())) }
        // What the real run would end with.
        if let problem = project.problem() { throw problem }
        return ExitCode.success
    }

    var decisions: [String: ConflictRule] = [:]
    if !mode.isQuiet, !project.conflicts.isEmpty, Terminal.canAsk {
        decisions = try askAboutConflicts(of: project)
    }
    let report: Report
    do {
        // Ctrl-C and its like wait for those few milliseconds, and meet all of it or nothing.
        let before = holdSignals()
        defer { releaseSignals(before) }
        let writing = mode.isQuiet ? nil : ProgressLine(on: .error)
        defer { writing?.erase() }
        report = try project.commit(decisions) { writing?.show($0) }
    }
    guard !mode.isQuiet else { return ExitCode.success }
    noteRecovery(report)
    let text = try mode.text(of: report)
    do throws(OutputError) {
        try Stream.output.write(text)
    } catch {
        // The project is there all the same, and the next run would be refused.
        let problem = error.diagnostic(besides: report)
        try? Stream.error.write(pa_new.text(of: problem, colour: Stream.error.hasColour))
        return ExitCode.inputOutput
    }
    return ExitCode.success
}

/// Refuses a name that is nearly a command, unless somebody says that it is meant.
///
/// - Parameters:
///   - meant: The name, and the command.
///   - asks: Whether somebody can be asked.
/// - Throws: ``ArgumentError/nearlyCommand(_:isName:)``, ``QuestionsEnded`` or ``OutputError``.
private func checkMeant(_ meant: MeantCommand, asks: Bool) throws {
    let isName = isName(meant.word)
    let error = ArgumentError.nearlyCommand(meant, isName: isName)
    guard asks, isName else { throw error }
    try Stream.error.write("\(error.diagnostic.message)\n")
    guard try confirm("Make a project called \(quoted(meant.word))?") else { throw error }
}

extension CreationMode {
    /// Returns a report in the form that was asked for.
    fileprivate func text(of report: Report) throws(ScaffoldError) -> String {
        asJSON ? try report.json() : pa_new.text(of: report, colour: Stream.output.hasColour)
    }
}

/// Keeps the signals that would end this process waiting.
///
/// - Returns: The signals that were kept waiting before.
func holdSignals() -> sigset_t {
    var held = sigset_t()
    var before = sigset_t()
    sigemptyset(&held)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&held, signal) }
    sigprocmask(SIG_BLOCK, &held, &before)
    return before
}

/// Lets the signals come that were kept waiting.
///
/// - Parameter before: The signals that were kept waiting before.
func releaseSignals(_ before: sigset_t) {
    var before = before
    sigprocmask(SIG_SETMASK, &before, nil)
}
