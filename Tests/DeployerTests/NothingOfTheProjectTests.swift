// What `pa-new` runs beside a project: nothing of the project but the app, and nothing with the token.

import Foundation
import Scaffold
import TestSupport
import Testing

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

@Suite("Beside a project", .needs(.python(interpreters)), .lane(.full))
struct NothingOfTheProjectTests {
    private let token = "s3cret-token-of-alice"

    /// Makes a project in whose folder each program and module that pa-new needs is a trap.
    private func trap(below folder: URL) async throws -> URL {
        let made = try await runTool(
            ["hello", "--user", "alice", "--framework", "handler", "--quiet"],
            in: folder
        )
        try #require(made.exitCode == 0, "\(made)")
        let project = folder.appending(path: "hello")
        let programs = [
            ".venv/bin/python", ".venv/bin/python3", "venv/bin/python3", "venv/bin/python", "git",
            "python3", "uv", "pip", "env", "sh",
        ]
        for path in programs {
            let program = "#!/bin/sh\necho \(path) >>'\(folder.path)/trapped'\nexit 1\n"
            try write([path: program], below: project)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: project.appending(path: path).path
            )
        }
        // Python would import these from the current folder, or from the environment when it starts.
        let code = "open('\(folder.path)/trapped', 'a').write(__file__ + '\\n')\n"
        let packages = ".venv/lib/python3.11/site-packages"
        for path in ["os.py", "sitecustomize.py", "usercustomize.py", "json.py", "argparse.py"] {
            try write([path: code, "\(packages)/\(path)": code], below: project)
        }
        try write(
            [
                ".venv/pyvenv.cfg": "home = \(project.path)\nversion = 3.11.4\n",
                "\(packages)/trap.pth": "import sitecustomize\n\(project.path)\n",
            ],
            below: project
        )
        return project
    }

    private func environment(_ project: URL, _ python: Interpreter) -> [String: String?] {
        let own = URL(filePath: python.path).deletingLastPathComponent().path
        let path = ".::\(project.path):\(project.path)/.venv/bin:\(own):/usr/bin:/bin"
        return [
            "PATH": path, "API_TOKEN": token, "VIRTUAL_ENV": project.path + "/.venv",
            "PYTHONPATH": project.path, "PYTHONSTARTUP": project.path + "/os.py",
            "PYTHONANYWHERE_SITE": nil,
        ]
    }

    @Test(
        "nothing of it runs to read it, to pack it or to deploy it",
        arguments: try atLeastOne(interpreters)
    )
    func traps(python: Interpreter) async throws {
        try await withTemporaryFolder { folder in
            let project = try await trap(below: folder)
            var environment = environment(project, python)
            func run(_ arguments: [String], code: Int32) async throws -> ProcessResult {
                let finished = try await runTool(arguments, in: project, environment: environment)
                #expect(finished.exitCode == code, "\(finished)")
                let trapped = folder.appending(path: "trapped")
                #expect((try? String(contentsOf: trapped, encoding: .utf8)) == nil, "\(arguments)")
                #expect(!finished.description.contains(token))
                return finished
            }
            let read = try await run(["check", "--no-load"], code: 0)
            let place = "\(project.path)/.venv"
            #expect(
                read.stdout.filter { !$0.isWhitespace }.contains(
                    "itspackagesarethoseof./.venv(Python3.11.4),whichwasreadandnotrun"
                ),
                "\(read) \(place)"
            )
            _ = try await run(["pack", "-o", "../hello.zip"], code: 0)
            environment["API_TOKEN"] = .some(nil)
            let dry = try await run(["deploy", "--no-check", "--dry-run"], code: 0)
            #expect(dry.stdout.contains("alice_pythonanywhere_com_wsgi.py"), "\(dry)")
            // One that is named has to be elsewhere.
            for name in [".venv/bin/python", "./python3", project.path + "/venv/bin/python"] {
                for command in [["check", "--no-load"], ["deploy", "--no-check"], ["pack"]] {
                    let refused = try await run(command + ["--interpreter", name], code: 2)
                    #expect(refused.stderr.contains("is in the project's folder"), "\(refused)")
                }
            }
            environment["PATH"] = ".:\(project.path)"
            let none = try await run(["check", "--no-load"], code: 2)
            #expect(none.stderr.contains("no python3 on PATH outside of the project"), "\(none)")
        }
    }

    @Test("the app finds the token in no process", arguments: [[], ["--no-namespaces"]])
    func token(options: [String]) async throws {
        let python = try #require(interpreters.last)
        try await withTemporaryFolder { folder in
            let made = try await runTool(
                ["hello", "--user", "alice", "--framework", "handler", "--quiet"],
                in: folder
            )
            try #require(made.exitCode == 0, "\(made)")
            let app = """
                import glob, os

                def application(environ, start_response):
                    found = ["process"] if "\(token)" in os.environ.values() else []
                    read = 0
                    for path in glob.glob("/proc/[0-9]*/environ") + ["/proc/self/environ"]:
                        try:
                            text = open(path, "rb").read()
                        except OSError:
                            continue
                        read += 1
                        if b"\(token)" in text:
                            found.append(path)
                    start_response("200 OK", [("Content-Type", "text/plain")])
                    return [f"read {read > 0}, found {found}".encode()]

                """
            try write(["hello/wsgi.py": app], below: folder)
            let visit = try await runTool(
                ["visit", "hello", "--interpreter", python.path] + options,
                in: folder,
                environment: ["API_TOKEN": token]
            )
            #expect(visit.exitCode == 0, "\(visit)")
            #if os(Linux)
                #expect(visit.stdout.hasSuffix("read True, found []"), "\(visit)")
            #else
                #expect(visit.stdout.hasSuffix(", found []"), "\(visit)")
            #endif
            let lent = try await runTool(
                ["check", "hello", "--interpreter", python.path, "--env", "API_TOKEN"],
                in: folder,
                environment: ["API_TOKEN": token]
            )
            #expect(lent.exitCode == 2, "\(lent)")
            #expect(lent.stderr.contains("gives API_TOKEN to no program"), "\(lent)")
        }
    }
}
