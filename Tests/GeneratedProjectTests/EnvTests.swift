// The module that reads a project's `.env` and keeps its secret key, with a real uWSGI.
//
// `Python/env-tests/` holds the tests, for a project called hello.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Settings of generated projects", .needs(.hostPython), .lane(.full))
struct EnvTests {
    private static let folder = hostScript.deletingLastPathComponent()
        .appending(path: "env-tests")

    /// The last python-dotenv for Python 3.9, and a uWSGI.
    private static let packages = ["python-dotenv==1.2.1", "pyuwsgi==2.0.30"]

    @Test("pass their tests, all of them", arguments: try atLeastOne(ProjectCase.span))
    func settings(_ interpreter: Interpreter) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject("handler", below: root)
            let python = try await PythonEnvironments.shared.python(
                interpreter,
                with: Self.packages
            )
            let folders = [project.folder, Self.folder.deletingLastPathComponent()]
            let finished = try await runUnittests(
                python.path,
                in: Self.folder,
                environment: ["PYTHONPATH": folders.map(\.path).joined(separator: ":")]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }

    @Test(
        "are named in the error log if one is missing, in every framework",
        arguments: ProjectCase.folders.filter { !$0.hasSuffix("-swift") }
    )
    func required(framework: String) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(framework, below: root)
            let newest = try #require(ProjectCase.span.last)
            let python = try await PythonEnvironments.shared.python(newest, with: Self.packages)
            let folders = [project.folder, Self.folder.deletingLastPathComponent()]
            let finished = try await runUnittests(
                python.path,
                in: Self.folder,
                modules: ["test_required"],
                environment: ["PYTHONPATH": folders.map(\.path).joined(separator: ":")]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }

    @Test("are read in the same way in every framework", arguments: ProjectCase.folders)
    func everywhere(framework: String) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(framework, below: root)
            let shared = try String(
                contentsOf: Paths.package.appending(path: "Templates/_shared/pa_env.py.mustache"),
                encoding: .utf8
            )
            let reader = try String(
                contentsOf: project.folder.appending(path: "pa_env.py"),
                encoding: .utf8
            )
            // Adopted apps have another sentence in its first lines.
            let marks = shared.matches(of: /\{\{[$\/]callers\}\}\n/).count
            #expect(marks == 2)
            #expect(reader == shared.replacing(/\{\{[$\/]callers\}\}\n/, with: ""))
            let example = try String(
                contentsOf: project.folder.appending(path: ".env.example"),
                encoding: .utf8
            )
            #expect(example.contains("# SECRET_KEY=\n"))
        }
    }
}
