// The adapter that serves ASGI apps, and the strict WSGI server that its tests ask.
//
// `Python/asgi-tests/` and `Python/asgi-servers/` hold the tests, `Python/strict_server.py` the server.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("ASGI apps on WSGI", .needs(.hostPython), .lane(.full))
struct ASGITests {
    /// Threads for the apps of the tests, and the server whose answers have to be the same.
    private static let packages = [
        "anyio==4.12.1",
        "uvicorn==0.54.0; python_version >= '3.12'",
        "uvicorn==0.39.0; python_version < '3.12'",
    ]

    /// An app on real servers, with the newest FastAPI for each Python.
    private static let serverPackages = [
        "fastapi==0.165.0; python_version >= '3.12'",
        "fastapi==0.128.8; python_version < '3.12'",
        "pyuwsgi==2.0.30", "gunicorn==23.0.0",
    ]

    @Test("pass their tests, all of them", arguments: try atLeastOne(ProjectCase.span))
    func tests(_ interpreter: Interpreter) async throws {
        try await run("asgi-tests", interpreter, with: Self.packages)
    }

    @Test("serve FastAPI on uWSGI and gunicorn", arguments: try atLeastOne(ProjectCase.span))
    func servers(_ interpreter: Interpreter) async throws {
        try await run("asgi-servers", interpreter, with: Self.serverPackages)
    }

    private func run(
        _ tests: String,
        _ interpreter: Interpreter,
        with packages: [String]
    ) async throws {
        let python = try await PythonEnvironments.shared.python(interpreter, with: packages)
        let beside = hostScript.deletingLastPathComponent()
        // The servers lie beside the tests' folder, the adapter among the shared templates.
        let folders = [beside, Paths.package.appending(path: "Templates/_shared")]
        let finished = try await runUnittests(
            python.path,
            in: beside.appending(path: tests),
            environment: ["PYTHONPATH": folders.map(\.path).joined(separator: ":")]
        )
        #expect(finished.exitCode == 0, "\(finished)")
    }
}
