// Handlers added to generated projects, untouched and edited: their tests, the linters, the check, the update.

import Foundation
import Scaffold
import TestSupport
import Testing

@testable import Scaffold

@Suite("Added handlers", .needs(.hostPython), .lane(.full))
struct AddTests {
    /// The framework's folders whose projects are not built, each alone and with all that it offers.
    static let rows: [(folder: String, answers: [String])] = ProjectCase.frameworks
        .filter { $0.manifest.uploads.isEmpty && (try? $0.addition(.handler)) != nil }
        .flatMap { framework -> [(String, [String])] in
            let answers = framework.manifest.questions.compactMap { question -> String? in
                switch question.kind {
                case .bool: "\(question.key)=yes"
                case .choice(let words): words.contains("sqlite") ? "\(question.key)=sqlite" : nil
                case .text, .integer, .lines: nil
                }
            }
            return [(framework.folder, [])] + (answers.isEmpty ? [] : [(framework.folder, answers)])
        }

    /// As long as they can be.
    static let longName = String(repeating: "long_", count: 7) + "names"
    static let longPath = "/" + String(repeating: "long/", count: 10) + "path"

    private func make(
        _ row: (folder: String, answers: [String]),
        _ interpreter: Interpreter,
        below root: URL
    ) async throws -> (project: URL, python: String) {
        let catalog = try Catalog.embedded()
        let words = try catalog.options(for: catalog.framework(inFolder: row.folder))
        let made = try await runTool(
            ["hello", "-q", "-u", "alice", "--python", interpreter.version, "--ci", "github"]
                + words
                + row.answers.flatMap { ["--set", $0] },
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

    static func add(_ words: [String], in project: URL) async throws {
        let finished = try await runTool(["add", "handler"] + words, in: project)
        #expect(finished.exitCode == 0, "\(finished)")
    }

    private func expectTests(_ python: String, in project: URL) async throws {
        let finished = try await run(python, ["-W", "error", "-m", "unittest"], in: project)
        #expect(finished.exitCode == 0, "\(finished)")
    }

    @Test(
        "one and three of them pass their tests, the linters and the check",
        arguments: try atLeastOne(rows)
    )
    func clean(_ row: (folder: String, answers: [String])) async throws {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        let tools = try await PythonEnvironments.shared.python(newest, with: LintTests.tools).path
        // The code that is added is the same for each Python.
        for interpreter in Lane.current < .long ? [newest] : ProjectCase.span {
            try await withTemporaryFolder { root in
                let (project, python) = try await make(row, interpreter, below: root)
                try await Self.add(["about"], in: project)
                try await expectTests(python, in: project)
                try await Self.add(["about_us", "--path", "/us/all.html"], in: project)
                try await Self.add([Self.longName, "--path", Self.longPath], in: project)
                let copies = CopiedFiles.scripts.keys.map { ($0 as NSString).lastPathComponent }
                for (program, words) in [
                    (python, ["-W", "error", "-m", "unittest"]),
                    (tools, ["-m", "ruff", "format", "--no-cache", "--diff", "."]),
                    (tools, ["-m", "ruff", "check", "--no-cache", "."]),
                    (
                        tools,
                        ["-m", "ruff", "check", "--no-cache", "."] + LintTests.allRules
                            + copies.flatMap { ["--extend-exclude", $0] }
                    ),
                ] {
                    let finished = try await run(program, words, in: project)
                    #expect(finished.exitCode == 0, "\(words): \(finished)")
                }
                let types = try await LintTests.mypy(project, on: interpreter)
                #expect(types.exitCode == 0, "\(types)")
                for path in ["/about", "/us/all.html", Self.longPath] {
                    let check = try await runTool(
                        ["check", "--strict", "--path", path, "--interpreter", python],
                        in: project
                    )
                    #expect(check.exitCode == 0, "\(check)")
                }
                // What was added is the user's: an update finds nothing to do.
                let before = try tree(project).filter { !$0.key.contains("__pycache__") }
                let update = try await runTool(["update"], in: project)
                #expect(update.stdout == ". is up to date\n", "\(update)")
                #expect(try tree(project).filter { !$0.key.contains("__pycache__") } == before)
            }
        }
    }

    /// What people do to files.
    static let edits: [(name: String, edit: @Sendable (String) -> String)] = [
        ("line ends of Windows", { $0.replacing("\n", with: "\r\n") }),
        ("tabs", { $0.replacing("    ", with: "\t") }),
        ("no line end at the end", { String($0.dropLast()) }),
        ("comments at the end", { $0 + "\n\n# The end: (\"/about\", ']\n\n" }),
        ("a long line", { $0.replacing("# ", with: "# " + String(repeating: "x", count: 500)) }),
        (
            "one line of imports to several",
            {
                $0.replacing(
                    "from .handlers import MainHandler\n",
                    with: "from .handlers import (\n    # the first\n    MainHandler\n)\n"
                )
                .replacing(
                    "routes = [(r\"/\", MainHandler)]",
                    with: "routes = [\n    (r\"/\", MainHandler)  # first\n    # more here\n]"
                )
            }
        ),
    ]

    @Test("edited files get them, too", arguments: try atLeastOne(rows))
    func edited(_ row: (folder: String, answers: [String])) async throws {
        let interpreter = try #require(ProjectCase.span.last)
        for (name, edit) in Self.edits {
            try await withTemporaryFolder { root in
                let (project, python) = try await make(row, interpreter, below: root)
                for folder in ["hello", "tests"] {
                    let place = project.appending(path: folder)
                    for path in try filePaths(below: place) where path.hasSuffix(".py") {
                        let file = place.appending(path: path)
                        let text = try String(contentsOf: file, encoding: .utf8)
                        if !text.isEmpty { try Data(edit(text).utf8).write(to: file) }
                    }
                }
                try await Self.add(["about"], in: project)
                try await Self.add(["about_us"], in: project)
                let tests = try await run(python, ["-W", "error", "-m", "unittest"], in: project)
                #expect(tests.exitCode == 0, "\(name): \(tests)")
                #expect(tests.stderr.contains("OK"), "\(name): \(tests)")
                let again = try await runTool(["add", "handler", "about"], in: project)
                #expect(again.exitCode == 73, "\(name): \(again)")
            }
        }
    }

    @Test("projects of released versions get them", arguments: try atLeastOne(RecordedProject.all))
    func recorded(_ recorded: RecordedProject) async throws {
        let interpreter = try #require(ProjectCase.interpreters.last)
        for isEdited in [false, true] {
            try await withTemporaryFolder { root in
                let project =
                    isEdited
                    ? try await recorded.editedCopy(below: root) : try recorded.copy(below: root)
                let before = try tree(project)
                let finished = try await runTool(["add", "handler", "about_page"], in: project)
                // Edits can leave no certain place: then nothing is written.
                guard finished.exitCode == 0 else {
                    #expect(isEdited && finished.exitCode == 1, "\(finished)")
                    #expect(try tree(project) == before)
                    return
                }
                for path in [ProjectRecord.fileName, Baseline.fileName] {
                    #expect(try tree(project)[path] == before[path])
                }
                // Those that are built were compiled above.
                guard !isEdited, try recorded.answers()["language"] == nil else { return }
                let list = project.appending(path: "requirements.txt")
                let python =
                    FileManager.default.fileExists(atPath: list.path)
                    ? try await PythonEnvironments.shared.python(interpreter, listedIn: list).path
                    : interpreter.path
                let tests = try await run(
                    python,
                    ["-m", "unittest", "-k", "AboutPage"],
                    in: project
                )
                #expect(tests.exitCode == 0, "\(tests)")
                #expect(tests.stderr.contains("Ran 2 tests"), "\(tests)")
            }
        }
    }
}
