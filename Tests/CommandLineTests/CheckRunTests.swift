// What `pa-new check` makes of the checker's document: its exit code, stdout and stderr, each by itself.
//
// The Python of these tests is a script that prints a document: each document can be tried, whatever the
// checker finds. Tests/CheckerTests and GeneratedProjectTests try the checker itself.

import Foundation
import TestSupport
import Testing

@Suite("Running check")
struct CheckRunTests {
    /// The program that stands for Python.
    private static let python = Paths.package
        .appending(path: "Tests/CommandLineTests/Python/print-document").path

    /// Returns a document with these keys besides those that each has.
    private func document(_ outcome: String, summary: String, findings: [String] = []) -> String {
        """
        {"version": 2, "entry": "wsgi.py", "candidates": [], "python": "3.13", "loaded": true,
         "interpreter": {"path": "/usr/bin/python3", "version": "3.13.1"}, "allowed": 0,
         "unread": [], "outcome": "\(outcome)", "summary": "\(summary)", "notes": [],
         "domain": {"name": "a.b", "source": "S"}, "requests": [{"path": "/", "status": 200}],
         "findings": [\(findings.joined(separator: ", "))]}
        """
    }

    private func finding(_ severity: String) -> String {
        """
        {"rule": "r", "severity": "\(severity)", "file": "wsgi.py", "line": 3, "message": "M",
         "fix": "F", "page": null, "source": "x = 1"}
        """
    }

    /// Runs check with a Python that prints a document.
    private func check(
        _ document: String,
        _ options: [String] = [],
        in folder: URL? = nil
    ) async throws -> ProcessResult {
        guard let folder else {
            return try await withTemporaryFolder { try await check(document, options, in: $0) }
        }
        return try await runTool(
            ["check", "--interpreter", Self.python] + options,
            in: folder,
            environment: ["CHECK_DOCUMENT": document]
        )
    }

    /// Runs check on a terminal, with a Python that prints a document.
    private func checkOnTerminal(
        _ document: String,
        _ options: [String] = [],
        answers: [String] = [],
        in folder: URL? = nil,
        environment: [String: String?] = ["TERM": "dumb"]
    ) async throws -> ProcessResult {
        guard let folder else {
            return try await withTemporaryFolder { place in
                try await checkOnTerminal(
                    document,
                    options,
                    answers: answers,
                    in: place,
                    environment: environment
                )
            }
        }
        return try await runOnTerminal(
            ["check", "--interpreter", Self.python] + options,
            answers: answers,
            in: folder,
            environment: environment.merging(["CHECK_DOCUMENT": document]) { $1 }
        )
    }

    @Test(
        "each outcome has its exit code, and its sentence comes first",
        arguments: [
            ("works", [], 0, 0), ("works", ["note"], 0, 0), ("works", ["warning"], 0, 1),
            ("broken", ["error"], 1, 1), ("not-loaded", [], 2, 2), ("not-loaded", ["note"], 2, 2),
            ("not-loaded", ["error"], 1, 1), ("only-read", [], 0, 0),
        ] as [(String, [String], Int32, Int32)]
    )
    func outcomes(outcome: String, severities: [String], code: Int32, strict: Int32) async throws {
        let document = document(outcome, summary: "V.", findings: severities.map(finding))
        for (options, code) in [([], code), (["--strict"], strict)] {
            let finished = try await check(document, options)
            expectEnd(of: finished, code: code, stderr: "")
            #expect(finished.stdout.hasPrefix("V.\n\n"), "\(finished)")
            for severity in severities {
                let block = "\n\nwsgi.py:3: \(severity): M [r]\n  3 | x = 1\n  fix: F\n\n"
                #expect(finished.stdout.contains(block), "\(finished)")
            }
        }
    }

    @Test("--json is --format json")
    func json() async throws {
        let document = document("not-loaded", summary: "V.", findings: [finding("note")])
        let finished = try await check(document, ["--json"])
        expectEnd(of: finished, code: 2, stderr: "")
        #expect(try await check(document, ["--format", "json"]).stdout == finished.stdout)
        let object = try JSONSerialization.jsonObject(with: Data(finished.stdout.utf8))
        let report = try #require(object as? [String: Any])
        #expect(report["outcome"] as? String == "not-loaded")
        #expect(report["summary"] as? String == "V.")
    }

    @Test("without an entry file, the reason is on stderr, and the WSGI file to write on stdout")
    func wsgiFile() async throws {
        let refusal = """
            {"version": 2, "error": {"kind": "no-entry", "message": "M"}, "found": "flask_app.py",
             "others": ["b.py:1 has the Flask app `b`", "c.py:1 has the Flask app `c`"],
             "wsgi_file": "import sys\\nfrom flask_app import app as application\\n"}
            """
        let finished = try await check(refusal)
        expectEnd(
            of: finished,
            code: 2,
            stdout: """
                # ---------------- the WSGI file begins here ----------------
                import sys
                from flask_app import app as application
                # ---------------- the WSGI file ends here ----------------

                """
        )
        let help = "pa-new: M\n  help: pa-new adopt writes this file and the others"
        #expect(finished.stderr.hasPrefix(help), "\(finished)")
        #expect(finished.stderr.contains("Without it, write the text"), "\(finished)")
        let others = "the first app; others: b.py:1 has the Flask app `b` and c.py:1 has"
        #expect(finished.stderr.contains(others), "\(finished)")
        // A program that reads documents gets no other text.
        let json = try await check(refusal, ["--json"])
        expectEnd(of: json, code: 2, stdout: "")

        let other = #"{"version": 2, "error": {"kind": "no-entry", "message": "M"}}"#
        expectEnd(of: try await check(other), code: 2, stdout: "", stderr: "pa-new: M\n")
    }

