// Projects on real WSGI servers: prefork uWSGI, and gunicorn with and without threads.
//
// `Python/<the framework's folder>-servers/` holds the tests, for a project called hello.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Projects on servers", .needs(.hostPython), .lane(.full))
struct ServerTests {
    /// What the tests need besides the project's requirements: wheels of both are on PyPI for every Python
    /// we serve.
    private static let servers = ["pyuwsgi==2.0.30", "gunicorn==23.0.0"]

    /// Where the tests of a framework lie, if it has any.
    private static func folder(_ framework: String) -> URL {
        hostScript.deletingLastPathComponent().appending(path: framework + "-servers")
    }

    /// The oldest and the newest Python, which can have different releases of a framework.
    private static let pythons = ProjectCase.interpreters.ends

    private static let cases = ProjectCase.frameworks.map(\.folder)
        .filter { FileManager.default.fileExists(atPath: folder($0).path) }
        .flatMap { framework in
            pythons.map { ProjectCase(framework: framework, python: $0) }
        }

    @Test("pass the tests, all of them", arguments: try atLeastOne(cases))
    func servers(_ example: ProjectCase) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(example.framework, below: root)
            let packages = try project.requirements + Self.servers
            let python = try await PythonEnvironments.shared.python(example.python, with: packages)
            // The project, and servers.py beside the tests' folder.
            let tests = Self.folder(example.framework)
            let folders = [project.folder, tests.deletingLastPathComponent()]
            let finished = try await runUnittests(
                python.path,
                in: tests,
                environment: ["PYTHONPATH": folders.map(\.path).joined(separator: ":")]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }
}
