// `AGENTS.md`, the page for people and programs that work on a project, and the answer that leaves it out.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("AGENTS.md")
struct AgentsTests {
    private func record(in project: URL) throws -> ProjectRecord {
        try ProjectRecord(Array(Data(contentsOf: project.appending(path: ".pa-new.json"))))
    }

    private func exists(in project: URL) -> Bool {
        FileManager.default.fileExists(atPath: project.appending(path: "AGENTS.md").path)
    }

    @Test("is in a project, unless it was made with --no-agents; an update keeps that")
    func leftOut() async throws {
        try await withTemporaryFolder { folder in
            let with = folder.appending(path: "one")
            let without = folder.appending(path: "two")
            _ = try await runTool(["one", "-q"], in: folder)
            _ = try await runTool(["two", "-q", "--no-agents"], in: folder)
            #expect(exists(in: with))
            #expect(!exists(in: without))
            #expect(try record(in: with).agents == nil)
            #expect(try record(in: without).agents == false)
            let readme = try String(
                contentsOf: without.appending(path: "README.md"),
                encoding: .utf8
            )
            #expect(!readme.contains("AGENTS.md"))
            for setting in ["python=3.12", "framework=flask"] {
                let words = ["update", "two", "--set", setting]
                let updated = try await runTool(words, in: folder)
                #expect(updated.exitCode == 0, "\(updated)")
                #expect(!exists(in: without), "\(setting)")
            }
        }
    }

    @Test("comes and goes with an update, which has nothing to do for PythonAnywhere then")
    func updated() async throws {
        try await withTemporaryFolder { folder in
            _ = try await runTool(["hello", "-q", "--no-agents"], in: folder)
            let hello = folder.appending(path: "hello")
            for (answer, isThere) in [
                ("yes", true), ("no", false), ("", true), ("FALSE", false), ("on", true),
            ] {
                let words = ["update", "hello", "--set", "agents=\(answer)"]
                let finished = try await runTool(words, in: folder)
                #expect(finished.exitCode == 0, "\(finished)")
                #expect(exists(in: hello) == isThere, "\(answer)")
                // Its line in README.md is one, too.
                #expect(!finished.stdout.contains("hello/wsgi.py"), "\(finished)")
            }
            let new = folder.appending(path: "new")
            try FileManager.default.createDirectory(at: new, withIntermediateDirectories: false)
            _ = try await runTool(["hello", "-q"], in: new)
            #expect(try tree(hello) == tree(new.appending(path: "hello")))
            for answer in ["maybe", "2", "yes yes", "\u{1B}[31m"] {
                let words = ["update", "hello", "--set", "agents=\(answer)"]
                let refused = try await runTool(words, in: folder)
                #expect(refused.exitCode == 64, "\(refused)")
                #expect(refused.stderr.contains("it has to be yes or no"), "\(refused)")
            }
        }
    }

    @Test("of the user's own stays as it is, in a project from before")
    func own() async throws {
        try await withTemporaryFolder { folder in
            _ = try await runTool(["hello", "-q", "--no-agents"], in: folder)
            let hello = folder.appending(path: "hello")
            // As earlier versions wrote it.
            let file = hello.appending(path: ".pa-new.json")
            let old = try String(contentsOf: file, encoding: .utf8)
                .replacing("  \"agents\" : false,\n", with: "")
            try write([".pa-new.json": old, "AGENTS.md": "mine\n"], below: hello)
            #expect(try record(in: hello).agents == nil)
            let finished = try await runTool(["update", "hello", "-q"], in: folder)
            #expect(finished.exitCode == 0, "\(finished)")
            let page = try String(contentsOf: hello.appending(path: "AGENTS.md"), encoding: .utf8)
            #expect(page == "mine\n")
            #expect(try record(in: hello).agents == false)
            // Whoever asks for ours gets both, to choose from.
            let asked = try await runTool(["update", "hello", "--set", "agents=yes"], in: folder)
            #expect(asked.exitCode == 1, "\(asked)")
        }
    }

    @Test("is a name for conditions and texts of templates of the user's own")
    func ownTemplate() async throws {
        try await withTemporaryFolder { folder in
            try write(
                [
                    "t/manifest.json": #"{"files": {"A.md": {"when": "agents"}}}"#,
                    "t/A.md": "a", "t/b.txt.mustache": "{{#agents}}yes{{/agents}}",
                ],
                below: folder
            )
            let check = try await runTool(["template", "check", "t", "--strict"], in: folder)
            #expect(check.exitCode == 0, "\(check)")
            for (words, paths) in [
                ([], ["A.md", "b.txt"]), (["--no-agents"], ["b.txt"]),
            ] as [([String], [String])] {
                let name = "p\(paths.count)"
                let made = try await runTool([name, "-t", "t", "-q"] + words, in: folder)
                #expect(made.exitCode == 0, "\(made)")
                let files = try filePaths(below: folder.appending(path: name))
                #expect(files.filter { !$0.hasPrefix(".") } == paths)
            }
        }
    }

    @Test("is not what adopt writes: the conventions of an app are its owner's")
    func adopted() throws {
        let adopting = try #require(try Catalog.embedded().adopting)
        #expect(!adopting.files.contains { $0.path.hasPrefix(AgentsFile.path) })
    }
}
