// Static files of installed packages: what a manifest can say, and what becomes of it.

import Foundation
import TestSupport
import Testing

@testable import HostTools
@testable import ProjectFiles
@testable import Scaffold

@Suite("Static files of packages")
struct StaticFolderTests {
    private static let admin =
        #"{"url": "/static/admin/", "package": "django", "folder": "contrib/admin/static/admin"}"#
    private static let other =
        #"{"url": "/pictures/", "package": "a.b_2", "folder": "p", "when": "wants"}"#

    private func problems(_ text: String) -> [String] {
        var reader = ManifestReader(.own(name: "t"))
        _ = reader.read(Array(#"{"staticFolders": \#(text)}"#.utf8))
        return reader.problems.map { "\($0.problem)" }
    }

    private func folder(_ key: String, _ value: String) -> String {
        var values = ["url": "/a/", "package": "b", "folder": "c"]
        values[key] = value
        let members = values.sorted { $0.key < $1.key }.map { #""\#($0.key)": "\#($0.value)""# }
        return "[{" + members.joined(separator: ", ") + "}]"
    }

    @Test(
        "are named by a URL, a package and a folder, and every other text says why it is refused",
        arguments: [
            ("url", "/static/admin/", nil), ("url", "/a/", nil), ("url", "/a.b/c_d-e@f+1/", nil),
            ("url", "", "'url' is empty"), ("url", "/", "the app would not get any request"),
            ("url", "//", "has to begin and end with '/'"),
            ("url", "///", "an empty name"), ("url", "/a//b/", "an empty name"),
            ("url", "a/", "has to begin and end with '/'"),
            ("url", "/a", "has to begin and end with '/'"),
            ("url", "https://example.com/", "has to begin and end with '/'"),
            ("url", "/static/", "the URL of the project's own static files"),
            ("url", "/static/../a/", "'.' and '..' are not allowed"),
            ("url", "/./", "'.' and '..' are not allowed"),
            ("url", "/a b/", "the character ' ' is not allowed"),
            ("url", "/a?b/", "the character '?' is not allowed"),
            ("url", "/a%20b/", "the character '%' is not allowed"),
            ("url", "/ä/", "the character 'ä' is not allowed"),
            ("url", "/{{name}}/", "the character '{' is not allowed"),
            ("url", "/\(String(repeating: "a", count: 254))/", "longer than 255 bytes"),
            ("package", "django", nil), ("package", "a.b.c_1", nil), ("package", "_a", nil),
            ("package", "", "'package' is empty"), ("package", "a-b", "the import name"),
            ("package", "a..b", "the import name"), ("package", ".a", "the import name"),
            ("package", "1a", "the import name"), ("package", "a/b", "the import name"),
            ("package", "..", "the import name"), ("package", "é", "the import name"),
            ("package", String(repeating: "a", count: 256), "longer than 255 bytes"),
            ("folder", "contrib/admin", nil), ("folder", "_static", nil), ("folder", "a.b@1", nil),
            ("folder", "", "'folder' is empty"), ("folder", "/a", "without '/' at its start"),
            ("folder", "a/", "without '/' at its start or end"),
            ("folder", "..", "'.' and '..' are not allowed"),
            ("folder", "a/../../b", "'.' and '..' are not allowed"),
            ("folder", "a//b", "an empty name"), ("folder", ".git/a", "reserved"),
            ("folder", "a\\u0000b", "a character that cannot be shown"),
            ("folder", "a\\\\b", #"the character '\' is not allowed"#),
            ("folder", String(repeating: "a/", count: 200) + "a", "longer than 255 bytes"),
        ]
    )
    func values(key: String, value: String, problem: String?) throws {
        let found = problems(folder(key, value))
        guard let problem else { return #expect(found == []) }
        #expect(found.contains { $0.contains(problem) }, "\(found)")
    }

    @Test(
        "are a list of objects with those keys, each URL once",
        arguments: [
            ("[]", []), ("[\(admin)]", []),
            ("{}", ["'staticFolders' has to be a list, not an object"]),
            (#"["/a/"]"#, ["'a static folder' has to be an object, not a text"]),
            ("[{}]", ["url", "package", "folder"].map { "the key '\($0)' is missing" }),
            (
                #"[{"url": 1, "package": "b", "folder": "c", "fold": ""}]"#,
                [
                    "'url' has to be a text, not a number",
                    "unknown key 'fold', did you mean 'folder'?",
                ]
            ),
            (
                #"[{"url": "/a/", "package": "b", "folder": "c", "when": "x"}]"#,
                ["the condition names an unknown question 'x'"]
            ),
            ("[\(admin), \(admin)]", ["there is already a static folder for '/static/admin/'"]),
            (
                "[" + String(repeating: #"{"url":"/a/","package":"b"},"#, count: 100) + "{}]",
                Array(repeating: "the key 'folder' is missing", count: 100)
                    + ["'staticFolders' has more than 100 elements"]
            ),
        ]
    )
    func shape(text: String, expected: [String]) {
        #expect(problems(text) == expected)
    }

    @Test("one URL can have two folders if only one of them can be there")
    func alternatives() {
        let both = ["wants", "!wants"].map {
            #"{"url": "/a/", "package": "b", "folder": "c", "when": "\#($0)"}"#
        }
        let questions = #"[{"key": "wants", "type": "bool"}]"#
        for (folders, count) in [(both, 0), ([both[0], both[0]], 1)] {
            var reader = ManifestReader(.own(name: "t"))
            let list = folders.joined(separator: ",")
            let manifest = #"{"questions": \#(questions), "staticFolders": [\#(list)]}"#
            _ = reader.read(Array(manifest.utf8))
            #expect(reader.problems.count == count, "\(reader.problems)")
        }
    }

    // MARK: - The project

    /// Returns a project of a framework with both folders.
    private func project(
        wants: Bool = true,
        without missing: String? = nil,
        python: String = "3.12",
        folders: String = "[\(other), \(admin)]"
    ) throws -> Project {
        let manifest = """
            {"title": "T", "summary": "S", "greeting": "Hi", "default": true,
             "questions": [{"key": "wants", "type": "bool"}], "staticFolders": \(folders)}
            """
        let all = ["wsgi.py", "requirements.txt", "static/a.css"]
        let files = all.filter { $0 != missing }
        let catalog = try Catalog(
            files: [TemplateFile(path: "t/manifest.json", contents: .text(manifest))]
                + files.map { TemplateFile(path: "t/" + $0, contents: .text("")) }
        )
        let answer = AnswerInput(key: "wants", value: .value(.bool(wants)), origin: .recorded)
        let request = Request(
            name: "my-site",
            user: "alice",
            python: python,
            answers: [answer]
        )
        return try Project(ProjectConfiguration(request, catalog: catalog))
    }

    private static let packages = "/home/alice/.virtualenvs/my-site/lib/python3.12/site-packages"
    private static let adminRow = StaticMapping(
        url: "/static/admin/",
        directory: packages + "/django/contrib/admin/static/admin"
    )
    private static let otherRow = StaticMapping(
        url: "/pictures/",
        directory: packages + "/a/b_2/p"
    )
    private static let ownRow = StaticMapping(
        url: "/static/",
        directory: "/home/alice/my-site/static"
    )

    @Test("are mapped with the user's own paths, the longest URL first")
    func steps() throws {
        let steps = NextSteps(try project(), parent: nil).steps.map(\.action)
        let mapped = steps.filter { $0.hasPrefix("Map static files on the Web tab: ") }
        let rows = [Self.adminRow, Self.otherRow, Self.ownRow]
        #expect(
            mapped
                == rows.map {
                    "Map static files on the Web tab: URL \($0.url), directory \($0.directory)."
                }
        )
        #expect(steps.firstIndex(of: "Press Reload.") == steps.firstIndex(of: mapped[2])! + 1)
    }

    @Test("follow their condition, and need packages")
    func conditions() throws {
        let rows = { try self.project(wants: $0, without: $1).configuration.staticMappings }
        #expect(try rows(true, nil) == [Self.adminRow, Self.otherRow, Self.ownRow])
        #expect(try rows(false, nil) == [Self.adminRow, Self.ownRow])
        #expect(try rows(true, "requirements.txt") == [Self.ownRow])
        #expect(try rows(true, "static/a.css") == [Self.adminRow, Self.otherRow])
    }

    @Test("are in the record, and only if there are any")
    func record() throws {
        let record = ProjectRecord(try project().configuration)
        let text = String(decoding: try record.document(), as: UTF8.self)
        #expect(text.contains(#""url" : "/static/admin/""#), "\(text)")
        #expect(try ProjectRecord(Array(text.utf8)) == record)
        let none = ProjectRecord(try project(folders: "[]").configuration)
        #expect(!String(decoding: try none.document(), as: UTF8.self).contains("static"))
    }

    @Test(
        "are refused in a record that somebody edited",
        arguments: [
            ("/static/admin/", "/static/", "the project's own static files"),
            ("contrib/admin/static/admin", "../../../.ssh", "'.' and '..' are not allowed"),
            ("django", "a b", "the import name"),
        ]
    )
    func hostileRecord(old: String, new: String, problem: String) throws {
        let document = try ProjectRecord(try project().configuration).document()
        let text = String(decoding: document, as: UTF8.self)
            .replacingOccurrences(of: old, with: new)
        #expect {
            try ProjectRecord(Array(text.utf8))
        } throws: { error in
            guard case RecordProblem.unreadable(let reason) = error else { return false }
            return reason.contains(problem)
        }
    }

    @Test("are told in an update that adds or removes one")
    func update() throws {
        let before = ProjectRecord(try project(wants: false).configuration)
        let after = ProjectRecord(try project(wants: true).configuration)
        let steps = { (project: Project, before: ProjectRecord) in
            NextSteps(
                updating: project,
                [],
                before: before,
                hostStepsBefore: project.hostSteps,
                notices: [],
                in: "my-site"
            ).steps.map(\.action)
        }
        #expect(
            try steps(project(wants: true), before) == [
                "Map static files on the Web tab: URL /pictures/, directory \(Self.otherRow.directory).",
                "Press Reload.",
            ]
        )
        #expect(
            try steps(project(wants: false), after) == [
                "Delete the static files mapping of /pictures/ on the Web tab.", "Press Reload.",
            ]
        )
        #expect(try steps(project(wants: true), after) == [])
    }
}
