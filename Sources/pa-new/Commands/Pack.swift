// The commands `pa-new pack` and `pa-new logs`: what a deployment uploads, and what the web app logs.

import HostTools
import ProjectFiles
import Scaffold

/// Writes the files that `deploy` uploads into a zip file.
///
/// - Parameters:
///   - request: What to pack.
///   - catalog: The available frameworks.
///   - named: The Python that the user gave with --interpreter, if any.
/// - Returns: The exit code.
/// - Throws: The error that prevents it.
func pack(_ request: PackRequest, from catalog: Catalog, _ named: String?) throws -> Int32 {
    _ = try meantProject(request.folder, for: .pack, goesUp: false)
    if hasUnfinishedChanges(in: request.folder) {
        throw DeployError.unfinished(folder: request.folder)
    }
    let project = try project(in: request.folder, from: catalog)
    let packing = try Packing(request, project, from: catalog)
    return try packing.run(with: interpreter(named, for: request.folder, to: .reading))
}

/// Prints the last lines of a web app's logs.
///
/// - Parameters:
///   - request: The logs to print.
///   - catalog: The available frameworks.
///   - named: The Python that the user gave with --interpreter, if any.
/// - Returns: The exit code.
/// - Throws: The error that prevents it.
func logs(_ request: LogsRequest, from catalog: Catalog, _ named: String?) throws -> Int32 {
    var request = request
    request.folder = try meantProject(request.folder, for: .logs, goesUp: true)
    let project = try project(in: request.folder, from: catalog)
    request.user = knownAccount(request.user, project)
    let logs = try Logs(request, project, isEuropean: isEuropeanSystem())
    return try logs.run(with: interpreter(named, for: request.folder, to: .reading))
}
