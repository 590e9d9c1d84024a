// The folder HostPython for tests that import it: each process would compile it again otherwise, for
// more time than most of them take.

import Foundation

private let compiled = Once<Void>()

/// Returns the variables with which a Python imports the packages of `HostPython`, compiled.
///
/// - Parameter python: The program that will import them.
/// - Returns: `PYTHONPATH`, for a program's environment.
/// - Throws: ``EnvironmentFailure`` where the folder cannot be compiled.
public func hostPythonVariables(for python: String) async throws -> [String: String?] {
    let folder = Paths.package.appending(path: "HostPython").path
    try await compiled.value(python) {
        let finished = try await run(python, ["-m", "compileall", "-q", folder])
        guard finished.exitCode == 0 else {
            throw EnvironmentFailure(description: "\(finished)")
        }
    }
    return ["PYTHONPATH": folder]
}
