// Public applications, adopted, checked and deployed on the rehearsed host: `Python/public_apps` does it.
//
// It needs nginx, openssl and a Linux that lets us have namespaces, as the rehearsal of our own projects does.

import Foundation
import Scaffold
import TestSupport
import Testing

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

private let script = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Python/public_apps/prove.py")

/// Returns the arguments with which Python runs `prove.py`.
private func arguments(_ options: [String]) -> [String] {
    let pythons = interpreters.flatMap { ["--python", "\($0.version)=\($0.path)"] }
    let cache = Paths.cache.appending(path: "rehearsal").path
    return [script.path, "--pa-new", Paths.tool.path, "--cache", cache] + pythons + options
}

/// What keeps this computer from a rehearsal.
private let missing: String? = {
    guard let newest = interpreters.last else { return "needs python3 with venv" }
    guard let checked = try? probe(newest.path, arguments(["--check"])) else {
        return "prove.py does not run"
    }
    return checked.exitCode == 0 ? nil : checked.stderr
}()

@Suite(
    "An adopted application",
    .needs(Need("\(missing ?? "")") { missing == nil }),
    .lane(.full),
    .serialized
)
struct PublicAppTests {
    /// Runs applications, and expects that all of them answer as on their development server.
    private func prove(_ options: [String]) async throws {
        let newest = try #require(interpreters.last)
        let finished = try await runInBackground(
            newest.path,
            arguments(options),
            seconds: 3600
        )
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(finished.stdout.hasSuffix(" passed, 0 failed\n"), "\(finished)")
    }

    @Test("answers on the rehearsed host as on its development server: three public ones")
    func few() async throws { try await prove(["--quick"]) }

    @Test("answers so: all on PyPI, and those with an awkward layout or text", .lane(.long))
    func all() async throws { try await prove([]) }
}
