// Files of the user's that are too long to be merged, and never read as a whole.

import Foundation
import ProjectFiles
import TestSupport
import Testing

@testable import Scaffold

@Suite("Updates of very long files")
struct LongFileTests {
    private func catalog(_ files: [String: String]) throws -> Catalog {
        let manifest = #"{"title": "T", "summary": "S", "greeting": "G", "default": true}"#
        let all = files.merging(["manifest.json": manifest, "wsgi.py": "app\n"]) { $1 }
        return try Catalog(
            files: all.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
    }

    /// Makes a project, changes it, updates it, and returns the report.
    private func updated(
        _ old: [String: String],
        to new: [String: String],
        name: String? = nil,
        change: (URL) throws -> Void,
        check: (URL, UpdateRequest, Report) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let request = Request(name: "hello", output: folder.path)
            _ = try createProject(request, from: try catalog(old))
            let project = folder.appending(path: "hello")
            try change(project)
            var update = UpdateRequest(folder: project.path)
            update.undoStore = UndoStore(folder: folder.path + "/state/pa-new/updates")
            if let name {
                update.answers = [
                    AnswerInput(key: "name", value: .typed(name), origin: .option)
                ]
            }
            try check(project, update, try updateProject(update, from: try catalog(new)))
        }
    }

    private func rows(_ report: Report) -> [String] {
        report.files.filter { $0.verb != .identical && !$0.path.hasPrefix(".pa-new") }
            .map { "\($0.verb) \($0.path)" + ($0.movedFrom.map { " from \($0)" } ?? "") }
    }

    /// Makes a file of this size that takes no room on the disk.
    private func makeSparse(_ path: String, _ bytes: Int, in project: URL) throws {
        let place = project.path + "/" + path
        _ = FileManager.default.createFile(atPath: place, contents: Data("mine\n".utf8))
        #expect(truncate(place, off_t(bytes)) == 0)
    }

    private func size(_ path: String, in project: URL) throws -> Int {
        let values = try FileManager.default.attributesOfItem(atPath: project.path + "/" + path)
        return try #require(values[.size] as? Int)
    }

    /// A little more than what is merged; much more than what is read; and the most that a file can have.
    private static let sizes = [maxMergeableBytes + 1, 1_200_000_000, 1 << 40]

    @Test("the user's version stays, and the template's is put beside it", arguments: sizes)
    func beside(bytes: Int) throws {
        try updated(["a.txt": "1\n", "b.txt": "b\n"], to: ["a.txt": "2\n", "b.txt": "b\n"]) {
            try makeSparse("a.txt", bytes, in: $0)
            try makeSparse("b.txt", bytes, in: $0)
        } check: { project, request, report in
            #expect(rows(report) == ["conflict a.txt", "create a.txt.pa-new", "keep b.txt"])
            let file = try #require(report.files.first { $0.path == "a.txt" })
            #expect(file.bytes == bytes && file.sha256 == nil)
            let actual = try size("a.txt", in: project)
            #expect(actual == bytes)
            #expect(report.conflictReason.hasPrefix("pa-new cannot merge"))
            let beside = project.appending(path: "a.txt.pa-new")
            #expect(try String(contentsOf: beside, encoding: .utf8) == "2\n")
            let theirs = RestoreRequest(
                folder: project.path,
                action: .resolve(["a.txt": .theirs]),
                undoStore: request.undoStore
            )
            let resolved = try restoreProject(theirs)
            #expect(resolved.files.first?.keptAt == "a.txt~")
            let sizes = [try size("a.txt~", in: project), try size("a.txt", in: project)]
            #expect(sizes == [bytes, 2])
        }
    }

    @Test("an update with such a conflict can be aborted, and resolved for the user's version")
    func abort() throws {
        for action in [RestoreRequest.Action.abort, .resolve(["a.txt": .ours])] {
            try updated(["a.txt": "1\n"], to: ["a.txt": "2\n"]) {
                try makeSparse("a.txt", 1_200_000_000, in: $0)
            } check: { project, request, _ in
                let abort = RestoreRequest(
                    folder: project.path,
                    action: action,
                    undoStore: request.undoStore
                )
                _ = try restoreProject(abort)
                let actual = try size("a.txt", in: project)
                #expect(actual == 1_200_000_000)
                #expect(try !filePaths(below: project).contains("a.txt.pa-new"))
            }
        }
    }

    @Test("a file where the template has a new one is the user's own", arguments: sizes)
    func new(bytes: Int) throws {
        try updated([:], to: ["a.txt": "2\n"]) {
            try makeSparse("a.txt", bytes, in: $0)
        } check: { project, _, report in
            #expect(rows(report) == ["conflict a.txt", "create a.txt.pa-new"])
            let actual = try size("a.txt", in: project)
            #expect(actual == bytes)
        }
    }

    @Test("a long file of the template is replaced while it is not edited", .lane(.full))
    func ofTemplate() throws {
        let long = String(repeating: "a line of the template\n", count: 400_000)
        let later = long + "!\n"
        for (edit, expected) in [
            (nil, ["update a.txt"]), (long + "mine\n", ["conflict a.txt", "create a.txt.pa-new"]),
            (later, []), (String(repeating: "x", count: later.utf8.count), nil),
        ] as [(String?, [String]?)] {
            try updated(["a.txt": long], to: ["a.txt": later]) { project in
                if let edit { try write(["a.txt": edit], below: project) }
            } check: { project, _, report in
                #expect(rows(report) == expected ?? ["conflict a.txt", "create a.txt.pa-new"])
                let text = try String(contentsOf: project.appending(path: "a.txt"), encoding: .utf8)
                #expect(text == edit ?? later)
            }
        }
    }

    @Test("a new name moves long files, but none of more than 1 GiB")
    func moved() throws {
        let old = ["{{package}}/a.py": "1\n", "{{package}}/b.py": "b\n"]
        let new = ["{{package}}/a.py": "2\n", "{{package}}/b.py": "b\n"]
        let long = maxMergeableBytes + 1
        let huge = maxFileBytes + 1
        try updated(old, to: new, name: "world") {
            try makeSparse("hello/a.py", long, in: $0)
            try makeSparse("hello/b.py", huge, in: $0)
            try makeSparse("hello/own.py", huge, in: $0)
        } check: { project, _, report in
            #expect(
                rows(report) == [
                    "conflict hello/b.py", "conflict world/a.py from hello/a.py",
                    "create world/a.py.pa-new", "create world/b.py",
                ]
            )
            for (path, bytes) in [
                ("world/a.py", long), ("hello/b.py", huge), ("hello/own.py", huge),
            ] {
                let actual = try size(path, in: project)
                #expect(actual == bytes, "\(path)")
            }
            #expect(
                report.remarks == [
                    "hello/own.py stays in the old folder: it is larger than 1 GiB. Move it yourself."
                ]
            )
        }
    }
}
