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
    var request = request
    if request.entry == nil {
        request.folder = try meantProject(request.folder, for: .check, goesUp: true)
    }
    try noteUnfinishedChanges(in: request.folder)
    let python = try interpreter(
        named,
        for: request.folder,
        to: request.loads ? .loading : .reading
    )
    let project = try LoadedProject.find(in: request.folder, from: catalog)
    let report: CheckReport
    do {
        report = try check(
            request,
            with: python,
            project: project,
            showsProgress: Stream.error.canErase
        )
    } catch CheckError.noEntry(let message, let file?, let others) where format == .text {
        let hint =
            "pa-new adopt writes this file and the others that the app needs. Without it, write "
            + "the text that is printed here into the WSGI file (on PythonAnywhere's Web tab); to "
            + "check it, save it as wsgi.py in the project's folder"
        let found = others.isEmpty ? "" : "; it is for the first app; others: \(listed(others))"
        let diagnostic = Diagnostic(message, hint: hint + found)
        try Stream.error.write(text(of: diagnostic, colour: Stream.error.hasColour))
        try Stream.output.write(framed(wsgiFile: file))
        return ExitCode.cannotCheck
    }
    let text = try format.write(
        report,
        folder: request.folder,
        source: python.source,
        style: Stream.output.style
    )
    try Stream.output.write(text)
    return report.exitCode(isStrict: isStrict)
}

/// Finds the Python for a project.
///
/// - Parameters:
///   - named: The Python that the user gave with --interpreter, if any.
///   - folder: The project's folder.
///   - purpose: What the Python is to do.
/// - Returns: The Python.
/// - Throws: ``PythonError`` if there is none.
func interpreter(
    _ named: String?,
    for folder: String,
    to purpose: PythonInterpreter.Purpose
) throws(PythonError) -> PythonInterpreter {
    var environment: [String: String] = [:]
    for name in ["PATH", "VIRTUAL_ENV"] {
        environment[name] = getenv(name).map { String(cString: $0) }
    }
    return try PythonInterpreter.find(
        named: named,
        for: folder,
        to: purpose,
        environment: environment
    )
}
