// Tornado's own tests, whose requests cross a socket and the adapter of a generated project.
//
// `Python/tornado-upstream/` runs them; `docs/architecture.md` lists those that cannot pass.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Tornado's own tests", .needs(.hostPython), .lane(.long))
struct UpstreamTests {
    private static let folder = hostScript.deletingLastPathComponent()
        .appending(path: "tornado-upstream")

    @Test("pass through WSGI, but for those that are listed")
    func upstream() async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject("tornado", below: root)
            // The newest Python has the newest Tornado, for which the list is made.
            let python = try await project.python(#require(ProjectCase.interpreters.last))
            let folders = [project.folder, Self.folder.deletingLastPathComponent()]
            let finished = try await runUnittests(
                python.path,
                in: Self.folder,
                environment: ["PYTHONPATH": folders.map(\.path).joined(separator: ":")]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }
}
