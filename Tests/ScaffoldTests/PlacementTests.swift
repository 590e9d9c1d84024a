// Where a project lands: folders that exist, runs that write nothing, and what is told of them.

import Foundation
import TestSupport
import Testing

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
                "a file in 'hello' would be overwritten", "there: 'wsgi.py'", "--skip-existing",
                "--overwrite",
            ]
        ),
        Scene(
            name: "several conflicts",
            setUp: "mkdir -p hello/hello; echo 1 >hello/README.md; echo 2 >hello/hello/web.py",
            words: ["--into"],
            code: 73,
            parts: ["2 files in 'hello'", "'README.md' and 'hello/web.py'"]
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
            parts: ["'hello/README.md' is in the way", "links are not followed"]
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
            parts: ["'hello/tests' is in the way", "links are not followed"]
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
            parts: ["'hello' exists", "it is a link"]
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
            parts: ["nothing can be made in 'locked'", "Permission denied"]
        ),
        Scene(
            name: "a folder in the project that may not be written to",
            setUp: "mkdir -p hello/tests; chmod 555 hello/tests",
            words: ["--into"],
            code: 73,
            parts: ["nothing can be made in 'hello/tests'", "Permission denied"]
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
    private func play(_ scene: Scene, _ words: [String], in folder: URL) throws -> Finished {
        let become = getuid() == 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : []
        let finished = try run(
            "sh",
            ["-c", "chmod 777 . && exec \"$@\"", "sh"] + become
                + ["sh", "-c", "umask 022; \(scene.setUp)", "sh", Self.tool.path],
            in: folder
        )
        #expect(finished.exitCode == 0, "\(finished)")
        return try act(["hello"] + scene.words + words, in: folder)
    }

    private func act(_ words: [String], in folder: URL) throws -> Finished {
        let become = getuid() == 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : []
        let all = become + [Self.tool.path] + words
        return try run(all[0], Array(all.dropFirst()), in: folder)
    }

    /// The tool where anybody may run it.
    private static let tool: URL = {
        let place = FileManager.default.temporaryDirectory
            .appending(path: "pa-new-test-tool-\(getpid())")
        _ = try? run("cp", [Places.tool.path, place.path])
        atexit { PlacementTests.removeTool() }
        return place
    }()

    private static func removeTool() { unlink(tool.path) }

    /// A folder's whole state, with times and links.
    private func state(_ folder: URL) throws -> String {
        let script = "find . -printf '%p %y %m %s %l %T@ %C@\\n' | sort"
        return try run("sh", ["-c", script], in: folder).stdout
    }

    @Test("a dry run writes nothing, and ends and explains as the real one", arguments: Scene.all)
    fileprivate func dryRun(scene: Scene) throws {
        try withTemporaryFolder { folder in
            let dry = try play(scene, ["--dry-run"], in: folder)
            expectEnd(of: dry, code: scene.code)
            let before = try state(folder)
            let again = try act(["hello"] + scene.words + ["-n"], in: folder)
            #expect(again.stdout == dry.stdout)
            #expect(try state(folder) == before, "the dry run wrote")

            let real = try act(["hello"] + scene.words, in: folder)
            expectEnd(of: real, code: scene.code, stderr: dry.stderr)
            for part in scene.parts { #expect(real.stderr.contains(part), "\(real.stderr)") }
            #expect(real.stderr.isEmpty == (scene.code == 0))
            if scene.code != 0 {
                #expect(real.stdout.isEmpty)
                #expect(try state(folder) == before, "a refused run wrote")
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
    func into() throws {
        try withTemporaryFolder { folder in
            try makeTree(
                ["hello/.git/HEAD": "ref", "hello/mine": "mine", "hello/tests/mine": "m"],
                in: folder
            )
            let finished = try runTool(["hello", "--into"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            expectEnd(of: try run("mkdir", ["other"], in: folder), code: 0)
            expectEnd(of: try runTool(["hello", "-o", "other", "-q"], in: folder), code: 0)
            var expected = try tree(folder.appending(path: "other/hello"))
            expected.merge([".git/HEAD": "ref", "mine": "mine", "tests/mine": "m"]) { $1 }
            #expect(try tree(folder.appending(path: "hello")) == expected)

            let again = try runTool(["hello", "--into"], in: folder)
            expectEnd(of: again, code: 0, stderr: "")
            let identical = again.stdout.components(separatedBy: "identical  hello/").count - 1
            #expect(try identical == plannedCount())
        }
    }

    @Test("--skip-existing leaves conflicts, --overwrite keeps the old as FILE~, twice if need be")
    func rules() throws {
        try withTemporaryFolder { folder in
            try makeTree(["hello/README.md": "one", "hello/wsgi.py": "two"], in: folder)
            let hello = folder.appending(path: "hello")
            let skipped = try runTool(["hello", "--into", "--skip-existing"], in: folder)
            expectEnd(of: skipped, code: 0, stderr: "")
            #expect(skipped.stdout.contains("  skip  hello/README.md\n"))
            #expect(try tree(hello)["README.md"] == "one")
            #expect(try tree(hello)["hello/web.py"] != nil)

            let first = try runTool(["hello", "--into", "--overwrite"], in: folder)
            expectEnd(of: first, code: 0, stderr: "")
            #expect(
                first.stdout.contains(
                    "overwrite  hello/README.md  (before: hello/README.md~)\n"
                )
            )
            #expect(first.stdout.contains("identical  hello/hello/web.py\n"))
            try Data("three".utf8).write(to: hello.appending(path: "README.md"))
            let second = try runTool(["hello", "--into", "--overwrite", "-q"], in: folder)
            expectEnd(of: second, code: 0, stdout: "", stderr: "")
            let after = try tree(hello)
            #expect(after["README.md"]?.hasPrefix("# Hello") == true)
            #expect(after["README.md~"] == "one")
            #expect(after["README.md.~2~"] == "three")
            #expect(after["wsgi.py~"] == "two")
        }
    }

    @Test("two runs do not add to one folder at a time")
    func busy() throws {
        try withTemporaryFolder { folder in
            try makeTree(["hello/mine": "mine"], in: folder)
            let working = try WorkingFolder(folder.path + "/hello")
            for words in [["hello", "--into"], ["hello", "--into", "-n"]] {
                let finished = try runTool(words, in: folder)
                expectEnd(of: finished, code: 73, stdout: "")
                #expect(finished.stderr.contains("another run of pa-new works in 'hello'"))
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
    func questions(answers: [String], code: Int32, readme: String, entry: String) throws {
        let python = try #require(Interpreter.standard)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Python/answer.py")
        try withTemporaryFolder { folder in
            let before = ["hello/README.md": "one", "hello/wsgi.py": "two"]
            try makeTree(before, in: folder)
            let words = String(
                decoding: try JSONEncoder().encode(answers),
                as: UTF8.self
            )
            let finished = try run(
                python.path,
                [script.path, words, Places.tool.path, "hello", "--into"],
                in: folder,
                environment: ["TERM": "dumb"]
            )
            #expect(finished.exitCode == code, "\(finished)")
            #expect(finished.stdout.contains("'README.md' is there, with other contents."))
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
            #expect(after["hello/hello/web.py"] != nil)
        }
    }
}

@Suite("The report as JSON")
struct ReportDocumentTests {
    private struct Document: Decodable {
        struct File: Decodable {
            let path: String
            let verb: String
            let mode: String
            let bytes: Int
            let sha256: String
            let keptAt: String?
        }
        let schema: Int
        let target: String
        let dryRun: Bool
        let answers: [String: String]
        let files: [File]
        let steps: [[String: Words]]

        enum Words: Decodable, Equatable {
            case text(String)
            case list([String])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self = .text(text)
                } else {
                    self = .list(try container.decode([String].self))
                }
            }
        }
    }

    @Test("it tells of every file what lies there, and of the answers and the steps")
    func contents() throws {
        try withTemporaryFolder { folder in
            let finished = try runTool(["hello", "-u", "alice", "--json"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            let document = try JSONDecoder().decode(Document.self, from: Data(finished.stdout.utf8))
            #expect(document.schema == 1)
            #expect(document.target == "hello")
            #expect(!document.dryRun)
            #expect(document.answers["user"] == "alice")
            let record = try JSONDecoder().decode(
                [String: String].self,
                from: Data(contentsOf: folder.appending(path: "hello/.pa-new.json"))
            )
            // The record leaves out the language that is taken where none is asked for.
            #expect(document.answers == record.merging(["language": "python"]) { $1 })
            let hello = folder.appending(path: "hello")
            #expect(document.files.map(\.path) == (try filePaths(below: hello)))
            for file in document.files {
                let bytes = try Data(contentsOf: hello.appending(path: file.path))
                #expect(file.verb == "create")
                #expect(file.bytes == bytes.count)
                #expect(file.sha256 == SHA256.hex(of: Array(bytes)))
                #expect(file.mode == "0644")
            }
            #expect(document.steps.count == 8)
            #expect(
                document.steps[0]["commands"]
                    == .list(["python3 -m zipfile -c hello.zip hello"])
            )

            // A dry run tells the same, but for saying that it is one.
            let other = folder.appending(path: "other")
            try FileManager.default.createDirectory(
                at: other,
                withIntermediateDirectories: false
            )
            let dry = try runTool(["hello", "-u", "alice", "--json", "-n"], in: other)
            expectEnd(of: dry, code: 0, stderr: "")
            #expect(
                dry.stdout
                    == finished.stdout.replacing("\"dryRun\" : false", with: "\"dryRun\" : true")
            )
            #expect(try filePaths(below: other) == [])
        }
    }

    @Test("with conflicts a dry run prints the document, and ends as the real run")
    func conflicts() throws {
        try withTemporaryFolder { folder in
            try makeTree(["hello/README.md": "mine"], in: folder)
            let dry = try runTool(["hello", "--into", "--json", "-n"], in: folder)
            expectEnd(of: dry, code: 73)
            let document = try JSONDecoder().decode(Document.self, from: Data(dry.stdout.utf8))
            #expect(document.files.filter { $0.verb == "conflict" }.map(\.path) == ["README.md"])
            let real = try runTool(["hello", "--into", "--json"], in: folder)
            expectEnd(of: real, code: 73, stdout: "", stderr: dry.stderr)
            let over = try runTool(["hello", "--into", "--overwrite", "--json"], in: folder)
            expectEnd(of: over, code: 0, stderr: "")
            let done = try JSONDecoder().decode(Document.self, from: Data(over.stdout.utf8))
            #expect(done.files.filter { $0.verb == "overwrite" }.map(\.keptAt) == ["README.md~"])
        }
    }

    @Test("every document keeps to the schema, which lets no other one pass")
    func schema() async throws {
        let interpreter = try #require(Interpreter.standard)
        let python = try await PythonEnvironments.shared.python(
            interpreter,
            with: ["jsonschema==4.23.0"]
        )
        let schema = Places.package.appending(path: "docs/report.schema.json").path
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Python/validate.py").path
        try withTemporaryFolder { folder in
            try makeTree(["two/README.md": "mine"], in: folder)
            try makeTree(
                [
                    "page/manifest.json": """
                    {"title": "Page", "greeting": "Hi", "questions": [{"key": "owner"},
                    {"key": "health", "type": "bool", "default": false},
                    {"key": "workers", "type": "integer", "default": 2}],
                    "commands": ["python3 -m {{package}}"]}
                    """,
                    "page/a.mustache": "{{owner}} {{workers}}",
                ],
                in: folder
            )
            let runs = [
                ["one", "--json"],
                ["own", "--json", "--template", "page", "--set", "owner=Ada"],
                ["one", "--json", "-n", "--into"],
                ["one", "--json", "--into", "-f", "flask", "--skip-existing"],
                ["two", "--json", "-n", "--into"], ["two", "--json", "--into", "--overwrite"],
                ["four", "--json", "--git"], ["sub", "--json", "--git", "-o", "four"],
                ["five", "--json", "--git", "-n"],
                ["three", "--json", "-u", "alice", "--domain", "www.example.com", "-f", "tornado"],
                ["update", "one", "--json", "-n", "--set", "framework=handler"],
                ["update", "three", "--json", "--set", "name=other", "--set", "user=bob"],
                ["six", "--json", "--template", "mine", "--set", "n=3", "--set", "b=yes"],
            ]
            try makeTree(
                [
                    "mine/manifest.json": #"{"title": "T", "summary": "S", "questions": ["#
                        + #"{"key": "n", "type": "integer", "prompt": "N?"}, "#
                        + #"{"key": "b", "type": "bool", "prompt": "B?"}]}"#,
                    "mine/x": "x",
                ],
                in: folder
            )
            var documents: [String] = []
            for (index, words) in runs.enumerated() {
                let place = folder.appending(path: "\(index).json")
                let finished = try runTool(words, in: folder)
                #expect(!finished.stdout.isEmpty, "\(finished)")
                try Data(finished.stdout.utf8).write(to: place)
                documents.append(place.path)
            }
            let good = try run(python.path, [script, schema] + documents, in: folder)
            expectEnd(of: good, code: 0, stdout: "")

            // Each of these breaks one rule.
            let text = try String(contentsOfFile: documents[5], encoding: .utf8)
            for (old, new) in [
                (#""schema" : 1"#, #""schema" : 2"#), (#""verb" : "overwrite""#, #""verb" : "x""#),
                (#""mode" : "0644""#, #""mode" : "0600""#), (#""dryRun""#, #""dryrun""#),
                (#""language" :"#, #""lang" :"#),
                (#""sha256" : ""#, #""sha256" : "G"#), (#""path" : ""#, #""path" : "/"#),
                (#""bytes" : "#, #""bytes" : -"#), (#""commands" :"#, #""command" :"#),
            ] {
                let place = folder.appending(path: "bad.json")
                let broken = text.replacing(old, with: new)
                #expect(broken != text, "\(old)")
                try Data(broken.utf8).write(to: place)
                let bad = try run(python.path, [script, schema, place.path], in: folder)
                #expect(bad.exitCode == 1, "\(new) passes: \(bad)")
            }
        }
    }
}

@Suite("Same input, same bytes")
struct DeterminismTests {
    @Test(
        "folder, umask, language, time zone, home and time change nothing",
        arguments: (try? Catalog.embedded().frameworks.map(\.folder)) ?? []
    )
    func same(framework: String) throws {
        let catalog = try Catalog.embedded()
        let asked = try #require(catalog.frameworks.first { $0.folder == framework })
        try withTemporaryFolder { folder in
            let scenes: [(String, String, [String: String?])] = [
                ("a", "022", ["LC_ALL": "C", "TZ": "UTC", "HOME": "/root", "USER": "one"]),
                (
                    "deep/er é/b", "077",
                    [
                        "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE", "TZ": "Asia/Kathmandu",
                        "HOME": folder.path, "USER": "two", "HOSTNAME": "box-7f3a91",
                        "SOURCE_DATE_EPOCH": "1", "COLUMNS": "20",
                    ]
                ),
            ]
            var outputs: Set<String> = []
            var trees: [[String: String]] = []
            for (place, umask, environment) in scenes {
                let parent = folder.appending(path: place)
                try FileManager.default.createDirectory(
                    at: parent,
                    withIntermediateDirectories: true
                )
                let script = "umask \(umask); exec \"$@\""
                let words =
                    ["hello", "-u", "alice", "--json"] + catalog.options(for: asked)
                let finished = try run(
                    "sh",
                    ["-c", script, "sh", Places.tool.path] + words,
                    in: parent,
                    environment: environment
                )
                expectEnd(of: finished, code: 0, stderr: "")
                outputs.insert(finished.stdout)
                trees.append(try tree(parent))
            }
            #expect(outputs.count == 1)
            #expect(trees[0] == trees[1])
            #expect(trees[0].count > 10)
            let all = trees[0].values.joined()
            for word in [folder.path, "box-7f3a91", "Kathmandu"] { #expect(!all.contains(word)) }
        }
    }
}
