// The command `pa-new NAME`: prepares the project, asks about conflicts if there is a terminal,
// writes the files, prints the report.

import ProjectFiles
import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// How to make a project; ``Request`` says which project.
struct CreationMode: Equatable {
    var placement = Placement.newFolder
    var wantsRepository = false
    var isDryRun = false
    var isQuiet = false
    var asJSON = false
    /// Whether to use the default of each question instead of asking.
    var takesDefaults = false
    /// The command that the name looks like, if no option shows that the user means a project.
    var meantCommand: MeantCommand?
}

/// Makes a project, or says what would be made.
///
/// - Parameters:
///   - request: The project to make.
///   - catalog: The available frameworks.
///   - mode: How to make it.
/// - Returns: The exit code. If it is not 0, the error is already printed.
/// - Throws: ``ScaffoldError``, with nothing written, or ``OutputError``.
func create(_ request: Request, from catalog: Catalog, _ mode: CreationMode) throws -> Int32 {
    let asks = Terminal.canAsk && !mode.isQuiet && !mode.takesDefaults
    if let meant = mode.meantCommand { try checkMeant(meant, asks: asks) }
    if case .existingFolder = mode.placement { try checkNoAppMeant(request) }
    try checkNoFolderMeant(request)
    var request = request
    request.console = thisConsole()
    var framework: Framework?
    if asks {
        let completed = try completed(request, from: catalog, mode.placement)
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
        // The error that the real run would end with.
        if let problem = project.problem() { throw problem }
        return ExitCode.success
    }

    var decisions: [String: ConflictRule] = [:]
    if !mode.isQuiet, !project.conflicts.isEmpty, Terminal.canAsk {
        decisions = try askAboutConflicts(of: project)
    }
    let report: Report
    do {
        // Delay Ctrl-C, SIGTERM and SIGHUP until all is written, so that they cannot stop halfway.
        let before = holdSignals()
        defer { releaseSignals(before) }
        let writing = mode.isQuiet ? nil : ProgressLine(on: .error)
        defer { writing?.erase() }
        guard !mode.isQuiet else {
            try project.write(decisions)
            return ExitCode.success
        }
        report = try project.commit(decisions) { writing?.show($0) }
    }
    noteRecovery(report)
    let text = try mode.text(of: report)
    do throws(OutputError) {
        try Stream.output.write(text)
    } catch {
        // The project is complete, and pa-new would refuse to make it again: say so.
        let problem = error.diagnostic(besides: report)
        try? Stream.error.write(pa_new.text(of: problem, colour: Stream.error.hasColour))
        return ExitCode.inputOutput
    }
    return ExitCode.success
}

/// Refuses to add a project to the folder of an app that the user means to connect: `pa-new . --into`, or
/// `pa-new NAME --into` inside the folder NAME.
///
/// - Parameter request: The project to make.
/// - Throws: ``ArgumentError/adoptInstead(folder:)``.
private func checkNoAppMeant(_ request: Request) throws(ArgumentError) {
    guard let name = request.name, request.output == nil else { return }
    if isName(name) {
        guard currentFolderName() == name, !PaNew.isFolder(name), holdsApp(in: ".") else { return }
        throw .adoptInstead(folder: ".")
    }
    let path = name == "./" ? "." : name
    guard PaNew.isFolder(path), holdsApp(in: path) else { return }
    throw .adoptInstead(folder: path)
}

/// Refuses `pa-new .`, by which the user means the current folder.
///
/// - Parameter request: The project to make.
/// - Throws: ``ArgumentError/currentFolder(name:holdsApp:)``.
private func checkNoFolderMeant(_ request: Request) throws(ArgumentError) {
    guard let name = request.name, name == "." || name == "./" else { return }
    let folder = currentFolderName().flatMap { isName($0) ? $0 : nil }
    throw .currentFolder(name: folder, holdsApp: holdsApp(in: "."))
}

/// Returns the name of the current folder; nil if the system does not tell it.
private func currentFolderName() -> String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path).split(separator: "/").last.map(String.init)
}

/// Refuses a name that looks like a command, unless the user confirms it.
///
/// - Parameters:
///   - meant: The name, and the command that it looks like.
///   - asks: Whether to ask the user.
/// - Throws: ``ArgumentError/nearlyCommand(_:isName:)``, ``QuestionsEnded`` or ``OutputError``.
private func checkMeant(_ meant: MeantCommand, asks: Bool) throws {
    let isName = isName(meant.word)
    let error = ArgumentError.nearlyCommand(meant, isName: isName)
    guard asks, isName else { throw error }
    try Stream.error.write("\(error.diagnostic.message)\n")
    guard try confirm("Make a project called \(quoted(meant.word))?") else { throw error }
}

extension CreationMode {
    /// Returns a report as text or as JSON.
    fileprivate func text(of report: Report) throws(ScaffoldError) -> String {
        asJSON ? try report.json() : pa_new.text(of: report, colour: Stream.output.hasColour)
    }
}

/// Delays the signals that would end this process.
///
/// - Returns: The signals that were delayed before.
func holdSignals() -> sigset_t {
    var held = sigset_t()
    var before = sigset_t()
    sigemptyset(&held)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&held, signal) }
    sigprocmask(SIG_BLOCK, &held, &before)
    return before
}

/// Stops delaying the signals.
///
/// - Parameter before: The signals that were delayed before, and stay so.
func releaseSignals(_ before: sigset_t) {
    var before = before
    sigprocmask(SIG_SETMASK, &before, nil)
}
