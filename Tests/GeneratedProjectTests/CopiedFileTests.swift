// Files of other projects that the templates carry: they are the release's, byte for byte.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Copied files", .needs(.hostPython))
struct CopiedFileTests {
    /// The scripts that fetch them.
    private static let scripts = Set(CopiedFiles.scripts.values).sorted()

    /// The files that a script fetches, below `Templates/`.
    private static func files(of script: String) -> [String] {
        CopiedFiles.scripts.filter { $0.value == script }.map(\.key).sorted()
    }

    private func fetch(_ script: String, _ arguments: [String]) async throws -> ProcessResult {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        let python = try await PythonEnvironments.shared.python(newest, with: ["pip"])
        let path = Paths.package.appending(path: script).path
        return try await run(python.path, ["-W", "error", path] + arguments)
    }

    @Test("have the digests of the release", arguments: scripts)
    func digests(script: String) async throws {
        let finished = try await fetch(script, ["--check"])
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(finished.stdout + finished.stderr == "")
    }

    @Test("are refused if a byte of one differs, or if one is missing", arguments: scripts)
    func differences(script: String) async throws {
        for path in Self.files(of: script) {
            try await withTemporaryFolder { folder in
                for other in Self.files(of: script) {
                    try FileManager.default.copyItem(
                        at: Paths.templates.appending(path: other),
                        to: folder.appending(path: (other as NSString).lastPathComponent)
                    )
                }
                let place = folder.appending(path: (path as NSString).lastPathComponent)
                var contents = try Data(contentsOf: place)
                contents[contents.count / 2] ^= 1
                try contents.write(to: place)
                let changed = try await fetch(script, ["--check", folder.path])
                #expect(changed.exitCode == 65, "\(changed)")
                #expect(changed.stderr.contains("error: \(place.lastPathComponent) is not that of"))
                try FileManager.default.removeItem(at: place)
                let missing = try await fetch(script, ["--check", folder.path])
                #expect(missing.exitCode == 74, "\(missing)")
            }
        }
    }

    @Test("are what PyPI has today", .lane(.long), arguments: scripts)
    func published(script: String) async throws {
        try await withTemporaryFolder { folder in
            let finished = try await fetch(script, [folder.path])
            #expect(finished.exitCode == 0, "\(finished)")
            for path in Self.files(of: script) {
                let name = (path as NSString).lastPathComponent
                #expect(
                    try Data(contentsOf: folder.appending(path: name))
                        == Data(contentsOf: Paths.templates.appending(path: path)),
                    "\(path)"
                )
            }
        }
    }

    @Test("are in a project as they are, and have the types that the project says")
    func types() async throws {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        let python = try await PythonEnvironments.shared.python(newest, with: LintTests.tools)
        for path in CopiedFiles.scripts.keys.sorted() {
            let parts = path.split(separator: "/").map(String.init)
            try await withTemporaryFolder { root in
                let project = try await GeneratedProject(parts[0], below: root)
                #expect(
                    try Data(contentsOf: project.folder.appending(path: parts[1]))
                        == Data(contentsOf: Paths.templates.appending(path: path))
                )
                guard path.hasSuffix(".py") else { return }
                let module = String(parts[1].dropLast(3))
                let finished = try await run(
                    python.path,
                    ["-m", "mypy.stubtest", "--ignore-missing-stub", module],
                    in: project.folder,
                    environment: ["MYPYPATH": ".", "PYTHONPATH": "."]
                )
                #expect(finished.exitCode == 0, "\(finished)")
                #expect(finished.stdout.contains("Success: no issues found in 1 module"))
            }
        }
    }
}
