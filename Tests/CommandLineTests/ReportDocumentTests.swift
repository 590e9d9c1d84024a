// The report as JSON, held against its schema.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles
@testable import Scaffold

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
        let answers: ProjectRecord
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
    func contents() async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runTool(["hello", "-u", "alice", "--json"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            let document = try JSONDecoder().decode(Document.self, from: Data(finished.stdout.utf8))
            #expect(document.schema == 1)
            #expect(document.target == "hello")
            #expect(!document.dryRun)
            #expect(document.answers.user == "alice")
            var record = try JSONDecoder().decode(
                ProjectRecord.self,
                from: Data(contentsOf: folder.appending(path: "hello/.pa-new.json"))
            )
            // The record leaves out the language that is taken where none is asked for.
            #expect(record.language == nil)
            record.language = "python"
            #expect(document.answers == record)
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
                    == .list(["pa-new pack hello"])
            )

            // A dry run tells the same, but for saying that it is one.
            let other = folder.appending(path: "other")
            try FileManager.default.createDirectory(
                at: other,
                withIntermediateDirectories: false
            )
            let dry = try await runTool(["hello", "-u", "alice", "--json", "-n"], in: other)
            expectEnd(of: dry, code: 0, stderr: "")
            #expect(
                dry.stdout
                    == finished.stdout.replacing("\"dryRun\" : false", with: "\"dryRun\" : true")
            )
            #expect(try filePaths(below: other) == [])
        }
    }

    @Test("with conflicts a dry run prints the document, and ends as the real run")
    func conflicts() async throws {
        try await withTemporaryFolder { folder in
            try makeTree(["hello/README.md": "mine"], in: folder)
            let dry = try await runTool(["hello", "--into", "--json", "-n"], in: folder)
            expectEnd(of: dry, code: 73)
            let document = try JSONDecoder().decode(Document.self, from: Data(dry.stdout.utf8))
            #expect(document.files.filter { $0.verb == "conflict" }.map(\.path) == ["README.md"])
            let real = try await runTool(["hello", "--into", "--json"], in: folder)
            expectEnd(of: real, code: 73, stdout: "", stderr: dry.stderr)
            let over = try await runTool(["hello", "--into", "--overwrite", "--json"], in: folder)
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
        let schema = Paths.package.appending(path: "docs/report.schema.json").path
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Python/validate.py").path
        try await withTemporaryFolder { folder in
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
                ["seven", "--json", "-f", "django", "--python", "3.9"],
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
                let finished = try await runTool(words, in: folder)
                #expect(!finished.stdout.isEmpty, "\(finished)")
                try Data(finished.stdout.utf8).write(to: place)
                documents.append(place.path)
            }
            let good = try await run(python.path, [script, schema] + documents, in: folder)
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
                let bad = try await run(python.path, [script, schema, place.path], in: folder)
                #expect(bad.exitCode == 1, "\(new) passes: \(bad)")
            }
        }
    }
}
