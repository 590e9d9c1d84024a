// The hooks for pre-commit, run by pre-commit itself, from a repository that has them.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("The hooks for pre-commit", .needs(.wheel), .lane(.full))
struct PreCommitTests {
    /// The file with the hooks, which pre-commit looks for in a repository.
    private static let hooks = ".pre-commit-hooks.yaml"

    /// The configuration that docs/ci.md shows.
    private static let example: String = {
        let page = Paths.package.appending(path: "docs/ci.md")
        let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
        return text.components(separatedBy: "```yaml pre-commit\n").dropFirst().first?
            .components(separatedBy: "```").first ?? ""
    }()

    /// A repository with the hooks of this one, and its newest commit.
    private func repository(below scratch: URL) async throws -> (folder: URL, commit: String) {
        let folder = scratch.appending(path: "hooks")
        let text = try String(
            contentsOf: Paths.package.appending(path: Self.hooks),
            encoding: .utf8
        )
        try write([Self.hooks: text], below: folder)
        try await commit(folder)
        let head = try await run("git", ["rev-parse", "HEAD"], in: folder)
        return (folder, head.stdout.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private func commit(_ folder: URL) async throws {
        let user = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        for words in [["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "All"]] {
            let finished = try await run("git", user + words, in: folder)
            try #require(finished.exitCode == 0, "\(finished)")
        }
    }

    /// Runs pre-commit in a repository, with the built tool on the path.
    private func preCommit(
        _ words: [String],
        in folder: URL,
        below scratch: URL
    ) async throws -> ProcessResult {
        let python = try await toolbox()
        let bin = scratch.appending(path: "bin")
        if !FileManager.default.fileExists(atPath: bin.path) {
            try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                at: bin.appending(path: "pa-new"),
                withDestinationURL: Paths.tool
            )
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return try await run(
            python.path,
            ["-m", "pre_commit"] + words,
            in: folder,
            environment: [
                "PATH": bin.path + ":" + path,
                "PRE_COMMIT_HOME": scratch.appending(path: "pre-commit").path,
            ]
        )
    }

    @Test("are hooks as pre-commit has them")
    func manifest() async throws {
        try await withTemporaryFolder { scratch in
            let file = Paths.package.appending(path: Self.hooks).path
            let finished = try await preCommit(
                ["validate-manifest", file],
                in: scratch,
                below: scratch
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }

    @Test("check an app and a template as the page says, and let no mistake in")
    func works() async throws {
        try #require(!Self.example.isEmpty, "docs/ci.md has no example for pre-commit")
        try await withTemporaryFolder { scratch in
            let hooks = try await repository(below: scratch)
            let made = try await runTool(
                ["hello", "-q", "--framework", "handler"],
                in: scratch
            )
            try #require(made.exitCode == 0, "\(made)")
            let project = scratch.appending(path: "hello")
            let configuration = Self.example
                .replacing("https://github.com/OWNER/pa-new", with: hooks.folder.path)
                .replacing("COMMIT", with: hooks.commit)
            try write(
                [
                    ".pre-commit-config.yaml": configuration,
                    "template/manifest.json":
                        #"{"title": "T", "summary": "s", "greeting": "g"}"# + "\n",
                    "template/{{package}}.txt.mustache": "{{name}}\n",
                ],
                below: project
            )
            try await commit(project)
            let words = ["run", "--all-files", "--color", "never"]
            let clean = try await preCommit(words, in: project, below: scratch)
            #expect(clean.exitCode == 0, "\(clean)")
            #expect(clean.stdout.components(separatedBy: "Passed\n").count == 3, "\(clean)")

            try write(
                [
                    "hello/routes.py":
                        "import wsgiref.simple_server as s\ns.make_server('', 80, 0)\n",
                    "template/{{package}}.txt.mustache": "{{nmae}}\n",
                ],
                below: project
            )
            let spoilt = try await preCommit(words, in: project, below: scratch)
            #expect(spoilt.exitCode == 1, "\(spoilt)")
            for expected in ["[server-start]", "nmae"] {
                #expect(spoilt.stdout.contains(expected), "\(spoilt)")
            }
        }
    }
}
