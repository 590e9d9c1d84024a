// The command `pa-new deploy`: checks the project, then deploys it.

import HostTools
import ProjectFiles
import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Deploys a project to PythonAnywhere.
///
/// An app with errors would replace the one that runs there; so errors stop the deployment. An app that
/// cannot be loaded on this computer, or has another Python there, is checked by reading only. The
/// findings go to stderr.
///
/// - Parameters:
///   - request: What to deploy.
///   - catalog: The available frameworks.
///   - named: The Python that the user gave with --interpreter, if any.
///   - checks: Whether to check the project first.
/// - Returns: The exit code.
/// - Throws: The error that prevents the start of the deployment.
func deploy(
    _ request: DeployRequest,
    from catalog: Catalog,
    _ named: String?,
    checks: Bool
) throws -> Int32 {
    var request = request
    request.canAsk = Terminal.canAsk
    _ = try meantProject(request.folder, for: .deploy, goesUp: false)
    // An undo takes nothing from this folder.
    if !request.undoes, hasUnfinishedChanges(in: request.folder) {
        throw DeployError.unfinished(folder: request.folder)
    }
    let project = try project(in: request.folder, from: catalog)
    request.user = knownAccount(request.user, project)
    let deployment = try Deployment(
        request,
        project,
        from: catalog,
        isEuropean: isEuropeanSystem()
    )
    if !request.undoes, let console = thisConsole(), deployment.isInPlace(in: console) {
        try Stream.error.write(
            "note: This console is on PythonAnywhere, and the files are in their place. What is missing is "
                + "done through the API.\n"
        )
    }
    // An undo uploads nothing of this folder, so nothing in it has to be right.
    let reads = checks && !request.undoes
    let loader = reads ? try interpreter(named, for: request.folder, to: .loading) : nil
    // A Python of the project may only load the app: the deployer gets the token.
    let isOwn = loader?.isPart(of: request.folder) ?? false
    let deployer = try interpreter(isOwn ? nil : named, for: request.folder, to: .reading)
    var errors = 0
    if let python = loader {
        let report = try check(
            CheckRequest(
                folder: request.folder,
                python: deployment.python,
                needsSamePython: true,
                includes: request.includes,
                conditions: deployment.conditions
            ),
            with: python,
            project: project,
            showsProgress: Stream.error.canErase
        )
        try Stream.error.write(text(of: report, in: request.folder, checkedWith: python))
        errors = report.count(.error)
    }
    return try deployment.run(with: deployer, after: errors)
}

/// Loads the project that a command needs.
///
/// - Throws: ``DeployError/noProject(folder:_:)`` if it cannot be used.
func project(in folder: String, from catalog: Catalog) throws(DeployError) -> LoadedProject {
    do {
        return try LoadedProject(in: folder, from: catalog)
    } catch {
        throw .noProject(folder: folder, error)
    }
}

/// Returns the account that a command is for, if it is known without the project's record: the one that the
/// user gave, or else that of the console on PythonAnywhere in which pa-new runs.
func knownAccount(_ given: String?, _ project: LoadedProject) -> String? {
    if given != nil || project.record.user != nil { return given }
    return thisConsole()?.account.description
}

/// Tells whether PythonAnywhere's EU system is chosen for domains that do not name a system.
///
/// PythonAnywhere sets this variable in its consoles; the deployer checks its value.
func isEuropeanSystem() -> Bool {
    getenv("PYTHONANYWHERE_SITE").map { String(cString: $0).hasPrefix("eu.") } ?? false
}

/// Returns what a deployment says about the check before it: nothing if there is nothing to mend.
private func text(
    of report: CheckReport,
    in folder: String,
    checkedWith python: PythonInterpreter
) throws -> String {
    var report = report
    if report.outcome == .notLoaded {
        let reason = report.unloaded ?? report.summary
        report.summary = "checked by reading only: \(reason)"
    }
    if report.findings.contains(where: { $0.severity != .note }) {
        return try ReportFormat.text.write(
            report,
            folder: folder,
            source: python.source,
            style: Stream.error.style
        )
    }
    return report.outcome == .notLoaded ? printable(report.summary) + "\n" : ""
}
