// The way back from an update, and conflicts that are taken whole.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Undoing an update")
struct RestoreTests {
    private func catalog(_ files: [String: String]) throws -> Catalog {
        let manifest = #"{"title": "T", "summary": "S", "greeting": "G", "default": true}"#
        let all = files.merging(["manifest.json": manifest, "wsgi.py": "app\n"]) { $1 }
        return try Catalog(
            files: all.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
    }

    private static let old = [
        "a.txt": "1\n2\n3\n", "b.txt": "b\n", "gone.txt": "gone\n", "docs": "d\n",
        "{{package}}/x.py": "x\n",
    ]
    private static let new = [
        "a.txt": "1\n2!\n3\n", "b.txt": "b!\n", "new.txt": "n\n", "docs/a.md": "d\n",
        "{{package}}/x.py": "x!\n",
    ]

    /// A project, and the place for what its updates replace.
    private struct Desk {
        let project: URL
        let store: UndoStore
        let catalog: Catalog

        @discardableResult
        func update(name: String? = nil) throws -> Report {
            var request = UpdateRequest(folder: project.path)
            request.undoStore = store
            if let name {
                request.answers = [
                    AnswerInput(key: "name", value: .typed(name), origin: .option)
                ]
            }
            return try updateProject(request, from: catalog)
        }

        func restore(
            _ action: RestoreRequest.Action,
            isDryRun: Bool = false
        ) throws -> [String] {
            let request = RestoreRequest(
                folder: project.path,
                action: action,
                isDryRun: isDryRun,
                undoStore: store
            )
            return try restoreProject(request).files.map { file in
                "\(file.verb) \(file.path)" + (file.keptAt.map { " \($0)" } ?? "")
            }
        }

        /// Expects that an action is refused, and that nothing changes.
        func expectRefusal(_ action: RestoreRequest.Action, _ words: String) throws {
            let before = try tree(project)
            #expect {
                try restore(action)
            } throws: { error in
                let reason = (error as? ScaffoldError)?.diagnostic.reason ?? ""
                return reason.contains(words)
            }
            let after = try tree(project)
            #expect(after == before)
        }
    }

