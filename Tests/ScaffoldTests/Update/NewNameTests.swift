// A new name of a project: what becomes of the user's own files in the folders that move.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("A new name of a project")
struct NewNameTests {
    private func withProject(_ body: (URL, Catalog) throws -> Void) throws {
        let manifest = #"{"title": "T", "summary": "S", "greeting": "G", "default": true}"#
        let files = ["manifest.json": manifest, "wsgi.py": "app\n", "{{package}}/x.py": "x\n"]
        let catalog = try Catalog(
            files: files.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
        try withTemporaryFolder { folder in
            let request = Request(name: "hello", output: folder.path)
            _ = try createProject(request, from: catalog)
            try body(folder.appending(path: "hello"), catalog)
        }
    }

    private func rename(_ project: URL, _ catalog: Catalog) throws -> Report {
        let name = AnswerInput(key: "name", value: .typed("world"), origin: .option)
        return try updateProject(
            UpdateRequest(folder: project.path, answers: [name]),
            from: catalog
        )
    }

    @Test("moves large files without their contents in memory, and an undo brings them back")
    func large() throws {
        try withProject { project, catalog in
            let bytes = [UInt8](repeating: 7, count: 300_000)
            let large = project.appending(path: "hello/large.bin")
            try Data(bytes).write(to: large)
            try write(["hello/small.txt": "small\n"], below: project)
            #expect(chmod(large.path, 0o640) == 0)
            #expect(chmod(project.path + "/hello", 0o700) == 0)
            let before = try tree(project)
            let store = UndoStore(folder: project.path + "-store")
            func kept() throws -> [String] {
                try filePaths(below: URL(filePath: store.folder)).filter {
                    $0.contains("last-update.json") || $0.contains("before-")
                }
            }
            var request = UpdateRequest(folder: project.path)
            request.undoStore = store
            request.answers = [
                AnswerInput(key: "name", value: .typed("world"), origin: .option)
            ]
            let report = try updateProject(request, from: catalog)
            for path in ["world/large.bin", "world/small.txt"] {
                let file = try #require(report.files.first { $0.path == path })
                #expect(file.verb == .move && file.file.contents.inMemory == nil, "\(path)")
            }
            #expect(try Data(contentsOf: project.appending(path: "world/large.bin")) == Data(bytes))
            #expect(try kept().count == 2)
            for path in ["world/large.bin": 0o640, "world": 0o700] {
                #expect(try permissions(of: path.key, in: project) == path.value)
            }
            var restore = RestoreRequest(folder: project.path, action: .undo)
            restore.undoStore = store
            _ = try restoreProject(restore)
            #expect(try tree(project) == before)
            for path in ["hello/large.bin": 0o640, "hello": 0o700] {
                #expect(try permissions(of: path.key, in: project) == path.value)
            }
            #expect(try kept().isEmpty)

            // What was kept, and is not as it was, is not brought back.
            _ = try updateProject(request, from: catalog)
            for path in try filePaths(below: URL(filePath: store.folder))
            where path.contains("before-") {
                try Data("other".utf8).write(to: URL(filePath: store.folder + "/" + path))
            }
            #expect {
                try restoreProject(restore)
            } throws: { error in
                (error as? ScaffoldError)?.diagnostic.reason?.contains("no update to undo") ?? false
            }
        }
    }

    private func permissions(of path: String, in folder: URL) throws -> Int {
        let place = folder.appending(path: path).path
        let attributes = try FileManager.default.attributesOfItem(atPath: place)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test("leaves what it cannot move, and says what and why")
    func left() throws {
        try withProject { project, catalog in
            try write(
                [
                    "hello/own.py": "own\n", "hello/a\nb.py": "line\n", "hello/d\t/x.py": "tab\n",
                    "hello/.git/config": "git\n", "hello/both.py": "old\n",
                    "world/both.py": "new\n", "hello/__pycache__/c\n.pyc": "c",
                ],
                below: project
            )
            let hello = project.path + "/hello/"
            #expect(symlink("/nowhere", hello + "link") == 0)
            #expect(mkfifo(hello + "pipe", 0o600) == 0)
            let name = Array((hello + "caf").utf8CString.dropLast()) + [CChar(bitPattern: 0xE9), 0]
            let file = open(name, O_CREAT | O_WRONLY, 0o600)
            #expect(file >= 0 && close(file) == 0)

            let report = try rename(project, catalog)
            let moved = report.files.filter { $0.verb == .move }.map(\.path)
            #expect(moved == ["world/own.py", "world/x.py"])
            let old = "in the old folder"
            #expect(
                report.remarks == [
                    "hello/caf\u{FFFD} stays \(old): its name is not UTF-8. Move it yourself.",
                    "hello/.git stays \(old): pa-new cannot use this path: a name in it is reserved for "
                        + "git or pa-new. Move it yourself.",
                    #"'hello/a\u{a}b.py' and 'hello/d\u{9}' stay "# + old
                        + ": pa-new cannot use this path: it has a control character. Move them yourself.",
                    "hello/link stays \(old): pa-new does not move symbolic links. Move it yourself.",
                    "hello/pipe stays \(old): pa-new moves only regular files. Move it yourself.",
                    "hello/both.py stays \(old): there is already world/both.py. Move it yourself.",
                ]
            )
            let text = try String(contentsOfFile: hello + "a\nb.py", encoding: .utf8)
            #expect(text == "line\n")
            #expect(access(name, F_OK) == 0)
        }
    }

    @Test("is refused if the package is a link: nothing would find the code behind it")
    func linkedPackage() throws {
        try withProject { project, catalog in
            let manager = FileManager.default
            let package = project.appending(path: "hello")
            let outside = project.deletingLastPathComponent().appending(path: "outside")
            try manager.moveItem(at: package, to: outside)
            try manager.createSymbolicLink(at: package, withDestinationURL: outside)
            let before = try tree(project)
            #expect {
                try rename(project, catalog)
            } throws: { error in
                let reason = (error as? ScaffoldError)?.diagnostic.reason ?? ""
                return reason.hasPrefix("'hello' is a symbolic link, and the new name")
            }
            #expect(try tree(project) == before)
            // Other answers do not move it.
            let report = try updateProject(UpdateRequest(folder: project.path), from: catalog)
            #expect(!report.hasChanges && report.remarks.isEmpty)
        }
    }
}
