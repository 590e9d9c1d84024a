// The Python half of `deploy`, under its own tests, against a stand-in for the host's API.
//
// A target of its own, beside CheckerTests: it needs PyPI for the host's client library, and minutes.

import Foundation
import Scaffold
import TestSupport
import Testing

/// Where the stand-in and the deployer's own tests are.
private let pythonFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Python")

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

@Suite(
    "The deployer",
    .enabled(if: !interpreters.isEmpty || isContinuousIntegration, "needs python3 with venv"),
    .serialized
)
struct DeployerTests {
    /// Runs tests of a few files, and expects that all of them ran.
    private func expectSuccess(
        _ python: String,
        _ files: [String],
        count: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let finished = try await runAside(
            python,
            ["-W", "error", "-m", "unittest"] + files,
            in: pythonFolder,
            seconds: 900
        )
        #expect(finished.exitCode == 0, "\(finished)", sourceLocation: sourceLocation)
        let ran = finished.stderr.firstMatch(of: /Ran (\d+) tests?/).flatMap { Int($0.1) } ?? 0
        let isComplete = ran >= count && !finished.stderr.contains("skipped")
        #expect(isComplete, "\(ran) tests: \(finished)", sourceLocation: sourceLocation)
    }

    @Test("the stand-in gets along with the host's own client library")
    func standIn() async throws {
        let newest = try #require(interpreters.last)
        let list = pythonFolder.appending(path: "requirements.txt")
        let python = try await PythonEnvironments.shared.python(newest, listedIn: list)
        try await expectSuccess(python.path, ["test_standin"], count: 6)
    }

    @Test(
        "does each thing once, and says before it touches anything what it cannot do",
        arguments: Set([interpreters.first, interpreters.last].compactMap { $0 })
            .sorted { $0.path < $1.path }
    )
    func deployments(_ interpreter: Interpreter) async throws {
        try await expectSuccess(interpreter.path, ["test_deploy"], count: 54)
    }

    @Test("leaves the running app as it was, whichever call fails, and goes on the next time")
    func faults() async throws {
        let newest = try #require(interpreters.last)
        try await expectSuccess(newest.path, ["test_faults"], count: 6)
    }
}
