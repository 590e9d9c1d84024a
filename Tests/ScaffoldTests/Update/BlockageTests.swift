// Updates of a project in which a file became a folder or a link, or the other way round.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("What is in the way of an update")
struct BlockageTests {
    private func catalog(_ files: [String: String], rules: String = "") throws -> Catalog {
        let manifest = """
            {"title": "T", "summary": "S", "greeting": "G", "default": true, "files": {\(rules)}}
            """
        let all = files.merging(["manifest.json": manifest, "wsgi.py": "app\n"]) { $1 }
        return try Catalog(
            files: all.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
    }

    private func update(_ project: URL, to files: [String: String]) throws -> Report {
        try updateProject(UpdateRequest(folder: project.path), from: catalog(files))
    }

    private func rows(_ report: Report) -> [String] {
        report.files.filter { ![.identical, .keep].contains($0.verb) }
            .filter { !$0.path.hasPrefix(".pa-new") }.map { "\($0.verb) \($0.path)" }
    }

    /// Makes a project, and gives its folder to a function.
    private func withProject(
        _ files: [String: String],
        _ body: (URL) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let request = Request(name: "hello", output: folder.path)
            _ = try createProject(request, from: catalog(files))
            try body(folder.appending(path: "hello"))
        }
    }

    private func contents(_ path: String, in project: URL) throws -> String? {
        try tree(project)[path]
    }

    private func link(_ path: String, to target: String, in project: URL) throws {
        let place = project.appending(path: path).path
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
    }

    private func remove(_ path: String, in project: URL) throws {
        try FileManager.default.removeItem(at: project.appending(path: path))
    }

    private static let file = ["docs": "1\n", "same.txt": "s\n"]
    private static let folder = ["docs/a.md": "a\n", "docs/b/c.md": "c\n", "same.txt": "s\n"]

