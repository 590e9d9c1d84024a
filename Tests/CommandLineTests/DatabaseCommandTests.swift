// `--database` on the command line: another spelling of an answer, asked for on a terminal, refused
// where there is no such question, and changed by an update.

import Foundation
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("A database on the command line")
struct DatabaseCommandTests {
    private static let catalog = try? Catalog.embedded()

    /// The frameworks that offer a database, and one that does not.
    private static let offering = catalog?.frameworks.filter { !$0.databases.isEmpty } ?? []
    /// One that also does without a database.
    private static let optional = offering.first { $0.databases.contains(Framework.noDatabase) }
    private static let other = catalog?.frameworks.first { $0.databases.isEmpty }

    private func record(of project: URL) throws -> ProjectRecord {
        let file = project.appending(path: ProjectRecord.fileName)
        return try JSONDecoder().decode(ProjectRecord.self, from: Data(contentsOf: file))
    }

    @Test("makes the same project as --set", arguments: try atLeastOne(offering.map(\.name)))
    func sameAsSet(framework: String) async throws {
        let databases = try #require(Self.offering.first { $0.name == framework }).databases
        #expect(databases.count > 1)
        try await withTemporaryFolder { folder in
            for database in databases {
                for (place, words) in [
                    ("one", ["--database", database]), ("two", ["--database=\(database)"]),
                    ("three", ["--set", "database=\(database)"]),
                ] {
                    let output = folder.appending(path: database + "-" + place)
                    try FileManager.default.createDirectory(
                        at: output,
                        withIntermediateDirectories: false
                    )
                    let finished = try await runTool(
                        ["hello", "-f", framework, "-o", output.path, "-q"] + words,
                        in: folder
                    )
                    #expect(finished.exitCode == 0, "\(finished)")
                    let project = output.appending(path: "hello")
                    let answers = try #require(try record(of: project).answers)
                    #expect(answers["database"] == .text(database))
                    let first = folder.appending(path: database + "-one/hello")
                    let paths = try filePaths(below: project)
                    #expect(try paths == filePaths(below: first))
                    for path in paths {
                        let files = try [project, first].map {
                            try Data(contentsOf: $0.appending(path: path))
                        }
                        #expect(files[0] == files[1], "\(path)")
                    }
                }
            }
        }
    }

    @Test("is refused if it cannot be, with what to do, and nothing is written")
    func refused() async throws {
        let offering = try #require(Self.offering.first?.name)
        let other = try #require(Self.other?.name)
        let names = listed(Self.offering.map(\.name))
        let long = String(repeating: "m", count: 100_000)
        let rows: [(words: [String], texts: [String])] = [
            (
                ["-f", other, "--database", "mysql"],
                [
                    "the framework \(other) offers no database",
                    "frameworks that offer one: \(names)", "remove --database, or use --framework ",
                ]
            ),
            (
                ["-t", "t", "--database", "mysql"],
                ["the template 't' offers no database", "it has no question 'database'"]
            ),
            (
                ["-f", offering, "--database", "mysq"],
                ["'mysq' is not a", "did you mean 'mysql'?"]
            ),
            (["-f", offering, "--database", ""], ["'' is not a valid answer to 'database'"]),
            (["-f", offering, "--database", "MySQL"], ["did you mean 'mysql'?"]),
            (["-f", offering, "--database", "$(x)"], ["'$(x)' is not a valid answer"]),
            (["-f", offering, "--database", long], ["is not a valid answer to 'database'"]),
            (
                ["-f", offering, "--database", "mysql", "--set", "database=mysql"],
                ["--database and --set database=… cannot be used together"]
            ),
            (
                ["-f", offering, "--database", "mysql", "--database", "mysql"],
                ["--database is given twice"]
            ),
            (["-f", offering, "--database"], ["--database needs a value"]),
        ]
        try await withTemporaryFolder { folder in
            try write(["manifest.json": "{}", "a": "b"], below: folder.appending(path: "t"))
            for (words, texts) in rows {
                let finished = try await runTool(["hello"] + words, in: folder)
                #expect(finished.exitCode == 64, "\(finished)")
                for text in texts { #expect(finished.stderr.contains(text), "\(finished)") }
                #expect(try filePaths(below: folder) == ["t/a", "t/manifest.json"])
            }
            // No database is what they have.
            for words in [["-f", other], ["-t", "t"]] {
                let finished = try await runTool(
                    ["hello", "-q", "--dry-run", "--database", "none"] + words,
                    in: folder
                )
                #expect(finished.exitCode == 0, "\(finished)")
            }
        }
    }

    @Test("answers the question of a template of the user's own, too")
    func ownTemplate() async throws {
        let files = [
            "manifest.json": #"{"questions": [{"key": "database", "choices": ["oracle"]}]}"#,
            "a.mustache": "{{database}}",
        ]
        try await withTemporaryFolder { folder in
            try write(files, below: folder.appending(path: "t"))
            let made = try await runTool(
                ["hello", "-t", "t", "-q", "--database", "oracle"],
                in: folder
            )
            #expect(made.exitCode == 0, "\(made)")
            let file = folder.appending(path: "hello/a")
            #expect(try String(contentsOf: file, encoding: .utf8) == "oracle")
        }
    }

    @Test("is asked for on a terminal, with what accounts have, unless it was said")
    func asked() async throws {
        let framework = try #require(Self.optional)
        let databases = framework.databases
        let questions = framework.manifest.questions.count
        for (words, answers) in [([], ["mysql"]), (["--database", "mysql"], [])] {
            try await withTemporaryFolder { folder in
                let finished = try await runOnTerminal(
                    ["hello", "-f", framework.name] + words,
                    answers: answers + Array(repeating: "", count: questions - 1),
                    in: folder
                )
                #expect(finished.exitCode == 0, "\(finished)")
                let rows = databases.enumerated().map { "  \($0 + 1). \($1)\n" }.joined()
                let isAsked = finished.stdout.contains("\(rows)Number or name [none]: ")
                #expect(isAsked == words.isEmpty, "\(finished)")
                let helps = finished.stdout.contains("Database\n  free accounts have no MySQL")
                #expect(helps == words.isEmpty, "\(finished)")
                let answers = try record(of: folder.appending(path: "hello")).answers
                #expect(answers?["database"] == .text("mysql"))
            }
        }
    }

    @Test(
        "is changed by an update, which says how with --database",
        arguments: try atLeastOne(offering.map(\.name))
    )
    func update(_ framework: String) async throws {
        let offered = try #require(Self.offering.first { $0.name == framework }).databases
        let databases = ["mysql", "sqlite", Framework.noDatabase]
        try await withTemporaryFolder { folder in
            let made = try await runTool(
                ["hello", "-f", framework, "-u", "alice", "-q"],
                in: folder
            )
            #expect(made.exitCode == 0, "\(made)")
            for database in databases where offered.contains(database) {
                let finished = try await runTool(
                    ["update", "hello", "--set", "database=\(database)"],
                    in: folder
                )
                #expect(finished.exitCode == 0, "\(finished)")
                // The words of a step can be in two lines.
                let words = finished.stdout.split { $0.isWhitespace }.joined(separator: " ")
                let steps = words.contains("make the tables of the database")
                #expect(steps == (database != Framework.noDatabase), "\(finished)")
                let password = finished.stdout.contains("MYSQL_PASSWORD=")
                #expect(password == (database == "mysql"), "\(finished)")
            }
            let option = try await runTool(["update", "hello", "--database", "mysql"], in: folder)
            #expect(option.exitCode == 64)
            #expect(option.stderr.hasSuffix("help: write: --set database=…\n"), "\(option)")
        }
    }
}
