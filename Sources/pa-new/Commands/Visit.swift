// `pa-new visit` on the command line: make the request, or say why it cannot be made.

import HostTools
import Scaffold

/// Makes a request of a project's app; the response goes to stdout.
///
/// - Parameters:
///   - request: The request.
///   - catalog: The frameworks there are.
///   - named: The Python that was asked for, if any.
/// - Returns: The exit code.
/// - Throws: ``PythonError`` or ``CheckError`` where the app cannot be looked at, or ``OutputError``.
func visit(_ request: VisitRequest, from catalog: Catalog, _ named: String?) throws -> Int32 {
    let python = try interpreter(named, for: request.folder)
    let project = try LoadedProject.find(in: request.folder, from: catalog)
    switch try visit(request, with: python, project: project) {
    case .answered(let isGood):
        return isGood ? ExitCode.success : ExitCode.found
    case .failed(let report):
        let text = try ReportFormat.text.write(
            report,
            folder: request.folder,
            source: python.source
        )
        try Stream.error.write(text)
        return ExitCode.found
    }
}
