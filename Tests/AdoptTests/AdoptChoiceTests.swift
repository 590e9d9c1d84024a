// `pa-new adopt` with a choice, and what it cannot adopt; and the commands that lead to it.

import Foundation
import TestSupport
import Testing

import ProjectFiles
@testable import Scaffold

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

@Suite("Choices of pa-new adopt", .needs(.python(interpreters)))
struct AdoptChoiceTests {
    private static let api = "from fastapi import FastAPI\n\napi = FastAPI()\n"
    private static let shop = "from flask import Flask\n\napp = Flask(__name__)\n"
    private static let both = ["api.py": api, "app.py": shop, "requirements.txt": "flask\n"]

    private func adopt(_ words: [String], in root: URL) async throws -> ProcessResult {
        try await runTool(["adopt"] + words, in: root)
    }

    @Test("adopting again says which step on PythonAnywhere is new, and a website maps no folder")
    func newStep() async throws {
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "polls")
            let site = try #require(AdoptedApp.all.first { $0.name == "django" })
            let settings = try #require(site.files["site/mysite/settings.py"])
            let line = "STATIC_ROOT = BASE_DIR / \"collected\"\n"
            var files = site.files
            files["site/mysite/settings.py"] = settings.replacing(line, with: "")
            try write(files, below: folder)
            let first = try await adopt(["polls", "--user", "alice"], in: root)
            #expect(first.stdout.contains("pa-new check polls\n"), "\(first)")
            #expect(!first.stdout.contains("collectstatic"), "\(first)")
            try write(site.files, below: folder)
            let second = try await adopt(["polls"], in: root)
            #expect(
                second.stdout.contains("python3.13 pa_run.py site/manage.py collectstatic"),
                "\(second)"
            )
            #expect(!second.stdout.contains("manage.py migrate"), "\(second)")
            #expect(second.stdout.hasSuffix("pa-new deploy polls\n"), "\(second)")
            try write(["pages/index.html": "<h1>Pages</h1>\n"], below: root)
            let website = try await adopt(["pages"], in: root)
            #expect(!website.stdout.contains("is the folder"), "\(website)")
            #expect(website.stdout.contains("found  no packages to install"), "\(website)")
        }
    }

    @Test("adopted again, the version of Python stays, and a file that asks for another is named")
    func pythonVersion() async throws {
        try await withTemporaryFolder { root in
            try write(["app.py": Self.shop, "requirements.txt": "flask\n"], below: root)
            let first = try await adopt([".", "--python", "3.12"], in: root)
            #expect(first.stdout.contains("found  Python 3.12 (--python)\n"), "\(first)")
            let second = try await adopt(["."], in: root)
            #expect(
                second.stdout.contains("found  Python 3.12 (the project's record)\n"),
                "\(second)"
            )
            #expect(!second.stdout.contains("asks for"), "\(second)")
            try write(["runtime.txt": "python-3.11.4\n"], below: root)
            let third = try await adopt(["."], in: root)
            #expect(third.stdout.contains("found  Python 3.12 (the"), "\(third)")
            #expect(third.stdout.contains("runtime.txt:1 asks for Python 3.11, and"), "\(third)")
            let fourth = try await adopt([".", "--python", "3.11"], in: root)
            #expect(fourth.stdout.contains("found  Python 3.11 (--python)\n"), "\(fourth)")
            #expect(!fourth.stdout.contains("asks for"), "\(fourth)")
        }
    }

    @Test("--git says which files it commits, and when it commits none", .needs("git"))
    func repository() async throws {
        try await withTemporaryFolder { root in
            try write(["app.py": Self.shop, "requirements.txt": "flask\n"], below: root)
            let plain = try await adopt([".", "--dry-run"], in: root)
            #expect(!plain.stdout.contains("commit"), "\(plain)")
            let first = try await adopt([".", "--git"], in: root)
            #expect(first.exitCode == 0, "\(first)")
            #expect(first.stdout.contains("has only the files that pa-new wrote"), "\(first)")
            let second = try await adopt([".", "--git"], in: root)
            #expect(second.stdout.contains("so --git makes no repository"), "\(second)")
            #expect(!second.stdout.contains("first commit"), "\(second)")
        }
    }

    @Test("of two apps, one has to be chosen: without a terminal, the error has the options")
    func choice() async throws {
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "two")
            try write(Self.both, below: folder)
            let before = try tree(folder)
            let refused = try await adopt(["two"], in: root)
            #expect(refused.exitCode == 64 && refused.stdout == "", "\(refused)")
            #expect(refused.stderr.contains("there are 2 apps in 'two'"), "\(refused)")
            for option in ["--app app:app", "--app api:api"] {
                #expect(refused.stderr.contains(option), "\(refused)")
            }
            #expect(try tree(folder) == before)
            let chosen = try await adopt(["two", "--app", "api:api", "-q"], in: root)
            #expect(chosen.exitCode == 0 && chosen.stdout == "", "\(chosen)")
            // The next run need not be told again.
            let again = try await adopt(["two"], in: root)
            #expect(again.stdout.hasSuffix("two is up to date\n"), "\(again)")
            // Another choice replaces the files that only the first one needs.
            let other = try await adopt(["two", "--app", "app:app"], in: root)
            #expect(other.exitCode == 0, "\(other)")
            #expect(other.stdout.contains("delete  two/asgi_adapter/__init__.py"), "\(other)")
            #expect(try tree(folder)["asgi_adapter/__init__.py"] == nil)
        }
    }

    @Test("on a terminal it asks which app, which account, and where that is")
    func questions() async throws {
        let python = try #require(Interpreter.standard)
        let script = Paths.package.appending(path: "Tests/CommandLineTests/Python/answer.py")
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "two")
            try write(Self.both, below: folder)
            let finished = try await run(
                python.path,
                [script.path, "[\"2\", \"alice\", \"\"]", Paths.tool.path, "adopt", "two"],
                in: root,
                environment: ["TERM": "dumb"]
            )
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(finished.stdout.contains("Which app"), "\(finished)")
            #expect(finished.stdout.contains("PythonAnywhere account"), "\(finished)")
            let record = try #require(try tree(folder)[".pa-new.json"])
            #expect(record.contains("\"user\" : \"alice\""), "\(record)")
        }
    }

    @Test(
        "what PythonAnywhere cannot run, a folder without an app, no folder, a project of pa-new's own"
    )
    func nothingToAdopt() async throws {
        try await withTemporaryFolder { root in
            try write(
                [
                    "page/app.py": "import streamlit as st\nst.title(\"x\")\n",
                    "empty/notes.txt": "x",
                ],
                below: root
            )
            let made = try await runTool(["hello", "-q"], in: root)
            #expect(made.exitCode == 0, "\(made)")
            for (folder, code, text) in [
                ("page", 65, "Streamlit"), ("empty", 65, "empty"), ("nowhere", 66, "nowhere"),
                ("hello", 73, "pa-new made this project"),
            ] as [(String, Int32, String)] {
                let place = root.appending(path: folder)
                let before = folder == "nowhere" ? [:] : try tree(place)
                let finished = try await adopt([folder], in: root)
                #expect(finished.exitCode == code && finished.stdout == "", "\(finished)")
                #expect(finished.stderr.contains(text), "\(finished)")
                if folder != "nowhere" { #expect(try tree(place) == before) }
            }
        }
    }

    @Test("a folder whose name PythonAnywhere cannot have gets another one there, and that is told")
    func names() async throws {
        for (folder, name) in [
            ("My Shop!", "My_Shop"), ("django", "django-app"), ("é", "e"), ("☃", "hello"),
        ] {
            try await withTemporaryFolder { root in
                try write(["app.py": Self.shop], below: root.appending(path: folder))
                let finished = try await adopt([folder, "-u", "alice"], in: root)
                #expect(finished.exitCode == 0, "\(finished)")
                #expect(finished.stdout.contains("the folder is called \(name), because"))
                #expect(finished.stdout.contains("/home/alice/\(name)"))
                let packed = try await runTool(["pack", folder], in: root)
                #expect(packed.stdout.contains("into \(name).zip\n"), "\(packed)")
            }
        }
    }

    @Test("an adopted app gets no handler, and no files of a framework")
    func refusedLater() async throws {
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "shop")
            try write(["app.py": Self.shop], below: folder)
            _ = try await adopt(["shop", "-q"], in: root)
            let before = try tree(folder)
            for words in [
                ["add", "handler", "about", "shop"],
                ["update", "shop", "--set", "framework=flask"],
                ["update", "shop", "--template", "x"],
            ] {
                let finished = try await runTool(words, in: root)
                #expect(finished.exitCode == 73 && finished.stdout == "", "\(finished)")
                #expect(finished.stderr.contains("it is an app of your own"), "\(finished)")
            }
            #expect(try tree(folder) == before)
            let listed = try await runTool(["list", "--json"], in: root)
            #expect(!listed.stdout.contains("\"adopted\""))
            let new = try await runTool(["x", "--framework", "adopted"], in: root)
            #expect(new.exitCode == 64 && new.stderr.contains("no framework 'adopted'"))
        }
    }

    @Test("the commands that make a project lead from the folder of an app to adopt")
    func hints() async throws {
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "shop")
            try write(["app.py": Self.shop], below: folder)
            let before = try tree(folder)
            for (words, place, code, hint) in [
                ([".", "--into"], folder, 64, "pa-new adopt;"),
                (["shop", "--into"], folder, 64, "pa-new adopt;"),
                (["./shop", "--into"], root, 64, "pa-new adopt ./shop;"),
                (["shop"], root, 73, "pa-new adopt shop;"),
            ] as [([String], URL, Int32, String)] {
                let finished = try await runTool(words, in: place)
                #expect(finished.exitCode == code && finished.stdout == "", "\(finished)")
                #expect(finished.stderr.contains(hint), "\(finished)")
            }
            #expect(try tree(folder) == before)
        }
    }

    @Test(
        "files that stay are told with what they do not connect, and there is no promise of a greeting"
    )
    func skipped() async throws {
        try await withTemporaryFolder { root in
            let own = ["wsgi.py": "application = None\n", "requirements.txt": "x\n"]
            try write(own, below: root.appending(path: "shop"))
            let words = ["shop", "-f", "flask", "--into", "--skip-existing"]
            let finished = try await runTool(words, in: root)
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(finished.stdout.contains("Your own wsgi.py stays"), "\(finished)")
            #expect(finished.stdout.contains("import: flask=="), "\(finished)")
            #expect(!finished.stdout.contains("it answers"), "\(finished)")
            let other = try await runTool(["other", "-f", "flask"], in: root)
            #expect(other.stdout.contains("it answers \"Hello from Flask\""), "\(other)")
            #expect(!other.stdout.contains("stays"))
        }
    }
}
