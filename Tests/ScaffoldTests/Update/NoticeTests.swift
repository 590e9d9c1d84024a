// What a template tells the user when an update adds a file.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Notices of new files")
struct NoticeTests {
    /// Returns a catalogue of one framework, whose file and folder with notices are there or not.
    private func catalog(isNew: Bool, notice: String = "Forms need a token now.") throws -> Catalog
    {
        let manifest = """
            {"title": "T", "summary": "S", "greeting": "G", "default": true,
             "files": {"{{package}}/csrf.py": {"notice": "\(notice)"},
                       "more": {"notice": "There is more."}}}
            """
        var files = ["manifest.json": manifest, "wsgi.py": "app\n", "other.txt": "\(isNew)\n"]
        if isNew {
            files["{{package}}/csrf.py"] = "token\n"
            files["more/a.txt"] = "a\n"
            files["more/b/c.txt"] = "c\n"
        }
        return try Catalog(
            files: files.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
    }

    private func notices(_ project: URL, _ catalog: Catalog) throws -> [String] {
        let report = try updateProject(UpdateRequest(folder: project.path), from: catalog)
        return Array(report.nextSteps.steps.map(\.action).prefix(2))
    }

    @Test("are the first steps of the update that adds the files, each one once, and of no other")
    func added() throws {
        try withTemporaryFolder { folder in
            let request = Request(name: "hello", output: folder.path)
            _ = try createProject(request, from: catalog(isNew: false))
            let project = folder.appending(path: "hello")
            let new = try catalog(isNew: true)
            let expected = ["There is more.", "Forms need a token now."]
            #expect(try notices(project, new) == expected)
            #expect(try Set(notices(project, new)).isDisjoint(with: expected))
        }
    }

    @Test("have the names of the project")
    func names() throws {
        try withTemporaryFolder { folder in
            let request = Request(name: "my-shop", output: folder.path)
            _ = try createProject(request, from: catalog(isNew: false))
            let new = try catalog(isNew: true, notice: "Look into {{package}} of {{name}}.")
            let told = try notices(folder.appending(path: "my-shop"), new)
            #expect(told == ["There is more.", "Look into my_shop of my-shop."])
        }
    }

    @Test("are not told for a new project, which has these files from the beginning")
    func created() throws {
        try withTemporaryFolder { folder in
            let request = Request(name: "hello", output: folder.path)
            let report = try createProject(request, from: catalog(isNew: true))
            let text = report.nextSteps.steps.map(\.action).joined()
            #expect(!text.contains("token"))
        }
    }

    @Test(
        "are one line of text",
        arguments: [
            (#"{"notice": "a {{{field}}}"}"#, 0), (#"{"notice": ""}"#, 1),
            (#"{"notice": 1}"#, 1), (#"{"notice": "a\u0007"}"#, 1), (#"{"notcie": "a"}"#, 2),
        ]
    )
    func manifest(rule: String, problems: Int) {
        var reader = ManifestReader(.own(name: "t"))
        let manifest = reader.read(Array(#"{"files": {"a": \#(rule)}}"#.utf8))
        #expect(reader.problems.count == problems, "\(reader.problems)")
        #expect((manifest.notices(for: ["a/b"]) == ["a {{{field}}}"]) == (problems == 0))
    }
}
