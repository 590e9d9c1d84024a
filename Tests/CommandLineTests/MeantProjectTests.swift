// Commands in a folder that is not the project's: one inside it, or one above several projects.

import Foundation
import TestSupport
import Testing

@Suite("A command in another folder than the project's")
struct MeantProjectTests {
    /// The program that stands for Python: it prints a document.
    private static let python = Paths.package
        .appending(path: "Tests/CommandLineTests/Python/print-document").path

    private static let document = """
        {"version": 2, "entry": "wsgi.py", "candidates": [], "python": "3.13", "loaded": true,
         "interpreter": {"path": "/usr/bin/python3", "version": "3.13.1"}, "allowed": 0,
         "unread": [], "outcome": "works", "summary": "V.", "notes": [], "findings": [],
         "domain": {"name": "a.b", "source": "S"}, "requests": [{"path": "/", "status": 200}]}
        """
    private static let record = """
        {"pa-new": "0.1.0", "framework": "handler", "name": "hello", "python": "3.13"}
        """

    /// Makes empty files, records and the given contents, and runs the command in a folder below.
    private func run(
        _ arguments: [String],
        files: [String],
        texts: [String: String] = [:],
        in place: String = ""
    ) async throws -> ProcessResult {
        try await withTemporaryFolder { folder in
            let contents = files.map { ($0, $0.hasSuffix(".pa-new.json") ? Self.record : "") }
            try write(
                Dictionary(uniqueKeysWithValues: contents).merging(texts) { $1 },
                below: folder
            )
            return try await runTool(
                arguments,
                in: folder.appending(path: place),
                environment: ["CHECK_DOCUMENT": Self.document, "API_TOKEN": nil]
            )
        }
    }

    @Test(
        "inside a project, check checks the project, and says so",
        arguments: [
            ("tests", [], ".."), ("hello", [], ".."), ("hello/pages", [], "../.."),
            ("", ["tests"], "."), ("", ["hello/pages/"], "."), ("tests", ["../hello"], ".."),
        ] as [(String, [String], String)]
    )
    func inside(place: String, folder: [String], project: String) async throws {
        let files = [
            ".pa-new.json", "wsgi.py", "tests/__init__.py", "hello/__init__.py", "hello/wsgi.py",
            "hello/pages/index.py",
        ]
        let arguments = ["check", "--interpreter", Self.python] + folder
        let finished = try await run(arguments, files: files, in: place)
        let part = folder.first.map { "'\($0)'" } ?? "This folder"
        expectEnd(
            of: finished,
            code: 0,
            stderr: "note: \(part) belongs to the project in '\(project)'.\n"
        )
        let entry = project == "." ? "wsgi.py" : project + "/wsgi.py"
        #expect(finished.stdout.contains("no problems found in \(entry)"), "\(finished)")
        // A program that reads the report gets nothing else.
        let json = try await run(arguments + ["--format", "json"], files: files, in: place)
        #expect(json.stdout.hasPrefix("{"), "\(json)")
    }

    @Test(
        "an app of its own inside a project is checked itself",
        arguments: [
            // An entry file, and no package.
            ["site/wsgi.py"],
            // A record, or a repository, of its own.
            ["site/.pa-new.json"], ["site/.git/HEAD"],
        ]
    )
    func ownApp(files: [String]) async throws {
        let finished = try await run(
            ["check", "--interpreter", Self.python],
            files: [".pa-new.json", "wsgi.py", "site/a.txt"] + files,
            in: "site"
        )
        expectEnd(of: finished, code: 0, stderr: "")
    }

    @Test(
        "above a project, each command says what to type",
        arguments: [
            (["check"], "check hello"), (["visit"], "visit hello"),
            (["visit", ".", "/about"], "visit hello"), (["preview"], "preview hello"),
            (["deploy", "--dry-run"], "deploy hello"), (["pack"], "pack hello"),
            (["logs"], "logs hello"), (["update"], "update hello"),
            (["update", "--abort"], "update hello"),
            (["add", "handler", "about"], "add handler NAME hello"),
        ]
    )
    func above(arguments: [String], command: String) async throws {
        let one = try await run(arguments, files: ["hello/.pa-new.json", "notes.txt"])
        expectEnd(
            of: one,
            code: 64,
            stdout: "",
            stderr: """
                pa-new: there is no project in '.'
                   why: the project is in 'hello'
                  help: pass the folder of the project: pa-new \(command)

                """
        )
        let files = ["hello/.pa-new.json", "sites/shop/.pa-new.json", ".old/a/.pa-new.json"]
        let several = try await run(arguments, files: files)
        expectEnd(
            of: several,
            code: 64,
            stdout: "",
            stderr: """
                pa-new: there is no project in '.'
                   why: there are 2 projects below it: hello and sites/shop
                  help: pass the folder of one, for example: pa-new \(command)

                """
        )
    }

    @Test(
        "inside a project, a command that changes something wants the project's folder",
        arguments: [
            (["deploy", "--dry-run"], "deploy .."), (["pack"], "pack .."),
            (["update"], "update .."),
            (["add", "handler", "about"], "add handler NAME .."),
        ]
    )
    func changing(arguments: [String], command: String) async throws {
        let files = [".pa-new.json", "wsgi.py", "tests/__init__.py"]
        expectEnd(
            of: try await run(arguments, files: files, in: "tests"),
            code: 64,
            stdout: "",
            stderr: """
                pa-new: '.' is a folder inside a project, not the project itself
                   why: the project is in '..'
                  help: pass the folder of the project: pa-new \(command)

                """
        )
    }

    @Test(
        "an app above projects is checked itself, and so is the file that the user names",
        arguments: [
            (["app.py"], []), (["manage.py"], []), (["flask_app.py"], []),
            (["a.txt"], ["--entry", "a.txt"]),
        ]
    )
    func appAbove(files: [String], options: [String]) async throws {
        let finished = try await run(
            ["check", "--interpreter", Self.python] + options,
            files: files + ["hello/.pa-new.json"]
        )
        expectEnd(of: finished, code: 0, stderr: "")
    }

    @Test(
        "a script above projects is no app, but a module with the name that servers expect is",
        arguments: [
            ("", 64), ("import os\nprint(os.getcwd())\napps = []\n", 64),
            ("# app = Flask(__name__)\n", 64), ("\u{FEFF}\u{1}", 64),
            ("from flask import Flask\n\napp = Flask(__name__)\n", 0),
            ("from site import app as application", 0),
            ("def application(environ, start_response):\n    ...\n", 0),
            ("app: Flask = create()\r\n", 0),
            // More than is read.
            (String(repeating: "#\n", count: 600_000), 0),
        ] as [(String, Int32)]
    )
    func modules(text: String, code: Int32) async throws {
        let files = ["hello/.pa-new.json", "shop/.pa-new.json"]
        let arguments = ["check", "--interpreter", Self.python]
        let finished = try await run(arguments, files: files, texts: ["try.py": text])
        let isBelow = finished.stderr.contains("there are 2 projects below it: hello and shop")
        #expect(finished.exitCode == code && isBelow == (code == 64), "\(finished)")
    }
}
