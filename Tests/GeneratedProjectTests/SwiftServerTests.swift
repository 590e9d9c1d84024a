// Handlers in Swift on real WSGI servers: prefork uWSGI, and gunicorn with threads.
//
// `Swift/servers/` holds the handlers, `Python/swift-servers/` the tests.

import Foundation
import TestSupport
import Testing

@Suite("Handlers in Swift on servers", .needs(.hostPython), .lane(.full))
struct SwiftServerTests {
    /// Wheels of both are on PyPI for every Python we serve.
    private static let servers = ["pyuwsgi==2.0.30", "gunicorn==23.0.0"]

    private static let folder = hostScript.deletingLastPathComponent()
        .appending(path: "swift-servers")

    /// The newest Python; all of them in the long lane.
    private static let pythons: [Interpreter] =
        Lane.current < .long ? Array(ProjectCase.interpreters.suffix(1)) : ProjectCase.ends

    @Test("pass the tests, all of them", arguments: try atLeastOne(pythons))
    func servers(_ interpreter: Interpreter) async throws {
        let project = try await BuiltLibraries.shared.project("servers")
        let python = try await PythonEnvironments.shared.python(interpreter, with: Self.servers)
        let finished = try await runUnittests(
            python.path,
            in: Self.folder,
            environment: [
                "PROJECT": project.path,
                // servers.py and elf.py lie beside the tests' folder.
                "PYTHONPATH": Self.folder.deletingLastPathComponent().path,
            ]
        )
        #expect(finished.exitCode == 0, "\(finished)")
    }
}
