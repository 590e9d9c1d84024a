// `pa-new update --abort`, `--undo`, `--ours` and `--theirs` as the user sees them.

import Foundation
import TestSupport
import Testing

@Suite("pa-new update --undo")
struct RestoreCommandTests {
    @Test("an update with a conflict can be resolved with one side, aborted, or undone")
    func wayBack() async throws {
        try await withTemporaryFolder { folder in
            func tool(_ words: [String], code: Int32 = 0) async throws -> ProcessResult {
                let finished = try await runTool(words, in: folder)
                expectEnd(of: finished, code: code)
                return finished
            }
            _ = try await tool(["hello", "-u", "alice", "-q"])
            let hello = folder.appending(path: "hello")
            let readme = hello.appending(path: "README.md")
            let text = try String(contentsOf: readme, encoding: .utf8)
            try write(
                ["README.md": text.replacing("cp /home/alice/", with: "cp /home/carol/")],
                below: hello
            )
            let before = try tree(hello)
            _ = try await tool(["update", "hello", "--set", "user=bob"], code: 1)
            let aborted = try await tool(["update", "hello", "--abort"])
            #expect(
                aborted.stdout == """
                    restore  hello/.pa-new.base.json
                    restore  hello/.pa-new.json
                    restore  hello/README.md

                    """
            )
            let after = try tree(hello)
            #expect(after == before)
            let again = try await tool(["update", "hello", "--abort"], code: 73)
            #expect(again.stderr.contains("there is no update to undo"), "\(again)")

            _ = try await tool(["update", "hello", "--set", "user=bob"], code: 1)
            let conflict = try tree(hello)
            for other in ["./README.md", "hello/README.md"] {
                let sides = ["--ours", "README.md", "--theirs", other]
                let twice = try await tool(["update", "hello"] + sides, code: 64)
                #expect(twice.stderr.contains("'README.md' is given twice"), "\(twice)")
                #expect(try tree(hello) == conflict)
            }
            let resolved = try await tool(["update", "hello", "--ours", "hello/README.md"])
            #expect(resolved.stdout == "resolve  hello/README.md\n")
            let mine = try String(contentsOf: readme, encoding: .utf8)
            #expect(!mine.contains("<<<<<<<") && mine.contains("carol"))
            _ = try await tool(["update", "hello", "--set", "python=3.12", "-q"])
            let dry = try await tool(["update", "hello", "--undo", "-n"])
            #expect(dry.stdout.hasSuffix("\nNothing was written.\n"), "\(dry)")
            _ = try await tool(["update", "hello", "--undo", "-q"])
            let undone = try String(contentsOf: readme, encoding: .utf8)
            #expect(undone == mine)
        }
    }

    @Test(
        "options that exclude each other are refused",
        arguments: [
            ["--abort", "--undo"], ["--undo", "--set", "user=a"], ["--abort", "--check"],
            ["--ours", "a", "--theirs", "a"], ["--ours", "a", "--abort"], ["--undo", "--json"],
        ]
    )
    func excluded(words: [String]) async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runTool(["update"] + words, in: folder)
            expectEnd(of: finished, code: 64, stdout: "")
        }
    }
}
