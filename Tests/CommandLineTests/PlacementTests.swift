// Where a project lands: folders that exist, runs that write nothing, and what is told of them.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles
@testable import Scaffold

/// A place before the tool runs in it, and how the run ends.
private struct Scene: Sendable, CustomTestStringConvertible {
    let name: String
    /// A shell script that makes the place; `$1` is the tool.
    let setUp: String
    let words: [String]
    let code: Int32
    /// What stderr tells.
    let parts: [String]

    var testDescription: String { name }

    static let all = [
        Scene(name: "a new folder", setUp: "", words: [], code: 0, parts: []),
        Scene(name: "a new folder, --into", setUp: "", words: ["--into"], code: 0, parts: []),
        Scene(
            name: "an empty folder, --into",
            setUp: "mkdir hello",
            words: ["--into"],
            code: 0,
            parts: []
        ),
        Scene(
            name: "other files, --into",
            setUp: "mkdir -p hello/hello; echo mine >hello/mine; echo >hello/hello/mine",
            words: ["--into"],
            code: 0,
            parts: []
        ),
        Scene(
            name: "the same project, --into",
            setUp: "\"$1\" hello -q",
            words: ["--into"],
            code: 0,
            parts: []
        ),
        Scene(
            name: "a folder that is not empty",
            setUp: "mkdir hello; touch hello/a hello/b hello/c hello/d hello/e",
            words: [],
            code: 73,
            parts: ["'hello' exists and is not empty", "'a', 'b', 'c' and 2 more", "--into"]
        ),
        Scene(
            name: "one conflict",
            setUp: "\"$1\" hello -q; echo mine >>hello/wsgi.py; rm hello/README.md",
            words: ["--into"],
            code: 73,
            parts: [
                "a file in 'hello' would be overwritten",
                "already there, with other contents: 'wsgi.py'", "--skip-existing",
                "--overwrite",
            ]
        ),
        Scene(
            name: "several conflicts",
            setUp: "mkdir -p hello/hello; echo 1 >hello/README.md; echo 2 >hello/hello/routes.py",
            words: ["--into"],
            code: 73,
            parts: ["2 files in 'hello'", "'README.md' and 'hello/routes.py'"]
        ),
        Scene(
            name: "conflicts, --skip-existing",
            setUp: "mkdir hello; echo mine >hello/README.md; ln -s README.md hello/wsgi.py",
            words: ["--into", "--skip-existing"],
            code: 0,
            parts: []
        ),
        Scene(
            name: "conflicts, --overwrite",
            setUp: "mkdir hello; echo mine >hello/README.md; echo mine >hello/wsgi.py",
            words: ["--into", "--overwrite"],
            code: 0,
            parts: []
        ),
        Scene(
            name: "a link in a file's place",
            setUp: "mkdir hello; echo mine >mine; ln -s ../mine hello/README.md",
            words: ["--into"],
            code: 73,
            parts: ["would be overwritten", "'README.md'"]
        ),
        Scene(
            name: "a link in a file's place, --overwrite",
            setUp: "mkdir hello; echo mine >mine; ln -s ../mine hello/README.md",
            words: ["--into", "--overwrite"],
            code: 73,
            parts: ["'hello/README.md' is in the way", "does not follow links"]
        ),
        Scene(
            name: "a folder in a file's place, --overwrite",
            setUp: "mkdir -p hello/README.md/deep",
            words: ["--into", "--overwrite"],
            code: 73,
            parts: ["'hello/README.md' is in the way", "it is a folder"]
        ),
        Scene(
            name: "a link in a folder's place",
            setUp: "mkdir hello elsewhere; ln -s ../elsewhere hello/tests",
            words: ["--into", "--skip-existing"],
            code: 73,
            parts: ["'hello/tests' is in the way", "does not follow links"]
        ),
        Scene(
            name: "a file in a folder's place",
            setUp: "mkdir hello; touch hello/tests",
            words: ["--into", "--overwrite"],
            code: 73,
            parts: ["'hello/tests' is in the way", "it is a file"]
        ),
        Scene(
            name: "a pipe in a file's place",
            setUp: "mkdir hello; mkfifo hello/wsgi.py",
            words: ["--into", "--overwrite"],
            code: 73,
            parts: ["'hello/wsgi.py' is in the way", "neither a file nor a folder"]
        ),
        Scene(
            name: "a file for a target",
            setUp: "touch hello",
            words: ["--into"],
            code: 73,
            parts: ["'hello' exists", "it is a file"]
        ),
        Scene(
            name: "a link that leads nowhere for a target",
            setUp: "ln -s nowhere hello",
            words: ["--into"],
            code: 73,
            parts: ["'hello' exists", "it is a symbolic link"]
        ),
        Scene(
            name: "a link to a folder for a target",
            setUp: "mkdir real; touch real/mine; ln -s real hello",
            words: ["--into"],
            code: 0,
            parts: []
        ),
        Scene(
            name: "no parent",
            setUp: "",
            words: ["--into", "-o", "no/such"],
            code: 73,
            parts: ["there is no folder 'no/such'"]
        ),
        Scene(
            name: "a bad answer",
            setUp: "",
            words: ["--python", "2.7"],
            code: 64,
            parts: ["does not offer Python '2.7'"]
        ),
        Scene(
            name: "a parent that may not be written to",
            setUp: "mkdir locked; chmod 555 locked",
            words: ["-o", "locked"],
            code: 73,
            parts: ["cannot create anything in 'locked'", "Permission denied"]
        ),
        Scene(
            name: "a folder in the project that may not be written to",
            setUp: "mkdir -p hello/tests; chmod 555 hello/tests",
            words: ["--into"],
            code: 73,
            parts: ["cannot create anything in 'hello/tests'", "Permission denied"]
        ),
        Scene(
            name: "a file that may not be read",
            setUp: "\"$1\" hello -q; chmod 000 hello/wsgi.py",
            words: ["--into"],
            code: 74,
            parts: ["reading 'hello/wsgi.py' failed", "Permission denied"]
        ),
        Scene(
            name: "a staging folder that is not ours",
            setUp: "mkdir -p hello/.pa-new-staging",
            words: ["--into"],
            code: 73,
            parts: ["'hello/.pa-new-staging' is in the way"]
        ),
    ]
}

