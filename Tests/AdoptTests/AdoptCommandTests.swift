// `pa-new adopt`, the built tool: what it writes beside apps of each kind, what runs of it, and what it refuses.

import Foundation
import TestSupport
import Testing

import ProjectFiles
@testable import Scaffold

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))
private let newest = interpreters.last

@Suite("pa-new adopt", .needs(.python(interpreters)))
struct AdoptCommandTests {
    private static let records = [".pa-new.json", ".pa-new.base.json", "PYTHONANYWHERE.md"]
    private static let entry = "pythonanywhere_wsgi.py"

    /// Runs `adopt` on a folder below another one, with a Python that runs no app.
    private func adopt(
        _ words: [String],
        in root: URL,
        code: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProcessResult {
        let python = try #require(newest)
        let all = ["adopt"] + words + ["--interpreter", python.path]
        let finished = try await runTool(all, in: root)
        #expect(finished.exitCode == code, "\(finished)", sourceLocation: sourceLocation)
        return finished
    }

    private func environment() async throws -> String {
        let python = try #require(newest)
        return try await PythonEnvironments.shared.python(python, with: AdoptedApp.packages).path
    }

    @Test("connects the app, and changes no file of it", arguments: AdoptedApp.all)
    func connects(app: AdoptedApp) async throws {
        try await withTemporaryFolder { root in
            let folder = try app.make(below: root)
            let before = try tree(folder)
            let finished = try await adopt([app.name, "--user", "alice"], in: root)
            #expect(finished.stderr == "")
            #expect(finished.stdout.contains("found  ") && finished.stdout.contains(app.found))
            // What is run next needs the same Python; the files of the project name none.
            let python = try #require(newest)
            let end = "\(app.name) --interpreter \(python.path)\n"
            #expect(finished.stdout.contains("pa-new check \(end)"), "\(finished)")
            #expect(finished.stdout.contains("pa-new deploy \(end)"), "\(finished)")
            let after = try tree(folder)
            for (path, text) in before { #expect(after[path] == text, "\(path)") }
            #expect(!after.values.contains { $0.contains("--interpreter") })
            let new = Set(after.keys).subtracting(before.keys)
            #expect(new.isSuperset(of: Self.records + [Self.entry] + app.more), "\(new)")
            #expect(new.contains("pa_bundle.py") == app.more.contains("pa_bundle.py"))
            let entry = try #require(after[Self.entry])
            let lines = entry.split(separator: "\n").map(String.init)
            for line in app.lines { #expect(lines.contains(line), "\(line) in \(entry)") }
            // Once more: there is nothing to do.
            let again = try await adopt([app.name], in: root)
            #expect(again.stdout.hasSuffix("\(app.name) is up to date\n"), "\(again)")
            #expect(try tree(folder) == after)
        }
    }

    @Test("check finds no error, and the pages and static files answer", arguments: AdoptedApp.all)
    func runs(app: AdoptedApp) async throws {
        try await withTemporaryFolder { root in
            _ = try app.make(below: root)
            _ = try await adopt([app.name, "--user", "alice", "--quiet"], in: root)
            let python = try await environment()
            let end = ["--interpreter", python]
            let checked = try await runTool(["check", app.name] + end, in: root)
            #expect(checked.exitCode == 0, "\(checked)")
            #expect(checked.stdout.contains("\(app.name)/\(Self.entry)"), "\(checked)")
            for (path, text) in [("/", app.page)] + (app.file.map { [($0.path, $0.text)] } ?? []) {
                let words = ["visit", app.name, path, "--body"] + end
                let page = try await runTool(words, in: root)
                #expect(page.exitCode == 0 && page.stdout == text, "\(page)")
            }
            if app.name == "website" {
                let hidden = ["/.env", "/.pa-new.json", "/\(Self.entry)", "/PYTHONANYWHERE.md"]
                for path in hidden + ["/css/../.env", "/none"] {
                    let missing = try await runTool(["visit", app.name, path] + end, in: root)
                    #expect(missing.exitCode == 1, "\(missing)")
                    #expect(missing.stdout.hasPrefix("HTTP/1.1 404 "), "\(missing)")
                }
            }
            let packed = try await runTool(["pack", app.name, "-o", "a.zip"], in: root)
            #expect(packed.exitCode == 0, "\(packed)")
            let updated = try await runTool(["update", app.name], in: root)
            #expect(updated.stdout == "\(app.name) is up to date\n", "\(updated)")
        }
    }

    @Test("a dry run writes nothing, and a run with --json prints one document that says the same")
    func dryRun() async throws {
        try await withTemporaryFolder { root in
            let app = AdoptedApp.all[0]
            let folder = try app.make(below: root)
            let before = try tree(folder)
            let dry = try await adopt([app.name, "--user", "alice", "-n"], in: root)
            #expect(dry.stdout.hasSuffix("Nothing was written.\n"))
            let shown = try await adopt([app.name, "--user", "alice", "-n", "--json"], in: root)
            #expect(try tree(folder) == before)
            let made = try await adopt([app.name, "--user", "alice", "--json"], in: root)
            for (text, isDry) in [(shown.stdout, true), (made.stdout, false)] {
                let data = Data(text.utf8)
                let report = try JSONDecoder().decode(Document.self, from: data)
                #expect(report.dryRun == isDry && report.target == app.name)
                #expect(report.answers.entry == Self.entry && report.answers.user == "alice")
                #expect(report.found.map(\.kind) == ["app", "python", "static", "packages"])
                #expect(report.static == [.init(url: "/static/", directory: Self.onHost)])
                #expect(report.files.contains { $0.path == Self.entry && $0.verb == "create" })
            }
        }
    }

    private static let onHost = "/home/alice/flask-object/static"

    private struct Document: Decodable {
        struct Answers: Decodable {
            let entry: String
            let user: String
        }
        struct Found: Decodable {
            let kind: String
            let text: String
        }
        struct Mapping: Decodable, Equatable {
            let url: String
            let directory: String
        }
        struct File: Decodable {
            let path: String
            let verb: String
        }
        let target: String
        let dryRun: Bool
        let answers: Answers
        let found: [Found]
        let `static`: [Mapping]
        let files: [File]
    }

    @Test("run again, it writes what is new, and keeps edits; both in the same lines conflict")
    func again() async throws {
        try await withTemporaryFolder { root in
            let app = AdoptedApp.all[0]
            let folder = try app.make(below: root)
            _ = try await adopt([app.name, "--user", "alice", "-q"], in: root)
            let place = folder.appending(path: Self.entry)
            let entry = try String(contentsOf: place, encoding: .utf8)
            try Data((entry + "\nprint(\"mine\")\n").utf8).write(to: place)
            // The app moves into a module with another name.
            let old = folder.appending(path: "app.py")
            try FileManager.default.moveItem(at: old, to: folder.appending(path: "shop.py"))
            let moved = try await adopt([app.name], in: root)
            #expect(moved.stdout.contains(" merge  flask-object/\(Self.entry)\n"), "\(moved)")
            let merged = try String(contentsOf: place, encoding: .utf8)
            #expect(merged.contains("from shop import app\n"))
            #expect(merged.hasSuffix("\nprint(\"mine\")\n"))
            // Options that are not given again stay.
            let more = [app.name, "--static", "/media/=static", "--python", "3.12"]
            _ = try await adopt(more, in: root)
            let record = folder.appending(path: ".pa-new.json")
            let text = try String(contentsOf: record, encoding: .utf8)
            #expect(text.contains("\"/media/\"") && text.contains("\"python\" : \"3.12\""))
            let stays = try await adopt([app.name], in: root)
            #expect(stays.stdout.hasSuffix("is up to date\n"), "\(stays)")
            #expect(try String(contentsOf: record, encoding: .utf8) == text)
            // The user has changed the line that pa-new changes, too.
            let own = merged.replacing("from shop import app\n", with: "from mine import app\n")
            try Data(own.utf8).write(to: place)
            let back = folder.appending(path: "shop.py")
            try FileManager.default.moveItem(at: back, to: folder.appending(path: "web.py"))
            let conflict = try await adopt([app.name], in: root, code: 1)
            #expect(conflict.stdout.contains("conflict  flask-object/\(Self.entry)"), "\(conflict)")
        }
    }

    @Test("a file of the app in the way of any new one: nothing is written, and the file is named")
    func conflicts() async throws {
        let app = AdoptedApp.all[0]
        for path in ["pa_env.py", "PYTHONANYWHERE.md", Self.entry] {
            try await withTemporaryFolder { root in
                let folder = try app.make(below: root)
                try write([path: "x = 1\n"], below: folder)
                let before = try tree(folder)
                let finished = try await adopt([app.name], in: root, code: 73)
                #expect(finished.stdout == "" && finished.stderr.contains(path), "\(finished)")
                #expect(try tree(folder) == before)
                guard path == Self.entry else { return }
                #expect(finished.stderr.contains("--entry"), "\(finished)")
                _ = try await adopt([app.name, "--entry", "site_wsgi.py"], in: root)
                let record = folder.appending(path: ".pa-new.json")
                let text = try String(contentsOf: record, encoding: .utf8)
                #expect(text.contains("\"entry\" : \"site_wsgi.py\""))
            }
        }
    }

    @Test(
        "what is not possible is refused with its exit code, and nothing is written",
        arguments: [
            (["--user", "a_b"], 64, "'_' is not allowed"),
            (["--python", "2.7"], 64, "2.7"),
            (["--app", "app:app", "--factory", "app:f"], 64, "--app and --factory"),
            (["--app", "app:nothing"], 64, "nothing"),
            (["--static", "/=static"], 64, "no request would get to the app"),
            (["--static", "/static/=.."], 64, "static"),
            (["--static", "/files/=."], 64, "/files/"),
            (["--static", "static"], 64, "static"),
            (["--entry", "../x.py"], 64, "../x.py"),
            (["--entry", "alice_pythonanywhere_com_wsgi.py", "--user", "alice"], 64, "entry file"),
            (["--ci", "jenkins"], 64, "jenkins"),
            (["--quiet", "--json"], 64, "--quiet and --json"),
            (["--domain", "bob.pythonanywhere.com", "--user", "alice"], 64, "bob"),
        ] as [([String], Int32, String)]
    )
    func refusals(words: [String], code: Int32, text: String) async throws {
        try await withTemporaryFolder { root in
            let app = AdoptedApp.all[0]
            let folder = try app.make(below: root)
            let before = try tree(folder)
            let finished = try await adopt([app.name] + words, in: root, code: code)
            #expect(finished.stdout == "" && finished.stderr.contains(text), "\(finished)")
            #expect(try tree(folder) == before)
        }
    }
}
