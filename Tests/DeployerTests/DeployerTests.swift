// The Python half of `deploy`, under its own tests, against a fake of PythonAnywhere's API.
//
// A target of its own, beside CheckerTests: it needs PyPI for the host's client library, and minutes.

import Foundation
import Scaffold
import TestSupport
import Testing

/// The folder of the fake API and the deployer's own tests.
private let pythonFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Python")

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

@Suite(
    "The deployer",
    .needs(.python(interpreters)),
    .lane(.full)
)
struct DeployerTests {
    /// Runs the tests of a few files, and expects that all that unittest finds in them ran.
    private func expectSuccess(
        _ python: String,
        _ files: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let finished = try await runUnittests(
            python,
            in: pythonFolder,
            modules: files,
            environment: hostPythonVariables(for: python)
        )
        let isComplete = finished.exitCode == 0
        #expect(isComplete, "\(finished)", sourceLocation: sourceLocation)
    }

    // The files of tests but for the one of the client library: one more file is run by being there.
    // Those in which each call fails take minutes.
    private func files(areFaults: Bool) throws -> [String] {
        let names = try unittestModules(in: pythonFolder)
        return names.filter { $0 != "test_fake_api" && $0.hasSuffix("faults") == areFaults }
    }

    @Test("the fake API gets along with PythonAnywhere's own client library")
    func fakeAPI() async throws {
        let newest = try #require(interpreters.last)
        let list = pythonFolder.appending(path: "requirements.txt")
        let python = try await PythonEnvironments.shared.python(newest, listedIn: list)
        try await expectSuccess(python.path, ["test_fake_api"])
    }

    @Test(
        "does each thing once, and says before it touches anything what it cannot do",
        arguments: interpreters.ends
    )
    func deployments(_ interpreter: Interpreter) async throws {
        let own = try files(areFaults: false).sorted().enumerated()
            .filter { interpreters.ends.inTurn($0.offset).contains(interpreter) }
        try await expectSuccess(interpreter.path, own.map(\.element))
    }

    @Test("leaves the running app as it was, whichever call fails, and goes on the next time")
    func faults() async throws {
        let newest = try #require(interpreters.last)
        try await expectSuccess(newest.path, files(areFaults: true))
    }
}
