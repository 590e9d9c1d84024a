// The Python half of `adopt`, under its own tests: what it reads in the folder of an app.

import Foundation
import Scaffold
import TestSupport
import Testing

private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python")

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

@Suite("The reader of adopt", .needs(.python(interpreters)))
struct AdoptTests {
    @Test(
        "finds the app, its Python, its static folders and its packages, and refuses the rest",
        arguments: Set([interpreters.first, interpreters.last].compactMap { $0 })
            .sorted { $0.path < $1.path }
    )
    func reader(_ interpreter: Interpreter) async throws {
        let finished = try await runUnittests(
            interpreter.path,
            in: folder,
            environment: ["PYTHONPATH": Paths.package.appending(path: "HostPython").path]
        )
        #expect(finished.exitCode == 0, "\(finished)")
    }
}
