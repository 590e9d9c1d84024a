// The modules that generated projects carry, under tests more thorough than a user would want.
//
// `Python/<the framework's folder>-tests/` holds them, written for a project called hello, with a list of
// the packages that they need besides the project's, if there are any.

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
            let tests = Self.folder(example.framework)
            let list = tests.appending(path: "requirements.txt")
            let more = (try? String(contentsOf: list, encoding: .utf8)) ?? ""
            let packages = try project.requirements + more.split(separator: "\n").map(String.init)
            let python = try await PythonEnvironments.shared.python(example.python, with: packages)
            // The project, and what several folders of tests share.
            let folders = [project.folder, tests.deletingLastPathComponent()]
            let finished = try await runUnittests(
                python.path,
                in: tests,
                modules: unittestModules(
                    in: tests,
                    for: example.python,
                    among: ProjectCase.ends
                ),
                environment: [
                    "PYTHONPATH": folders.map(\.path).joined(separator: ":"),
                    // The number of random requests to handlers.
                    "FUZZ": Lane.current == .long ? "200000" : "3000",
                ]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }
}
