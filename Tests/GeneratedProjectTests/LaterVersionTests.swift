// Recorded projects under later versions: made up ones, which change more than today's does.

import Foundation
import Scaffold
import TestSupport
import Testing

@testable import ProjectFiles
@testable import Scaffold

/// What a later version makes of the files of a recorded project.
enum LaterVersion: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// It changes every file, close to the user's edits, but nowhere the same lines.
    case changesOtherLines = "changes other lines"
    /// It changes just the lines that the user changed.
    case changesSameLines = "changes the same lines"
    /// It has each file that the user changed under another name.
    case renames = "has other names"
    /// It has no file that the user changed.
    case drops = "has fewer files"
    /// It has two files in a folder for each that the user changed.
    case splits = "splits files"

    var testDescription: String { rawValue }

    /// Returns a file as this version has it, by path.
    func files(_ path: String, _ file: ProjectFile, _ edits: UserEdits) -> [String: ProjectFile] {
        let lines = file.lines
        let version = { (lines: [String]) in
            ProjectFile(
                contents: Array(lines.map { $0 + "\n" }.joined().utf8),
                isExecutable: file.isExecutable
            )
        }
        let touched = edits.touched(path)
        switch self {
        case .changesOtherLines: return [path: version(Self.changed(lines, except: touched))]
        case .changesSameLines: return [path: version(Self.changed(lines, at: touched))]
        case _ where !isAboutNames(path, edits): return [path: file]
        case .renames: return ["later/" + path: file]
        case .drops: return [:]
        case .splits:
            let half = lines.count / 2
            let folder = path.prefix { $0 != "." } + "_parts/"
            return [
                folder + "first.py": version(Array(lines[..<half])),
                folder + "second.py": version(Array(lines[half...])),
            ]
        }
    }

    /// Whether a file has another name in a version that is about names: those that the user changed
    /// do, but for the entry file, which every framework has.
    func isAboutNames(_ path: String, _ edits: UserEdits) -> Bool {
        let isOther = self != .changesOtherLines && self != .changesSameLines
        return isOther && edits.changed.contains(path) && path != "wsgi.py"
    }

    /// The files with too few lines to follow them to another name.
    private static let short: Set = [".gitignore", "requirements.txt"]

    /// Returns the new names of the files that the user changed and this version only calls something
    /// else, by their old ones: the edits move there.
    func newNames(_ edits: UserEdits) -> [String: String] {
        guard self == .renames else { return [:] }
        let moved = edits.changed.filter { isAboutNames($0, edits) && !Self.short.contains($0) }
        return Dictionary(uniqueKeysWithValues: moved.map { ($0, "later/" + $0) })
    }

    /// Adds a line here and drops one there, always two lines away from those given.
    private static func changed(_ lines: [String], except touched: Set<Int>) -> [String] {
        var changed: [String] = []
        for (index, line) in lines.enumerated() {
            let isFree = (index - 2...index + 3).allSatisfy { !touched.contains($0) }
            if isFree, index % 3 == 0 { changed.append("later \(index)") }
            if !isFree || index % 3 != 1 { changed.append(line) }
        }
        return changed
    }

    /// Changes the lines at the places given.
    private static func changed(_ lines: [String], at touched: Set<Int>) -> [String] {
        var changed: [String] = []
        for index in 0...lines.count {
            if touched.contains(index) { changed.append("later \(index)") }
            // A line between two of the places is one that the user changed.
            let isTheUsers = touched.contains(index) && touched.contains(index + 1)
            if index < lines.count, !isTheUsers { changed.append(lines[index]) }
        }
        return changed
    }
}

extension UserEdits {
    /// Returns the same edits, of files that had other names from the beginning.
    func moved(_ names: [String: String]) -> UserEdits {
        func moved(_ files: [String: ProjectFile]) -> [String: ProjectFile] {
            Dictionary(uniqueKeysWithValues: files.map { (names[$0.key] ?? $0.key, $0.value) })
        }
        return UserEdits(record: moved(record), edited: moved(edited))
    }

    /// Returns where a file was edited: the places before and behind each line that the user changed,
    /// and those where the user added one, counted from the top of the file as it was made.
    func touched(_ path: String) -> Set<Int> {
        guard let then = record[path]?.lines, let mine = edited[path]?.lines else { return [] }
        let difference = mine.difference(from: then)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var touched: Set<Int> = []
        var (old, new) = (0, 0)
        while old < then.count || new < mine.count {
            if removed.contains(old) {
                touched.formUnion([old, old + 1])
                old += 1
            } else if inserted.contains(new) {
                touched.insert(old)
                new += 1
            } else {
                old += 1
                new += 1
            }
        }
        return touched
    }
}

