// Projects of released versions under today's `pa-new update`: users lose nothing by it.

import Foundation
import Scaffold
import TestSupport
import Testing

@testable import Scaffold

@Suite("Recorded projects", .needs("git"), .needs(.hostPython), .lane(.full))
struct RecordedProjectTests {
    /// The files in which today's templates changed the same lines as the user, by project.
    ///
    /// After an update each has both versions between markers, or is as the user left it if the
    /// template has it no more. No other file may have a conflict.
    private static let conflicts = [
        // The READMEs have new words in nearly every line. In the entry file, the user sets a variable
        // in the place that now has the uploaded packages. The tests of the first page, which the user
        // edited with the greeting, do not name the greeting any more.
        "0.1.0/flask-python": ["README.md", "tests/test_handlers.py", "wsgi.py"],
        // The library of handlers is a folder now, and hides the file that the user edited.
        "0.1.0/handler-python": ["README.md", "hello/web.py", "tests/test_handlers.py"],
        "0.1.0/handler-swift": [
            "README.md", "tests/HelloTests/HandlersTests.swift", "tests/test_handlers.py",
        ],
        // The comment above the last line of the routes has, too. The adapter is a folder now;
        // the user's, which has changes, is whole on one side of the conflict.
        "0.1.0/tornado-python": [
            "README.md", "hello/routes.py", "hello/wsgi_adapter.py", "tests/test_handlers.py",
        ],
    ]

    /// The frameworks that no released version has.
    private static let added: Set = ["bottle", "django", "fastapi"]

