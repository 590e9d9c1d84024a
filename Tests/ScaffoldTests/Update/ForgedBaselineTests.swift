// A baseline that a stranger wrote: an update moves and removes only what else proves to be pa-new's own.

import Foundation
import ProjectFiles
import TestSupport
import Testing

@testable import Scaffold

@Suite("Updates with a forged baseline")
struct ForgedBaselineTests {
    /// A project, an entry that a stranger added to its baseline, and a file of the user's.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// The file of the user's, which has to stay.
        let path: String
        var text = "API_TOKEN=secret\nOTHER=value\n"
        /// The template that the forged entry names.
        let template: String
        /// The contents that the forged entry says; nil for those of the file.
        var claimed: String?
        /// Rules of the template's manifest.
        var rules = ""
        /// The new name of the project.
        var newName: String?
        /// The changes of the record, as JSON members.
        var record: [String: String] = [:]

        var testDescription: String { name }
    }

    private static let style = (1...9).map { ".rule-\($0) { margin: 0 }\n" }.joined()

    static let cases = [
        Case(
            name: "a secret for a public file",
            path: ".env",
            template: "static/style.css",
            claimed: ""
        ),
        Case(name: "the same, with its contents known", path: ".env", template: "static/style.css"),
        Case(name: "in another case", path: ".ENV", template: "static/style.css", claimed: ""),
        Case(
            name: "an old template of its own, with the lines of a new file",
            path: ".env",
            template: ".env",
            claimed: style
        ),
        Case(
            name: "any file, with the lines of a new file",
            path: "notes.txt",
            template: "notes.txt",
            claimed: style
        ),
        Case(
            name: "any file for a public one",
            path: "notes.txt",
            template: "static/style.css"
        ),
        Case(
            name: "a former name in the manifest",
            path: ".env",
            template: ".env",
            rules: #""static/style.css": {"formerly": ".env"}"#
        ),
        Case(
            name: "a former name of a file that has only one of these lines",
            path: "notes.txt",
            template: "notes.txt",
            claimed: "OTHER=value\n",
            rules: #""static/style.css": {"formerly": "notes.txt"}"#
        ),
        Case(
            name: "a file that is known everywhere, in a hidden folder",
            path: ".venv/pyvenv.cfg",
            template: ".venv/pyvenv.cfg"
        ),
        Case(name: "a secret to delete", path: "db.sqlite3", template: "db.sqlite3"),
        Case(name: "a file to delete, of another template", path: "notes.txt", template: "x.txt"),
        Case(
            name: "a file to delete, whose template is rendered without end",
            path: "notes.txt",
            template: String(repeating: "{{#name}}", count: 200) + "notes.txt"
                + String(repeating: "{{/name}}", count: 200)
        ),
        Case(
            name: "a folder whose files move",
            path: "private/notes.txt",
            template: "static/style.css",
            newName: "shop"
        ),
        Case(
            name: "a public folder of the record's name",
            path: "hello/static/key.pem",
            template: "{{package}}/static/x.css",
            claimed: "",
            newName: "shop",
            record: ["static": #"[{"url": "/s/", "folder": "shop/static"}]"#]
        ),
    ]

    @Test("move and delete nothing of the user's", arguments: cases)
    func forged(_ example: Case) throws {
        try withTemporaryFolder { folder in
            let catalog = try catalog(example.rules)
            _ = try createProject(Request(name: "hello", output: folder.path), from: catalog)
            let project = folder.appending(path: "hello")
            try FileManager.default.removeItem(at: project.appending(path: "static/style.css"))
            try write([example.path: example.text], below: project)
            try forge(example, in: project)
            let answers = example.newName.map {
                [AnswerInput(key: "name", value: .typed($0), origin: .option)]
            }
            let report = try updateProject(
                UpdateRequest(folder: project.path, answers: answers ?? []),
                from: catalog
            )
            let place = project.appending(path: example.path)
            #expect(try String(contentsOf: place, encoding: .utf8) == example.text)
            let style = try? String(
                contentsOf: project.appending(path: "static/style.css"),
                encoding: .utf8
            )
            #expect(style == Self.style)
            #expect(report.files.allSatisfy { $0.movedFrom != example.path })
            // One more update has nothing to say.
            let again = try updateProject(
                UpdateRequest(folder: project.path),
                from: catalog
            )
            #expect(!again.hasChanges && again.remarks.isEmpty, "\(again)")
        }
    }

    @Test("say what stays")
    func told() throws {
        try withTemporaryFolder { folder in
            let catalog = try catalog("")
            _ = try createProject(Request(name: "hello", output: folder.path), from: catalog)
            let project = folder.appending(path: "hello")
            let example = Case(name: "", path: ".env", template: "static/x.css")
            try write([".env": example.text], below: project)
            try forge(example, in: project)
            let report = try updateProject(UpdateRequest(folder: project.path), from: catalog)
            #expect(
                report.remarks == [
                    "pa-new did not move or delete .env, because it is not sure that it made it. Delete "
                        + "what you do not need."
                ]
            )
        }
    }

    private func catalog(_ rules: String) throws -> Catalog {
        let manifest = """
            {"title": "T", "summary": "S", "greeting": "G", "default": true, "files": {\(rules)}}
            """
        let files = [
            "manifest.json": manifest, "wsgi.py": "app\n", "static/style.css": Self.style,
            "{{package}}/static/x.css": "x\n",
        ]
        return try Catalog(
            files: files.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
    }

    /// Puts the entry into the baseline instead of that of `static/style.css`, and changes the record.
    private func forge(_ example: Case, in project: URL) throws {
        let base = project.appending(path: Baseline.fileName)
        let real = try Baseline([UInt8](Data(contentsOf: base)))
        let claimed = example.claimed ?? example.text
        let entry = Baseline.File(
            path: example.path,
            template: example.template,
            contents: .text(Array(claimed.utf8)),
            isExecutable: false,
            isOnce: false
        )
        let files = real.files.filter { $0.path != "static/style.css" } + [entry]
        try Data(Baseline(files).document()).write(to: base)
        guard !example.record.isEmpty else { return }
        let place = project.appending(path: ProjectRecord.fileName)
        var record = try String(contentsOf: place, encoding: .utf8)
        for (key, value) in example.record {
            record = record.replacing("{", with: "{\"\(key)\": \(value),", maxReplacements: 1)
        }
        try Data(record.utf8).write(to: place)
    }
}
