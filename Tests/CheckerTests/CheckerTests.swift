// The Python half of `check` and `visit`, under its own tests.

import Foundation
import Scaffold
import TestSupport
import Testing

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

/// The oldest and the newest: the ones between would say what these say.
private let pythons = Set([interpreters.first, interpreters.last].compactMap { $0 })
    .sorted { $0.path < $1.path }

private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python")

@Suite(
    "The checker",
    .enabled(if: !interpreters.isEmpty || isContinuousIntegration, "needs python3 with venv"),
    .serialized
)
struct CheckerTests {
    /// Runs the tests, several at once, and expects that all of them ran.
    private func expectSuccess(
        _ python: String,
        with environment: [String: String?],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let variables = environment.merging([
            "PYTHONPATH": Paths.package.appending(path: "HostPython").path
        ]) { $1 }
        let finished = try await runAside(
            python,
            ["-W", "error", "parallel.py"],
            in: folder,
            environment: variables,
            seconds: 1500
        )
        let isGood = finished.exitCode == 0
        #expect(isGood, "\(finished)", sourceLocation: sourceLocation)
        // Most tests come from the table of apps, one for each.
        let ran = finished.stderr.firstMatch(of: /Ran (\d+) tests/).flatMap { Int($0.1) } ?? 0
        let isComplete = ran >= 520 && !finished.stderr.contains("skipped")
        #expect(isComplete, "\(ran) tests: \(finished)", sourceLocation: sourceLocation)
    }

    @Test("is right about apps on every framework that the host's pages name", arguments: pythons)
    func frameworks(_ interpreter: Interpreter) async throws {
        let list = folder.appending(path: "requirements.txt")
        let python = try await PythonEnvironments.shared.python(interpreter, listedIn: list)
        // What is missing would be skipped otherwise.
        try await expectSuccess(python.path, with: ["CI": "true"])
    }
}
