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

    @Test("serve FastAPI on uWSGI and gunicorn", arguments: try atLeastOne(ProjectCase.ends))
    func servers(_ interpreter: Interpreter) async throws {
        try await run("asgi-servers", interpreter, with: Self.serverPackages)
    }

    @Test("serve FastAPI on uWSGI behind nginx", .needs("nginx"))
    func nginx() async throws {
        let newest = try #require(ProjectCase.interpreters.last)
        let servers = Self.beside.appending(path: "asgi-servers")
        try await run("asgi-nginx", newest, with: Self.serverPackages, besides: [servers])
    }

    @Test("serve public frameworks as uvicorn does", .lane(.long))
    func frameworks() async throws {
        try await run("asgi-frameworks", try #require(ProjectCase.interpreters.last))
    }

    @Test("pass the suites of Starlette and FastAPI, but for what WSGI cannot carry", .lane(.long))
    func suites() async throws {
        let folder = Self.beside.appending(path: "asgi-suites")
        let python = try await PythonEnvironments.shared.python(
            try #require(ProjectCase.interpreters.last),
            listedIn: folder.appending(path: "requirements.txt")
        )
        let sources = Paths.cache.appending(path: "asgi-suites")
        let finished = try await runInBackground(
            python.path,
            ["run_suites.py", sources.path],
            in: folder,
            environment: ["PYTHONPATH": Self.path([folder])],
            seconds: 3600
        )
        #expect(finished.exitCode == 0, "\(finished)")
    }

    /// The folder of the tests, with the servers.
    private static let beside = hostScript.deletingLastPathComponent()

    /// A search path with the servers and the adapter, which is among the shared templates.
    private static func path(_ folders: [URL] = []) -> String {
        (folders + [beside, Paths.package.appending(path: "Templates/_shared")])
            .map(\.path).joined(separator: ":")
    }

    /// Runs a folder of tests, with packages or those of its `requirements.txt`, and other folders.
    private func run(
        _ tests: String,
        _ interpreter: Interpreter,
        with packages: [String]? = nil,
        besides others: [URL] = []
    ) async throws {
        let folder = Self.beside.appending(path: tests)
        let environments = PythonEnvironments.shared
        let python: URL
        if let packages {
            python = try await environments.python(interpreter, with: packages)
        } else {
            let list = folder.appending(path: "requirements.txt")
            python = try await environments.python(interpreter, listedIn: list)
        }
        let finished = try await runUnittests(
            python.path,
            in: folder,
            environment: ["PYTHONPATH": Self.path(others)]
        )
        #expect(finished.exitCode == 0, "\(finished)")
    }
}
