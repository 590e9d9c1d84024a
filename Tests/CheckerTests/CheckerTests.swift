// The Python half of `check` and `visit`, under its own tests.

import Foundation
import Scaffold
import TestSupport
import Testing

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

/// The oldest and the newest: the ones between would say what these say.
///
/// In the lane `quick` it is the newest, and there the apps are only read: nothing is loaded.
private let pythons = isQuick ? Array(interpreters.suffix(1)) : interpreters.ends

private let isQuick = Lane.current < .full

private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python")

@Suite(
    "The checker",
    .needs(.python(interpreters)),
    .serialized
)
struct CheckerTests {
    /// Runs the tests whose names contain one of a few texts, several at once, and expects that all of
    /// the files ran that are among these texts.
    private func expectSuccess(
        _ python: String,
        _ texts: [String],
        with environment: [String: String?],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let variables = environment.merging(try await hostPythonVariables(for: python)) { $1 }
        let finished = try await runInBackground(
            python,
            ["-W", "error", "parallel.py"] + texts,
            in: folder,
            environment: variables,
            seconds: 1500
        )
        let isGood = finished.exitCode == 0
        #expect(isGood, "\(finished)", sourceLocation: sourceLocation)
        #expect(!finished.stderr.contains("skipped"), "\(finished)", sourceLocation: sourceLocation)
        let counted = counts(in: finished.stderr)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix("test_") && $0.hasSuffix(".py") }
            .filter { texts.contains(String($0.dropLast("py".count))) }
        #expect(!files.isEmpty && !counted.isEmpty, sourceLocation: sourceLocation)
        for file in files {
            let (ran, found) = counted[file] ?? (0, 0)
            let isComplete = ran == found && found > 0
            #expect(isComplete, "\(file): ran \(ran) of \(found)", sourceLocation: sourceLocation)
        }
    }

    /// Returns the beginnings of the names of the tests that a Python runs, one for each file.
    private func files(for interpreter: Interpreter) throws -> [String] {
        // What uWSGI itself does is asked once for each push, of the newest Python.
        let ofServer = ["test_truth.", "test_consequences."]
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasPrefix("test_") && $0.hasSuffix(".py") }
            .map { String($0.dropLast("py".count)) }.enumerated()
            .filter { number, name in
                ofServer.contains(name) && Lane.current < .long
                    ? interpreter == pythons.last : pythons.inTurn(number).contains(interpreter)
            }
            .map(\.element)
    }

    /// Returns for each file how many of its tests ran and how many there are, as `parallel.py` tells.
    private func counts(in output: String) -> [String: (Int, Int)] {
        var counts: [String: (Int, Int)] = [:]
        for line in output.split(separator: "\n") {
            guard let match = line.wholeMatch(of: /(test_\w+\.py): ran (\d+) of (\d+)/),
                let ran = Int(match.2), let found = Int(match.3)
            else { continue }
            counts[String(match.1)] = (ran, found)
        }
        return counts
    }

    @Test(
        "is right about apps on every framework that the host's pages name",
        arguments: try atLeastOne(pythons)
    )
    func frameworks(_ interpreter: Interpreter) async throws {
        let list = folder.appending(path: "requirements.txt")
        let python = try await PythonEnvironments.shared.python(interpreter, listedIn: list)
        // What is missing would be skipped otherwise.
        let reading = [
            "test_apps.AppsTest.test_read_", "test_requirements.", "test_markers.",
            "test_distributions.", "test_requirements_in_use.", "test_builds.", "test_text.",
            "test_static_analysis.",
        ]
        var variables: [String: String?] = ["CI": "true"]
        if !isQuick {
            // As on PythonAnywhere uWSGI is a program; pip builds it for this Python.
            let server = try await PythonEnvironments.shared.python(
                interpreter,
                with: ["uwsgi==2.0.31"]
            )
            let program = server.deletingLastPathComponent().appending(path: "uwsgi")
            variables["PA_NEW_UWSGI"] = program.path
        }
        let texts = isQuick ? reading : try files(for: interpreter)
        try await expectSuccess(python.path, texts, with: variables)
    }
}