@Suite("Placement")
struct PlacementTests {
    /// Runs a script, and the tool after it, as somebody who may not write everywhere.
    private func play(_ scene: Scene, _ words: [String], in folder: URL) async throws
        -> ProcessResult
    {
        let become = getuid() == 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : []
        let finished = try await run(
            "sh",
            ["-c", "chmod 777 . && exec \"$@\"", "sh"] + become
                + ["sh", "-c", "umask 022; \(scene.setUp)", "sh", Self.tool().path],
            in: folder
        )
        #expect(finished.exitCode == 0, "\(finished)")
        return try await act(["hello"] + scene.words + words, in: folder)
    }

    private func act(_ words: [String], in folder: URL) async throws -> ProcessResult {
        let become = getuid() == 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : []
        let all = try await become + [Self.tool().path] + words
        return try await run(all[0], Array(all.dropFirst()), in: folder)
    }

    /// The tool where anybody may run it.
    private static let place = FileManager.default.temporaryDirectory
        .appending(path: "pa-new-test-tool-\(getpid())")

    private static let copied = Once<URL>()

    private static func tool() async throws -> URL {
        try await copied.value {
            // Copied by another process: a child that a test starts meanwhile would hold it open, and
            // the system runs no file that somebody can write to.
            expectEnd(of: try await run("cp", [Paths.tool.path, place.path]), code: 0)
            atexit { PlacementTests.removeTool() }
            return place
        }
    }

    private static func removeTool() { unlink(place.path) }

    /// A folder's whole state, with times and links.
    private func state(_ folder: URL) async throws -> String {
        let script = "find . -printf '%p %y %m %s %l %T@ %C@\\n' | sort"
        return try await run("sh", ["-c", script], in: folder).stdout
    }