    @Test(
        "a file that the template makes a folder, and the other way round: replaced without edits"
    )
    func replaced() throws {
        try withProject(Self.file) { project in
            let rows1 = try rows(update(project, to: Self.folder))
            #expect(
                rows1 == [
                    "delete docs", "create docs/a.md", "create docs/b/c.md",
                ]
            )
            let rows2 = try rows(update(project, to: Self.file))
            #expect(
                rows2 == [
                    "create docs", "delete docs/a.md", "delete docs/b/c.md",
                ]
            )
            #expect(try contents("docs", in: project) == "1\n")
        }
    }

    @Test("an empty file that the template no longer has goes like any other")
    func emptyFile() throws {
        try withProject(["page": "", "docs/keep": "", "same.txt": "s\n"]) { project in
            let rows = try rows(update(project, to: ["page/index": "i\n", "same.txt": "s\n"]))
            #expect(rows == ["delete docs/keep", "delete page", "create page/index"])
            #expect(try contents("page/index", in: project) == "i\n")
            #expect(try contents("docs", in: project) == nil)
        }
        try withProject(["page": "", "docs/keep": ""]) { project in
            try write(["page": "mine\n"], below: project)
            let rows = try rows(update(project, to: [:]))
            #expect(rows == ["delete docs/keep", "conflict page"])
            #expect(try contents("page", in: project) == "mine\n")
        }
    }

    @Test("a link above a file that the template renames is told, and the file is not lost")
    func linkAboveOldPath() throws {
        try withProject(Self.folder) { project in
            try FileManager.default.moveItem(
                at: project.appending(path: "docs"),
                to: project.appending(path: "elsewhere")
            )
            try link("docs", to: "elsewhere", in: project)
            let newer = ["doc/a.md": "a\n", "docs/b/c.md": "c\n", "same.txt": "s\n"]
            let catalog = try catalog(newer, rules: #""doc/a.md": {"formerly": "docs/a.md"}"#)
            for _ in 0..<2 {
                let report = try updateProject(
                    UpdateRequest(folder: project.path),
                    from: catalog
                )
                #expect(rows(report) == ["skip doc/a.md"])
                #expect(
                    report.remarks == [
                        "docs is a symbolic link, so pa-new did not write doc/a.md. Move docs away, "
                            + "and run 'pa-new update' again."
                    ]
                )
            }
            let tree = try tree(project)
            #expect(tree["elsewhere/a.md"] == "a\n" && tree["docs"] == "-> elsewhere")
            try remove("docs", in: project)
            try FileManager.default.moveItem(
                at: project.appending(path: "elsewhere"),
                to: project.appending(path: "docs")
            )
            let report = try updateProject(UpdateRequest(folder: project.path), from: catalog)
            #expect(rows(report) == ["move doc/a.md"])
        }
    }

    @Test("an edited file stays, what it is in the way of is told, and comes with a later update")
    func editedFile() throws {
        try withProject(Self.file) { project in
            try write(["docs": "mine\n"], below: project)
            for round in 0..<2 {
                let report = try update(project, to: Self.folder)
                let conflict = round == 0 ? ["conflict docs"] : []
                #expect(rows(report) == conflict + ["skip docs/a.md", "skip docs/b/c.md"])
                #expect(
                    report.remarks == [
                        "docs is a file, so pa-new did not write docs/a.md and docs/b/c.md. Move docs "
                            + "away, and run 'pa-new update' again."
                    ]
                )
                #expect(try contents("docs", in: project) == "mine\n")
            }
            try remove("docs", in: project)
            let rows3 = try rows(update(project, to: Self.folder))
            #expect(
                rows3 == [
                    "create docs/a.md", "create docs/b/c.md",
                ]
            )
        }
    }

    @Test("a folder with anything of the user's stays, and the template's file is beside it")
    func editedFolder() throws {
        for (path, text) in [("docs/a.md", "mine\n"), ("docs/own.md", "own\n"), ("docs/x/", "")] {
            try withProject(Self.folder) { project in
                if text.isEmpty {
                    try FileManager.default.createDirectory(
                        at: project.appending(path: path),
                        withIntermediateDirectories: true
                    )
                } else {
                    try write([path: text], below: project)
                }
                let report = try update(project, to: Self.file)
                #expect(rows(report).contains("conflict docs"))
                #expect(rows(report).contains("create docs.pa-new"))
                #expect(report.remarks == ["docs is a folder: it stays unchanged."])
                let tree = try tree(project)
                #expect(tree["docs.pa-new"] == "1\n")
                #expect(text.isEmpty || tree[path] == text)
                #expect(try update(project, to: Self.file).remarks.isEmpty)
            }
        }
    }

    @Test("a link of the user's stays, and what it points to is not touched")
    func links() throws {
        try withProject(Self.folder) { project in
            try write(["elsewhere/a.md": "mine\n", "target": "target\n"], below: project)
            try remove("docs", in: project)
            try link("docs", to: "elsewhere", in: project)
            try remove("same.txt", in: project)
            try link("same.txt", to: "target", in: project)
            // Nothing new in the template: nothing to say.
            let none = try update(project, to: Self.folder)
            #expect(rows(none).isEmpty && none.remarks.isEmpty)
            let newer = ["docs/a.md": "a!\n", "docs/b/c.md": "c\n", "same.txt": "s!\n"]
            let report = try update(project, to: newer)
            #expect(
                rows(report) == ["skip docs/a.md", "conflict same.txt", "create same.txt.pa-new"]
            )
            #expect(
                report.remarks == [
                    "same.txt is a symbolic link: it stays unchanged.",
                    "docs is a symbolic link, so pa-new did not write docs/a.md. Move docs away, and "
                        + "run 'pa-new update' again.",
                ]
            )
            let tree = try tree(project)
            #expect(tree["elsewhere/a.md"] == "mine\n" && tree["target"] == "target\n")
            #expect(tree["same.txt"] == "-> target" && tree["docs"] == "-> elsewhere")
            // A file that the template no longer has, and that is a link now.
            let gone = try update(project, to: ["docs/a.md": "a!\n", "docs/b/c.md": "c\n"])
            #expect(rows(gone).contains("conflict same.txt"))
            #expect(try contents("same.txt", in: project) == "-> target")
        }
    }

    @Test("what Python does not import because of the user's own file or folder is told")
    func hidden() throws {
        let folder = ["pages/__init__.py": "", "pages/a.py": "", "forms.py": "f\n"]
        for (own, hasRemark) in [
            ("pages.py", true), ("forms/__init__.py", true), ("forms/x.py", false), ("p.py", false),
        ] {
            try withProject([:]) { project in
                try write([own: "own\n"], below: project)
                let remarks = try update(project, to: folder).remarks
                let name = own.prefix { $0 != "." && $0 != "/" }
                let remark =
                    "Python imports the folder \(name)/ and not \(name).py: rename your own of the two."
                #expect(remarks == (hasRemark ? [remark] : []))
                #expect(try contents(own, in: project) == "own\n")
            }
        }
    }
}