    private func withDesk(_ body: (Desk) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let request = Request(name: "hello", output: folder.path)
            _ = try createProject(request, from: catalog(Self.old))
            let store = UndoStore(folder: folder.path + "/state/pa-new/updates")
            let project = folder.appending(path: "hello")
            try body(Desk(project: project, store: store, catalog: try catalog(Self.new)))
        }
    }

    @Test("brings back each file, whether it was changed, made, moved or deleted")
    func undo() throws {
        try withDesk { desk in
            try desk.expectRefusal(.undo, "there is no update to undo")
            try write(["hello/own.py": "own\n"], below: desk.project)
            #expect(chmod(desk.project.path + "/hello/own.py", 0o600) == 0)
            #expect(chmod(desk.project.path + "/gone.txt", 0o640) == 0)
            let before = try tree(desk.project)
            try desk.update(name: "world")
            #expect(try permissions("world/own.py", in: desk.project) == 0o600)
            let updated = try tree(desk.project)
            #expect(updated["world/own.py"] == "own\n" && updated["docs/a.md"] == "d\n")
            try desk.expectRefusal(.abort, "has no conflicts that are open")
            let planned = try desk.restore(.undo, isDryRun: true)
            #expect(planned.contains("restore docs"))
            let dry = try tree(desk.project)
            #expect(dry == updated)
            let rows = try desk.restore(.undo)
            #expect(rows.contains("delete new.txt") && rows.contains("restore gone.txt"))
            let after = try tree(desk.project)
            #expect(after == before)
            #expect(try permissions("hello/own.py", in: desk.project) == 0o600)
            #expect(try permissions("gone.txt", in: desk.project) == 0o640)
            try desk.expectRefusal(.undo, "there is no update to undo")
        }
    }

    @Test("does nothing in another folder that is at the same path now")
    func otherFolder() throws {
        try withDesk { desk in
            try desk.update(name: "world")
            let old = desk.project.path + "-old"
            try FileManager.default.copyItem(atPath: desk.project.path, toPath: old + "-copy")
            try FileManager.default.moveItem(atPath: desk.project.path, toPath: old)
            try FileManager.default.moveItem(atPath: old + "-copy", toPath: desk.project.path)
            try desk.expectRefusal(.undo, "there is no update to undo")
        }
    }

    private func permissions(_ path: String, in project: URL) throws -> Int? {
        let place = project.appending(path: path).path
        return try FileManager.default.attributesOfItem(atPath: place)[.posixPermissions] as? Int
    }

    @Test("says what was changed since, and touches nothing")
    func changedSince() throws {
        for (path, text) in [("b.txt", "mine\n"), ("new.txt", "mine\n"), ("gone.txt", "mine\n")] {
            try withDesk { desk in
                try desk.update()
                try write([path: text], below: desk.project)
                try desk.expectRefusal(.undo, "you changed '\(path)'")
            }
        }
        try withDesk { desk in
            try desk.update()
            try FileManager.default.removeItem(at: desk.project.appending(path: "b.txt"))
            try FileManager.default.createDirectory(
                at: desk.project.appending(path: "b.txt"),
                withIntermediateDirectories: false
            )
            try desk.expectRefusal(.undo, "you changed 'b.txt'")
        }
    }

    @Test("with open conflicts brings back the state before, and keeps later edits beside it")
    func abort() throws {
        try withDesk { desk in
            try write(["a.txt": "1\n2?\n3\n"], below: desk.project)
            let before = try tree(desk.project)
            let conflicts = try desk.update().conflicts
            #expect(conflicts == ["a.txt"])
            let rows = try desk.restore(.abort)
            #expect(rows.contains("restore a.txt"))
            let after = try tree(desk.project)
            #expect(after == before)

            try desk.update()
            try write(["b.txt": "later\n", "new.txt": "later\n"], below: desk.project)
            let kept = try desk.restore(.abort)
            #expect(
                kept.contains("restore b.txt b.txt~") && kept.contains("delete new.txt new.txt~")
            )
            let last = try tree(desk.project)
            let later = ["b.txt~": "later\n", "new.txt~": "later\n"]
            #expect(last == before.merging(later) { $1 })
        }
    }

    @Test("leaves no markers of a file that moved, and the next update is as the first")
    func abortOfRename() throws {
        let lines = (1...20).map { "line number \($0)\n" }.joined()
        func edited(_ number: Int, _ word: String, of text: String) -> String {
            text.replacing("number \(number)\n", with: "number \(number) \(word)\n")
        }
        try withTemporaryFolder { folder in
            _ = try createProject(
                Request(name: "hello", output: folder.path),
                from: catalog(["old.txt": lines])
            )
            let project = folder.appending(path: "hello")
            let desk = Desk(
                project: project,
                store: UndoStore(folder: folder.path + "/state/pa-new/updates"),
                catalog: try catalog(["new.txt": edited(5, "theirs", of: lines)])
            )
            let mine = edited(5, "mine", of: lines)
            try write(["old.txt": mine, "new.txt~": "taken\n"], below: project)
            let before = try tree(project)
            #expect(try desk.update().conflicts == ["new.txt"])
            let merged = try #require(try tree(project)["new.txt"])
            let later = edited(15, "later", of: merged)
            try write(["new.txt": later], below: project)
            let rows = try desk.restore(.abort)
            #expect(
                rows.contains("delete new.txt new.txt.~2~") && rows.contains("restore old.txt")
            )
            let after = try tree(project)
            #expect(after == before.merging(["new.txt.~2~": later]) { $1 })
            #expect(try desk.update().conflicts == ["new.txt"])
            #expect(try tree(project)["new.txt"] == merged)
        }
    }

    @Test("an edited file that the template no longer has is kept or removed, as the user says")
    func dropped() throws {
        for side in [ConflictSide.ours, .theirs] {
            try withDesk { desk in
                try write(["gone.txt": "mine\n"], below: desk.project)
                let before = try tree(desk.project)
                #expect(try desk.update().conflicts == ["gone.txt"])
                // It is an open conflict, so the update can be aborted.
                _ = try desk.restore(.abort)
                #expect(try tree(desk.project) == before)

                let report = try desk.update()
                #expect(
                    report.conflictReason
                        == "you edited 'gone.txt', which the template no longer has"
                )
                try write(["gone.txt": "later\n"], below: desk.project)
                let rows = try desk.restore(.resolve([desk.project.path + "/gone.txt": side]))
                #expect(rows == ["resolve gone.txt" + (side == .ours ? "" : " gone.txt~")])
                let after = try tree(desk.project)
                #expect(after["gone.txt"] == (side == .ours ? "later\n" : nil))
                #expect(after["gone.txt~"] == (side == .ours ? nil : "later\n"))
                try desk.expectRefusal(.abort, "has no conflicts that are open")
                try desk.expectRefusal(.resolve(["gone.txt": side]), "'gone.txt' has no conflict")
                _ = try desk.restore(.undo)
                #expect(try tree(desk.project)["a.txt"] == "1\n2\n3\n")
            }
        }
    }

    @Test("does not use a place that others can write to, and the update says so")
    func foreignPlace() throws {
        try withDesk { desk in
            let remarks = try desk.update().remarks
            #expect(remarks.isEmpty)
            let manager = FileManager.default
            try manager.setAttributes([.posixPermissions: 0o777], ofItemAtPath: desk.store.folder)
            try desk.expectRefusal(.undo, "there is no update to undo")
            try write(["b.txt": "mine\n"], below: desk.project)
            let next = Desk(
                project: desk.project,
                store: desk.store,
                catalog: try catalog(Self.old)
            )
            let told = try next.update().remarks
            #expect(told.contains(UndoStore.failure))
        }
        #expect(UndoStore(environment: ["HOME": "relative"]) == nil)
        let own = UndoStore(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"])
        #expect(own?.folder == "/s/pa-new/updates")
    }

    @Test(
        "conflicts can be taken whole, if it is clear where they are",
        arguments: [
            ("a\n<<<<<<< yours\n1\n=======\n2\n>>>>>>> pa-new 0\nb\n", "a\n1\nb\n", "a\n2\nb\n"),
            ("<<<<<<< yours\n=======\n2\n>>>>>>> pa-new 0\n", "", "2\n"),
            ("<<<<<<< yours\r\n1\r\n=======\r\n>>>>>>> pa-new 0\r\n", "1\r\n", ""),
            (
                "H\n=======\n<<<<<<< yours\n1\n=======\n2\n>>>>>>> pa-new", "H\n=======\n1\n",
                "H\n=======\n2\n"
            ),
            ("<<<<<<< yours\nH\n=======\n=======\n2\n>>>>>>> pa-new 0\n", nil, nil),
            ("<<<<<<< yours\n1\n>>>>>>> pa-new 0\n", nil, nil),
            ("<<<<<<< yours\n1\n=======\n2\n", nil, nil),
            ("<<<<<<< yours\n<<<<<<< yours\n=======\n2\n>>>>>>> pa-new 0\n", nil, nil),
        ] as [(String, String?, String?)]
    )
    func sides(text: String, ours: String?, theirs: String?) {
        func taken(_ side: ConflictSide) -> String? {
            resolved(Array(text.utf8), taking: side).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(taken(.ours) == ours)
        #expect(taken(.theirs) == theirs)
    }

    @Test("one side of a file's conflicts is taken, also of one that could not be merged")
    func resolve() throws {
        for side in [ConflictSide.ours, .theirs] {
            try withDesk { desk in
                try write(["a.txt": "1\n2?\n3\n", "b.txt": "\0\n"], below: desk.project)
                let conflicts = try desk.update().conflicts
                #expect(conflicts == ["a.txt", "b.txt"])
                try desk.expectRefusal(.resolve(["new.txt": side]), "'new.txt' has no conflict")
                let named = desk.project.path + "/b.txt"
                try desk.expectRefusal(
                    .resolve(["a.txt": side, "./a.txt": side]),
                    "--ours and --theirs are for different files"
                )
                let rows = try desk.restore(.resolve(["./a.txt": side, named: side]))
                let kept = side == .theirs ? " b.txt~" : ""
                #expect(rows == ["resolve a.txt", "resolve b.txt" + kept])
                let tree = try tree(desk.project)
                #expect(tree["a.txt"] == (side == .ours ? "1\n2?\n3\n" : "1\n2!\n3\n"))
                #expect(tree["b.txt"] == (side == .ours ? "\0\n" : "b!\n"))
                #expect(tree["b.txt~"] == (side == .ours ? nil : "\0\n"))
                #expect(tree["b.txt.pa-new"] == nil)
                // The way to further updates is free.
                let again = try desk.update()
                #expect(!again.hasChanges)
            }
        }
    }
}