    @Test("a dry run writes nothing, and ends and explains as the real one", arguments: Scene.all)
    fileprivate func dryRun(scene: Scene) async throws {
        try await withTemporaryFolder { folder in
            let dry = try await play(scene, ["--dry-run"], in: folder)
            expectEnd(of: dry, code: scene.code)
            let before = try await state(folder)
            let again = try await act(["hello"] + scene.words + ["-n"], in: folder)
            #expect(again.stdout == dry.stdout)
            #expect(try await state(folder) == before, "the dry run wrote")

            let real = try await act(["hello"] + scene.words, in: folder)
            expectEnd(of: real, code: scene.code, stderr: dry.stderr)
            for part in scene.parts { #expect(real.stderr.contains(part), "\(real.stderr)") }
            #expect(real.stderr.isEmpty == (scene.code == 0))
            if scene.code != 0 {
                #expect(real.stdout.isEmpty)
                #expect(try await state(folder) == before, "a refused run wrote")
                return
            }
            // What the dry run foretold is what the real one did.
            let foretold = dry.stdout.split(separator: "\n").filter { $0.contains("hello/") }
                .map { $0.split(separator: " ") }.map { [$0[0], $0[2]] }
            let done = real.stdout.split(separator: "\n").filter { $0.contains("  hello/") }
                .map { $0.split(separator: " ") }.map { [$0[0], $0[1]] }
            #expect(foretold == Array(done.prefix(foretold.count)))
            #expect(try foretold.count == plannedCount())
        }
    }

    @Test("--into adds what is missing, and leaves what is there")
    func into() async throws {
        try await withTemporaryFolder { folder in
            try makeTree(
                ["hello/.git/HEAD": "ref", "hello/mine": "mine", "hello/tests/mine": "m"],
                in: folder
            )
            let finished = try await runTool(["hello", "--into"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            expectEnd(of: try await run("mkdir", ["other"], in: folder), code: 0)
            expectEnd(of: try await runTool(["hello", "-o", "other", "-q"], in: folder), code: 0)
            var expected = try tree(folder.appending(path: "other/hello"))
            expected.merge([".git/HEAD": "ref", "mine": "mine", "tests/mine": "m"]) { $1 }
            #expect(try tree(folder.appending(path: "hello")) == expected)

            let again = try await runTool(["hello", "--into"], in: folder)
            expectEnd(of: again, code: 0, stderr: "")
            let identical = again.stdout.components(separatedBy: "identical  hello/").count - 1
            #expect(try identical == plannedCount())
        }
    }

    @Test("--skip-existing leaves conflicts, --overwrite keeps the old as FILE~, twice if need be")
    func rules() async throws {
        try await withTemporaryFolder { folder in
            try makeTree(["hello/README.md": "one", "hello/wsgi.py": "two"], in: folder)
            let hello = folder.appending(path: "hello")
            let skipped = try await runTool(["hello", "--into", "--skip-existing"], in: folder)
            expectEnd(of: skipped, code: 0, stderr: "")
            #expect(skipped.stdout.contains("  skip  hello/README.md\n"))
            #expect(try tree(hello)["README.md"] == "one")
            #expect(try tree(hello)["hello/routes.py"] != nil)

            let first = try await runTool(["hello", "--into", "--overwrite"], in: folder)
            expectEnd(of: first, code: 0, stderr: "")
            #expect(
                first.stdout.contains(
                    "overwrite  hello/README.md  (before: hello/README.md~)\n"
                )
            )
            #expect(first.stdout.contains("identical  hello/hello/routes.py\n"))
            try Data("three".utf8).write(to: hello.appending(path: "README.md"))
            let second = try await runTool(["hello", "--into", "--overwrite", "-q"], in: folder)
            expectEnd(of: second, code: 0, stdout: "", stderr: "")
            let after = try tree(hello)
            #expect(after["README.md"]?.hasPrefix("# Hello") == true)
            #expect(after["README.md~"] == "one")
            #expect(after["README.md.~2~"] == "three")
            #expect(after["wsgi.py~"] == "two")
        }
    }

    @Test("two runs do not add to one folder at a time")
    func busy() async throws {
        try await withTemporaryFolder { folder in
            try makeTree(["hello/mine": "mine"], in: folder)
            let working = try WorkingFolder(folder.path + "/hello")
            for words in [["hello", "--into"], ["hello", "--into", "-n"]] {
                let finished = try await runTool(words, in: folder)
                expectEnd(of: finished, code: 73, stdout: "")
                #expect(finished.stderr.contains("another pa-new is running in 'hello'"))
            }
            try working.apply([])
            #expect(try tree(folder) == ["hello/mine": "mine"])
        }
    }

    @Test(
        "on a terminal each conflict is a question",
        arguments: [
            (["y", "n"], 0, "new", "two"),
            (["n", "y"], 0, "one", "new"),
            (["a"], 0, "new", "new"),
            (["s"], 0, "one", "two"),
            (["what?", "d", "", "y", "d", "n"], 0, "new", "two"),
            (["y", "q"], 130, "one", "two"),
            (["^D"], 130, "one", "two"),
            (["y", "^C"], 130, "one", "two"),
        ] as [([String], Int32, String, String)]
    )
    func questions(answers: [String], code: Int32, readme: String, entry: String) async throws {
        let python = try #require(Interpreter.standard)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Python/answer.py")
        try await withTemporaryFolder { folder in
            let before = ["hello/README.md": "one", "hello/wsgi.py": "two"]
            try makeTree(before, in: folder)
            let words = String(
                decoding: try JSONEncoder().encode(answers),
                as: UTF8.self
            )
            let finished = try await run(
                python.path,
                [script.path, words, Paths.tool.path, "hello", "--into"],
                in: folder,
                environment: ["TERM": "dumb"]
            )
            #expect(finished.exitCode == code, "\(finished)")
            #expect(finished.stdout.contains("'README.md' already exists, with other contents."))
            if answers.contains("d") {
                #expect(finished.stdout.contains("--- README.md (there)\n+++ README.md (new)\n"))
                #expect(
                    finished.stdout.contains("\n-one\n\\ No newline at end of file\n+# Hello\n")
                )
            }
            let after = try tree(folder)
            guard code == 0 else {
                #expect(after == before)
                return
            }
            for (path, expected, old) in [
                ("hello/README.md", readme, "one"), ("hello/wsgi.py", entry, "two"),
            ] {
                if expected == "new" {
                    #expect(after[path] != old)
                    #expect(after[path + "~"] == old)
                } else {
                    #expect(after[path] == old)
                    #expect(after[path + "~"] == nil)
                }
            }
            #expect(after["hello/hello/routes.py"] != nil)
        }
    }
}
