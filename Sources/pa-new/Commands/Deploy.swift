// `pa-new deploy`: the check that comes before, then the deployment.

import HostTools
import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Brings a project onto the host.
///
/// An app with an error that can be known here would break the one that runs there; so errors stop
/// it, and what was found goes to stderr.
///
/// - Parameters:
///   - request: What to bring onto the host.
///   - catalog: The frameworks there are.
///   - named: The Python that was asked for, if any.
///   - checks: Whether to look for errors first.
/// - Returns: The exit code.
/// - Throws: What keeps it from beginning.
func deploy(
    _ request: DeployRequest,
    from catalog: Catalog,
    _ named: String?,
    checks: Bool
) throws -> Int32 {
    // The host's own name for it; what it may hold the deployer says.
    let site = getenv("PYTHONANYWHERE_SITE").map { String(cString: $0) }
    let project: LoadedProject
    do {
        project = try LoadedProject(in: request.folder, from: catalog)
    } catch {
        throw DeployError.noProject(folder: request.folder, error)
    }
    let deployment = try Deployment(
        request,
        project,
        from: catalog,
        isEuropean: site?.hasPrefix("eu.") ?? false
    )
    let python = try interpreter(named, for: request.folder)
    var errors = 0
    if checks {
        let report = try check(
            CheckRequest(folder: request.folder, python: deployment.python),
            with: python,
            project: project
        )
        if !report.findings.isEmpty {
            let text = try ReportFormat.text.write(
                report,
                folder: request.folder,
                source: python.source
            )
            try Stream.error.write(text)
        }
        errors = report.count(.error)
    }
    return try deployment.run(with: python, after: errors)
}
