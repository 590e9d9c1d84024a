// What commands say about a project in which a run of pa-new was killed.

import Foundation
import TestSupport
import Testing

@Suite("A project with unfinished changes", .lane(.quick))
struct UnfinishedTests {
    @Test("is packed and deployed by no command, and checked with a note")
    func commands() async throws {
        try await withTemporaryFolder { folder in
            let made = try await runTool(["hello", "-q", "--user", "alice"], in: folder)
            try #require(made.exitCode == 0, "\(made)")
            let read = ["check", "hello", "--no-load"]
            let before = try await runTool(read, in: folder)
            #expect(before.stderr.isEmpty, "\(before)")
            try write(["hello/.pa-new-staging/journal": ""], below: folder)
            let checked = try await runTool(read, in: folder)
            #expect(checked.exitCode == before.exitCode)
            #expect(checked.stderr.hasPrefix("note: Some files in 'hello' are half"), "\(checked)")
            for words in [
                ["pack", "hello", "--output", "x.zip"], ["deploy", "hello", "--dry-run"],
            ] {
                let refused = try await runTool(words, in: folder)
                #expect(refused.exitCode == 65, "\(refused)")
                #expect(refused.stderr.contains("are half updated"), "\(refused)")
                #expect(refused.stderr.contains("run 'pa-new update'"), "\(refused)")
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(files == ["hello"])
        }
    }

    @Test("and an update says which path to leave out it does not know")
    func exclusion() async throws {
        try await withTemporaryFolder { folder in
            let made = try await runTool(["hello", "-q"], in: folder)
            try #require(made.exitCode == 0, "\(made)")
            let words = [
                "update", "hello", "--check", "--exclude", "REDAME.md", "--exclude", "tests",
            ]
            let updated = try await runTool(words, in: folder)
            let said =
                "note: --exclude REDAME.md leaves out nothing: the template has no such file."
            #expect(updated.stdout == "hello is up to date\n\n\(said)\n", "\(updated)")
        }
    }
}
