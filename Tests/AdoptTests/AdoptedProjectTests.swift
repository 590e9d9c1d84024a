// What `pa-new adopt` has connected is a project like each other: it is previewed, deployed, packed and updated.

import Foundation
import TestSupport
import Testing

import ProjectFiles
@testable import Scaffold

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))
private let newest = interpreters.last

@Suite("An adopted app", .needs(.python(interpreters)), .lane(.full))
struct AdoptedProjectTests {
    private static let entry = "pythonanywhere_wsgi.py"

    /// An app below `src` with a static folder, and a project of Django.
    private static let apps = AdoptedApp.all.filter {
        ["flask-factory", "django"].contains($0.name)
    }

    /// Makes an app below a folder, with a static file, and connects it for alice.
    ///
    /// - Returns: The app's folder, and a Python that has its packages.
    private func adopted(_ app: AdoptedApp, below root: URL) async throws -> (URL, String) {
        let newest = try #require(newest)
        let folder = try app.make(below: root)
        try write(["\(app.staticFolder)/more.txt": "more\n"], below: folder)
        let words = ["adopt", app.name, "-u", "alice", "--python", newest.version, "-q"]
        let finished = try await runTool(words, in: root)
        try #require(finished.exitCode == 0, "\(finished)")
        let python = try await PythonEnvironments.shared.python(newest, with: AdoptedApp.packages)
        return (folder, python.path)
    }

