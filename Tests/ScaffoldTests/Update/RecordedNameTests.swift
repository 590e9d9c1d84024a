// Projects of earlier versions with names that are refused for new projects today.

import Foundation
import ProjectFiles
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("Recorded names of projects")
struct RecordedNameTests {
    /// Names of each kind that a later version can come to know as taken.
    private static let taken = [
        "media", "uploads", "manage", "templates", "flask", "logs", "pip", "statistics", "Media",
    ]

    /// Makes a project, and gives it another name wherever its files say the name, as an earlier version
    /// would have written it.
    private func project(
        named name: String,
        below folder: URL,
        framework: String? = nil
    ) throws -> URL {
        let request = Request(
            name: "fivefold",
            framework: framework,
            user: "alice",
            output: folder.path
        )
        _ = try createProject(request, from: Catalog.embedded())
        let made = folder.appending(path: "fivefold")
        let new = try ProjectName(recorded: name)
        let old = try ProjectName("fivefold")
        let project = folder.appending(path: name)
        for path in try filePaths(below: made) {
            let text = try String(contentsOf: made.appending(path: path), encoding: .utf8)
            let renamed = [(old.title, new.title), (old.package, new.package)].reduce(text) {
                $0.replacing($1.0, with: $1.1)
            }
            let place = project.appending(path: path.replacing(old.package, with: new.package))
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(renamed.utf8).write(to: place)
        }
        try FileManager.default.removeItem(at: made)
        let record = project.appending(path: ProjectRecord.fileName)
        let text = try String(contentsOf: record, encoding: .utf8)
        try Data(text.replacing("\"\(new.package)\"", with: "\"\(name)\"").utf8).write(to: record)
        return project
    }

    private func set(_ key: String, _ value: String) -> AnswerInput {
        AnswerInput(key: key, value: .typed(value), origin: .option)
    }

    @Test("a project keeps its name, also where a new project cannot have it", arguments: taken)
    func updates(name: String) throws {
        let catalog = try Catalog.embedded()
        try withTemporaryFolder { folder in
            let project = try project(named: name, below: folder)
            let loaded = try LoadedProject(in: project.path, from: catalog)
            #expect(try loaded.project?.get().configuration.name.folder == name)
            // Another answer is taken; the name as it is may be given, too.
            let answers = [set("python", "3.12"), set("name", name)]
            let update = UpdateRequest(folder: project.path, answers: answers)
            let report = try updateProject(update, from: catalog)
            #expect(report.conflicts.isEmpty)
            #expect(try LoadedProject(in: project.path, from: catalog).record.python == "3.12")
            let again = try updateProject(UpdateRequest(folder: project.path), from: catalog)
            #expect(!again.hasChanges)
            // The user's own files move with the package to a name that is free.
            let package = try ProjectName(recorded: name).package
            try write(["\(package)/own.py": "1\n"], below: project)
            let renaming = UpdateRequest(folder: project.path, answers: [set("name", "gallery")])
            let renamed = try updateProject(renaming, from: catalog)
            #expect(renamed.conflicts.isEmpty)
            #expect(try filePaths(below: project).contains("gallery/own.py"))
            let steps = renamed.nextSteps.steps.map(\.action).joined()
            #expect(steps.contains("imports of \(package) to gallery."))
        }
    }

    @Test(
        "such a name stays refused for a new project, and for one with another name",
        arguments: taken
    )
    func refused(name: String) throws {
        let catalog = try Catalog.embedded()
        try withTemporaryFolder { folder in
            #expect(throws: ScaffoldError.self) {
                try createProject(Request(name: name, output: folder.path), from: catalog)
            }
            let project = try project(named: "fivefold-2", below: folder)
            let before = try tree(project)
            let error = #expect(throws: ScaffoldError.self) {
                let update = UpdateRequest(folder: project.path, answers: [set("name", name)])
                return try updateProject(update, from: catalog)
            }
            guard
                case .cannotUpdate(_, .configuration(.invalidName(name, _, _))) = error
            else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try tree(project) == before)
        }
    }

    @Test("another framework can need the name, so that it is checked again")
    func otherFramework() throws {
        let catalog = try Catalog.embedded()
        try withTemporaryFolder { folder in
            let project = try project(named: "flask", below: folder)
            let before = try tree(project)
            let error = #expect(throws: ScaffoldError.self) {
                let update = UpdateRequest(
                    folder: project.path,
                    answers: [set("framework", "flask")]
                )
                return try updateProject(update, from: catalog)
            }
            #expect(error?.exitCode == 64, "\(String(describing: error))")
            #expect(try tree(project) == before)
            // What stays the same may be said.
            for same in [set("framework", "handler"), set("language", "python")] {
                let update = UpdateRequest(folder: project.path, answers: [same])
                #expect(try !updateProject(update, from: catalog).hasChanges)
            }
        }
    }

    @Test(
        "a record cannot have a name that no version allowed",
        arguments: [
            "", "../up", "a/b", "a\\b", ".", "..", "1st", "-x", "_x", "a b", "class", "gr\u{fc}n",
            "a\u{1B}b", String(repeating: "a", count: 65),
        ]
    )
    func malformed(name: String) throws {
        #expect(throws: ScaffoldError.self) { try ProjectName(recorded: name) }
    }
}
