// Projects with every combination of a framework's own choices: linted, checked and tested, and with
// real servers for the databases among them.
//
// `Python/<framework>-database-tests/` holds the tests with a server, for a project called hello.

import Foundation
import Scaffold
import TestSupport
import Testing

@testable import Scaffold

@Suite("Choices of frameworks", .needs(.hostPython), .lane(.full))
struct OptionTests {
    /// A framework and answers to all its questions.
    struct Choice: Sendable, CustomTestStringConvertible {
        let framework: Framework
        let answers: [String]
        let database: String?

        var testDescription: String {
            "\(framework.folder) \(answers.joined(separator: " "))"
        }

        /// The arguments that make the project.
        var arguments: [String] {
            get throws {
                try Catalog.embedded().options(for: framework)
                    + answers.flatMap { ["--set", $0] }
            }
        }
    }

    /// Every combination of choices and truth values.
    private static let choices: [Choice] = ProjectCase.frameworks.flatMap { framework in
        var rows: [[String]] = [[]]
        for question in framework.manifest.questions {
            let words =
                switch question.kind {
                case .choice(let words): words
                case .bool: ["no", "yes"]
                case .text, .integer, .lines: [] as [String]
                }
            guard !words.isEmpty else { continue }
            rows = rows.flatMap { row in words.map { row + ["\(question.key)=\($0)"] } }
        }
        guard rows.count > 1 else { return [] as [Choice] }
        return rows.map { row in
            let database = row.first { $0.hasPrefix("database=") }?.dropFirst("database=".count)
            return Choice(
                framework: framework,
                answers: row,
                database: database.map(String.init)
            )
        }
    }

    /// Makes a project in a folder, and returns its folder and an environment with its packages.
    private func make(
        _ choice: Choice,
        _ interpreter: Interpreter,
        below root: URL
    ) async throws -> (project: URL, python: String) {
        let made = try await runTool(
            ["hello", "-q", "-u", "alice", "--python", interpreter.version, "--ci", "github"]
                + choice.arguments,
            in: root
        )
        try #require(made.exitCode == 0, "\(made)")
        let project = root.appending(path: "hello")
        let list = project.appending(path: "requirements.txt")
        let python =
            FileManager.default.fileExists(atPath: list.path)
            ? try await PythonEnvironments.shared.python(interpreter, listedIn: list).path
            : interpreter.path
        return (project, python)
    }

    @Test("pass their tests, the linters and the check", arguments: try atLeastOne(choices))
    func clean(_ choice: Choice) async throws {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        let tools = try await PythonEnvironments.shared.python(newest, with: LintTests.tools).path
        let number = Self.choices.firstIndex { $0.testDescription == choice.testDescription } ?? 0
        for interpreter in ProjectCase.span.inTurn(number) {
            try await withTemporaryFolder { root in
                let (project, python) = try await make(choice, interpreter, below: root)
                for (program, words) in [
                    (python, ["-W", "error", "-m", "unittest"]),
                    (tools, ["-m", "ruff", "format", "--no-cache", "--diff", "."]),
                    (tools, ["-m", "ruff", "check", "--no-cache", "."]),
                    (tools, ["-m", "ruff", "check", "--no-cache", "."] + LintTests.allRules),
                ] {
                    let finished = try await run(program, words, in: project)
                    #expect(finished.exitCode == 0, "\(words): \(finished)")
                }
                let types = try await LintTests.mypy(project, on: interpreter)
                #expect(types.exitCode == 0, "\(types)")
                let check = try await runTool(
                    ["check", "--strict", "--interpreter", python],
                    in: project
                )
                #expect(check.exitCode == 0, "\(check)")
            }
        }
    }

    private static let withDatabase = choices.filter { choice in
        choice.database.map { $0 != "none" } == true
            && choice.answers.allSatisfy { $0 != "pages=no" }
    }

    /// Debian's servers, which are not on the path there.
    static let servers = Need(
        "needs mariadbd and postgres; on Debian: apt install mariadb-server-core "
            + "mariadb-client-core postgresql"
    ) {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql"))
        let places =
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(
                String.init
            )
            + ["/usr/sbin"] + (versions ?? []).map { "/usr/lib/postgresql/\($0)/bin" }
        return ["mariadbd", "mariadb-install-db", "postgres", "initdb"].allSatisfy { program in
            places.contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
            }
        }
    }

    @Test(
        "keep rows when the database drops a connection",
        .needs(servers),
        arguments: try atLeastOne(withDatabase)
    )
    func database(_ choice: Choice) async throws {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        let database = try #require(choice.database)
        let folder = hostScript.deletingLastPathComponent()
        try await withTemporaryFolder { root in
            let (project, python) = try await make(choice, newest, below: root)
            let finished = try await runUnittests(
                python,
                in: folder.appending(path: choice.framework.folder + "-database-tests"),
                environment: [
                    "DATABASE": database, "PROJECT": project.path,
                    "PYTHONPATH": "\(folder.path):\(project.path)",
                ]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }
}