    @Test("there is one of each framework and language that a released version has")
    func complete() throws {
        let recorded = try RecordedProject.all.map { project in
            let answers = try project.answers()
            return [answers["framework"], answers["language"] ?? "python"]
        }
        let frameworks = try Catalog.embedded().frameworks
        try #require(!frameworks.isEmpty)
        for framework in frameworks {
            let isAdded = Self.added.contains(framework.folder)
            #expect(
                recorded.contains([framework.name, framework.language]) != isAdded,
                """
                record \(framework.name) in \(framework.language ?? ""): Recorded/README.md says how; \
                or is it no longer new?
                """
            )
        }
        #expect(Self.added.isSubset(of: frameworks.map(\.folder)), "there is no such framework")
        for name in Self.conflicts.keys {
            #expect(RecordedProject.all.contains { $0.name == name }, "\(name) is not recorded")
        }
    }

    @Test(
        "have their first bytes, and edits where people edit",
        arguments: try atLeastOne(RecordedProject.all)
    )
    func recorded(_ recorded: RecordedProject) async throws {
        let edits = try await recorded.edits()
        let document = try #require(edits.record[Baseline.fileName]).contents
        let base = try Baseline(document)
        for file in base.files {
            let contents = edits.record[file.path]?.contents ?? []
            #expect(
                file.contents.isSame(as: .bytes(contents)),
                "\(file.path) is not as it was recorded"
            )
        }
        #expect(
            Set(base.files.map(\.path)).union([Baseline.fileName, ProjectRecord.fileName])
                == Set(edits.record.keys)
        )
        #expect(!edits.added.isEmpty && !edits.deleted.isEmpty && edits.changed.count >= 5)
        for name in ["readme.", "handlers.", "routes.", "test_handlers."] {
            let isChanged = edits.changed.contains { path in
                path.split(separator: "/").last?.lowercased().hasPrefix(name) == true
            }
            #expect(isChanged, "no \(name)* is edited")
        }
    }

    @Test(
        "become new projects if nobody edited them",
        arguments: try atLeastOne(RecordedProject.all)
    )
    func unedited(_ recorded: RecordedProject) async throws {
        try await withTemporaryFolder { root in
            let project = try recorded.copy(below: root.appending(path: "old"))
            let updated = try await update(project, in: root)
            #expect(updated.conflicts == [])
            let record = try ProjectFile.files(below: recorded.project)
            let problems = try await UserEdits(record: record, edited: record).problems(
                in: ProjectFile.files(below: project),
                today: newProject(recorded, below: root.appending(path: "new")),
                conflicts: []
            )
            #expect(problems == [])
            try await expectNothingNew(for: project, in: root)
        }
    }

    @Test(
        "keep what the user did, and pass their tests",
        arguments: try atLeastOne(RecordedProject.all)
    )
    func edited(_ recorded: RecordedProject) async throws {
        try await withTemporaryFolder { root in
            let project = try await recorded.editedCopy(below: root.appending(path: "old"))
            let updated = try await update(project, in: root)
            #expect(updated.conflicts == Self.conflicts[recorded.name] ?? [])
            let problems = try await recorded.edits().problems(
                in: ProjectFile.files(below: project),
                today: newProject(recorded, below: root.appending(path: "new")),
                conflicts: Set(updated.conflicts)
            )
            #expect(problems == [])
            for path in updated.conflicts { try keepYours(project.appending(path: path)) }
            try await expectNothingNew(for: project, in: root)
            try await expectOwnTestsPass(project, recorded)
        }
    }

    /// What an update did.
    private struct Updated {
        /// The files with conflicts.
        let conflicts: [String]
        /// What was done, without the files.
        let verbs: Set<String>
    }

    /// Updates a project with the built tool, which has to end as its report says.
    private func update(_ project: URL, in folder: URL) async throws -> Updated {
        struct Document: Decodable {
            struct File: Decodable {
                let path: String
                let verb: String
            }
            let files: [File]
        }
        let finished = try await runTool(["update", project.path, "--json"], in: folder)
        let report = try JSONDecoder().decode(Document.self, from: Data(finished.stdout.utf8))
        let conflicts = report.files.filter { $0.verb == "conflict" }.map(\.path)
        #expect(finished.exitCode == (conflicts.isEmpty ? 0 : 1), "\(finished)")
        #expect(finished.stderr == "")
        return Updated(conflicts: conflicts, verbs: Set(report.files.map(\.verb)))
    }

    /// Checks that one more update changes nothing, and says so.
    private func expectNothingNew(for project: URL, in folder: URL) async throws {
        let before = try ProjectFile.files(below: project)
        let verbs = try await update(project, in: folder).verbs
        #expect(verbs.isSubset(of: ["identical", "keep", "skip"]), "\(verbs)")
        let finished = try await runTool(["update", project.path], in: folder)
        #expect(finished.exitCode == 0)
        #expect(finished.stdout == "\(project.path) is up to date\n")
        #expect(finished.stderr == "")
        #expect(try ProjectFile.files(below: project) == before)
    }

    /// Makes a new project from the answers of a recorded one.
    private func newProject(
        _ recorded: RecordedProject,
        below folder: URL
    ) async throws -> [String: ProjectFile] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var answers = try recorded.answers()
        let name = try #require(answers["name"])
        for key in ["name", "pa-new"] { answers[key] = nil }
        let options = answers.sorted { $0.key < $1.key }.flatMap { ["--" + $0.key, $0.value] }
        let finished = try await runTool([name, "--quiet"] + options, in: folder)
        try #require(finished.exitCode == 0, "\(finished)")
        return try ProjectFile.files(below: folder.appending(path: name))
    }

    /// Resolves the conflicts in a file, if it has any, as a user does who keeps their own lines.
    private func keepYours(_ file: URL) throws {
        // Python imports the folder of the same name, if there is one, and not the user's file.
        let folder = file.deletingPathExtension()
        if FileManager.default.fileExists(atPath: folder.path) {
            try FileManager.default.removeItem(at: folder)
        }
        let text = try String(contentsOf: file, encoding: .utf8)
        var isKept = true
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line == "<<<<<<< yours" { return false }
            if line.hasPrefix(">>>>>>> pa-new") {
                isKept = true
                return false
            }
            if line == "=======" { isKept = false }
            return isKept
        }
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
    }

    /// Runs a project's own tests: those in Python, and where it is in Swift those in Swift, too.
    private func expectOwnTestsPass(_ project: URL, _ recorded: RecordedProject) async throws {
        let answers = try recorded.answers()
        let interpreter = try #require(
            ProjectCase.interpreters.first { $0.version == answers["python"] }
                ?? ProjectCase.interpreters.last,
            "\(Need.hostPython.reason)"
        )
        let files = try ProjectFile.files(below: project)
        if files["Package.swift"] != nil {
            let key = "recorded-" + recorded.name.map { $0.isLetter || $0.isNumber ? $0 : "-" }
            try await BuiltLibraries.shared.copyLibraries(of: project, key: key)
        }
        let list = project.appending(path: "requirements.txt")
        let python =
            files["requirements.txt"] == nil
            ? URL(filePath: interpreter.path)
            : try await PythonEnvironments.shared.python(interpreter, listedIn: list)
        let finished = try await run(
            python.path,
            ["-W", "error", "-m", "unittest"],
            in: project
        )
        let tests = files.filter { $0.key.hasPrefix("tests/test_") }.values
            .flatMap(\.lines).count { $0.contains("def test_") }
        #expect(tests >= 6, "\(recorded.name): too few tests of its own")
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(finished.stderr.contains("Ran \(tests) tests"), "\(finished)")
    }
}
