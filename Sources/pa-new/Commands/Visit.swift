// The command `pa-new visit`: makes a request, or prints why it cannot.

import HostTools
import Scaffold

/// Makes a request to a project's app; the response goes to stdout.
///
/// - Parameters:
///   - request: The request.
///   - catalog: The available frameworks.
///   - named: The Python that the user gave with --interpreter, if any.
/// - Returns: The exit code.
/// - Throws: ``PythonError`` or ``CheckError`` if the request cannot be made, or ``OutputError``.
func visit(_ request: VisitRequest, from catalog: Catalog, _ named: String?) throws -> Int32 {
    var request = request
    if request.entry == nil {
        request.folder = try meantProject(request.folder, for: .visit, goesUp: true)
    }
    try noteUnfinishedChanges(in: request.folder)
    let python = try interpreter(named, for: request.folder, to: .loading)
    let project = try LoadedProject.find(in: request.folder, from: catalog)
    switch try visit(request, with: python, project: project) {
    case .answered(let isGood):
        return isGood ? ExitCode.success : ExitCode.found
    case .failed(let report):
        let text = try ReportFormat.text.write(
            report,
            folder: request.folder,
            source: python.source,
            style: Stream.error.style
        )
        try Stream.error.write(text)
        return report.outcome == .notLoaded ? ExitCode.cannotCheck : ExitCode.found
    }
}
