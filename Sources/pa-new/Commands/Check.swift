// The command `pa-new check`: finds the Python, checks the project, prints the report.

import HostTools
import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Checks a project, and prints the report.
///
/// - Parameters:
///   - request: What to check.
///   - catalog: The available frameworks.
///   - named: The Python that the user gave with --interpreter, if any.
///   - format: The form of the report.
///   - isStrict: Whether warnings count as errors.
/// - Returns: The exit code.
/// - Throws: ``PythonError`` or ``CheckError`` if nothing can be checked, or ``OutputError``.
func check(
    _ request: CheckRequest,
    from catalog: Catalog,
    _ named: String?,
    _ format: ReportFormat,
    isStrict: Bool
) throws -> Int32 {
    let python = try interpreter(named, for: request.folder)
    let project = try LoadedProject.find(in: request.folder, from: catalog)
    let report = try check(request, with: python, project: project)
    let text = try format.write(report, folder: request.folder, source: python.source)
    try Stream.output.write(text)
    let fails = report.count(.error) > 0 || (isStrict && !report.findings.isEmpty)
    return fails ? ExitCode.found : ExitCode.success
}

/// Finds the Python for a project.
///
/// - Parameters:
///   - named: The Python that the user gave with --interpreter, if any.
///   - folder: The project's folder.
/// - Returns: The Python.
/// - Throws: ``PythonError`` if there is none.
func interpreter(
    _ named: String?,
    for folder: String
) throws(PythonError) -> PythonInterpreter {
    var environment: [String: String] = [:]
    for name in ["PATH", "VIRTUAL_ENV"] {
        environment[name] = getenv(name).map { String(cString: $0) }
    }
    return try PythonInterpreter.find(named: named, for: folder, environment: environment)
}