    /// Folders, each with whether `pa-new check inner` in it means the whole project.
    private static let folders: [(files: [String], isPart: Bool)] = [
        (["alice_pythonanywhere_com_wsgi.py", "inner/__init__.py"], true),
        (["flask_app.py", "inner/__init__.py", "inner/routes.py"], true),
        (["manage.py", "inner/__init__.py", "inner/wsgi.py"], true),
        // An app of its own.
        (["wsgi.py", "inner/__init__.py", "inner/wsgi.py"], false),
        (["wsgi.py", "inner/app.py"], false),
        (["manage.py", "inner/manage.py", "inner/__init__.py"], false),
        (["README.md", "inner/__init__.py"], false),
    ]

    @Test("a package inside the project is not checked instead of it", arguments: folders)
    func package(files: [String], isPart: Bool) async throws {
        let document = document("works", summary: "V.")
        try await withTemporaryFolder { folder in
            try write(Dictionary(uniqueKeysWithValues: files.map { ($0, "") }), below: folder)
            for name in ["inner", "inner/"] {
                let finished = try await check(document, [name], in: folder)
                guard isPart else {
                    expectEnd(of: finished, code: 0, stderr: "")
                    continue
                }
                expectEnd(
                    of: finished,
                    code: 64,
                    stdout: "",
                    stderr: """
                        pa-new: '\(name)' is a package inside the project, not the project itself
                           why: the current folder is the project
                          help: to check the project: pa-new check

                        """
                )
            }
            // With an entry file, the user has said what is meant.
            let named = try await check(document, ["inner", "--entry", "a.py"], in: folder)
            expectEnd(of: named, code: 0, stderr: "")
        }
    }

    @Test("on a terminal, it asks whether the project is meant")
    func question() async throws {
        let document = document("works", summary: "V.")
        for (answer, place) in [("", "wsgi.py"), ("no", "inner/wsgi.py")] {
            try await withTemporaryFolder { folder in
                try write(["wsgi.py": "", "inner/__init__.py": ""], below: folder)
                let finished = try await checkOnTerminal(
                    document,
                    ["inner"],
                    answers: [answer],
                    in: folder
                )
                #expect(finished.exitCode == 0, "\(finished)")
                let question =
                    "'inner' is a package inside the project here. "
                    + "Check the whole project? [yes]: "
                #expect(finished.stdout.hasPrefix(question), "\(finished)")
                let verdict = "\nV.\n\nno problems found in \(place), with Python"
                #expect(finished.stdout.contains(verdict), "\(finished)")
            }
        }
    }

    /// An app that takes long to load, and to answer.
    private let slowApp = """
        import time

        time.sleep(2.2)


        def application(environ, start_response):
            time.sleep(1.2)
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"hello"]

        """

    @Test("a long check shows on a terminal what it waits for, and leaves nothing of it there")
    func progress() async throws {
        try await withTemporaryFolder { folder in
            try write(["wsgi.py": slowApp], below: folder)
            let terminal = ["TERM": "xterm", "NO_COLOR": "1"]
            let finished = try await runOnTerminal(["check"], in: folder, environment: terminal)
            #expect(finished.exitCode == 0, "\(finished)")
            let parts = finished.stdout.components(separatedBy: "\r\u{1B}[K")
            let report = try #require(parts.last)
            #expect(report.hasPrefix("The app ") && report.contains("answers 200"), "\(finished)")
            for line in ["loading the app (1 s)", "loading the app (2 s)", "asking for / (1 s)"] {
                #expect(parts.contains(line), "\(finished)")
            }
            // Not on a terminal, there is nothing of it.
            let piped = try await runTool(["check"], in: folder)
            expectEnd(of: piped, code: 0, stderr: "")
            #expect(!piped.stdout.contains("loading the app"), "\(piped)")
        }
    }

    @Test("Ctrl-C ends a check at once, without a traceback, and leaves no file and no process")
    func interrupted() async throws {
        try await withTemporaryFolder { folder in
            try write(["site/wsgi.py": slowApp, "tmp/kept": ""], below: folder)
            let temporary = folder.appending(path: "tmp").path
            let finished = try await runOnTerminal(
                ["check"],
                answers: ["@loading the app@^C"],
                in: folder.appending(path: "site"),
                environment: ["TERM": "xterm", "NO_COLOR": "1", "TMPDIR": temporary]
            )
            #expect(finished.exitCode == 130, "\(finished)")
            #expect(finished.stdout.hasSuffix("\r\u{1B}[Kpa-new: interrupted\n"), "\(finished)")
            #expect(try filePaths(below: folder.appending(path: "tmp")) == ["kept"])
            let left = try await run("pgrep", ["-f", temporary])
            #expect(left.exitCode == 1, "\(left)")
        }
    }

    @Test("a terminal gets colour, unless NO_COLOR forbids it, and wrapped lines")
    func terminal() async throws {
        let long = String(repeating: "word ", count: 30) + "end"
        let document = document("broken", summary: long, findings: [finding("error")])
        for variable in [nil, "1"] as [String?] {
            let finished = try await checkOnTerminal(
                document,
                environment: ["TERM": "xterm", "NO_COLOR": variable]
            )
            #expect(finished.exitCode == 1, "\(finished)")
            let plain = finished.stdout.replacing(#/\x1b\[[0-9]*m/#, with: "")
            #expect((plain == finished.stdout) == (variable != nil), "\(finished)")
            #expect(plain.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(finished)")
            #expect(plain.contains("wsgi.py:3: error: M [r]\n  3 | x = 1\n"), "\(finished)")
        }
        let piped = try await check(document)
        #expect(piped.stdout.hasPrefix(long + "\n\nwsgi.py:3: error: M [r]\n"), "\(piped)")
    }
}
