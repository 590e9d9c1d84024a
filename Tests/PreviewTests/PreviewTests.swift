// The Python half of `preview`, under its own tests, alone, started by the tool, and in a real browser.
//
// A target of its own, beside CheckerTests: it needs a browser.

import Foundation
import Scaffold
import TestSupport
import Testing

private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python")

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

@Suite("The preview", .needs(.python(interpreters)), .lane(.full))
struct PreviewTests {
    /// Runs the tests of some files and expects that all of them ran.
    private func expectSuccess(
        _ python: String,
        _ files: [String],
        with environment: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let finished = try await runUnittests(
            python,
            in: folder,
            modules: files,
            environment: environment.merging(try await hostPythonVariables(for: python)) { $1 }
        )
        let isComplete = finished.exitCode == 0
        #expect(isComplete, "\(finished)", sourceLocation: sourceLocation)
    }

    @Test(
        "is PythonAnywhere in small: requests, workers, edits, and nothing left at the end",
        arguments: interpreters.ends
    )
    func preview(_ interpreter: Interpreter) async throws {
        try await expectSuccess(
            interpreter.path,
            unittestModules(in: folder, for: interpreter, among: interpreters.ends)
        )
    }

    @Test("shows a generated project, and ends with the tool, however that ends")
    func tool() async throws {
        let newest = try #require(interpreters.last)
        try await expectSuccess(newest.path, ["tool_preview"], with: ["PA_NEW": Paths.tool.path])
    }

    @Test(
        "is in the README's picture as it is today, beside the other commands",
        .needs("chromium")
    )
    func picture() async throws {
        let newest = try #require(interpreters.last)
        let list = folder.appending(path: "requirements.txt")
        let python = try await PythonEnvironments.shared.python(newest, listedIn: list)
        try await withTemporaryFolder { pictures in
            try await expectSuccess(
                python.path,
                ["readme_picture"],
                with: ["PICTURES": pictures.path, "PA_NEW": Paths.tool.path]
            )
        }
    }

    @Test(
        "is seen in a browser: pages, a form, an upload, a stream, edits and mistakes",
        .needs("chromium")
    )
    func browser() async throws {
        let newest = try #require(interpreters.last)
        let list = folder.appending(path: "requirements.txt")
        let python = try await PythonEnvironments.shared.python(newest, listedIn: list)
        try await withTemporaryFolder { pictures in
            try await expectSuccess(
                python.path,
                ["browser_preview"],
                with: ["PICTURES": pictures.path]
            )
            let picture = try Data(contentsOf: pictures.appending(path: "preview-error.png"))
            #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        }
    }
}
