// What is too large is noticed by its size, before it is read: the tool runs with little memory.

import Foundation
import TestSupport
import Testing

#if os(Linux)
    @Suite("Files that are much too large", .lane(.full))
    struct MemoryTests {
        /// Runs the tool with at most 700 MB of memory.
        private func runInLittle(_ words: [String], in folder: URL) async throws -> ProcessResult {
            try await run(
                "/bin/sh",
                ["-c", #"ulimit -v 700000; exec "$0" "$@""#, Paths.tool.path] + words,
                in: folder,
                environment: stateOfTool
            )
        }

        /// Makes a file of this size that takes no room on the disk.
        private func makeSparse(_ path: String, _ bytes: Int, in folder: URL) throws {
            let place = folder.path + "/" + path
            _ = FileManager.default.createFile(atPath: place, contents: Data("x\n".utf8))
            #expect(truncate(place, off_t(bytes)) == 0)
        }

        @Test("in a template, a file that each project gets is refused by its size")
        func template() async throws {
            let manifest =
                #"{"questions": [{"key": "q", "type": "bool", "default": false}], "files": "#
            for (rules, path, code) in [
                ("{}", "big.bin", 65), (#"{"some": {"when": "!q"}}"#, "big.bin", 65),
                (#"{"some": {"once": true}}"#, "some/big.bin", 65),
            ] as [(String, String, Int32)] {
                try await withTemporaryFolder { folder in
                    try write(
                        ["t/manifest.json": manifest + rules + "}", "t/some/x": "", "t/a": ""],
                        below: folder
                    )
                    try makeSparse("t/" + path, 900_000_000, in: folder)
                    let words = ["hello", "--template", "t", "--max-output", "100M"]
                    let finished = try await runInLittle(words, in: folder)
                    expectEnd(of: finished, code: code, stdout: "")
                    let said =
                        "would have more than 100 MiB\n   why: that is the limit for all files "
                        + "together; it was reached at '\(path)'"
                    #expect(finished.stderr.contains(said), "\(finished)")
                    #expect(try filePaths(below: folder).allSatisfy { $0.hasPrefix("t/") })
                }
            }
            // Together they are more than any template may have.
            try await withTemporaryFolder { folder in
                try write(["t/manifest.json": "{}"], below: folder)
                for number in 0..<2 { try makeSparse("t/\(number)", 600 << 20, in: folder) }
                let finished = try await runInLittle(["hello", "--template", "t"], in: folder)
                expectEnd(of: finished, code: 74, stdout: "")
                #expect(finished.stderr.contains("the maximum is 1 GiB"), "\(finished)")
            }
        }

        @Test("in a template, a file that this project does not get does not count")
        func excluded() async throws {
            try await withTemporaryFolder { folder in
                let manifest = """
                    {"questions": [{"key": "q", "type": "bool", "default": false}],
                     "files": {"big.bin": {"when": "q"}}}
                    """
                try write(["t/manifest.json": manifest], below: folder)
                try makeSparse("t/big.bin", 3_000_000, in: folder)
                let words = ["hello", "--template", "t", "--max-output", "1M"]
                expectEnd(of: try await runTool(words, in: folder), code: 0, stderr: "")
                let other = ["other"] + words.dropFirst() + ["--set", "q=yes"]
                let refused = try await runTool(other, in: folder)
                #expect(refused.stderr.contains("reached at 'big.bin'"), "\(refused)")
            }
        }

        @Test("a question about a file that is too long does not show the differences")
        func question() async throws {
            let python = try #require(Interpreter.standard)
            let script = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "Python/answer.py")
            try await withTemporaryFolder { folder in
                try write(["hello/a": ""], below: folder)
                try makeSparse("hello/README.md", 900_000_000, in: folder)
                let command = #"ulimit -v 700000; exec "$0" hello --into"#
                try write(
                    [
                        "run":
                            "#!/bin/bash\nset -- \(Paths.tool.path)\n\(command.replacing("$0", with: "$1"))\n"
                    ],
                    below: folder
                )
                #expect(chmod(folder.path + "/run", 0o700) == 0)
                let finished = try await run(
                    python.path,
                    [script.path, #"["d", "s"]"#, folder.path + "/run", "hello"],
                    in: folder,
                    environment: ["TERM": "dumb"]
                )
                #expect(finished.exitCode == 0, "\(finished)")
                #expect(finished.stdout.contains("one of them is too long to show"), "\(finished)")
            }
        }

        @Test("in a project, the user's version stays, and the template's is put beside it")
        func project() async throws {
            try await withTemporaryFolder { folder in
                expectEnd(of: try await runTool(["hello", "-q"], in: folder), code: 0)
                try makeSparse("hello/README.md", 900_000_000, in: folder)
                let words = ["update", "hello", "--set", "user=alice", "--json"]
                let finished = try await runInLittle(words, in: folder)
                expectEnd(of: finished, code: 1, stderr: "")
                #expect(finished.stdout.contains(#""bytes" : 900000000"#), "\(finished)")
                let paths = try filePaths(below: folder)
                #expect(paths.contains("hello/README.md.pa-new"))
                let theirs = ["update", "hello", "--theirs", "README.md"]
                expectEnd(of: try await runInLittle(theirs, in: folder), code: 0, stderr: "")
                #expect(try filePaths(below: folder).contains("hello/README.md~"))
            }
        }
    }
#endif
