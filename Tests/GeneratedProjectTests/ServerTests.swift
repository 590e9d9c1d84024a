// The Tornado adapter on real WSGI servers: prefork uWSGI, and gunicorn with and without threads.
//
// `Python/tornado-servers/` holds the application and the tests, for a project called hello.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("The tornado adapter on servers", .needs(.hostPython), .lane(.full))
struct ServerTests {
    /// What the tests need besides Tornado: wheels of both are on PyPI for every Python we serve.
    private static let servers = ["pyuwsgi==2.0.30", "gunicorn==23.0.0"]

    private static let folder = hostScript.deletingLastPathComponent()
        .appending(path: "tornado-servers")

    /// The oldest Python runs Tornado 6.5, the newest one the newest Tornado.
    private static let pythons = Set(
        [ProjectCase.interpreters.first, ProjectCase.interpreters.last].compactMap { $0 }
    ).sorted { $0.path < $1.path }

    @Test("passes the tests, all of them", arguments: try atLeastOne(pythons))
    func servers(_ interpreter: Interpreter) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject("tornado", below: root)
            let packages = try project.requirements + Self.servers
            let python = try await PythonEnvironments.shared.python(interpreter, with: packages)
            // The project, and servers.py beside the tests' folder.
            let folders = [project.folder, Self.folder.deletingLastPathComponent()]
            let finished = try await runUnittests(
                python.path,
                in: Self.folder,
                environment: ["PYTHONPATH": folders.map(\.path).joined(separator: ":")]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }
}