    @Test(
        "is shown by preview: page, static file, and an edit of the entry file",
        arguments: apps
    )
    func preview(app: AdoptedApp) async throws {
        try await withTemporaryFolder { root in
            let (folder, python) = try await adopted(app, below: root)
            // A file of the usual name is not the entry file: the record names another one.
            try write(["wsgi.py": "raise SystemExit(1)\n"], below: folder)
            let tests = Paths.package.appending(path: "Tests/PreviewTests/Python")
            let finished = try await runUnittests(
                python,
                in: tests,
                modules: ["tool_adopted"],
                environment: [
                    "PA_NEW": Paths.tool.path, "FOLDER": folder.path, "PAGE": app.page,
                    "FILE": "/static/more.txt", "TEXT": "more\n",
                ]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }

    @Test(
        "is deployed: its entry file is the WSGI file, its folders are mapped, and its log is there",
        arguments: apps
    )
    func deploy(app: AdoptedApp) async throws {
        try await withTemporaryFolder { root in
            let (folder, python) = try await adopted(app, below: root)
            // With an edit, which prints into the server log.
            let place = folder.appending(path: Self.entry)
            let entry = try String(contentsOf: place, encoding: .utf8) + "\nprint(\"mine\")\n"
            try Data(entry.utf8).write(to: place)
            try await withFakeAPI(python, below: root) { host in
                // With its packages in a bundle, there would be more requests than a minute allows.
                try host.makeVirtualenv(app.project, as: URL(filePath: python))
                func tool(_ words: [String], code: Int32 = 0) async throws -> ProcessResult {
                    let finished = try await runTool(words, in: root, environment: host.environment)
                    #expect(finished.exitCode == code, "\(finished)")
                    #expect(!finished.description.contains(FakeAPI.token), "\(finished)")
                    return finished
                }
                let variables = app.isDjango ? ["--env-file", "\(app.name)/.env"] : []
                let words = ["deploy", app.name, "--interpreter", python] + variables
                let first = try await tool(words)
                #expect(first.stdout.contains("https://alice.pythonanywhere.com/: 200"), "\(first)")
                let project = host.root.appending(path: "home/alice/\(app.project)")
                let uploaded = try tree(project)
                let name = "var/www/alice_pythonanywhere_com_wsgi.py"
                let wsgi = try String(contentsOf: host.root.appending(path: name), encoding: .utf8)
                #expect(wsgi == entry && uploaded[Self.entry] == entry)
                #expect(uploaded["\(app.staticFolder)/more.txt"] == "more\n")
                #expect(try await host.page("/", with: python) == app.page)
                // Only a mapping answers there: the app has no such route.
                #expect(try await host.page("/static/more.txt", with: python) == "more\n")
                let log = try await tool(["logs", app.name, "--server"])
                #expect(log.stdout.contains("mine"), "\(log)")
                // Django's files are more than the API takes twice in a minute.
                if app.isDjango, Lane.current < .long { return }
                let again = try await tool(words)
                #expect(!again.stdout.contains("upload "), "\(again)")
                #expect(again.stdout.contains("files unchanged"), "\(again)")
            }
        }
    }

    @Test(
        "is packed with its entry file, and updated without a change, also of an edit",
        arguments: apps
    )
    func packAndUpdate(app: AdoptedApp) async throws {
        try await withTemporaryFolder { root in
            let (folder, python) = try await adopted(app, below: root)
            let packed = try await runTool(["pack", app.name], in: root)
            #expect(packed.exitCode == 0, "\(packed)")
            let zip = ["-m", "zipfile", "-e", "\(app.project).zip", "unpacked"]
            let unpacked = try await run(python, zip, in: root)
            #expect(unpacked.exitCode == 0, "\(unpacked)")
            let files = try tree(root.appending(path: "unpacked/\(app.project)"))
            for path in [Self.entry, "pa_env.py", "\(app.staticFolder)/more.txt"] {
                let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
                #expect(files[path] == text, "\(path)")
            }
            let place = folder.appending(path: Self.entry)
            let entry = try String(contentsOf: place, encoding: .utf8)
            for end in ["", "\nprint(\"mine\")\n"] {
                try Data((entry + end).utf8).write(to: place)
                let before = try tree(folder)
                let updated = try await runTool(["update", app.name], in: root)
                #expect(updated.exitCode == 0, "\(updated)")
                #expect(updated.stdout.hasSuffix("\(app.name) is up to date\n"), "\(updated)")
                #expect(try tree(folder) == before)
            }
            // A setting of the project changes its own files, and keeps the edit.
            let set = try await runTool(["update", app.name, "--set", "user=bob"], in: root)
            #expect(set.exitCode == 0, "\(set)")
            let after = try tree(folder)
            #expect(after["PYTHONANYWHERE.md"]?.contains("/home/bob/\(app.project)") == true)
            #expect(after[Self.entry]?.hasSuffix("\nprint(\"mine\")\n") == true)
        }
    }

    @Test(
        "that has moved is adopted again: the entry file follows, and the edit stays",
        arguments: apps
    )
    func moved(app: AdoptedApp) async throws {
        let isDjango = app.isDjango
        let (old, new) = isDjango ? ("site/mysite", "site/web") : ("src/shop", "src/store")
        try await withTemporaryFolder { root in
            let (folder, python) = try await adopted(app, below: root)
            let place = folder.appending(path: Self.entry)
            let entry = try String(contentsOf: place, encoding: .utf8)
            try Data((entry + "\nprint(\"mine\")\n").utf8).write(to: place)
            try FileManager.default.moveItem(
                at: folder.appending(path: old),
                to: folder.appending(path: new)
            )
            for path in isDjango ? ["site/manage.py", "site/web/settings.py"] : [] {
                let file = folder.appending(path: path)
                let text = try String(contentsOf: file, encoding: .utf8)
                try Data(text.replacing("mysite.", with: "web.").utf8).write(to: file)
            }
            let before = try tree(folder)
            let again = try await runTool(["adopt", app.name], in: root)
            #expect(again.exitCode == 0, "\(again)")
            #expect(again.stdout.contains(" merge  \(app.name)/\(Self.entry)\n"), "\(again)")
            let after = try tree(folder)
            let text = try #require(after[Self.entry])
            let line = isDjango ? "\"web.settings\")\n" : "from store import create_app\n"
            #expect(text.contains(line) && text.hasSuffix("\nprint(\"mine\")\n"), "\(text)")
            #expect(!text.contains("mysite") && !text.contains("shop"), "\(text)")
            let own = Set(app.files.keys).union([".env"])
            for (path, text) in before where own.contains(path) || path.hasPrefix(new) {
                #expect(after[path] == text, "\(path)")
            }
            let words = ["visit", app.name, "/", "--body", "--interpreter", python]
            let page = try await runTool(words, in: root)
            #expect(page.exitCode == 0 && page.stdout.hasSuffix(app.page), "\(page)")
            let file = try await runTool(
                ["visit", app.name, "/static/more.txt", "--body"] + words.suffix(2),
                in: root
            )
            #expect(file.exitCode == 0 && file.stdout == "more\n", "\(file)")
        }
    }

    @Test("without a list of packages gets the versions of the user's environment")
    func versions() async throws {
        let newest = try #require(newest)
        let python = try await PythonEnvironments.shared.python(newest, with: AdoptedApp.packages)
        let code = "from flask import Flask\n\napp = Flask(__name__)\n"
        // An environment that would tell if its Python was run.
        let site = "venv/lib/python3.11/site-packages/flask-2.9.9.dist-info/METADATA"
        let own = [
            "venv/pyvenv.cfg": "version = 3.11.7\n", site: "Name: Flask\nVersion: 2.9.9\n",
            "venv/bin/python": "#!/bin/sh\ntouch \"$0.ran\"\nexit 1\n",
        ]
        let bin = python.deletingLastPathComponent()
        let environment = bin.deletingLastPathComponent()
        let cases: [(words: [String], hasOwn: Bool, active: String?, line: String)] = [
            ([], true, nil, "Flask==2.9.9\n"),
            (["--interpreter", python.path], false, nil, "Flask==3.1.3\n"),
            (["--interpreter", python.path], true, nil, "Flask==3.1.3\n"),
            ([], false, environment.path, "Flask==3.1.3\n"),
            ([], true, environment.path, "Flask==2.9.9\n"),
            (["--load", "--interpreter", python.path], true, nil, "Flask==3.1.3\n"),
        ]
        for (words, hasOwn, active, line) in cases {
            try await withTemporaryFolder { root in
                let folder = root.appending(path: "shop")
                try write(["app.py": code].merging(hasOwn ? own : [:]) { $1 }, below: folder)
                if hasOwn { chmod(folder.appending(path: "venv/bin/python").path, 0o755) }
                let finished = try await runTool(
                    ["adopt", "shop", "-q"] + words,
                    in: root,
                    environment: ["VIRTUAL_ENV": active]
                )
                #expect(finished.exitCode == 0, "\(words): \(finished)")
                let after = try tree(folder)
                #expect(after["requirements.txt"]?.hasSuffix(line) == true, "\(words): \(after)")
                #expect(after["venv/bin/python.ran"] == nil)
            }
        }
        // With --load, the Python of the project's own environment runs the app.
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "shop")
            try write(["app.py": code], below: folder)
            let link = folder.appending(path: ".venv")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: environment)
            let words = ["adopt", "shop", "--load", "-q"]
            let finished = try await runTool(words, in: root, environment: ["VIRTUAL_ENV": nil])
            #expect(finished.exitCode == 0, "\(finished)")
            let list = folder.appending(path: "requirements.txt")
            #expect(try String(contentsOf: list, encoding: .utf8).hasSuffix("Flask==3.1.3\n"))
        }
    }
}

extension AdoptedApp {
    fileprivate var isDjango: Bool { name == "django" }

    /// The project's name: a project cannot be called like the package that it needs.
    fileprivate var project: String { isDjango ? "django-app" : name }

    /// The folder whose files PythonAnywhere serves below `/static/`.
    fileprivate var staticFolder: String { isDjango ? "site/collected" : "src/shop/static" }
}

extension FakeAPI {
    /// Returns what alice's web app answers.
    fileprivate func page(_ path: String, with python: String) async throws -> String {
        let code = """
            import sys
            from urllib.request import Request, urlopen

            request = Request(sys.argv[1], headers={"Host": "alice.pythonanywhere.com"})
            sys.stdout.write(urlopen(request).read().decode())
            """
        let finished = try await run(python, ["-c", code, url + path])
        #expect(finished.exitCode == 0, "\(finished)")
        return finished.stdout
    }
}
