// Handlers in Swift beside the same handlers in Python.
//
// `Swift/parity/` and `Python/swift-parity/` hold them, written for projects called hello.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Handlers in Swift", .enabled(if: hasPython, "\(needsPython)"))
struct SwiftTests {
    private static let folder = hostScript.deletingLastPathComponent()
        .appending(path: "swift-parity")

    @Test("answer as the same in Python do, byte for byte", arguments: ProjectCase.interpreters)
    func parity(_ interpreter: Interpreter) async throws {
        let swift = try await BuiltLibraries.shared.project("parity")
        try await inTemporaryFolder { root in
            let python = try GeneratedProject("handler", below: root)
            let finished = try run(
                interpreter.path,
                ["-W", "error", "-m", "unittest"],
                in: Self.folder,
                environment: [
                    "PYTHONPATH": python.folder.path, "SWIFT_PROJECT": swift.path,
                ]
            )
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(finished.stderr.contains("Ran 19 tests"), "\(finished)")
        }
    }
}
