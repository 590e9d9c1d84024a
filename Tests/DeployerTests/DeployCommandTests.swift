// `pa-new deploy` as a user runs it: generated projects, the built tool, a fake API.

import Foundation
import Scaffold
import TestSupport
import Testing

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))
private let newest = interpreters.last

@Suite("pa-new deploy", .needs(.python(interpreters)), .lane(.full))
struct DeployCommandTests {
    /// Makes a project for alice, and returns its folder.
    func project(_ options: [String], below folder: URL) async throws -> URL {
        let python = try #require(newest).version
        let made = try await runTool(
            ["hello", "--user", "alice", "--python", python, "--quiet"] + options,
            in: folder
        )
        try #require(made.exitCode == 0, "\(made)")
        return folder.appending(path: "hello")
    }

    /// Runs `pa-new deploy`, and expects an exit code, and never the token.
    func deploy(
        _ options: [String] = [],
        below folder: URL,
        to host: FakeAPI,
        code: Int32 = 0,
        _ environment: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProcessResult {
        let finished = try await runTool(
            ["deploy", "hello"] + options,
            in: folder,
            environment: host.environment.merging(environment) { $1 }
        )
        #expect(finished.exitCode == code, "\(finished)", sourceLocation: sourceLocation)
        let isSilent = !finished.description.contains(FakeAPI.token)
        #expect(isSilent, "\(finished)", sourceLocation: sourceLocation)
        return finished
    }

    @Test("brings a project that needs nothing onto the host, and the second time nothing")
    func handler() async throws {
        let python = try #require(newest).path
        try await withTemporaryFolder { folder in
            _ = try await project([], below: folder)
            try await withFakeAPI(python, below: folder) { host in
                let arguments = ["--interpreter", python]
                let first = try await deploy(arguments, below: folder, to: host)
                let page = "visit    https://alice.pythonanywhere.com/: 200, Hello from handler\n"
                #expect(first.stdout.hasSuffix(page), "\(first)")
                #expect(first.stderr.isEmpty, "\(first)")
                let second = try await deploy(arguments, below: folder, to: host)
                #expect(second.stdout.hasSuffix("files unchanged.\n" + page), "\(second)")
                #expect(!second.stdout.contains("upload"), "\(second)")
                let left = try filePaths(below: folder.appending(path: "hello"))
                #expect(!left.contains { $0.contains("__pycache__") })
            }
        }
    }

    @Test("brings back what the last deployment replaced, without the project's files here")
    func undo() async throws {
        let python = try #require(newest).path
        try await withTemporaryFolder { place in
            // It has few files: the three runs make less than 40 requests, which a minute allows.
            let folder = try await project(["--framework", "bottle"], below: place)
            try await withFakeAPI(python, below: place) { host in
                let arguments = ["--interpreter", python]
                _ = try await deploy(arguments, below: place, to: host)
                let handlers = folder.appending(path: "hello/handlers.py")
                let text = try String(contentsOf: handlers, encoding: .utf8)
                let newer = text.replacing("Hello from Bottle", with: "Hello from an edit")
                try #require(text != newer)
                try newer.write(to: handlers, atomically: true, encoding: .utf8)
                let second = try await deploy(arguments + ["--no-check"], below: place, to: host)
                #expect(second.stdout.contains("Hello from an edit"), "\(second)")
                for path in try filePaths(below: folder) where path != ".pa-new.json" {
                    try FileManager.default.removeItem(at: folder.appending(path: path))
                }
                let undone = try await deploy(arguments + ["--undo"], below: place, to: host)
                let page = "visit    https://alice.pythonanywhere.com/: 200, Hello from Bottle\n"
                #expect(undone.stdout.hasSuffix(page), "\(undone)")
                #expect(undone.stderr.isEmpty, "\(undone)")
            }
        }
    }

    /// Makes a project with Flask, and returns a Python that has its packages.
    private func flaskProject(below place: URL) async throws -> URL {
        let folder = try await project(["--framework", "flask"], below: place)
        return try await PythonEnvironments.shared.python(
            try #require(newest),
            listedIn: folder.appending(path: "requirements.txt")
        )
    }

    @Test("says what has to be installed, and continues once it is")
    func flask() async throws {
        try await withTemporaryFolder { place in
            let python = try await flaskProject(below: place)
            try await withFakeAPI(python.path, below: place) { host in
                let arguments = ["--interpreter", python.path]
                let inVirtualenv = arguments + ["--packages", "virtualenv"]
                let refused = try await deploy(inVirtualenv, below: place, to: host, code: 73)
                #expect(refused.stderr.contains("mkvirtualenv hello --python=python"), "\(refused)")
                #expect(
                    refused.stderr.contains("Nothing on PythonAnywhere was changed."),
                    "\(refused)"
                )
                #expect(try host.files(below: "home/alice").isEmpty)

                // What the user would do in a console on the host.
                try host.makeVirtualenv("hello", as: python)
                let done = try await deploy(arguments, below: place, to: host)
                #expect(done.stdout.contains("virtualenv_path to /home/alice/.virtualenvs/hello"))
                #expect(done.stdout.contains(": 200, Hello from Flask"), "\(done)")
            }
        }
    }