@Suite("Recorded projects under a later version", .needs("git"), .lane(.full))
struct LaterVersionTests {
    @Test(
        "lose nothing of the user's if it",
        arguments: LaterVersion.allCases,
        try atLeastOne(RecordedProject.all)
    )
    func nothingIsLost(_ later: LaterVersion, _ recorded: RecordedProject) async throws {
        let edits = try await recorded.edits()
        let answers = try recorded.answers()
        let catalog = try catalog(later, edits, answers)
        try await withTemporaryFolder { root in
            let project = try await recorded.editedCopy(below: root.appending(path: "old"))
            let report = try updateProject(request(project, answers), from: catalog)
            let newNames = later.newNames(edits)
            let result = try ProjectFile.files(below: project)
            let today = try newProject(answers, from: catalog, below: root)
            let expected =
                switch later {
                case .changesOtherLines: [String]()
                case .changesSameLines: edits.changed
                case .renames, .drops, .splits:
                    edits.changed.filter { later.isAboutNames($0, edits) && newNames[$0] == nil }
                }
            #expect(report.conflicts == expected)
            #expect(newNames.isEmpty == (later != .renames))
            for (old, new) in newNames {
                let isTold = report.remarks.contains { $0.contains(" renamed \(old) to \(new), ") }
                #expect(isTold, "\(report.remarks)")
            }
            if later == .changesOtherLines {
                let merged = report.files.filter { $0.verb == .merge }
                #expect(merged.count >= 4, "the version is too much like the one before")
            }
            let moved = edits.moved(newNames)
            let problems = moved.problems(in: result, today: today, conflicts: Set(expected))
            #expect(problems == [])
            try expectProblems(moved, result, today, conflicts: Set(expected))
        }
    }

    @Test("become new projects if nobody edited them and it", arguments: LaterVersion.allCases)
    func unedited(_ later: LaterVersion) async throws {
        for recorded in try atLeastOne(RecordedProject.all) {
            let answers = try recorded.answers()
            let edits = try await recorded.edits()
            let catalog = try catalog(later, edits, answers)
            try withTemporaryFolder { root in
                let project = try recorded.copy(below: root.appending(path: "old"))
                let report = try updateProject(request(project, answers), from: catalog)
                #expect(report.conflicts == [])
                let problems = UserEdits(record: edits.record, edited: edits.record).problems(
                    in: try ProjectFile.files(below: project),
                    today: try newProject(answers, from: catalog, below: root),
                    conflicts: []
                )
                #expect(problems == [], "\(recorded.name)")
            }
        }
    }

    /// Checks that each loss would be seen: of any line of the user's, of any file, of any deletion.
    private func expectProblems(
        _ edits: UserEdits,
        _ result: [String: ProjectFile],
        _ today: [String: ProjectFile],
        conflicts: Set<String>
    ) throws {
        func expectProblem(_ path: String, _ file: ProjectFile?, _ loss: String) {
            let problem = edits.problem(
                at: path,
                in: file,
                today: today[path],
                isConflict: conflicts.contains(path)
            )
            #expect(problem != nil, "\(path): \(loss) is not noticed")
        }
        for path in edits.added + edits.changed { expectProblem(path, nil, "the loss of it") }
        for path in edits.deleted { expectProblem(path, edits.record[path], "its return") }
        for path in edits.changed {
            let file = try #require(result[path])
            let added = edits.addedLines(path)
            for line in added where added.count(where: { $0 == line }) == 1 && line != "" {
                var lines = file.lines
                // A line that the template has, too, is not the user's alone.
                guard lines.count(where: { $0 == line }) == 1 else { continue }
                lines.removeAll { $0 == line }
                let text = Array(lines.map { $0 + "\n" }.joined().utf8)
                let spoilt = ProjectFile(contents: text, isExecutable: file.isExecutable)
                expectProblem(path, spoilt, "the loss of '\(line)'")
            }
        }
    }

    /// Returns a catalogue with a recorded project as a later version has it, as the same framework and
    /// language as before.
    private func catalog(
        _ later: LaterVersion,
        _ edits: UserEdits,
        _ answers: [String: String]
    ) throws -> Catalog {
        func manifest(_ language: String, isDefault: Bool) -> TemplateFile.Contents {
            .text(
                """
                {"title": "T", "summary": "S", "greeting": "G", "default": \(isDefault),
                 "framework": "\(answers["framework"] ?? "")", "language": "\(language)"}
                """
            )
        }
        // A record names only a language that is not the default.
        let other = answers["language"]
        let own = manifest(other ?? "python", isDefault: other == nil)
        var files = [TemplateFile(path: "t/manifest.json", contents: own)]
        if other != nil {
            files += [
                TemplateFile(
                    path: "u/manifest.json",
                    contents: manifest("python", isDefault: true)
                ),
                TemplateFile(path: "u/wsgi.py", contents: .text("app\n")),
            ]
        }
        for (path, file) in edits.record
        where path != ProjectRecord.fileName && path != Baseline.fileName {
            for (path, file) in later.files(path, file, edits) {
                files.append(
                    TemplateFile(
                        path: "t/" + path,
                        isExecutable: file.isExecutable,
                        contents: .bytes(file.contents)
                    )
                )
            }
        }
        return try Catalog(files: files)
    }

    /// Returns what updates a project: the catalogue has no pipelines, which are files like others here.
    private func request(_ project: URL, _ answers: [String: String]) -> UpdateRequest {
        let noPipeline = AnswerInput(key: "ci", value: .typed(""), origin: .option)
        return UpdateRequest(
            folder: project.path,
            answers: answers["ci"] == nil ? [] : [noPipeline]
        )
    }

    /// Makes a new project from the answers of a recorded one.
    private func newProject(
        _ answers: [String: String],
        from catalog: Catalog,
        below folder: URL
    ) throws -> [String: ProjectFile] {
        let name = try #require(answers["name"])
        let request = Request(
            name: name,
            framework: answers["framework"],
            language: answers["language"],
            user: answers["user"],
            domain: answers["domain"],
            python: answers["python"],
            output: folder.path
        )
        _ = try createProject(request, from: catalog)
        return try ProjectFile.files(below: folder.appending(path: name))
    }
}
