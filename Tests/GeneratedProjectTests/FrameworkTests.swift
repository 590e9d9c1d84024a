// The modules that generated projects carry, under tests more thorough than a user would want.
//
// `Python/<the framework's folder>-tests/` holds them, written for a project called hello.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Modules of generated projects", .needs(.hostPython))
struct FrameworkTests {
    /// Where the tests of a framework's modules lie, if it has any.
    private static func folder(_ framework: String) -> URL {
        hostScript.deletingLastPathComponent().appending(path: framework + "-tests")
    }

    private static let cases = ProjectCase.all.filter {
        FileManager.default.fileExists(atPath: folder($0.framework).path)
    }

    @Test("pass their tests, all of them", arguments: cases)
    func modules(_ example: ProjectCase) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(example.framework, below: root)
            let folder = Self.folder(example.framework)
            let finished = try await runInBackground(
                project.python(example.python).path,
                ["-W", "error", "-m", "unittest"],
                in: folder,
                environment: ["PYTHONPATH": project.folder.path]
            )
            #expect(finished.exitCode == 0, "\(finished)")
            let tests = try filePaths(below: folder).filter { $0.hasSuffix(".py") }
                .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
                .map { $0.split(separator: "\n").filter { $0.contains("def test_") }.count }
                .reduce(0, +)
            #expect(tests >= 30)
            #expect(finished.stderr.contains("Ran \(tests) tests"), "\(finished)")
        }
    }
}
