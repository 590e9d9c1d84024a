// The Python half of `adopt`, under its own tests: what it reads in the folder of an app.

import Foundation
import Scaffold
import TestSupport
import Testing

private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python")

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

/// The oldest and the newest: the ones between would say what these say.
private let pythons = interpreters.ends

@Suite("The reader of adopt", .needs(.python(interpreters)), .lane(.full))
struct AdoptTests {
    @Test(
        "finds the app, its Python, its static folders and its packages, and refuses the rest",
        arguments: try atLeastOne(pythons)
    )
    func reader(_ interpreter: Interpreter) async throws {
        let finished = try await runUnittests(
            interpreter.path,
            in: folder,
            modules: unittestModules(in: folder, for: interpreter, among: pythons),
            environment: hostPythonVariables(for: interpreter.path)
        )
        #expect(finished.exitCode == 0, "\(finished)")
    }
}