    @Test("brings the packages as a bundle where there is no virtualenv")
    func bundle() async throws {
        try await withTemporaryFolder { place in
            let python = try await flaskProject(below: place)
            try await withFakeAPI(python.path, below: place) { host in
                let arguments = ["--interpreter", python.path]
                let done = try await deploy(arguments, below: place, to: host)
                #expect(done.stdout.contains(": 200, Hello from Flask"), "\(done)")
                let bundles = try host.files(below: "home/alice/.pa-new/bundles/hello")
                #expect(bundles.contains("current.json"), "\(bundles)")
                let again = try await deploy(arguments, below: place, to: host)
                #expect(!again.stdout.contains("upload "), "\(again)")
            }
        }
    }

    @Test("uploads what is built, and no sources")
    func swift() async throws {
        let python = try #require(newest).path
        try await withTemporaryFolder { folder in
            let project = try await project(["--language", "swift"], below: folder)
            try await withFakeAPI(python, below: folder) { host in
                let arguments = ["--no-check", "--interpreter", python]
                let early = try await deploy(arguments, below: folder, to: host, code: 65)
                #expect(early.stderr.contains("'libHello.so' is not built"), "\(early)")
                #expect(early.stderr.contains("./build.sh"), "\(early)")

                try Data("no library".utf8).write(to: project.appending(path: "libHello.so"))
                // It cannot be loaded, and the page says so.
                let done = try await deploy(arguments, below: folder, to: host, code: 1)
                #expect(done.stdout.contains("https://alice.pythonanywhere.com/: 500"), "\(done)")
                #expect(
                    try host.files(below: "home/alice/hello")
                        == ["libHello.so", "pa_env.py", "static/hello.txt", "wsgi.py"]
                )
            }
        }
    }

    @Test("does not touch the host where the check finds an error")
    func check() async throws {
        let python = try #require(newest).path
        try await withTemporaryFolder { folder in
            let project = try await project([], below: folder)
            try write(["hello/routes.py": "import nowhere\n"], below: project)
            try await withFakeAPI(python, below: folder) { host in
                let arguments = ["--interpreter", python]
                let found = try await deploy(arguments, below: folder, to: host, code: 1)
                #expect(found.stderr.contains("nowhere"), "\(found)")
                let end = """
                    pa-new: the check found 1 error in the project
                       why: the app would fail on PythonAnywhere
                      help: fix the errors above, or skip the check with --no-check
                            Nothing on PythonAnywhere was changed.

                    """
                #expect(found.stderr.hasSuffix(end), "\(found)")
                #expect(found.stdout.isEmpty)
                #expect(try host.files(below: "home/alice").isEmpty)
            }
        }
    }

    @Test("checks an app that cannot be loaded here by reading, says so first, and goes on")
    func notLoaded() async throws {
        let python = try #require(newest).path
        let warning = """
            {"rule": "r", "severity": "warning", "file": "wsgi.py", "line": 3, "message": "M",
             "fix": "F", "page": null, "source": "x = 1"}
            """
        let first = "checked by reading only: flask is missing on this computer\n"
        try await withTemporaryFolder { folder in
            // It has few files: the three runs make less than 40 requests, which a minute allows.
            _ = try await project(["--framework", "bottle"], below: folder)
            try await withFakeAPI(python, below: folder) { host in
                for (findings, stderr) in [
                    ("", first),
                    (warning.replacing("warning", with: "note"), first),
                    (warning, first + "\nhello/wsgi.py:3: warning: M [r]\n  3 | x = 1\n  fix: F\n"),
                ] {
                    let document = """
                        {"version": 2, "entry": "wsgi.py", "candidates": [], "python": "3.13",
                         "loaded": false, "allowed": 0, "unread": [], "findings": [\(findings)],
                         "interpreter": {"path": "python3", "version": "3.13.1"}, "notes": [],
                         "outcome": "not-loaded", "summary": "The app was not loaded.",
                         "unloaded": "flask is missing on this computer",
                         "domain": {"name": "a.b", "source": "S"}, "requests": []}
                        """
                    let stand = Paths.package
                        .appending(path: "Tests/CommandLineTests/Python/print-document").path
                    let finished = try await deploy(
                        ["--interpreter", stand],
                        below: folder,
                        to: host,
                        ["CHECK_DOCUMENT": document, "DEPLOY_PYTHON": python]
                    )
                    #expect(finished.stderr.hasPrefix(stderr), "\(finished)")
                    #expect(finished.stdout.contains(": 200, Hello from Bottle"), "\(finished)")
                    // Nothing else is said of it.
                    let isWarned = findings == warning
                    #expect(isWarned || finished.stderr == stderr, "\(finished)")
                }
            }
        }
    }

    @Test("only reads an app for another Python than the one here")
    func otherPython() async throws {
        let python = try #require(newest)
        let other = python.version == "3.13" ? "3.12" : "3.13"
        try await withTemporaryFolder { folder in
            _ = try await project([], below: folder)
            try await withFakeAPI(python.path, below: folder) { host in
                let finished = try await deploy(
                    ["--dry-run", "--interpreter", python.path, "--python", other],
                    below: folder,
                    to: host
                )
                let first =
                    "checked by reading only: the web app has Python \(other), and the "
                    + "Python on this computer is \(python.version)\n"
                #expect(finished.stderr == first, "\(finished)")
            }
        }
    }

    @Test("every document keeps to the schema, which lets no other one pass")
    func schema() async throws {
        let interpreter = try #require(newest)
        let judge = try await PythonEnvironments.shared.python(
            interpreter,
            with: ["jsonschema==4.23.0"]
        )
        let script = Paths.package.appending(path: "Tests/CommandLineTests/Python/validate.py").path
        let schema = Paths.package.appending(path: "docs/deployment.schema.json").path
        let python = interpreter.path
        try await withTemporaryFolder { folder in
            let project = try await project([], below: folder)
            try write([".env": "SECRET=1\n"], below: project)
            var documents: [String] = []
            func keep(_ finished: ProcessResult) throws -> String {
                let place = folder.appending(path: "\(documents.count).json")
                try Data(finished.stdout.utf8).write(to: place)
                documents.append(place.path)
                return finished.stdout
            }
            try await withFakeAPI(python, below: folder) { host in
                let arguments = ["--json", "--interpreter", python]
                let none: [String: String?] = ["API_TOKEN": nil]
                _ = try await keep(deploy(arguments + ["--dry-run"], below: folder, to: host, none))
                let first = try await keep(deploy(arguments, below: folder, to: host))
                #expect(first.contains(#""greets": true"#) && first.contains(#""error": null"#))
                _ = try await keep(deploy(arguments, below: folder, to: host))
                let refused = try await deploy(arguments, below: folder, to: host, code: 78, none)
                #expect(try keep(refused).contains("there is no API token"))
                try write(["hello/routes.py": "import nowhere\n"], below: project)
                let found = try await deploy(arguments, below: folder, to: host, code: 1)
                #expect(try keep(found).contains("the check found 1 error"), "\(found)")
                #expect(found.stderr.contains("nowhere"), "\(found)")
                let broken = arguments + ["--no-check"]
                let failed = try await keep(deploy(broken, below: folder, to: host, code: 1))
                #expect(failed.contains(#""status": 500"#))
            }
            let good = try await run(judge.path, [script, schema] + documents, in: folder)
            #expect(good.exitCode == 0, "\(good)")

            // Each of these breaks one rule.
            let text = try String(contentsOfFile: documents[1], encoding: .utf8)
            for (old, new) in [
                (#""version": 1"#, #""version": 2"#), (#""dryRun": false"#, #""dryRun": "no""#),
                (#""unchanged": 0"#, #""unchanged": -1"#),
                (#""uploaded": ["#, #""uploaded": [1, "#),
                (#""status": 200"#, #""status": 20"#), (#""error": null"#, #""error": {}"#),
                (#""page""#, #""Page""#), (#""greets": true"#, #""greets": "yes""#),
            ] {
                let place = folder.appending(path: "bad.json")
                let broken = text.replacing(old, with: new)
                #expect(broken != text, "\(old)")
                try Data(broken.utf8).write(to: place)
                let bad = try await run(judge.path, [script, schema, place.path], in: folder)
                #expect(bad.exitCode == 1, "\(new) passes: \(bad)")
            }
        }
    }

    @Test("gives the token to Python on stdin, in no argument and in no environment")
    func arguments() async throws {
        let python = try #require(newest).path
        try await withTemporaryFolder { folder in
            _ = try await project([], below: folder)
            let wrapper = folder.appending(path: "python")
            let script = """
                #!/bin/sh
                printf '%s\\n' "$@" >> "\(folder.path)/arguments"
                env >> "\(folder.path)/environment"
                exec "\(python)" "$@"
                """
            try Data(script.utf8).write(to: wrapper)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: wrapper.path
            )
            try await withFakeAPI(python, below: folder) { host in
                _ = try await deploy(["--interpreter", wrapper.path], below: folder, to: host)
            }
            let arguments = try String(
                contentsOf: folder.appending(path: "arguments"),
                encoding: .utf8
            )
            #expect(arguments.contains("pa_new_deploy.main"))
            #expect(arguments.contains("--token-stdin"))
            #expect(!arguments.contains(FakeAPI.token))
            let variables = try String(
                contentsOf: folder.appending(path: "environment"),
                encoding: .utf8
            )
            #expect(!variables.contains("API_TOKEN"))
            // Nor does it stay in a file.
            let found = try await run("grep", ["-rlF", FakeAPI.token, "."], in: folder)
            #expect(found.exitCode == 1 && found.stdout.isEmpty, "\(found)")
        }
    }

    @Test(
        "refuses what cannot be, before any call",
        arguments: [
            (["--user", "bob", "--domain", "alice.pythonanywhere.com"], 64),
            (["--user", "alice@example.com"], 64),
            (["--domain", "https://alice.pythonanywhere.com/"], 64),
            (["--python", "2.7"], 64),
        ] as [([String], Int32)]
    )
    func invalidArguments(options: [String], code: Int32) async throws {
        try await withTemporaryFolder { folder in
            _ = try await project([], below: folder)
            let arguments = ["deploy", "hello"] + options
            let finished = try await runTool(arguments, in: folder, environment: ["API_TOKEN": "x"])
            #expect(finished.exitCode == code, "\(finished)")
        }
    }

    @Test("needs a project, an account and a token")
    func missing() async throws {
        try await withTemporaryFolder { folder in
            let nothing = try await runTool(["deploy"], in: folder)
            #expect(nothing.exitCode == 66, "\(nothing)")
            #expect(nothing.stderr.contains("there is no project in '.'"))

            let made = try await runTool(["hello", "--quiet"], in: folder)
            #expect(made.exitCode == 0)
            let nobody = try await runTool(["deploy", "hello"], in: folder)
            #expect(nobody.exitCode == 64, "\(nobody)")
            #expect(nobody.stderr.contains("with --user"))

            let arguments = ["deploy", "hello", "--user", "alice"]
            let tokenless = try await runTool(
                arguments,
                in: folder,
                environment: ["API_TOKEN": nil]
            )
            #expect(tokenless.exitCode == 78, "\(tokenless)")
            let dry = try await runTool(
                arguments + ["--dry-run"],
                in: folder,
                environment: ["API_TOKEN": nil, "PYTHONANYWHERE_SITE": "eu.pythonanywhere.com"]
            )
            #expect(dry.exitCode == 0, "\(dry)")
            #expect(
                dry.stdout.hasPrefix("Requests to https://eu.pythonanywhere.com/api/v0/user/alice/")
            )
            #expect(dry.stdout.contains("alice_eu_pythonanywhere_com_wsgi.py"))
        }
    }
}
