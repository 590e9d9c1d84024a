// The modules that generated projects carry, under tests more thorough than a user would want.
//
// `Python/<the framework's folder>-tests/` holds them, written for a project called hello.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Modules of generated projects", .needs(.hostPython), .lane(.full))
struct FrameworkTests {
    /// Where the tests of a framework's modules lie, if it has any.
    private static func folder(_ framework: String) -> URL {
        hostScript.deletingLastPathComponent().appending(path: framework + "-tests")
    }

    private static let cases = ProjectCase.atTheEnds.filter {
        FileManager.default.fileExists(atPath: folder($0.framework).path)
    }

    @Test("pass their tests, all of them", arguments: try atLeastOne(cases))
    func modules(_ example: ProjectCase) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(example.framework, below: root)
            let finished = try await runUnittests(
                project.python(example.python).path,
                in: Self.folder(example.framework),
                environment: ["PYTHONPATH": project.folder.path]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }
}
