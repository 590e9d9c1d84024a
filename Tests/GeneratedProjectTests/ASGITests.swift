// The adapter that serves ASGI apps, and the strict WSGI server that its tests ask.
//
// `Python/asgi-tests/` holds the tests, and `Python/strict_server.py` the server.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("ASGI apps on WSGI", .needs(.hostPython), .lane(.full))
struct ASGITests {
    private static let folder = hostScript.deletingLastPathComponent()
        .appending(path: "asgi-tests")

    /// What the apps of the tests are written with.
    private static let packages = ["anyio==4.12.1"]

    @Test("pass their tests, all of them", arguments: try atLeastOne(ProjectCase.span))
    func tests(_ interpreter: Interpreter) async throws {
        let python = try await PythonEnvironments.shared.python(interpreter, with: Self.packages)
        // The server lies beside the tests' folder, the adapter among the shared templates.
        let folders = [
            Self.folder.deletingLastPathComponent(),
            Paths.package.appending(path: "Templates/_shared"),
        ]
        let finished = try await runUnittests(
            python.path,
            in: Self.folder,
            environment: ["PYTHONPATH": folders.map(\.path).joined(separator: ":")]
        )
        #expect(finished.exitCode == 0, "\(finished)")
    }
}
