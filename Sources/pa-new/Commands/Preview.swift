// The command `pa-new preview`: shows an app in the browser until Ctrl-C.

import HostTools
import Scaffold

/// Shows a project's app in the browser.
///
/// - Parameters:
///   - request: What to show, and how.
///   - catalog: The available frameworks.
///   - named: The Python that the user gave with --interpreter, if any.
/// - Returns: The exit code.
/// - Throws: ``PythonError`` or ``CheckError`` if there is nothing to show, or no port.
func preview(_ request: PreviewRequest, from catalog: Catalog, _ named: String?) throws -> Int32 {
    var request = request
    if request.entry == nil {
        request.folder = try meantProject(request.folder, for: .preview, goesUp: true)
    }
    try noteUnfinishedChanges(in: request.folder)
    let python = try interpreter(named, for: request.folder, to: .loading)
    let project = try LoadedProject.find(in: request.folder, from: catalog)
    try preview(request, with: python, project: project)
    return ExitCode.success
}
