// Files that a template makes once, and that are the user's own from then on.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Files that are made once")
struct OnceTests {
    /// Returns a catalogue of one framework with a question, and a file that it makes once.
    private func catalog(
        list: String? = "# packages\n",
        rule: String = #"{"once": true, "when": "more"}"#
    ) throws -> Catalog {
        let manifest = """
            {"title": "T", "summary": "S", "greeting": "G", "default": true,
             "questions": [{"key": "more", "type": "bool", "default": false}],
             "files": {"{{package}}/list.txt": \(rule), "own": {"once": true}}}
            """
        var files = ["manifest.json": manifest, "wsgi.py": "app\n", "own/a.txt": "a\n"]
        files["{{package}}/list.txt"] = list
        return try Catalog(
            files: files.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
    }

    private func answers(_ text: String) -> [AnswerInput] {
        let parts = text.split(separator: " ").map { $0.split(separator: "=").map(String.init) }
        return parts.map {
            AnswerInput(key: $0[0], value: .typed($0[1]), origin: .option)
        }
    }

    private func update(
        _ project: URL,
        _ catalog: Catalog,
        _ words: String = ""
    ) throws -> (verbs: [String: String], remarks: [String]) {
        let request = UpdateRequest(folder: project.path, answers: answers(words))
        let report = try updateProject(request, from: catalog)
        let verbs = report.files.reduce(into: [:]) { $0[$1.path] = $1.verb.rawValue }
        return (verbs, report.remarks)
    }

    /// Makes a project, and checks what it has.
    private func withProject(_ body: (URL) throws -> Void) throws {
        try withTemporaryFolder { folder in
            _ = try createProject(Request(name: "hello", output: folder.path), from: catalog())
            try body(folder.appending(path: "hello"))
        }
    }

    private func text(_ path: String, in project: URL) -> String? {
        try? String(contentsOf: project.appending(path: path), encoding: .utf8)
    }

    private func write(_ text: String, _ path: String, in project: URL) throws {
        try TestSupport.write([path: text], below: project)
    }

    @Test("are made when their condition becomes true, and then never touched or deleted")
    func life() throws {
        try withProject { project in
            #expect(text("own/a.txt", in: project) == "a\n")
            #expect(text("hello/list.txt", in: project) == nil)
            let made = try update(project, catalog(), "more=yes")
            #expect(made.verbs["hello/list.txt"] == "create")
            #expect(made.remarks.isEmpty)
            // Not even without edits is it replaced.
            let other = try catalog(list: "# other\n")
            #expect(try update(project, other).verbs["hello/list.txt"] == "keep")
            try write("mine\n", "hello/list.txt", in: project)
            // Not with edits in the same lines, not without the condition, not without the template.
            #expect(try update(project, catalog()).verbs["hello/list.txt"] == "keep")
            #expect(try update(project, catalog(), "more=no").verbs["hello/list.txt"] == "keep")
            #expect(try update(project, catalog(), "more=yes").verbs["hello/list.txt"] == "skip")
            #expect(try update(project, catalog(list: nil)).verbs["hello/list.txt"] == "keep")
            #expect(text("hello/list.txt", in: project) == "mine\n")
        }
    }

    @Test("stay if they were there before, and that is told once")
    func before() throws {
        try withProject { project in
            try write("mine\n", "hello/list.txt", in: project)
            let first = try update(project, catalog(), "more=yes")
            #expect(first.verbs["hello/list.txt"] == "skip")
            #expect(
                first.remarks == [
                    "You already have hello/list.txt: it stays unchanged, because the template makes "
                        + "this file only once."
                ]
            )
            #expect(try update(project, catalog()).verbs["hello/list.txt"] == "keep")
            #expect(try update(project, catalog()).remarks.isEmpty)
            #expect(text("hello/list.txt", in: project) == "mine\n")
        }
    }

    @Test("stay deleted, move with the project's name, and may have markers of conflicts")
    func others() throws {
        try withProject { project in
            _ = try update(project, catalog(), "more=yes")
            let mine = "<<<<<<< yours\n>>>>>>> pa-new\n"
            try write(mine, "hello/list.txt", in: project)
            try FileManager.default.removeItem(at: project.appending(path: "own/a.txt"))
            let moved = try update(project, catalog(), "name=world")
            #expect(moved.verbs["own/a.txt"] == "skip")
            #expect(moved.remarks.isEmpty)
            #expect(text("own/a.txt", in: project) == nil)
            #expect(moved.verbs["world/list.txt"] == "move")
            #expect(text("world/list.txt", in: project) == mine)
            #expect(text("hello/list.txt", in: project) == nil)
        }
    }

    @Test("are the template's again if it says so: what the user wrote is merged")
    func notOnceAnyMore() throws {
        try withProject { project in
            _ = try update(project, catalog(), "more=yes")
            try write("mine\n\n# packages\n", "hello/list.txt", in: project)
            let changed = try catalog(list: "# packages\nflask\n", rule: #"{"once": false}"#)
            #expect(try update(project, changed).verbs["hello/list.txt"] == "merge")
            #expect(text("hello/list.txt", in: project) == "mine\n\n# packages\nflask\n")
        }
    }

    @Test("stay in a folder that becomes a project, whatever --into does with other files")
    func into() throws {
        for rule in [ConflictRule.refuse, .skip, .overwrite] {
            try withTemporaryFolder { folder in
                try TestSupport.write(["own/a.txt": "mine\n"], below: folder)
                var request = Request(name: "hello")
                request.folder = folder.path
                let prepared = try prepareProject(
                    request,
                    from: catalog(),
                    placement: .existingFolder(rule)
                )
                #expect(prepared.conflicts.isEmpty)
                let report = try prepared.commit()
                #expect(report.files.first { $0.path == "own/a.txt" }?.verb == .skip)
                #expect(report.remarks.count == 1)
                #expect(text("own/a.txt", in: folder) == "mine\n")
                // The next update has nothing to tell.
                #expect(try update(folder, catalog()).verbs["own/a.txt"] == "keep")
            }
        }
    }

    @Test("a question that no terminal asks needs a default")
    func notAsked() throws {
        for (more, problems, isAsked) in [
            (#""ask": false, "default": true"#, 0, false), (#""ask": false"#, 1, false),
            (#""ask": true"#, 0, true), (#""ask": 0"#, 1, true),
        ] {
            var reader = ManifestReader(.own(name: "t"))
            let text = #"{"questions": [{"key": "more", "type": "bool", \#(more)}]}"#
            let manifest = reader.read(Array(text.utf8))
            #expect(reader.problems.count == problems, "\(more)")
            #expect(manifest.questions.map(\.isAsked) == [isAsked], "\(more)")
        }
    }

    @Test("a rule has a condition, 'once', or both; and 'once' is true or false")
    func rules() throws {
        for (rule, problems) in [
            (#"{"once": true}"#, 0), (#"{"once": false}"#, 0), (#"{"when": "more"}"#, 0),
            (#"{"once": "yes"}"#, 1), (#"{"once": null}"#, 1), ("{}", 1), (#"{"onec": true}"#, 2),
        ] {
            var reader = ManifestReader(.own(name: "t"))
            let text = """
                {"questions": [{"key": "more", "type": "bool", "default": false}],
                 "files": {"a": \(rule)}}
                """
            let manifest = reader.read(Array(text.utf8))
            #expect(reader.problems.count == problems, "\(rule)")
            #expect(manifest.isMadeOnce("a/b/c") == (rule == #"{"once": true}"#), "\(rule)")
            #expect(!manifest.isMadeOnce("ab"))
        }
    }
}
